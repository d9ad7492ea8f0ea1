"""What each side is told of a solicitation: two views, of which the sender's cannot say more.

`Sent` has no field in which « En cours », a prepared answer, or who works on it
could stand (R89, R96); its version and moments move with what he is told alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.message import Message
from habilis_soliciting.model.solicitation import ObjectType, Solicitation, StateLine

__all__ = ["Received", "Sent", "SentLine", "lines_sent"]

_OF_SENDER: Final = frozenset({Act.SAVE, Act.SUBMIT, Act.COMPLETE, Act.SEND_BACK, Act.CLOSE})
_SPOKEN: Final = frozenset({Act.COMPLETE, Act.SEND_BACK, Act.ASK_INFORMATION, Act.RESOLVE})
"""Acts whose words are for the sender, or his own; the others are said between receivers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen(Message):
    """What both sides read alike."""

    id: str
    version: int
    number: str = ""
    emetteur: Perimeter | None = None
    object_type: ObjectType | None = None
    created_at: datetime
    submitted_at: datetime | None = None
    state_at: datetime
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(_Seen):
    """A solicitation as its sender is told of it."""

    etat: EtatEmetteur

    @classmethod
    def of(cls, solicitation: Solicitation) -> Self:
        """With the version and the moment of what he was told last."""
        return cls(
            **_alike(solicitation),
            etat=solicitation.etat_emetteur,
            version=solicitation.shown_version,
            state_at=solicitation.shown_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(_Seen):
    """A solicitation as its receiver reads it (R93)."""

    etat: Etat
    etat_emetteur: EtatEmetteur
    assignee: str = ""
    answer: str = ""
    answer_attachments: tuple[FileRef, ...] = ()

    @classmethod
    def of(cls, solicitation: Solicitation) -> Self:
        """All that is kept of it."""
        return cls(
            **_alike(solicitation),
            etat=solicitation.etat,
            etat_emetteur=solicitation.etat_emetteur,
            version=solicitation.version,
            state_at=solicitation.state_at,
            assignee=solicitation.assignee,
            answer=solicitation.answer,
            answer_attachments=solicitation.answer_attachments,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """What the sender is told that happened; `actor` is told of his own side alone."""

    etat: EtatEmetteur
    at: datetime
    action: str
    actor: str = ""
    acting_as: str = ""
    comment: str = ""
    attachments: tuple[FileRef, ...] = ()


def lines_sent(lines: Iterable[StateLine]) -> Iterator[SentLine]:
    """The history as the sender is told it: no line at all of what he is not told."""
    for line in lines:
        if line.told:
            own = line.action in _OF_SENDER
            spoken = line.action in _SPOKEN
            yield SentLine(
                etat=line.etat_emetteur,
                at=line.at,
                action=line.action,
                actor=line.actor if own else "",
                acting_as=line.acting_as,
                comment=line.comment if spoken else "",
                attachments=line.attachments if spoken else (),
            )


def _alike(solicitation: Solicitation) -> dict[str, Any]:
    """What both sides read, but for the version and the moment of the state."""
    apart = {"version", "state_at"}
    names = [each.name for each in fields(_Seen) if each.name not in apart]
    return {name: getattr(solicitation, name) for name in names}
