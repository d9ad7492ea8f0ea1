"""Where invoices are kept in the tests: on either database, none at first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habilis_companion.store import Store
from habilis_invoicing.store.schema import FORM
from tests.invoicing.mistakes import Scene, scene_in
from tests.storage.server import Server


@pytest.fixture(scope="session")
def empty_invoicing(server: Server) -> str:
    """The name of a database that holds no invoice yet, to be copied."""
    url = server.database()
    Store.open(url, FORM).close()
    return url.rpartition("/")[2]


@pytest.fixture
def store(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if kind == "sqlite":
        with Store.open(tmp_path / "data", FORM) as store:
            yield store
        return
    server: Server = request.getfixturevalue("server")
    url = server.database(template=request.getfixturevalue("empty_invoicing"))
    with Store.open(url, FORM) as store:
        yield store
    server.drop(url)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """An office where some things have happened already."""
    with scene_in(tmp_path_factory.mktemp("scene")) as scene:
        yield scene
