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


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNotice:
    """A notice to be sent. `attempts` counts the present one."""

    id: int
    event: str
    revision: int
    recipient: str
    template: str
    context: Mapping[str, str] = field(hash=False)
    created_at: datetime
    attempts: int


class Outbox:
    """The notices of one journal, for any number of senders in any number of processes.

    A notice stays until it was sent. Whoever claims one has it to himself for
    a while; if he dies on the way it is claimed again, so that the same event
    may be sent twice only by who died between sending and saying so.
    """

    def __init__(self, store: Store) -> None:
        self._store: Final = store

    def waiting(self) -> int:
        """How many notices were not sent yet, those that are being tried included."""
        query = select(func.count()).select_from(notice).where(notice.c.sent_at.is_(None))
        with self._store.reading() as connection:
            return connection.scalar(query) or 0

    def claim(self, now: datetime, *, lease: timedelta, limit: int = 20) -> Sequence[WaitingNotice]:
        """Up to `limit` notices that are due at `now`, the longest due first.

        Nobody else is given them before `now` + `lease`.
        """
        moment, until = stamp(now), stamp(now + lease)
        due = (
            select(notice)
            .where(notice.c.sent_at.is_(None), notice.c.next_attempt_at <= moment)
            .order_by(notice.c.next_attempt_at, notice.c.id)
            .limit(limit)
        )
        with self._store.writing() as connection:
            rows = connection.execute(due).all()
            if rows:
                connection.execute(
                    update(notice)
                    .where(notice.c.id.in_([row.id for row in rows]))
                    .values(attempts=notice.c.attempts + 1, next_attempt_at=until)
                )
        return tuple(map(_waiting, rows))

    def sent(self, number: int, at: datetime) -> None:
        """The notice `number` was taken by the mail server; it is not given again."""
        self._set(number, sent_at=stamp(at), last_error="")

    def failed(self, number: int, error: str, *, again_at: datetime) -> None:
        """The notice `number` could not be sent, and is not due again before `again_at`."""
        self._set(number, next_attempt_at=stamp(again_at), last_error=error[:_MAX_ERROR])

    def _set(self, number: int, **values: str) -> None:
        open_one = update(notice).where(notice.c.id == number, notice.c.sent_at.is_(None))
        with self._store.writing() as connection:
            connection.execute(open_one.values(**values))


def _waiting(row: Row[Any]) -> WaitingNotice:
    return WaitingNotice(
        id=row.id,
        event=row.event,
        revision=row.revision,
        recipient=row.recipient,
        template=row.template,
        context=json.loads(row.context),
        created_at=moment_of(row.created_at),
        attempts=row.attempts + 1,
    )
