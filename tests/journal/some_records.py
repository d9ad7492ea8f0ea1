"""Records and moments for the journal's tests."""

from datetime import UTC, datetime, timedelta

from habilis import Perimeter
from habilis.organisation import AccountState
from habilis_server.journal import Journal
from habilis_server.world import Account, Attachment, Detachment, Record

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DESK = Perimeter("11000201100044", "FAC0000034")

ANNA = Account(id="anna", email="anna@example.org", state=AccountState.ACTIVE)
AT_DESK = Attachment(account="anna", perimeter=DESK)
GONE = Detachment(account="anna", perimeter=DESK)


def account(number: int, *, active: bool = True) -> Account:
    state = AccountState.ACTIVE if active else AccountState.INACTIVE
    return Account(id=f"u{number}", email=f"u{number}@example.org", state=state)


def minutes(count: float) -> datetime:
    """A moment, in minutes after noon."""
    return NOON + timedelta(minutes=count)


def put(
    journal: Journal, *records: Record, name: str, at: float = 0, counts: float | None = None
) -> int:
    """Record `records` at `at` minutes after noon, to count from `counts` on."""
    return journal.append(
        records,
        actor="paul",
        request_id=name,
        recorded_at=minutes(at),
        effective_at=None if counts is None else minutes(counts),
    )
