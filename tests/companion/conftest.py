"""Where a companion keeps its things in the tests: on either database, empty at first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habilis_companion.guard import Guard
from habilis_companion.store import Store
from tests.companion.answering import Habilis
from tests.companion.shelf import FORM, Shelf
from tests.storage.server import Server


@pytest.fixture
def target(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """A place where nothing is yet."""
    if kind == "sqlite":
        yield tmp_path / "data"
        return
    server: Server = request.getfixturevalue("server")
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def empty_shelf(server: Server) -> str:
    """The name of a database that holds an empty shelf, to be copied."""
    url = server.database()
    Store.open(url, FORM).close()
    return url.rpartition("/")[2]


@pytest.fixture
def store(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty shelf."""
    if kind == "sqlite":
        with Store.open(tmp_path / "data", FORM) as store:
            yield store
        return
    server: Server = request.getfixturevalue("server")
    url = server.database(template=request.getfixturevalue("empty_shelf"))
    with Store.open(url, FORM) as store:
        yield store
    server.drop(url)


@pytest.fixture
def habilis() -> Habilis:
    return Habilis()


@pytest.fixture
def shelf(store: Store, habilis: Habilis) -> Shelf:
    return Shelf(store, Guard(habilis))
