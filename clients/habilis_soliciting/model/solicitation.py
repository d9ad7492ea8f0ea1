"""A solicitation, its history, and how each side puts it to Habilis."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from habilis import Perimeter, Resource
from habilis_companion.attachments import FileRef
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.message import Message

__all__ = [
    "Line",
    "ObjectType",
    "Solicitation",
    "StateLine",
    "resource_of",
    "resource_of_sender",
    "resource_sent",
    "resource_to_process",
]

_TYPE: Final = "sollicitation"
_NO_ID: Final = "0" * 32


class ObjectType(StrEnum):
    """What a solicitation may be about (R93)."""

    FACTURE = "FACTURE"
    PIECE_TRAVAUX = "PIECE_TRAVAUX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Solicitation(Message):
    """A message and what became of it.

    `emetteur` None: somebody who was not logged in. `recepteur` None: the
    support. `answer` and `answer_attachments` are what the receiver prepares,
    `assignee` who does ("" nobody): the sender is never told of them.

    `version` counts every change, `shown_version` those that the sender is
    told, and it is the one that he reads; likewise `state_at` and `shown_at`.
    """

    id: str
    etat: Etat
    etat_emetteur: EtatEmetteur
    created_at: datetime
    state_at: datetime
    shown_at: datetime
    emetteur: Perimeter | None = None
    version: int = 1
    shown_version: int = 1
    number: str = ""
    object_type: ObjectType | None = None
    assignee: str = ""
    answer: str = ""
    answer_attachments: tuple[FileRef, ...] = ()
    submitted_at: datetime | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def first_answer_seconds(self) -> int | None:
        """How long the sender waited to be answered or asked; None: he still does."""
        return _between(self.submitted_at, self.answered_at)

    @property
    def resolution_seconds(self) -> int | None:
        """How long the sender waited for what resolved it; None: he still does."""
        return _between(self.submitted_at, self.resolved_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What happened once: the states that both sides came to, and by whom it was decided.

    `comment` and `attachments` are what was said with it.
    """

    etat: Etat
    etat_emetteur: EtatEmetteur
    at: datetime
    comment: str = ""
    attachments: tuple[FileRef, ...] = ()
    actor: str = ""
    action: str = ""
    acting_as: str = ""
    decision_id: str = ""
    rule_id: str = ""
    policy_digest: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLine(Line):
    """The same as it is kept: `told` says whether the sender is told of it at all."""

    told: bool


def resource_of(solicitation: Solicitation) -> Resource:
    """The solicitation as its receiver puts it to Habilis."""
    return Resource(
        type=_TYPE,
        id=solicitation.id,
        parties=_parties(solicitation.emetteur, solicitation.recepteur),
        properties={"etat": solicitation.etat, "etat_emetteur": solicitation.etat_emetteur},
    )


def resource_sent(solicitation: Solicitation) -> Resource:
    """The solicitation as its sender puts it to Habilis.

    The receiver's state is no part of it: no answer can then depend on what
    the sender is not told (R89, R96).
    """
    return Resource(
        type=_TYPE,
        id=solicitation.id,
        parties=_parties(solicitation.emetteur, solicitation.recepteur),
        properties={"etat_emetteur": solicitation.etat_emetteur},
    )


def resource_to_process(solicitation: Solicitation) -> Resource:
    """The solicitation as if it awaited its receiver: what it tells is who processes it at all.

    A draft is nobody's to process.
    """
    if solicitation.etat is Etat.BROUILLON:
        return resource_of(solicitation)
    return resource_of(replace(solicitation, etat=Etat.A_TRAITER))


def resource_of_sender(emetteur: Perimeter) -> Resource:
    """A draft of which nothing is known but who writes it.

    Whoever may not even write that one is told nothing of what he wrote.
    """
    return Resource(
        type=_TYPE,
        id=_NO_ID,
        parties={"emetteur": emetteur},
        properties={"etat_emetteur": EtatEmetteur.BROUILLON},
    )


def _parties(emetteur: Perimeter | None, recepteur: Perimeter | None) -> Mapping[str, Perimeter]:
    named = {"emetteur": emetteur, "recepteur": recepteur}
    return {party: place for party, place in named.items() if place is not None}


def _between(first: datetime | None, then: datetime | None) -> int | None:
    return None if first is None or then is None else int((then - first).total_seconds())
