"""What is kept must not change where nothing is done; and where a companion's tests keep it."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete

from habilis_companion.forms import Form
from habilis_companion.refusals import RefusedError
from habilis_companion.store import Store, WriteSession
from tests.storage.server import Server

__all__ = ["codes_of", "empty_store", "forget_all", "nothing_changes", "store_of"]


@contextmanager
def nothing_changes(kept: Callable[[], object]) -> Generator[None]:
    """What `kept` tells at the beginning of the block, it tells at its end."""
    before = kept()
    yield
    assert kept() == before


def codes_of(done: Callable[[], object]) -> list[tuple[str, str]]:
    """The code and the field of every problem for which this is refused, as it has to be."""
    with pytest.raises(RefusedError) as refused:
        done()
    return [(each.code, each.field) for each in refused.value.problems]


def forget_all(session: WriteSession, form: Form) -> None:
    """Take away all that is kept."""
    for table in reversed(form.metadata.sorted_tables):
        session.connection.execute(delete(table))


def empty_store(server: Server, form: Form) -> str:
    """The name of a database of this form that holds nothing yet, to be copied."""
    url = server.database()
    Store.open(url, form).close()
    return url.rpartition("/")[2]


def store_of(
    kind: str, form: Form, empty: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[Store]:
    """An empty store on this kind of database; `empty` is the fixture that gives `empty_store`."""
    if kind == "sqlite":
        with Store.open(folder / "data", form) as store:
            yield store
        return
    server: Server = request.getfixturevalue("server")
    url = server.database(template=request.getfixturevalue(empty))
    with Store.open(url, form) as store:
        yield store
    server.drop(url)
