"""Where solicitations are kept in the tests: on either database, none at first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habilis_companion.store import Store
from habilis_soliciting.store.schema import FORM
from tests.companion.keeping import empty_store, store_of
from tests.soliciting.mistakes import Scene, scene_in
from tests.soliciting.office import Office, open_office
from tests.storage.server import Server


@pytest.fixture(scope="session")
def empty_soliciting(server: Server) -> str:
    return empty_store(server, FORM)


@pytest.fixture
def store(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from store_of(kind, FORM, "empty_soliciting", request, tmp_path)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = open_office(tmp_path / "data", tmp_path)
    with office.store:
        yield office


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A companion where some things have happened already."""
    with scene_in(tmp_path_factory.mktemp("scene")) as scene:
        yield scene
