"""Columns that mean the same on both databases: order and equality are those of the bytes."""

import json
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

__all__ = ["NUMBER", "TEXT", "Json", "Moment"]

# SQLite compares texts byte by byte unless told otherwise; PostgreSQL has to be told.
TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite's only key that numbers itself is an INTEGER, which holds 64 bits there.
NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC as a text of one width, so that texts sort as moments do."""

    impl = TEXT
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone: give it one, such as UTC")
        naive = value.astimezone(UTC).replace(tzinfo=None)
        return f"{naive.isoformat(timespec='microseconds')}Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[object]):
    """What JSON can say, kept as a text; for what no query looks into."""

    impl = TEXT
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002  # the signature is SQLAlchemy's
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002  # the signature is SQLAlchemy's
        return None if value is None else json.loads(value)
