"""The first form of the shelf."""

from alembic import op
from sqlalchemy import Column, Integer

from habilis_companion.columns import TEXT, Json, Moment

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
        "request",
        Column("request_id", TEXT, primary_key=True),
        Column("subject", TEXT, nullable=False),
        Column("digest", TEXT, nullable=False),
        Column("questions", Json, nullable=False),
        Column("result", Json, nullable=False),
        Column("made_at", Moment, nullable=False),
    )
