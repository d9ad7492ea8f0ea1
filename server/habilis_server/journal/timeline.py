"""The facts at any moment, projected from the journal.

A change has two times. `recorded_at` is when the journal learned of it;
`effective_at`, never earlier, is from when it counts: at t it counts if
`effective_at` <= t. So a World has two coordinates: its revision, up to which
the journal is known, and the moment at which the facts are read.

Of two changes of one thing that both count, the one recorded later holds, even
if it took effect before the other: it was decided in the knowledge of the
other. So a grant that was to take effect at noon and is revoked at eleven does
not come back at noon.

As nothing takes effect before it is recorded, a moment that has passed reads
the same for ever, save for what a clock that lags records behind it. A moment
to come reads as it will, if nothing else is recorded until then.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from habilis_server.journal.changes import stamp
from habilis_server.journal.effects import Effects
from habilis_server.journal.errors import JournalBrokenError
from habilis_server.journal.journal import Journal
from habilis_server.world.world import World

__all__ = ["Timeline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A World already made: the changes up to `head` that take effect not after `until`."""

    until: str
    head: int
    world: World


_NOTHING: Final = _Known(until="", head=0, world=World.empty())


class Timeline:
    """The Worlds of one journal. Any thread may ask; a World once given stays as it is.

    `kept` is how many Worlds of other moments are remembered beside the current
    one. Each may take as much memory as the current one.
    """

    def __init__(self, journal: Journal, *, kept: int = 4) -> None:
        self._journal = journal
        self._effects = Effects(journal.store)
        self._kept = kept
        self._lock = threading.Lock()  # over all that follows
        self._head = 0
        self._present = ""
        self._awaited = ""  # when the current World ceases to be so by itself; "" never
        self._current = _NOTHING
        self._others: list[_Known] = []  # the one asked for last stands last
        self._looking_back = threading.Lock()  # one World of another moment is made at a time

    def current(self, now: datetime) -> World:
        """The facts in effect at `now`, by all that the journal holds, whoever recorded it.

        The World's revision is the journal's head: deferred changes are counted
        in it, as they are known, though they are not in effect yet. The same
        object is given until something changes.

        The present never goes back, and what has been recorded has happened: a
        `now` before one that was asked for, or before the time of a recorded
        change, is read as that one. So a revocation counts at once, even if its
        writer's clock is ahead.

        Raises JournalError; ValueError if `now` has no time zone.
        """
        with self._lock:
            self._catch_up()
            self._present = max(self._present, _stamp(now))
            if self._current.head != self._head or "" < self._awaited <= self._present:
                until = self._effects.last_until(self._present, self._head)
                self._current = self._made(self._nearest(until), until, self._head)
                self._awaited = self._effects.first_after(self._present, self._head)
            return self._current.world

    def at(self, moment: datetime) -> World:
        """The facts in effect at `moment`, past or to come, by what the journal holds today.

        The World's revision is the journal's head. Before the first change it
        is empty. A moment whose World is not remembered is read from the
        journal, which takes as long as the changes up to it are many; nobody
        who asks for the present waits for it. Moments between which nothing
        takes effect share one World.

        Raises JournalError; ValueError if `moment` has no time zone.
        """
        text = _stamp(moment)
        with self._looking_back:
            with self._lock:
                self._catch_up()
                head = self._head
                until = self._effects.last_until(text, head)
                nearest = self._nearest(until)
            made = self._made(nearest, until, head)
            with self._lock:
                if made is not self._current:
                    others = [known for known in self._others if known.until != made.until]
                    self._others = [*others, made][-self._kept :] if self._kept else []
            return made.world

    def _catch_up(self) -> None:
        head = self._journal.head()
        if head < self._head:
            raise JournalBrokenError(
                f"the journal ends at revision {head} and was known up to {self._head};"
                " its file was replaced or cut off"
            )
        if head > self._head:
            recorded = self._effects.latest_recording(self._head, head)
            self._present = max(self._present, recorded)
            self._head = head

    def _nearest(self, until: str) -> _Known:
        """The World already made from which the one at `until` is reached soonest."""
        made = (_NOTHING, *self._others, self._current)
        return max(
            (known for known in made if known.until <= until),
            key=lambda known: (known.until, known.head),
        )

    def _made(self, known: _Known, until: str, head: int) -> _Known:
        """The World at `until`, from one that is not later.

        A record replaces what was there. So it is enough to apply, by revision
        and from the first that `known` lacks, all that is in effect: whatever
        `known` already holds of it is put in its place again.
        """
        if (known.until, known.head) == (until, head):
            return known
        lacking = self._effects.earliest_between(known.until, until, known.head)
        first = known.head + 1 if lacking is None else lacking
        world = known.world.after(self._effects.records(first, until, head), head)
        return _Known(until=until, head=head, world=world)


def _stamp(moment: datetime) -> str:
    if moment.utcoffset() is None:
        raise ValueError(f"the moment {moment.isoformat()} has no time zone")
    try:
        return stamp(moment)
    except OverflowError:
        raise ValueError(f"the moment {moment.isoformat()} is beyond the calendar") from None
