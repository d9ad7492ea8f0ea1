"""The notices that wait to be sent: claimed by one sender at a time, kept until they are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Column,
    Connection,
    Index,
    MetaData,
    Row,
    Table,
    UniqueConstraint,
    func,
    literal,
    select,
    update,
)

from habilis_companion.columns import NUMBER, TEXT, Json, Moment
from habilis_companion.databases import insert_once

__all__ = ["Notice", "Outbox", "WaitingNotice", "enqueue", "has_notice", "notice_table"]

_Door: TypeAlias = Callable[[], AbstractContextManager[Connection]]

_LAST: Final = "\U0010ffff"
_MAX_ERROR: Final = 1_000
"""Letters kept of what went wrong: a server may answer with a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to a person, to be sent once for its `event`, however often it is tried."""

    event: str
    recipient: str
    template: str
    context: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNotice:
    """A notice to be sent, or set aside since `set_aside_at`.

    `attempts` counts the present one. `tried_since`: when it was claimed first,
    or first since it was put back. `handed_at`: when it was handed to a mail
    server that was not heard to answer; None: never.
    """

    id: int
    event: str
    recipient: str
    template: str
    context: Mapping[str, str] = field(hash=False)
    created_at: datetime
    attempts: int
    tried_since: datetime
    next_attempt_at: datetime
    handed_at: datetime | None = None
    set_aside_at: datetime | None = None
    last_error: str = ""


def notice_table(metadata: MetaData, *columns: Column[Any]) -> Table:
    """Where notices are kept, with whatever more is kept of each."""
    return Table(
        "notice",
        metadata,
        Column("id", NUMBER, primary_key=True),
        Column("event", TEXT, nullable=False),
        *columns,
        Column("recipient", TEXT, nullable=False),
        Column("template", TEXT, nullable=False),
        Column("context", Json, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("attempts", NUMBER, nullable=False, default=0),
        Column("next_attempt_at", Moment, nullable=False),
        Column("sent_at", Moment),
        Column("last_error", TEXT, nullable=False, default=""),
        Column("tried_since", Moment),
        Column("handed_at", Moment),
        Column("set_aside_at", Moment),
        UniqueConstraint("event", name="notice_of_event"),
        Index("notice_by_attempt", "sent_at", "next_attempt_at"),
    )


def enqueue(connection: Connection, table: Table, notices: Iterable[Notice], at: datetime) -> None:
    """Keep the notices, in the transaction of what they tell; an event that has one keeps it."""
    rows = [
        {
            "event": notice.event,
            "recipient": notice.recipient,
            "template": notice.template,
            "context": dict(notice.context),
            "created_at": at,
            "next_attempt_at": at,
        }
        for notice in notices
    ]
    insert_once(connection, table, rows)


def has_notice(connection: Connection, table: Table, begun: str) -> bool:
    """Whether there is a notice, sent or not, whose event begins so."""
    # In the order of the bytes, which an index has, they are all together.
    told = select(table.c.id).where(table.c.event >= begun, table.c.event < f"{begun}{_LAST}")
    return connection.scalar(told.limit(1)) is not None


class Outbox:
    """The notices of one database, for any number of senders in any number of processes.

    A notice stays until it was sent. Whoever claims one has it to himself for
    a while; if he dies on the way it is claimed again. A claim is known by its
    number of attempts, so that who comes back too late alters nothing.
    """

    def __init__(self, reading: _Door, writing: _Door, table: Table) -> None:
        """`reading` and `writing` open connections; what is written on one is kept at its end."""
        self._reading: Final = reading
        self._writing: Final = writing
        self._table: Final = table
        self._unsent: Final = table.c.sent_at.is_(None)
        self._open: Final = self._unsent & table.c.set_aside_at.is_(None)

    def waiting(self) -> int:
        """How many are neither sent nor set aside, those that are being tried included."""
        query = select(func.count()).select_from(self._table).where(self._open)
        with self._reading() as connection:
            return connection.scalar(query) or 0

    def unsent(self) -> Sequence[WaitingNotice]:
        """All that were not sent, those that are set aside included, in their order."""
        query = select(self._table).where(self._unsent).order_by(self._table.c.id)
        with self._reading() as connection:
            return tuple(map(_waiting, connection.execute(query)))

    def claim(self, now: datetime, *, lease: timedelta, limit: int = 20) -> Sequence[WaitingNotice]:
        """Up to `limit` notices that are due at `now`, the longest due first.

        Nobody else is given them before `now` + `lease`.
        """
        table = self._table
        due = (
            select(table)
            .where(self._open, table.c.next_attempt_at <= now)
            .order_by(table.c.next_attempt_at, table.c.id)
            .limit(limit)
        )
        # Asked for ever, and mostly in vain: that must not keep those waiting who write.
        with self._reading() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return ()
        with self._writing() as connection:
            # Who comes at the same time takes the next ones, where the database lets him in.
            mine = due.with_for_update(skip_locked=True)
            found = [row.id for row in connection.execute(mine)]
            these = table.c.id.in_(found)
            claim = {
                "attempts": table.c.attempts + 1,
                "next_attempt_at": now + lease,
                "tried_since": func.coalesce(table.c.tried_since, literal(now, Moment())),
            }
            connection.execute(update(table).where(these).values(claim))
            claimed = {row.id: row for row in connection.execute(select(table).where(these))}
        return tuple(_waiting(claimed[number]) for number in found)

    def handing(self, number: int, attempt: int, now: datetime, *, lease: timedelta) -> bool:
        """Note that the mail server is about to have it, and keep the claim for another `lease`.

        False: the claim is another's, or the notice is settled; then it must not be sent.
        """
        return self._set(number, attempt, handed_at=now, next_attempt_at=now + lease)

    def sent(self, number: int, at: datetime) -> None:
        """The notice `number` was taken by the mail server; it is not given again."""
        done = update(self._table).where(self._table.c.id == number, self._unsent)
        with self._writing() as connection:
            connection.execute(done.values(sent_at=at, set_aside_at=None, last_error=""))

    def failed(
        self, number: int, attempt: int, error: str, *, again_at: datetime, in_doubt: bool = False
    ) -> None:
        """The notice could not be sent, and is not due again before `again_at`.

        `in_doubt`: the mail server may have taken it all the same.
        """
        doubt = {} if in_doubt else {"handed_at": None}
        self._set(number, attempt, next_attempt_at=again_at, last_error=_cut(error), **doubt)

    def set_aside(self, number: int, attempt: int, error: str, at: datetime) -> None:
        """The notice is kept, and not given again until it is put back."""
        self._set(number, attempt, set_aside_at=at, last_error=_cut(error))

    def put_back(self, now: datetime, numbers: Sequence[int] | None = None) -> Sequence[int]:
        """Those of `numbers` (None: all) that were set aside are due again; which they were."""
        table = self._table
        aside = select(table.c.id).where(self._unsent, table.c.set_aside_at.is_not(None))
        if numbers is not None:
            aside = aside.where(table.c.id.in_(numbers))
        again = {"set_aside_at": None, "tried_since": None, "next_attempt_at": now}
        with self._writing() as connection:
            found = connection.scalars(aside.order_by(table.c.id)).all()
            connection.execute(update(table).where(table.c.id.in_(found)).values(again))
        return found

    def _set(self, number: int, attempt: int, **values: str | datetime | None) -> bool:
        """Whether the claim still stood, and the values are set."""
        table = self._table
        mine = update(table).where(table.c.id == number, table.c.attempts == attempt, self._open)
        with self._writing() as connection:
            return connection.execute(mine.values(**values)).rowcount == 1


def _cut(error: str) -> str:
    return error[:_MAX_ERROR]


def _waiting(row: Row[Any]) -> WaitingNotice:
    return WaitingNotice(
        id=row.id,
        event=row.event,
        recipient=row.recipient,
        template=row.template,
        context=row.context,
        created_at=row.created_at,
        attempts=row.attempts,
        tried_since=row.tried_since or row.created_at,
        next_attempt_at=row.next_attempt_at,
        handed_at=row.handed_at,
        set_aside_at=row.set_aside_at,
        last_error=row.last_error,
    )
