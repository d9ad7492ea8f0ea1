"""Writing to the journal: one request at a time, with its answer and its notices, or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from habilis.texts import shown
from habilis_companion.outbox import Notice
from habilis_server.journal.changes import (
    FIRST_HASH,
    Row,
    checked_payloads,
    checked_text,
    checked_times,
    hash_of,
    kind_of,
    moment_of,
)
from habilis_server.journal.errors import ChangeRefusedError, RequestIdReusedError
from habilis_server.journal.schema import change, notice, request
from habilis_server.journal.store import PAGE
from habilis_server.world.facts import Record

__all__ = ["Recorded", "WriteSession"]

_LAST: Final = (
    select(change.c.revision, change.c.hash, change.c.recorded_at)
    .order_by(change.c.revision.desc())
    .limit(1)
)
_REQUEST: Final = select(request.c.actor, request.c.digest, request.c.revision, request.c.made)
_REQUEST_NAMED: Final = _REQUEST.where(request.c.request_id == bindparam("request_id"))
_EVENTS: Final = select(notice.c.event).where(notice.c.event.in_(bindparam("e", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a request came to: the revision of its last change, and the identifier it made.

    `made` is "" if nothing came into being.
    """

    revision: int
    made: str = ""


class WriteSession:
    """The journal while nobody else can write to it: what is read here still holds at the end.

    Given by `Journal.write()`, which keeps all that was recorded when its block
    ends well, and nothing of it otherwise.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection: Final = connection

    def head(self) -> int:
        """The revision of the last change, this session's own included; 0 if there is none."""
        return self._last()[0]

    def outcome(self, request_id: str, *, actor: str, digest: str) -> Recorded | None:
        """What this request came to when it was first made; None if it never was.

        `digest` names what is asked. Raises RequestIdReusedError if the
        identifier stands for the request of another actor, or for another one;
        ChangeRefusedError if it may not name anything.
        """
        checked_text("request_id", request_id)
        row = self._connection.execute(_REQUEST_NAMED, {"request_id": request_id}).one_or_none()
        if row is None:
            return None
        if (row.actor, row.digest) != (actor, digest):
            raise RequestIdReusedError(
                f"request id {shown(request_id)} already stands for another request, recorded at"
                f" revision {row.revision}; use a new id for a new request"
            )
        return Recorded(revision=row.revision, made=row.made)

    def record(  # noqa: PLR0913  # a request is all of this
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
        """Record a new request: its records, what it came to, and whom to tell.

        Each record counts from the moment beside it (None: from `recorded_at`),
        which is not before `recorded_at`; all are in UTC. The journal's time
        never goes back: what a clock that lags says is earlier than the change
        before is recorded at the time of that one. `causes` are the approvals on
        which the records rest, one for each and "" where there is none; (): for all.

        Raises ChangeRefusedError; RequestIdReusedError if the request is not new.
        """
        causes = causes or [""] * len(steps)
        for cause in filter(None, {*causes}):
            checked_text("cause", cause)
        return self.record_encoded(
            zip(
                checked_payloads(record for record, _ in steps),
                [at for _, at in steps],
                causes,
                strict=True,
            ),
            actor=actor,
            request_id=request_id,
            recorded_at=recorded_at,
            command=command,
            digest=digest,
            made=made,
            notices=notices,
        )

    def record_encoded(  # noqa: PLR0913  # a request is all of this
        self,
        contents: Iterable[tuple[str, datetime | None, str]],
        *,
        actor: str,
        request_id: str,
        recorded_at: datetime,
        command: str,
        digest: str,
        made: str = "",
        notices: Sequence[Notice] = (),
    ) -> Recorded:
        """As `record`, of records that were examined and encoded: there may be millions.

        Beside each stand the moment from which it counts, and its cause.
        """
        for name, text in (("actor", actor), ("request_id", request_id), ("command", command)):
            checked_text(name, text)
        former, previous, latest = self._last()
        moment = max(checked_times(recorded_at, None)[0], latest)
        self._need_new(request_id)
        start = Row(
            revision=former,
            recorded_at=moment,
            effective_at=moment,
            actor=actor,
            request_id=request_id,
            ordinal=0,
            command=command,
            cause="",
            kind="",
            payload="",
            previous_hash="",
            hash=previous,
        )

        @cache
        def effect(at: datetime | None) -> str:
            return checked_times(recorded_at, at)[1]

        rows = _chained(start, ((payload, effect(at), cause) for payload, at, cause in contents))
        revision = former
        while page := [row._asdict() for row in islice(rows, PAGE)]:
            self._connection.execute(insert(change), page)
            revision += len(page)
        if revision == former:
            raise ChangeRefusedError("no record is given; a change has at least one")
        answer = Recorded(revision=revision, made=made)
        self._remember(answer, actor=actor, request_id=request_id, digest=digest)
        self._enqueue(notices, answer.revision, moment)
        return answer

    def _last(self) -> tuple[int, str, str]:
        """The last change: its revision, its hash, and when it was recorded."""
        row = self._connection.execute(_LAST).one_or_none()
        return (0, FIRST_HASH, "") if row is None else (row.revision, row.hash, row.recorded_at)

    def _need_new(self, request_id: str) -> None:
        row = self._connection.execute(_REQUEST_NAMED, {"request_id": request_id}).one_or_none()
        if row is not None:
            raise RequestIdReusedError(
                f"request id {shown(request_id)} is already recorded, at revision {row.revision}"
            )

    def _remember(self, answer: Recorded, *, actor: str, request_id: str, digest: str) -> None:
        values = {
            "request_id": request_id,
            "actor": actor,
            "digest": digest,
            "revision": answer.revision,
            "made": answer.made,
        }
        self._connection.execute(insert(request), values)

    def _enqueue(self, notices: Sequence[Notice], revision: int, moment: str) -> None:
        if not notices:
            return
        events = [each.event for each in notices]
        known = self._connection.scalars(_EVENTS, {"e": events}).all()
        twice = [*known, *(event for event in events if events.count(event) > 1)]
        if twice:
            raise ChangeRefusedError(f"the event {shown(twice[0])} already has its notice")
        rows = [
            {
                "event": checked_text("event", each.event),
                "revision": revision,
                "recipient": checked_text("recipient", each.recipient),
                "template": checked_text("template", each.template),
                "context": _checked(each),
                "created_at": moment_of(moment),
                "next_attempt_at": moment_of(moment),
            }
            for each in notices
        ]
        self._connection.execute(insert(notice), rows)


def _checked(notice: Notice) -> dict[str, str]:
    told = dict(notice.context)
    try:
        "".join((*told, *told.values())).encode()
    except UnicodeEncodeError:
        raise ChangeRefusedError(
            f"the notice of {shown(notice.event)} cannot be recorded: it is not UTF-8"
        ) from None
    return told


def _chained(last: Row, contents: Iterable[tuple[str, str, str]]) -> Iterator[Row]:
    """The rows that follow `last`, one for each payload, its moment of effect and its cause.

    They share what `last` says of the request; nothing counts before it is recorded.
    """
    revision, recorded_at, _, actor, request_id, _, command, *_, previous = last
    for ordinal, (payload, effective_at, cause) in enumerate(contents):
        cells = (
            *(revision + 1 + ordinal, recorded_at, max(effective_at, recorded_at)),
            *(actor, request_id, ordinal, command, cause),
            *(kind_of(payload), payload, previous),
        )
        previous = hash_of(Row(*cells, hash=""))
        yield Row(*cells, hash=previous)
