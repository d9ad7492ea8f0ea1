"""Where an event leads a payment request: looked up in the tables, and decided nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.circuits.invoices import INVOICES
from habilis_invoicing.model.circuits.row import Condition, Transition
from habilis_invoicing.model.circuits.validation import VALIDATION
from habilis_invoicing.model.circuits.works import PIECES
from habilis_invoicing.model.etats import LABELS, Etat
from habilis_invoicing.model.events import Event, Motif
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.model.refusals import Code, refuse

__all__ = ["TABLES", "Act", "move", "transition"]

TABLES: Final[tuple[Transition, ...]] = (*INVOICES, *VALIDATION, *PIECES)
"""Every row of every circuit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An event, and what it is done with: a reason, or the framework of the piece to come.

    `party` is the part as which Habilis let it be done; None for the clock.
    """

    event: Event
    party: Party | None = None
    motif: Motif | None = None
    following: Cadre | None = None


def move(piece: Piece, act: Act, now: datetime) -> tuple[Etat, ...]:
    """The states that the piece comes to, in order: the last is where it rests.

    Raises RefusedError: INVALID_TRANSITION for what is in no row, TOO_EARLY or
    TOO_LATE outside the delay of its row.
    """
    row = transition(piece, act)
    _need_open(row, piece, now)
    return (row.after, *_at_once(replace(piece, etat=row.after)))


def transition(piece: Piece, act: Act, *, fresh: bool = False) -> Transition:
    """The row of this act on the piece; `fresh`: the piece is not kept yet.

    Raises RefusedError where no row holds.
    """
    before = None if fresh else piece.etat
    found = next(_matching(piece, before, act), None)
    if found is None:
        where = "a new piece" if before is None else f"« {LABELS[before]} »"
        raise refuse(
            Code.INVALID_TRANSITION,
            "",
            f"`{act.event}` leads nowhere from {where} for {piece.cadre}"
            f"{f' followed by {act.following}' if act.following else ''}; read the piece again",
        )
    return found


def _matching(piece: Piece, before: Etat | None, act: Act) -> Iterator[Transition]:
    for row in _INDEX.get((piece.cadre, before, act.event, act.party), ()):
        if row.motif in {None, act.motif} and _leads_on(row, act) and _holds(row.condition, piece):
            yield row


def _leads_on(row: Transition, act: Act) -> bool:
    return act.following in row.following if act.following else not row.following


def _holds(condition: Condition, piece: Piece) -> bool:
    match condition:
        case Condition.NONE:
            return True
        case Condition.PREVIOUS:
            return piece.previous is not None
        case Condition.VALIDATOR:
            return piece.valideur is not None
        case Condition.NO_VALIDATOR:
            return piece.valideur is None
        case Condition.SECOND:
            return piece.valideur_2 is not None
        case Condition.NO_SECOND:
            return piece.valideur_2 is None


def _need_open(row: Transition, piece: Piece, now: datetime) -> None:
    if row.opens_after is not None and now < piece.state_at + row.opens_after:
        opens = piece.state_at + row.opens_after
        raise refuse(
            Code.TOO_EARLY, "", f"the other party may still answer; wait until {opens.isoformat()}"
        )
    if row.closes_after is not None and now >= piece.state_at + row.closes_after:
        closed = piece.state_at + row.closes_after
        raise refuse(
            Code.TOO_LATE,
            "",
            f"the delay ended on {closed.isoformat()}; only the tacit way is left",
        )


def _at_once(piece: Piece) -> tuple[Etat, ...]:
    """The states through which the piece goes on without anybody's act."""
    row = next(_matching(piece, piece.etat, Act(event=Event.GO_ON)), None)
    if row is None:
        return ()
    return (row.after, *_at_once(replace(piece, etat=row.after)))


def _indexed() -> dict[tuple[Cadre, Etat | None, Event, Party | None], tuple[Transition, ...]]:
    index: dict[tuple[Cadre, Etat | None, Event, Party | None], tuple[Transition, ...]] = {}
    for row in TABLES:
        for cadre in row.cadres:
            key = (cadre, row.before, row.event, row.party)
            index[key] = (*index.get(key, ()), row)
    return index


_INDEX: Final = _indexed()
