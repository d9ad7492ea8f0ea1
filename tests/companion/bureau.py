"""What any companion's tests start from: a store, and a Habilis that judges as the server does."""

import atexit
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import select

from habilis_companion.files import Files
from habilis_companion.pdf import PdfReading
from habilis_companion.store import Store
from habilis_server.engine import Engine
from habilis_server.rulebook import Rulebook, load
from habilis_server.world import Record, World
from tests.companion.judging import Judging
from tests.service.portal import SHIPPED, facts_of_the_cases

__all__ = ["NOW", "Bureau", "Clock", "engine", "rulebook", "world"]

NOW: Final = datetime(2022, 5, 12, 2, 59, 54, tzinfo=UTC)

_READING: Final = PdfReading()
atexit.register(_READING.close)


@cache
def rulebook() -> Rulebook:
    """The shipped policy."""
    return load(SHIPPED)


@cache
def engine() -> Engine:
    return Engine(rulebook())


def world(*more: Record) -> World:
    """The facts of the policy's cases, and whatever else."""
    return World.of([*facts_of_the_cases(rulebook()), *more])


class Clock:
    """A clock that stands still until the test moves it.

    `first` is what somebody else does when it is looked at next: between a
    question and the writing of what it was about.
    """

    def __init__(self) -> None:
        self.now = NOW
        self.first: Callable[[], object] | None = None

    def __call__(self) -> datetime:
        first, self.first = self.first, None
        if first is not None:
            first()
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@dataclass
class Bureau:
    """What a test needs around a companion's flows, whose files are in `folder`."""

    store: Store
    habilis: Judging
    world: World
    folder: Path
    clock: Clock = field(default_factory=Clock)
    requests: Iterator[int] = field(default_factory=itertools.count)
    name: str = "request"

    @property
    def files(self) -> Files:
        return Files(self.folder / "files", _READING)

    def after(self, *records: Record) -> None:
        """Change the facts, as Habilis knows them from now on."""
        self.world = self.world.after(records, self.world.revision + 1)
        self.habilis.judge = engine().on(self.world)

    def request(self) -> str:
        """A name that no request of this bureau has yet."""
        return f"{self.name}-{next(self.requests)}"

    def rows(self) -> list[tuple[object, ...]]:
        """All that is kept in the database."""
        with self.store._reading() as connection:
            return [
                tuple(row)
                for table in self.store._form.metadata.sorted_tables
                for row in connection.execute(select(table))
            ]

    def kept(self) -> object:
        """All that is kept, rows and files: the same as long as nothing was done."""
        return [self.rows(), sorted((self.folder / "files").rglob("*"))]
