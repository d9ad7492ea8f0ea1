"""One change of the facts as the journal keeps it, and the hash that chains it to the one before.

A hash covers every column and the hash before it, each behind its length, so
that no two rows can be told in the same bytes.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from habilis.texts import flaw, shown
from habilis_server.journal.errors import ChangeRefusedError, JournalBrokenError
from habilis_server.world.codec import as_fields, encode, examine, recall
from habilis_server.world.errors import RecordError
from habilis_server.world.facts import Record

__all__ = [
    "FIRST_HASH",
    "Change",
    "Row",
    "change_of",
    "checked_payloads",
    "checked_text",
    "checked_times",
    "hash_of",
    "kind_of",
    "moment_of",
    "sound",
    "stamp",
]

FIRST_HASH: Final = "0" * 64
"""What stands before the first change."""

_DOMAIN: Final = b"habilis change 1"


class Row(NamedTuple):
    """A change as the table holds it; the names and the order are those of the columns."""

    revision: int
    recorded_at: str
    effective_at: str
    actor: str
    request_id: str
    ordinal: int
    command: str
    cause: str
    kind: str
    payload: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record taken into the facts: by whom, in which request, when, and from when it counts.

    `ordinal` is its place in the request, from 0. Both times are in UTC.
    `command` is what was asked ("import" of imports), `cause` the approval on
    which the change rests; "" if there is none.
    """

    revision: int
    recorded_at: datetime
    effective_at: datetime
    actor: str
    request_id: str
    ordinal: int
    command: str
    cause: str
    record: Record
    hash: str


def hash_of(row: Row) -> str:
    """The hash that `row` must bear, from all its other columns."""
    parts = (
        _DOMAIN,
        _measured(row.revision),
        _repeated(row.recorded_at),
        _repeated(row.effective_at),
        _repeated(row.actor),
        _repeated(row.request_id),
        _measured(row.ordinal),
        _repeated(row.command),
        _repeated(row.cause),
        _repeated(row.kind),
        _measured(row.payload),
        _measured(row.previous_hash),
    )
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _measured(value: object) -> bytes:
    octets = str(value).encode()  # a damaged row may hold anything
    return len(octets).to_bytes(8, "big") + octets


# What the rows of one request share is not encoded for each of them.
_repeated: Final = lru_cache(maxsize=1_024, typed=True)(_measured)


def change_of(row: Row) -> Change:
    """The change that `row` tells; raises JournalBrokenError if it tells none."""
    try:
        return Change(
            revision=row.revision,
            recorded_at=moment_of(row.recorded_at),
            effective_at=moment_of(row.effective_at),
            actor=row.actor,
            request_id=row.request_id,
            ordinal=row.ordinal,
            command=row.command,
            cause=row.cause,
            record=recall(row.payload),
            hash=row.hash,
        )
    except (RecordError, ValueError, TypeError) as error:
        raise JournalBrokenError(f"revision {row.revision} cannot be read: {error}") from error


def sound(row: Row) -> Row:
    """The row itself; raises JournalBrokenError unless its hash fits its content."""
    if row.hash != hash_of(row):
        raise JournalBrokenError(
            f"revision {row.revision} was altered, or its page is damaged: its hash does not fit"
        )
    return row


def stamp(moment: datetime) -> str:
    """`moment` in UTC as the journal writes it: microseconds, one width, so that text sorts."""
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='microseconds')}Z"


@lru_cache(maxsize=1_024)
def moment_of(text: str) -> datetime:
    """The moment that `stamp` wrote; raises ValueError if it wrote no such text."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or stamp(moment) != text:
        raise ValueError(f"not a time of the journal: {shown(text)}")
    return moment


def kind_of(payload: str) -> str:
    """The kind that an encoded record begins with; "" if it begins otherwise."""
    start = '{"kind":"'
    return payload[len(start) :].partition('"')[0] if payload.startswith(start) else ""


def checked_payloads(records: Iterable[Record]) -> Iterator[str]:
    """The records encoded, one after the other, for there may be millions.

    Raises ChangeRefusedError at the first that could not be read again as it is.
    """
    for place, record in enumerate(records):
        again, problems = examine(as_fields(record))
        if problems or again != record:
            reason = "; ".join(problems) or "it would not be read as it was written"
            raise ChangeRefusedError(f"record {place} cannot be recorded: {reason}")
        yield encode(record)


def checked_times(recorded_at: datetime, effective_at: datetime | None) -> tuple[str, str]:
    """Both times as the journal writes them; raises ChangeRefusedError if they can't stand."""
    effective_at = recorded_at if effective_at is None else effective_at
    for name, moment in (("recorded_at", recorded_at), ("effective_at", effective_at)):
        if moment.utcoffset() != timedelta(0):
            raise ChangeRefusedError(f"`{name}` {moment.isoformat()} is not in UTC")
    if effective_at < recorded_at:
        raise ChangeRefusedError(
            f"`effective_at` {stamp(effective_at)} is before `recorded_at` {stamp(recorded_at)};"
            " what was in effect is never rewritten"
        )
    return stamp(recorded_at), stamp(effective_at)


def checked_text(name: str, text: str) -> str:
    """`text` as given; raises ChangeRefusedError if it may not name anything."""
    found = flaw(text)
    if found is not None:
        raise ChangeRefusedError(f"`{name}` {shown(text)} {found}")
    return text
