"""The tables that every companion has beside its own, as the first form of each made them."""

from collections.abc import Iterator
from typing import Any

from alembic import op
from sqlalchemy import Boolean, Column, Index, Integer, UniqueConstraint

from habilis_companion.columns import NUMBER, TEXT, Json, Moment

__all__ = ["create_common_tables", "evidence"]


def evidence() -> Iterator[Column[Any]]:
    """The columns of a line of history that tell on what it rests."""
    for name in ("actor", "action", "acting_as", "decision_id", "rule_id", "policy_digest"):
        yield Column(name, TEXT, nullable=False)
    yield Column("revision", NUMBER, nullable=False)


def create_common_tables() -> None:
    """Uploads, requests, and the notices that wait to be sent."""
    op.create_table(
        "upload",
        Column("sha256", TEXT, primary_key=True),
        Column("subject", TEXT, primary_key=True),
        Column("name", TEXT, primary_key=True),
        Column("size", Integer, nullable=False),
        Column("signed", Boolean, nullable=False),
        Column("at", Moment, nullable=False),
    )
    op.create_table(
        "request",
        Column("request_id", TEXT, primary_key=True),
        Column("subject", TEXT, nullable=False),
        Column("digest", TEXT, nullable=False),
        Column("questions", Json, nullable=False),
        Column("result", Json, nullable=False),
        Column("made_at", Moment, nullable=False),
    )
    op.create_table(
        "notice",
        Column("id", NUMBER, primary_key=True),
        Column("event", TEXT, nullable=False),
        Column("recipient", TEXT, nullable=False),
        Column("template", TEXT, nullable=False),
        Column("context", Json, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("attempts", NUMBER, nullable=False),
        Column("next_attempt_at", Moment, nullable=False),
        Column("sent_at", Moment),
        Column("last_error", TEXT, nullable=False),
        Column("tried_since", Moment),
        Column("handed_at", Moment),
        Column("set_aside_at", Moment),
        UniqueConstraint("event", name="notice_of_event"),
        Index("notice_by_attempt", "sent_at", "next_attempt_at"),
    )
