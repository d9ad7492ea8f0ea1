"""Requests by their names: what each came to, so that one offered again is answered alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import Column, Connection, MetaData, Table, insert, select

from habilis import Perimeter, Question, Resource
from habilis.texts import flaw
from habilis_companion.columns import TEXT, Json, Moment
from habilis_companion.digests import digest_of
from habilis_companion.errors import (
    InvalidRequestError,
    RequestIdReusedError,
    RequestUnderWayError,
)

__all__ = ["MAX_REQUEST_ID", "Former", "Request", "former", "need_new", "remember", "request_table"]

MAX_REQUEST_ID: Final = 128
"""Characters of a request's identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of one person: what is asked, by a name that its author chose.

    `digest` tells it from any other that bears the same name by mistake.
    """

    id: str
    subject: str
    digest: str

    @classmethod
    def of(cls, request_id: str, subject: str, method: str, said: object) -> Self:
        """The request of `subject` to `method`, which said all that is in `said`.

        Raises InvalidRequestError for an identifier that may name nothing.
        """
        if len(request_id) > MAX_REQUEST_ID:
            raise InvalidRequestError("request_id", f"has more than {MAX_REQUEST_ID} characters")
        if wrong := flaw(request_id):
            raise InvalidRequestError("request_id", wrong)
        return cls(id=request_id, subject=subject, digest=digest_of(method, said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """What a request came to, and the questions that it rested on."""

    questions: tuple[Question, ...]
    result: Mapping[str, Any]


def request_table(metadata: MetaData) -> Table:
    """Where a companion keeps its requests."""
    return Table(
        "request",
        metadata,
        Column("request_id", TEXT, primary_key=True),
        Column("subject", TEXT, nullable=False),
        Column("digest", TEXT, nullable=False),
        Column("questions", Json, nullable=False),
        Column("result", Json, nullable=False),
        Column("made_at", Moment, nullable=False),
    )


def former(connection: Connection, table: Table, request: Request) -> Former | None:
    """What this request came to; None if it was never made.

    Raises RequestIdReusedError if the identifier stands for another one.
    """
    row = connection.execute(select(table).where(table.c.request_id == request.id)).one_or_none()
    if row is None:
        return None
    if (row.subject, row.digest) != (request.subject, request.digest):
        raise RequestIdReusedError(
            "this request id already stands for another request; use a new id for a new request"
        )
    return Former(questions=tuple(map(_question, row.questions)), result=row.result)


def need_new(connection: Connection, table: Table, request: Request) -> None:
    """Return only if the request has come to nothing yet.

    Raises RequestUnderWayError, RequestIdReusedError.
    """
    if former(connection, table, request) is not None:
        raise RequestUnderWayError("the same request was carried out meanwhile; offer it again")


def remember(
    connection: Connection,
    table: Table,
    request: Request,
    questions: Sequence[Question],
    result: Mapping[str, object],
    at: datetime,
) -> None:
    """Keep what the request came to, once `need_new` has let it through."""
    connection.execute(
        insert(table).values(
            request_id=request.id,
            subject=request.subject,
            digest=request.digest,
            questions=[_written(question) for question in questions],
            result=dict(result),
            made_at=at,
        )
    )


def _written(question: Question) -> dict[str, object]:
    resource = question.resource
    return {
        "subject": question.subject,
        "action": question.action,
        "type": resource.type,
        "id": resource.id,
        "parties": {name: [*place] for name, place in resource.parties.items()},
        "properties": dict(resource.properties),
    }


def _question(written: Mapping[str, Any]) -> Question:
    return Question(
        subject=written["subject"],
        action=written["action"],
        resource=Resource(
            type=written["type"],
            id=written["id"],
            parties={name: Perimeter(*place) for name, place in written["parties"].items()},
            properties=written["properties"],
        ),
    )
