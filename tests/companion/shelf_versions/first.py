"""The first form of the shelf."""

from alembic import op
from sqlalchemy import Boolean, Column, Index, Integer, UniqueConstraint

from habilis_companion.columns import NUMBER, TEXT, Json, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "thing",
        Column("name", TEXT, primary_key=True),
        Column("state", TEXT, nullable=False),
        Column("version", Integer, nullable=False),
    )
    op.create_table(
        "line",
        Column("thing", TEXT, primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("state", TEXT, nullable=False),
        Column("actor", TEXT, nullable=False),
        Column("action", TEXT, nullable=False),
        Column("acting_as", TEXT, nullable=False),
        Column("decision_id", TEXT, nullable=False),
        Column("rule_id", TEXT, nullable=False),
        Column("policy_digest", TEXT, nullable=False),
        Column("revision", NUMBER, nullable=False),
    )
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
