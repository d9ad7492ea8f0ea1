"""A journal and its timeline in memory, for tests that need thousands of commands.

It promises what the real ones do, to the one process and thread of a test;
`test_memory.py` holds it against them.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from habilis_companion.outbox import Notice
from habilis_server.journal import Change, Known, Recorded, stamp
from habilis_server.journal.changes import checked_payloads
from habilis_server.journal.errors import RequestIdReusedError
from habilis_server.world import Record, World
from tests.organisation.past import Replay

__all__ = ["Memory", "Written"]


class Written(NamedTuple):
    """A change, in the order in which it takes effect. The first two are that order."""

    effective_at: datetime
    revision: int
    recorded_at: datetime
    actor: str
    command: str
    cause: str
    record: Record


class Memory:
    """Journal, write session and timeline in one: what `Organisation` asks of the three."""

    def __init__(self, records: Sequence[Record], at: datetime, *, checked: bool = False) -> None:
        """`checked`: refuse, as the journal does, a record that can't be read again as it is."""
        self.written: list[Written] = []
        self.held = False
        self.notices: list[Notice] = []
        self._requests: dict[str, tuple[str, str, Recorded]] = {}
        self._checked = checked
        self._present = at
        self._awaited: list[Written] = []
        self._world = World.empty()
        self._latest: World | None = None
        self._take([(record, None) for record in records], at, "import", "import", ())

    @contextmanager
    def write(self) -> Generator["Memory"]:
        self.held = True
        try:
            yield self  # all that can fail does so before anything is taken in
        finally:
            self.held = False

    def head(self) -> int:
        return len(self.written)

    def outcome(self, request_id: str, *, actor: str, digest: str) -> Recorded | None:
        former = self._requests.get(request_id)
        if former is None:
            return None
        if former[:2] != (actor, digest):
            raise RequestIdReusedError(request_id)
        return former[2]

    def record(
        self,
        steps: Sequence[tuple[Record, datetime | None]],
        *,
        actor: str,
        request_id: str,
        recorded_at: datetime,
        command: str,
        causes: Sequence[str] = (),
        digest: str,
        made: str = "",
        notices: Sequence[Notice] = (),
    ) -> Recorded:
        if self._checked:
            list(checked_payloads(record for record, _ in steps))
        assert steps, "a command that changes nothing"
        self._take(steps, recorded_at, actor, command, causes)
        self.notices += notices
        answer = Recorded(revision=self.head(), made=made)
        self._requests[request_id] = (actor, digest, answer)
        return answer

    def _take(
        self,
        steps: Sequence[tuple[Record, datetime | None]],
        now: datetime,
        actor: str,
        command: str,
        causes: Sequence[str],
    ) -> None:
        self.current(now)
        for (record, at), cause in zip(steps, causes or [""] * len(steps), strict=True):
            effective = max(at or now, now)
            self._awaited.append(
                Written(effective, self.head() + 1, now, actor, command, cause, record)
            )
            self.written.append(self._awaited[-1])
        self._awaited.sort(key=lambda change: change[:2])
        self._refresh(taken=True)

    def _refresh(self, *, taken: bool = False) -> None:
        due = [change.record for change in self._awaited if change.effective_at <= self._present]
        if due or taken:
            self._awaited = self._awaited[len(due) :]
            self._world = self._world.after(due, self.head())
            self._latest = None

    def current(self, now: datetime) -> World:
        self._present = max(self._present, now)
        if self._awaited:
            self._refresh()
        return self._world

    def latest(self) -> World:
        if self._latest is None:
            awaited = [change.record for change in self._awaited]
            self._latest = self._world.after(awaited, self.head()) if awaited else self._world
        return self._latest

    def pending(self, now: datetime) -> list[Written]:
        self.current(now)
        return [*self._awaited]

    def changes(self) -> list[Change]:
        """All that was written, as a journal tells it."""
        return [
            Change(
                revision=each.revision,
                recorded_at=each.recorded_at,
                effective_at=each.effective_at,
                actor=each.actor,
                request_id="",
                ordinal=0,
                command=each.command,
                cause=each.cause,
                record=each.record,
                hash="",
            )
            for each in self.written
        ]

    @property
    def history(self) -> Replay:
        """All that was written so far, read by place and by person."""
        return Replay(self.changes())

    def kept(self) -> tuple[int, World]:
        """What `rewind` leads back to."""
        return self.head(), self._world

    def rewind(self, kept: tuple[int, World]) -> None:
        """Forget what was done since, at once as if it had never been."""
        head, self._world = kept
        del self.written[head:]
        self._awaited, self._latest = [], None
        self._requests.clear()
        self.notices.clear()

    def known(self, now: datetime) -> Known:
        world = self.current(now)
        return Known(until=stamp(self._present), head=self.head(), world=world)

    def known_at(self, moment: datetime) -> Known:
        return Known(until=stamp(moment), head=self.head(), world=self.at(moment))

    def as_of(self, until: str, head: int) -> Known:
        raise AssertionError("nobody turns a page here")

    def keep(self, known: Known) -> None:
        """Nothing is forgotten here."""

    def at(self, moment: datetime) -> World:
        """What was in effect then: all replayed, as nobody asks for it often."""
        due = sorted(change for change in self.written if change.effective_at <= moment)
        return World.of((change.record for change in due), self.head())
