"""The facts at any moment, projected from the journal.

A change has two times. `recorded_at` is when the journal learned of it;
`effective_at`, never earlier, is from when it counts: at t it counts if
`effective_at` <= t. So a World has two coordinates: its revision, up to which
the journal is known, and the moment at which the facts are read.

Changes apply in the order in which they take effect; those of one moment, in
the order in which they were recorded. A change that is awaited is not withdrawn
by another that takes effect before it: who wants it undone records the opposite
for the same moment (`pending` tells what is awaited).

As nothing takes effect before it is recorded, a moment that has passed reads
the same for ever, save for what a clock that lags records behind it. A moment
to come reads as it will, if nothing else is recorded until then.
"""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from habilis_server.journal.changes import Change, moment_of, stamp
from habilis_server.journal.effects import Effects
from habilis_server.journal.errors import JournalBrokenError
from habilis_server.journal.journal import Journal
from habilis_server.journal.snapshots import Known, Snapshots
from habilis_server.world.facts import Record
from habilis_server.world.world import World

__all__ = ["Timeline"]


_NOTHING: Final = Known(until="", head=0, world=World.empty())
_END: Final = stamp(datetime.max.replace(tzinfo=UTC))
_APART: Final = timedelta(minutes=1)
"""Clocks that lag less than this never cause the journal to be read from its start."""


class Timeline:
    """The Worlds of one journal. Any thread may ask; a World once given stays as it is.

    `kept` is how many Worlds of other moments are remembered beside the current
    one. Each may take as much memory as the current one.
    """

    def __init__(
        self, journal: Journal, *, kept: int = 4, snapshots: Snapshots | None = None
    ) -> None:
        """With `snapshots`, the newest that can be used spares reading the changes before it.

        Raises JournalBrokenError if the end of the journal is missing.
        """
        journal.need_end()
        self._journal = journal
        self._effects = Effects(journal.store)
        self._kept = kept
        self._lock = threading.Lock()  # over all that follows
        self._head = 0
        self._present = ""
        self._awaited = ""  # when the current World ceases to be so by itself; "" never
        self._current = _NOTHING
        self._latest = _NOTHING
        # Two that were current, the older at least _APART old; at first the one set aside.
        start = None if snapshots is None else snapshots.newest(journal.hash_at)
        self._former: list[Known] = [] if start is None else [start]
        self._others: list[Known] = []  # the one asked for last stands last
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
        return self.known(now).world

    def known(self, now: datetime) -> Known:
        """The same, with what of the journal it holds: what a snapshot sets aside."""
        with self._lock:
            self._catch_up()
            self._present = max(self._present, _stamp(now))
            self._refresh()
            return self._current

    def latest(self) -> World:
        """The facts once all that the journal holds today is in effect, whatever its time.

        By it a new change is checked against those that are awaited. It is the
        current World itself if nothing is. Raises JournalError.
        """
        with self._lock:
            self._catch_up()
            self._refresh()
            until = self._effects.last_until(_END, self._head)
            self._latest = self._made(self._base(until, self._head), until, self._head)
            return self._latest.world

    def pending(self, now: datetime) -> Sequence[Change]:
        """The changes recorded but not yet in effect, in the order in which they will be.

        They are what `current(now)` lacks of `latest()`. Raises JournalError;
        ValueError if `now` has no time zone.
        """
        with self._lock:
            self._catch_up()
            self._present = max(self._present, _stamp(now))
            present, head = self._present, self._head
        return self._effects.pending(present, head)

    def at(self, moment: datetime) -> World:
        """The facts in effect at `moment`, past or to come, by what the journal holds today.

        The World's revision is the journal's head. Before the first change it
        is empty. A moment whose World is not remembered is read from the
        journal, which takes as long as the changes up to it are many; nobody
        who asks for the present waits for it. Moments between which nothing
        takes effect share one World.

        Raises JournalError; ValueError if `moment` has no time zone.
        """
        return self.known_at(moment).world

    def known_at(self, moment: datetime) -> Known:
        """The same, with what of the journal it holds."""
        text = _stamp(moment)
        with self._lock:
            self._catch_up()
            head = self._head
            until = self._effects.last_until(text, head)
        return self.as_of(until, head)

    def as_of(self, until: str, head: int) -> Known:
        """The facts of a Known given before, here or by another timeline of this journal.

        However much was recorded since, it is the same. Raises JournalError;
        ValueError if the journal has not come to `head`.
        """
        with self._looking_back:
            with self._lock:
                self._catch_up()
                if head > self._head:
                    raise ValueError(f"revision {head} is after the last one, {self._head}")
                base = self._base(until, head)
            made = self._made(base, until, head)
            self.keep(made)
            return made

    def keep(self, known: Known) -> None:
        """Remember it among the Worlds of other moments, for somebody will ask for it again."""
        with self._lock:
            if known is not self._current:
                same = (known.until, known.head)
                others = [each for each in self._others if (each.until, each.head) != same]
                self._others = [*others, known][-self._kept :] if self._kept else []

    def _catch_up(self) -> None:
        head = self._journal.head()
        if head < self._head:
            raise JournalBrokenError(
                f"the journal ends at revision {head} and was known up to {self._head};"
                " its file was replaced or cut off"
            )
        if head > self._head:
            self._present = max(self._present, self._effects.recorded_at(head))
            self._head = head

    def _refresh(self) -> None:
        """Bring the current World to the present and to the head."""
        if self._current.head == self._head and not "" < self._awaited <= self._present:
            return
        until = self._effects.last_until(self._present, self._head)
        made = self._made(self._base(until, self._head), until, self._head)
        self._awaited = self._effects.first_after(self._present, self._head)
        if self._current.until and self._settled(self._current):
            self._former = [*self._former, self._current][-2:]
        self._current = made

    def _settled(self, known: Known) -> bool:
        if not self._former:
            return True
        return moment_of(known.until) - moment_of(self._former[-1].until) >= _APART

    def _base(self, until: str, head: int) -> Known:
        """The World already made from which the one at `until`, by `head`, is reached soonest.

        All that it lacks takes effect after all that it holds. So it is not one
        behind which a lagging clock has recorded something since.
        """
        made = (*self._former, *self._others, self._current, self._latest)
        held = (known for known in made if known.until <= until and known.head <= head)
        candidates = {id(known): known for known in held}.values()
        for known in sorted(candidates, key=lambda each: (each.until, each.head), reverse=True):
            if not known.until:
                return known
            recorded = self._effects.earliest_recorded(known.head, head)
            if recorded == "" or recorded >= known.until:
                return known
        return _NOTHING

    def _made(self, base: Known, until: str, head: int) -> Known:
        """The World at `until`, from one that `_base` gave; no change it lacks may be missing."""
        if (base.until, base.head) == (until, head):
            return base
        found = 0

        def counted() -> Iterator[Record]:
            nonlocal found
            for record in self._effects.records((base.until, base.head), until, head):
                found += 1
                yield record

        world = base.world.after(counted(), head)
        lacked = self._effects.counted(until, head) - self._effects.counted(base.until, base.head)
        if found != lacked:
            raise JournalBrokenError(
                f"{lacked} changes are to be read up to revision {head}, and {found} are found;"
                " `verify` tells more"
            )
        return Known(until=until, head=head, world=world)


def _stamp(moment: datetime) -> str:
    if moment.utcoffset() is None:
        raise ValueError(f"the moment {moment.isoformat()} has no time zone")
    try:
        return stamp(moment)
    except OverflowError:
        raise ValueError(f"the moment {moment.isoformat()} is beyond the calendar") from None
