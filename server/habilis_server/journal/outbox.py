"""The notices that wait to be sent: claimed by one sender at a time, kept until they are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, func, select, update

from habilis_server.journal.changes import moment_of, stamp
from habilis_server.journal.schema import notice
from habilis_server.journal.store import Store

__all__ = ["Outbox", "WaitingNotice"]

_MAX_ERROR: Final = 1_000
"""Letters kept of what went wrong: a server may answer with a page."""

_UNSENT: Final = notice.c.sent_at.is_(None)
_OPEN: Final = _UNSENT & notice.c.set_aside_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNotice:
    """A notice to be sent, or set aside since `set_aside_at`.

    `attempts` counts the present one. `tried_since`: when it was claimed first,
    or first since it was put back. `handed_at`: when it was handed to a mail
    server that was not heard to answer; None: never.
    """

    id: int
    event: str
    revision: int
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


class Outbox:
    """The notices of one journal, for any number of senders in any number of processes.

    A notice stays until it was sent. Whoever claims one has it to himself for
    a while; if he dies on the way it is claimed again. A claim is known by its
    number of attempts, so that who comes back too late alters nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store: Final = store

    def waiting(self) -> int:
        """How many are neither sent nor set aside, those that are being tried included."""
        query = select(func.count()).select_from(notice).where(_OPEN)
        with self._store.reading() as connection:
            return connection.scalar(query) or 0

    def unsent(self) -> Sequence[WaitingNotice]:
        """All that were not sent, those that are set aside included, in their order."""
        query = select(notice).where(_UNSENT).order_by(notice.c.id)
        with self._store.reading() as connection:
            return tuple(map(_waiting, connection.execute(query)))

    def claim(self, now: datetime, *, lease: timedelta, limit: int = 20) -> Sequence[WaitingNotice]:
        """Up to `limit` notices that are due at `now`, the longest due first.

        Nobody else is given them before `now` + `lease`.
        """
        moment, until = stamp(now), stamp(now + lease)
        due = (
            select(notice)
            .where(_OPEN, notice.c.next_attempt_at <= moment)
            .order_by(notice.c.next_attempt_at, notice.c.id)
            .limit(limit)
        )
        # Asked for ever, and mostly in vain: that must not keep those waiting who write.
        with self._store.reading() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return ()
        with self._store.writing() as connection:
            found = [row.id for row in connection.execute(due)]
            these = notice.c.id.in_(found)
            connection.execute(
                update(notice)
                .where(these)
                .values(
                    attempts=notice.c.attempts + 1,
                    next_attempt_at=until,
                    tried_since=func.coalesce(notice.c.tried_since, moment),
                )
            )
            claimed = {row.id: row for row in connection.execute(select(notice).where(these))}
        return tuple(_waiting(claimed[number]) for number in found)

    def handing(self, number: int, attempt: int, now: datetime, *, lease: timedelta) -> bool:
        """Note that the mail server is about to have it, and keep the claim for another `lease`.

        False: the claim is another's, or the notice is settled; then it must not be sent.
        """
        until = stamp(now + lease)
        return self._set(number, attempt, handed_at=stamp(now), next_attempt_at=until)

    def sent(self, number: int, at: datetime) -> None:
        """The notice `number` was taken by the mail server; it is not given again."""
        done = update(notice).where(notice.c.id == number, _UNSENT)
        with self._store.writing() as connection:
            connection.execute(done.values(sent_at=stamp(at), set_aside_at=None, last_error=""))

    def failed(
        self, number: int, attempt: int, error: str, *, again_at: datetime, in_doubt: bool = False
    ) -> None:
        """The notice could not be sent, and is not due again before `again_at`.

        `in_doubt`: the mail server may have taken it all the same.
        """
        doubt = {} if in_doubt else {"handed_at": None}
        self._set(number, attempt, next_attempt_at=stamp(again_at), last_error=_cut(error), **doubt)

    def set_aside(self, number: int, attempt: int, error: str, at: datetime) -> None:
        """The notice is kept, and not given again until it is put back."""
        self._set(number, attempt, set_aside_at=stamp(at), last_error=_cut(error))

    def put_back(self, now: datetime, numbers: Sequence[int] | None = None) -> Sequence[int]:
        """Those of `numbers` (None: all) that were set aside are due again; which they were."""
        aside = select(notice.c.id).where(_UNSENT, notice.c.set_aside_at.is_not(None))
        if numbers is not None:
            aside = aside.where(notice.c.id.in_(numbers))
        again = {"set_aside_at": None, "tried_since": None, "next_attempt_at": stamp(now)}
        with self._store.writing() as connection:
            found = connection.scalars(aside.order_by(notice.c.id)).all()
            connection.execute(update(notice).where(notice.c.id.in_(found)).values(again))
        return found

    def _set(self, number: int, attempt: int, **values: str | None) -> bool:
        """Whether the claim still stood, and the values are set."""
        mine = update(notice).where(notice.c.id == number, notice.c.attempts == attempt, _OPEN)
        with self._store.writing() as connection:
            return connection.execute(mine.values(**values)).rowcount == 1


def _cut(error: str) -> str:
    return error[:_MAX_ERROR]


def _waiting(row: Row[Any]) -> WaitingNotice:
    created = moment_of(row.created_at)
    return WaitingNotice(
        id=row.id,
        event=row.event,
        revision=row.revision,
        recipient=row.recipient,
        template=row.template,
        context=json.loads(row.context),
        created_at=created,
        attempts=row.attempts,
        tried_since=_moment(row.tried_since) or created,
        next_attempt_at=moment_of(row.next_attempt_at),
        handed_at=_moment(row.handed_at),
        set_aside_at=_moment(row.set_aside_at),
        last_error=row.last_error,
    )


def _moment(stamped: str | None) -> datetime | None:
    return None if stamped is None else moment_of(stamped)
