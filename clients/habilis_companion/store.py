"""What a companion keeps: read and written only by who holds what the guard gave.

| door | for | opens with |
| --- | --- | --- |
| `asking()` | reading what a question is made of | nothing, inside a method marked with `@asks` |
| `reading(sight)` | reading what is shown | a permit or a scope |
| `writing(guard, *permits)` | a transaction | permits, asked again just before it is committed |
| `ticking(event)` | what the clock alone brings about | an event of the clock |
| `welcoming(event)` | what somebody without an account asks | the name of what everybody may ask |
"""

import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from sqlalchemy import Connection, Table

from habilis_companion.databases import Database, insert_once, open_database, wait_for
from habilis_companion.errors import RequestIdReusedError, StoreBusyError
from habilis_companion.forms import Form
from habilis_companion.guard import Guard, Permit, Scope, UnaskedError, need_held, need_method
from habilis_companion.outbox import Notice, Outbox, enqueue, has_notice
from habilis_companion.requests import Request, former, need_new, remember

__all__ = ["ClockEvent", "Ground", "PublicEvent", "ReadSession", "Store", "WriteSession"]

_PATIENCE: Final = 60.0
"""Seconds to wait for one's turn among the threads; each of them waits for the database as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEvent:
    """What the passing of time alone brings about: `name` says what, `at` when it was noticed."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEvent:
    """What anybody may bring about who has no account: `name` says what, `at` when it was asked."""

    name: str
    at: datetime


Ground: TypeAlias = Permit | ClockEvent | PublicEvent
"""What a change may rest on."""


@dataclass(frozen=True, slots=True)
class ReadSession:
    """The database as of one moment, until its block ends."""

    connection: Connection


@dataclass(frozen=True, slots=True)
class WriteSession(ReadSession):
    """A transaction; all of it is kept when its block ends well, and nothing otherwise.

    `by` is what allows it: permits, or an event that needs none.
    """

    by: tuple[Permit, ...] | ClockEvent | PublicEvent

    @property
    def permits(self) -> tuple[Permit, ...]:
        """Those on which it rests; () for an event."""
        return self.by if isinstance(self.by, tuple) else ()

    def need(self, by: Ground) -> None:
        """Return only if the transaction rests on this; else raise UnaskedError."""
        if by is not self.by and not any(by is permit for permit in self.permits):
            raise UnaskedError("a change rests on a permit of its own transaction, or on its event")

    def insert_once(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert the rows that no key of the table has yet; what was there stays."""
        insert_once(self.connection, table, rows)


class Store:
    """One database, for any number of threads and processes. What fails raises a StoreError."""

    def __init__(self, database: Database, form: Form) -> None:
        """For `open`, which knows where the database is."""
        self._database: Final = database
        self._form: Final = form
        self._requests: Final = form.metadata.tables["request"]
        self._notices: Final = form.metadata.tables["notice"]
        self.outbox: Final = Outbox(self._reading, self._writing, self._notices)
        self._turn = threading.Lock()

    @classmethod
    def open(cls, target: Path | str, form: Form) -> Self:
        """The database at `target`, made there if there is none yet.

        A folder, itself made if it is missing, or the URL of a database,
        `postgresql://user@host/name`. Raises StoreOlderError or StoreNewerError
        for a form that is not the present one.
        """
        store = cls(open_database(target, form.name), form)
        try:
            if not store._form_now():
                store._bring_up()
            form.need_present(store._form_now())
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def upgrade(cls, target: Path | str, form: Form) -> tuple[str, str]:
        """Bring the database into the present form; its form before and after, "" where none."""
        store = cls(open_database(target, form.name), form)
        try:
            before = store._form_now()
            store._bring_up()
            return before, store._form_now()
        finally:
            store.close()

    def close(self) -> None:
        """Let go of the database. The store may not be used afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def asking(self, request: Request | None = None) -> Generator[ReadSession]:
        """For what a question is made of: inside a marked method, which answers only if allowed.

        With a `request` all that is read was there before it came to anything:
        raises RequestUnderWayError where it has.
        """
        need_method()
        with self._reading() as connection:
            if request is not None:
                need_new(connection, self._requests, request)
            yield ReadSession(connection)

    @contextmanager
    def reading(self, sight: Permit | Scope) -> Generator[ReadSession]:
        """For what is shown, by this permit or in this scope."""
        need_held(sight)
        with self._reading() as connection:
            yield ReadSession(connection)

    @contextmanager
    def writing(
        self, guard: Guard, *permits: Permit, request: Request | None = None
    ) -> Generator[WriteSession]:
        """A transaction that rests on these permits, asked again just before it is committed.

        Raises AccessDenied where one was lost, and what a client raises where
        no answer came: nothing of the block is kept then. What carries out a
        `request` waits for whoever carries out the same, and raises
        RequestUnderWayError once it has come to something.
        """
        need_held(*permits)
        with self._writing() as connection:
            if request is not None:
                wait_for(connection, _name_of(request))
                need_new(connection, self._requests, request)
            yield WriteSession(connection, permits)
            # INVARIANT: nothing stands between this answer and the commit.
            guard.again(permits)

    @contextmanager
    def ticking(self, event: ClockEvent) -> Generator[WriteSession]:
        """A transaction that nobody asked for: the clock's own, and nobody else's."""
        with self._writing() as connection:
            yield WriteSession(connection, event)

    @contextmanager
    def welcoming(self, event: PublicEvent) -> Generator[WriteSession]:
        """A transaction of somebody without an account: nobody is asked, and nothing is shown.

        It adds what its companion takes from everybody, and reads nothing but
        what that needs.
        """
        with self._writing() as connection:
            yield WriteSession(connection, event)

    def welcomed(self, session: WriteSession, request: Request) -> Mapping[str, Any] | None:
        """What this request of somebody without an account came to; None if it never was made.

        Waits for whoever carries out the same. `request.subject` is "", and its
        whole content has to be the same.
        Raises RequestIdReusedError, and UnaskedError in a transaction of anybody else.
        """
        if not isinstance(session.by, PublicEvent) or request.subject:
            raise UnaskedError("what a person's request came to is told by `outcome`, which asks")
        wait_for(session.connection, _name_of(request))
        made = former(session.connection, self._requests, request)
        if made is not None and made.questions:
            raise RequestIdReusedError("this request id already stands for a person's request")
        return None if made is None else made.result

    def outcome(self, guard: Guard, request: Request) -> Mapping[str, Any] | None:
        """What this request came to when it was first made; None if it never was.

        The questions that it rested on are asked again: who has lost the right
        is not told. Raises RequestIdReusedError, AccessDenied.
        """
        with self.asking() as session:
            made = former(session.connection, self._requests, request)
        if made is None:
            return None
        guard.ask_all(made.questions)
        return made.result

    def remember(
        self,
        session: WriteSession,
        request: Request,
        result: Mapping[str, object],
        at: datetime,
    ) -> None:
        """Keep what the request came to, in the transaction that was opened for it."""
        questions = [permit.question for permit in session.permits]
        remember(session.connection, self._requests, request, questions, result, at)

    def notify(self, session: WriteSession, notices: Iterable[Notice], at: datetime) -> None:
        """Have the notices sent, if the transaction that they tell of is committed."""
        enqueue(session.connection, self._notices, notices, at)

    def notified(self, session: ReadSession, begun: str) -> bool:
        """Whether there is a notice, sent or not, whose event begins so."""
        return has_notice(session.connection, self._notices, begun)

    @contextmanager
    def _reading(self) -> Generator[Connection]:
        with self._database.told(), self._database.reading.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Generator[Connection]:
        database = self._database
        with self._in_turn(), database.told(), database.writing.begin() as connection:
            yield connection

    @contextmanager
    def _in_turn(self) -> Generator[None]:
        """Threads of one process wait here in turn; SQLite would have them poll the file."""
        if not self._database.one_writer:
            yield
        elif not self._turn.acquire(timeout=_PATIENCE):
            raise StoreBusyError("others of this process keep the database to themselves")
        else:
            try:
                yield
            finally:
                self._turn.release()

    def _form_now(self) -> str:
        with self._reading() as connection:
            return self._form.of(connection)

    def _bring_up(self) -> None:
        with self._writing() as connection:
            self._form.bring_up(connection)


def _name_of(request: Request) -> str:
    """What those who carry out the same request wait for."""
    return f"request {request.id}"
