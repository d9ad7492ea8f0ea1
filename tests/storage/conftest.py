"""The two databases, each case on both: SQLite in a folder, PostgreSQL on a server of our own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from habilis_server.journal import Journal
from tests.storage.places import Place
from tests.storage.server import Server


@pytest.fixture(scope="session")
def empty(server: Server) -> str:
    """The name of a database that holds a journal without a change, to be copied."""
    url = server.database()
    Journal.create(url).close()
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def spare() -> list[str]:
    """Databases with an empty journal that nobody uses: to wipe one is quicker than to make one."""
    return []


@pytest.fixture
def blank(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], Place]]:
    """Makes places where nothing is yet, as many as are asked for."""
    made: list[str] = []

    def make() -> Place:
        if kind == "sqlite":
            folder = tmp_path / f"blank-{len(made)}"
            folder.mkdir()
            made.append(str(folder))
            return Place(folder)
        made.append(request.getfixturevalue("server").database())
        return Place(made[-1])

    yield make
    if kind == "postgresql":
        for url in made:
            request.getfixturevalue("server").drop(url)


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place that holds a journal without a change."""
    if kind == "sqlite":
        Journal.create(tmp_path / "data").close()
        yield Place(tmp_path / "data")
        return
    server: Server = request.getfixturevalue("server")
    spare: list[str] = request.getfixturevalue("spare")
    place = Place(
        spare.pop() if spare else server.database(template=request.getfixturevalue("empty"))
    )
    yield place
    url = str(place.target)
    if place.touched:
        server.drop(url)
    else:
        place.wipe()
        spare.append(url)


@pytest.fixture
def journal(place: Place) -> Iterator[Journal]:
    with place.open() as journal:
        yield journal
