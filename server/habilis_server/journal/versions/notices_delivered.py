"""Notices delivered: since when one is tried, whether it was handed over, or set aside."""

from typing import Final

from alembic import op
from sqlalchemy import Column

from habilis_companion.columns import TEXT

__all__ = ["down_revision", "revision", "upgrade"]

revision: Final = "0002"
down_revision: Final = "0001"


def upgrade() -> None:
    for name in ("tried_since", "handed_at", "set_aside_at"):
        op.add_column("notice", Column(name, TEXT))
