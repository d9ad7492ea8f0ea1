"""Where invoices are kept in the tests: on either database, none at first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habilis_companion.store import Store
from habilis_invoicing.store.schema import FORM
from tests.companion.keeping import empty_store, store_of
from tests.invoicing.mistakes import Scene, scene_in
from tests.storage.server import Server


@pytest.fixture(scope="session")
def empty_invoicing(server: Server) -> str:
    return empty_store(server, FORM)


@pytest.fixture
def store(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from store_of(kind, FORM, "empty_invoicing", request, tmp_path)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """An office where some things have happened already."""
    with scene_in(tmp_path_factory.mktemp("scene")) as scene:
        yield scene
