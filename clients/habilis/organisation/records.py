"""What the organisation's reads answer: records as people know them, and pages of them.

Each field is named as in the contract. A table for people takes one line:

    columns = (Column("Service"), Column("Nom"), Column("Actif"))
    rows = [(each.perimeter.service, each.name, "oui" if each.active else "non") for each in page]
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, NotRequired, TypedDict, TypeVar

from habilis.model import Perimeter, Token
from habilis.organisation.facts import (
    AccountState,
    ApprovalObject,
    ApprovalState,
    Moa,
    StructureDetails,
    StructureType,
    WantedStructure,
)

__all__ = [
    "ApprovalPage",
    "ApprovalRecord",
    "AttachmentRecord",
    "HistoryEntry",
    "HistoryEvent",
    "Listing",
    "ListingNow",
    "Page",
    "Person",
    "Reading",
    "ServiceRecord",
    "StructureAnswer",
    "StructureRecord",
]

_Record = TypeVar("_Record")


class Reading(TypedDict):
    """Who reads, and on which terms.

    `at`: the moment whose facts are read, with its time zone; None is now.
    `at_least`: no answer from older facts. `deadline`: seconds, in place of the
    method's own.
    """

    subject: str
    at: NotRequired[datetime | None]
    at_least: NotRequired[Token | None]
    deadline: NotRequired[float | None]


class ListingNow(TypedDict):
    """As `Reading`, of the present, and which page: `page_size` records at most, 500 or fewer.

    `page_token` is the `next_page_token` of the page before, with all else as
    it was; "" is the first page.
    """

    subject: str
    at_least: NotRequired[Token | None]
    deadline: NotRequired[float | None]
    page_size: NotRequired[int]
    page_token: NotRequired[str]


class Listing(ListingNow):
    """The same of any moment: `at`, with its time zone; None is now."""

    at: NotRequired[datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account as others see it; `email` "" where the facts do not have it."""

    account: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureRecord:
    """The record of a structure (R72 to R77).

    `principal_manager` is told to those who are attached; None: nobody is in
    office, or the subject is not told.
    """

    id: str
    identifier_type: str
    type: StructureType
    name: str
    active: bool
    moa: Moa
    details: StructureDetails | None = None
    principal_manager: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    perimeter: Perimeter
    name: str
    active: bool
    description: str = ""
    commitment_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRecord:
    """The tie of a person to a perimeter, and what it entitles to (R49).

    `profiles` are all those held, in order; of them, `ex_officio` come with an
    office and nobody can take them away. What is held on a structure is held on
    its services. `since` None: the person manages the structure without being
    attached.
    """

    account: str
    email: str
    state: AccountState
    perimeter: Perimeter
    structure_name: str
    structure_active: bool
    service_name: str = ""
    service_active: bool = True
    profiles: tuple[str, ...] = ()
    ex_officio: tuple[str, ...] = ()
    principal_manager: bool = False
    legacy_secondary_manager: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRecord:
    """A request, and what has become of it (R55, R56, R60).

    `perimeter` None: it is about a structure that is `wanted`. Times are None
    where they are unknown or nothing is decided; `decided_by` None: nobody has.
    """

    id: str
    object: ApprovalObject
    state: ApprovalState
    requester: Person
    perimeter: Perimeter | None = None
    structure_name: str = ""
    service_name: str = ""
    wanted: WantedStructure | None = None
    comment: str = ""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    requested_at: datetime | None = None
    decided_by: Person | None = None
    decided_at: datetime | None = None
    reason: str = ""


class HistoryEvent(StrEnum):
    """What happened on a perimeter."""

    STRUCTURE_RECORDED = "structure_recorded"
    STRUCTURE_MODIFIED = "structure_modified"
    STRUCTURE_RENAMED = "structure_renamed"
    PRINCIPAL_MANAGER_CHANGED = "principal_manager_changed"
    SERVICE_RECORDED = "service_recorded"
    SERVICE_MODIFIED = "service_modified"
    SERVICE_REMOVED = "service_removed"
    ATTACHED = "attached"
    DETACHED = "detached"
    ENTITLEMENTS_CHANGED = "entitlements_changed"
    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One change of a perimeter: what, by whom, when, and on whose request.

    `account` is whom it bears on; None: nobody in particular. `approval` is the
    request on which it rests, or that it is about; "" is none.
    """

    revision: int
    recorded_at: datetime
    effective_at: datetime
    event: HistoryEvent
    perimeter: Perimeter
    actor: Person
    command: str
    request_id: str
    account: Person | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    fields: Mapping[str, str]
    approval: str = ""
    requester: Person | None = None
    decided_by: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureAnswer:
    """A structure, and the state that says so."""

    structure: StructureRecord
    token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[_Record]):
    """A part of a list, and the state that says so: the same for all its pages.

    `next_page_token` leads to the next one; "": nothing is left.
    """

    records: tuple[_Record, ...]
    next_page_token: str
    token: Token

    def __iter__(self) -> Iterator[_Record]:
        return iter(self.records)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPage(Page[ApprovalRecord]):
    """`pending` counts those that await a decision, of all pages and whatever state is asked."""

    pending: int
