"""Where a companion keeps its things in the tests: on either database, empty at first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habilis_companion.guard import Guard
from habilis_companion.store import Store
from tests.companion.answering import Habilis
from tests.companion.keeping import empty_store, store_of
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
    return empty_store(server, FORM)


@pytest.fixture
def store(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty shelf."""
    yield from store_of(kind, FORM, "empty_shelf", request, tmp_path)


@pytest.fixture
def habilis() -> Habilis:
    return Habilis()


@pytest.fixture
def shelf(store: Store, habilis: Habilis) -> Shelf:
    return Shelf(store, Guard(habilis))
