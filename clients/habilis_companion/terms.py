"""On which terms a companion is asked: who acts or looks, on what as it was read, how patiently."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NotRequired, Protocol, TypedDict
from uuid import uuid4

from habilis.organisation.words import Writing

__all__ = [
    "Acting",
    "ExportFormat",
    "Looking",
    "Reference",
    "Versioned",
    "acting",
    "looking",
    "patience",
    "reference",
]


class Acting(Writing):
    """Who acts, and on which terms: those of a command of the organisation."""


class Looking(TypedDict):
    """Who looks, through which application (`factures_travaux`), within how many seconds."""

    subject: str
    application: str
    deadline: NotRequired[float | None]


class ExportFormat(StrEnum):
    """The file of a list: as French spreadsheets read it, or a workbook."""

    CSV = "csv"
    XLSX = "xlsx"


class Versioned(Protocol):
    """What a companion keeps, as it was read: its id, and the version that it had."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Reference:
    """The id and the version alone, as requests name what was read."""

    id: str
    version: int


def reference(kept: Versioned | None) -> Reference | None:
    """What was read, as requests name it; None for nothing."""
    return None if kept is None else Reference(kept.id, kept.version)


def acting(terms: Acting) -> dict[str, object]:
    """The fields that say who acts, under the request's own name; a new one if none is given."""
    request_id = terms["request_id"] if "request_id" in terms else uuid4().hex
    return {"subject": terms["subject"], "request_id": request_id}


def looking(terms: Looking) -> dict[str, object]:
    """The fields that say who looks, and through which application."""
    return {"subject": terms["subject"], "application": terms["application"]}


def patience(terms: Acting | Looking, usual: float) -> float:
    """The seconds to wait: those of the terms, or the usual ones."""
    deadline = terms.get("deadline")
    return usual if deadline is None else deadline
