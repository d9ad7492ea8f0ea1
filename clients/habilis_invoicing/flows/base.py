"""What every screen shares: how an act on one piece is asked, moved and kept, all or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from habilis import Question
from habilis_companion.flows import Asked, CompanionFlow
from habilis_companion.guard import Permit
from habilis_companion.refusals import Problem, raise_if_any
from habilis_companion.requests import Request
from habilis_companion.store import ReadSession, WriteSession
from habilis_companion.versions import need_version
from habilis_invoicing.flows.directory import Directory
from habilis_invoicing.model.asked import Outcome
from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.circuits import Act, move
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event, Motif, action_of
from habilis_invoicing.model.piece import (
    Piece,
    StateLine,
    resource_of,
    resource_of_depositor,
)
from habilis_invoicing.model.refusals import Code, refuse
from habilis_invoicing.model.shown import moved
from habilis_invoicing.store import pieces

__all__ = [
    "NOTHING_SAID",
    "Flow",
    "Said",
    "acting_as",
    "advanced",
    "loaded",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What goes with an act: a reason, and words."""

    motif: Motif | None = None
    comment: str = ""


NOTHING_SAID: Final = Said()


def _unchanged(piece: Piece) -> Piece:
    return piece


def _none(_: Piece) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(CompanionFlow):
    """What the screens work with."""

    directory: Directory

    def _act(
        self,
        asked: Asked,
        event: Event,
        said: Said = NOTHING_SAID,
        *,
        change: Callable[[Piece], Piece] = _unchanged,
        problems: Callable[[Piece], Iterable[Problem]] = _none,
        by_depositor: bool = False,
    ) -> Outcome:
        """One act on one piece: asked, checked, moved and kept.

        `change` is what the act alters beside the state; the right is asked on
        the piece as it will be. `problems`, of the piece as it was, are told only
        to who may act, or with `by_depositor` to who may draw up such a piece:
        of one that goes where it cannot, Habilis would say no and nothing more.
        """
        former = self._former(asked.request, Outcome)
        if former is not None:
            return former
        with self.store.asking(asked.request) as session:
            piece = loaded(session, asked.read.id)
        changed = change(piece)
        if by_depositor:
            self._tell_depositor(asked.subject, piece, problems(piece))
        action = action_of(event, piece.cadre)
        permit = self.guard.ask(asked.subject, action, resource_of(changed))
        if not by_depositor:
            raise_if_any(problems(piece))
        need_version(piece.title, piece.version, asked.read.version)
        now = self.clock()
        act = Act(event=event, party=acting_as(permit), motif=said.motif)
        states = move(changed, act, now)
        hidden = event is Event.PAY and self._hides_payment(asked.subject, piece)
        after, lines = advanced(changed, states, now, said, payment_hidden=hidden)
        with self.store.writing(self.guard, permit, request=asked.request) as session:
            kept = pieces.move(session, after, lines, permit)
            return self._kept(session, asked.request, kept, permit, now)

    def _tell_depositor(
        self,
        subject: str,
        piece: Piece,
        problems: Iterable[Problem],
        linked: Iterable[Question] = (),
    ) -> None:
        """Raise RefusedError if there are problems, once `subject` may draw up such a piece.

        `linked` are the questions on whatever else they tell of.
        """
        action = action_of(Event.SAVE, piece.cadre)
        resource = resource_of_depositor(piece.cadre, piece.deposant)
        draws = Question(subject=subject, action=action, resource=resource)
        self._tell(problems, [draws, *linked])

    def _hides_payment(self, subject: str, piece: Piece) -> bool:
        """Whether the payer's structure hides its payments (R77); in doubt it does."""
        place = piece.destinataire
        known = self.directory.known(subject, [place] if place else []).structures
        payer = known.get(place.structure) if place else None
        return payer is None or payer.payment_status_hidden

    def _kept(
        self, session: WriteSession, request: Request, piece: Piece, permit: Permit, now: datetime
    ) -> Outcome:
        """What the request came to, kept under its name in the same transaction."""
        outcome = Outcome(
            id=piece.id,
            number=piece.number,
            etat=piece.etat,
            version=piece.version,
            at=now,
            decision_id=permit.decision.decision_id,
        )
        return self._remember(session, request, outcome, now)


def advanced(
    piece: Piece,
    states: Iterable[Etat],
    now: datetime,
    said: Said = NOTHING_SAID,
    *,
    payment_hidden: bool = False,
) -> tuple[Piece, list[StateLine]]:
    """The piece brought through these states at once, and the lines of its history.

    A state in which it already is leaves it there since when it was.
    """
    lines: list[StateLine] = []
    for etat in states:
        if etat is not piece.etat:
            piece = moved(piece, etat, now, payment_hidden=payment_hidden)
        lines.append(StateLine(etat=etat, at=now, reason=said.motif or "", comment=said.comment))
    return piece, lines


def loaded(session: ReadSession, piece_id: str, field: str = "piece") -> Piece:
    """The piece, which `field` names. Raises RefusedError where there is none."""
    piece = pieces.load(session, piece_id)
    if piece is None:
        raise refuse(Code.PIECE_UNKNOWN, field, f"there is no piece `{piece_id}`")
    return piece


def acting_as(permit: Permit) -> Party:
    """The part as which Habilis let the person act."""
    return Party(permit.decision.acting_as)
