"""What is asked of soliciting beside the solicitations themselves, and what it answers.

The fields are those of the contract, `proto/habilis/v1/soliciting.proto`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from habilis import Perimeter
from habilis_soliciting.model.message import Message
from habilis_soliciting.model.shown import Received, Sent

__all__ = [
    "Age",
    "Criteria",
    "DashboardRow",
    "Draft",
    "Outcome",
    "Page",
    "Reception",
    "StatisticsRow",
    "ToProcess",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a solicitation: `etat` and `version` as whoever acted is told of them."""

    id: str
    number: str = ""
    etat: str
    version: int
    at: datetime
    decision_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Message):
    """A message, and for whom it is written."""

    emetteur: Perimeter


@dataclass(frozen=True, slots=True)
class Reception:
    """All that somebody who is not logged in is told: when his message was received."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ToProcess:
    """« Synthèse », or « Actions requises »: nothing narrows it (R82)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Narrows « Rechercher »: each that is given must be met.

    Of a tuple one has to match, and an empty one, a None or a "" asks nothing.
    A structure stands for its services too. `etats` are those of the side that
    looks; `assignee` is for receivers. Moments are from the first, included, to
    the second, excluded.
    """

    emetteurs: tuple[Perimeter, ...] = ()
    recepteurs: tuple[Perimeter, ...] = ()
    categories: tuple[str, ...] = ()
    subcategories: tuple[str, ...] = ()
    etats: tuple[str, ...] = ()
    number: str = ""
    object_number: str = ""
    assignee: str = ""
    submitted_from: datetime | None = None
    submitted_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, all of it of one side; `next_page_token` "" on the last one."""

    solicitations: tuple[Sent | Received, ...]
    next_page_token: str = ""


class Age(StrEnum):
    """How long ago something was sent, or first kept where it was not sent."""

    TWO_DAYS = "TWO_DAYS"
    WEEK = "WEEK"
    MONTH = "MONTH"
    OLDER = "OLDER"

    @property
    def under(self) -> timedelta | None:
        """It ends before this long; None: it has no end."""
        days = {Age.TWO_DAYS: 2, Age.WEEK: 7, Age.MONTH: 30}.get(self)
        return None if days is None else timedelta(days=days)


@dataclass(frozen=True, slots=True)
class DashboardRow:
    """What is in one state, as its reader is told of it; an age without any has no count."""

    etat: str
    counts: Mapping[Age, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsRow:
    """What was sent about one subcategory; delays are averages in seconds, 0 where none ended."""

    category: str
    subcategory: str
    solicitations: int
    answered: int = 0
    first_answer_seconds: int = 0
    resolved: int = 0
    resolution_seconds: int = 0
