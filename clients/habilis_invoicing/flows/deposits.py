"""« Déposer »: drafts, deposits, initial or linked, and the form of a next piece (R120–R130)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from habilis import Question
from habilis_companion.errors import InvalidRequestError
from habilis_companion.guard import Permit, asks
from habilis_companion.refusals import Problem
from habilis_companion.requests import Request
from habilis_companion.store import ReadSession
from habilis_companion.terms import Reference
from habilis_companion.versions import need_version
from habilis_invoicing.flows.base import Flow, acting_as, advanced, loaded
from habilis_invoicing.flows.uploads import with_uploads
from habilis_invoicing.model.asked import Draft, Form, Outcome
from habilis_invoicing.model.cadres import PAYABLE, WORKS, Cadre
from habilis_invoicing.model.circuits import Act, move, transition
from habilis_invoicing.model.deposit import (
    problems_to_follow,
    problems_to_reissue,
    problems_to_save,
    problems_to_send,
)
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event, action_of
from habilis_invoicing.model.following import next_form
from habilis_invoicing.model.piece import (
    Piece,
    StateLine,
    resource_of,
    resource_of_next,
)
from habilis_invoicing.model.refusals import Code, problem
from habilis_invoicing.model.routing import problems_of_places, problems_of_routing
from habilis_invoicing.store import pieces

__all__ = ["Deposits"]

_CONSULT: Final = "factures_travaux.consulter"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """A piece as it is drawn up, and what it is linked to.

    `kept` is the draft from which it comes, `previous` the piece that it
    continues with its `successors` so far, `refused` the one that it replaces;
    `wrong` is what is wrong with the files that it names.
    """

    piece: Piece
    kept: Piece | None
    previous: Piece | None
    refused: Piece | None
    successors: tuple[Piece, ...]
    wrong: Sequence[Problem]

    @property
    def linked(self) -> tuple[Piece, Event] | None:
        """The piece to which something happens when this one is sent, and what."""
        if self.refused is not None:
            # What replaces a refused piece continues nothing anew (§4.4).
            return self.refused, Event.REISSUE
        return None if self.previous is None else (self.previous, Event.FOLLOW)


class Deposits(Flow):
    """What a depositor does before a piece is sent, and its sending."""

    @asks(
        "factures_emises.saisir_brouillon",
        "factures_travaux.consulter",
        "factures_travaux.saisir_brouillon",
        "frais_justice.saisir_brouillon",
        "remboursements_taxes.saisir_brouillon",
    )
    def save_draft(
        self, *, subject: str, request_id: str, draft: Draft, replaces: Reference | None = None
    ) -> Outcome:
        """Keep a draft, new or in place of one that was kept (R128)."""
        request = Request.of(request_id, subject, "save_draft", [draft, replaces])
        if (former := self._former(request, Outcome)) is not None:
            return former
        now = self.clock()
        with self.store.asking(request) as session:
            form = _drawn(session, subject, draft, replaces, now)
        piece, kept = form.piece, form.kept
        wrong = [
            *form.wrong,
            *problems_to_save(piece),
            *_wrong_with_draft(form),
            *problems_of_places(piece, self.directory.known(subject, piece.places.values())),
        ]
        self._tell_depositor(subject, piece, wrong, _sight_of_links(subject, form))
        action = action_of(Event.SAVE, piece.cadre)
        saves = Question(subject=subject, action=action, resource=resource_of(piece))
        permits = self.guard.ask_all([saves, *_sight_of_links(subject, form)])
        transition(piece, Act(event=Event.SAVE, party=acting_as(permits[0])), fresh=kept is None)
        with self.store.writing(self.guard, *permits, request=request) as session:
            if replaces is None:
                line = StateLine(etat=Etat.BROUILLON, at=now)
                saved = pieces.insert_piece(session, piece, [line], permits[0])
            else:
                need_version(piece.title, piece.version, replaces.version)
                saved = pieces.move(session, piece, [], permits[0])
            return self._kept(session, request, saved, permits[0], now)

    @asks(
        "factures_emises.supprimer_brouillon",
        "factures_travaux.supprimer_brouillon",
        "frais_justice.supprimer_brouillon",
        "remboursements_taxes.supprimer_brouillon",
    )
    def delete_draft(self, *, subject: str, request_id: str, piece: Reference) -> Outcome:
        """Remove a draft for good (§4.4)."""
        return self._act(self._asked("delete_draft", subject, request_id, piece), Event.DELETE)

    @asks(
        "factures_emises.deposer",
        "factures_emises.saisir_brouillon",
        "factures_travaux.consulter",
        "factures_travaux.deposer",
        "factures_travaux.deposer_piece_suivante",
        "factures_travaux.saisir_brouillon",
        "factures_travaux.traiter_rejet",
        "frais_justice.deposer",
        "frais_justice.saisir_brouillon",
        "remboursements_taxes.deposer",
        "remboursements_taxes.saisir_brouillon",
    )
    def deposit(
        self,
        *,
        subject: str,
        request_id: str,
        draft: Draft | None = None,
        saved: Reference | None = None,
    ) -> Outcome:
        """Send a payment request: a draft at once, or one that was kept (R129, R130, R142).

        The piece that it continues is associated in the same transaction; the
        refused one that it replaces is marked so.
        """
        request = Request.of(request_id, subject, "deposit", [draft, saved])
        if (former := self._former(request, Outcome)) is not None:
            return former
        now = self.clock()
        with self.store.asking(request) as session:
            form = _drawn(session, subject, draft, saved, now)
            taken = list(_wrong_with_number(session, form.piece, now))
        form = replace(form, piece=_dated(form.piece, now))
        known = self.directory.known(subject, form.piece.places.values())
        wrong = [
            *form.wrong,
            *problems_to_send(form.piece, now.date()),
            *_wrong_with_links(form),
            *taken,
            *problems_of_routing(form.piece, known),
        ]
        self._tell_depositor(subject, form.piece, wrong, _sight_of_links(subject, form))
        permits = self.guard.ask_all(list(_questions(subject, form)))
        if saved is not None:
            need_version(form.piece.title, form.piece.version, saved.version)
        return self._sent(request, form, permits, now)

    @asks("factures_travaux.consulter")
    def prefill_next(self, *, subject: str, piece: str, cadre: Cadre) -> Form:
        """The form of the piece that may follow one (R121–R126). Nothing is kept."""
        with self.store.asking() as session:
            previous = loaded(session, piece)
        self.guard.ask(subject, _CONSULT, resource_of(previous))
        return next_form(previous, cadre)

    def _sent(
        self, request: Request, form: _Drawn, permits: tuple[Permit, ...], now: datetime
    ) -> Outcome:
        """All that a deposit changes, in one transaction."""
        by, piece = permits[0], form.piece
        states = move(piece, Act(event=Event.DEPOSIT, party=acting_as(by)), now)
        after, lines = advanced(piece, states, now)
        with self.store.writing(self.guard, *permits, request=request) as session:
            if form.kept is not None:
                sent = pieces.move(session, after, lines, by)
            elif form.linked is None:
                sent = pieces.insert_piece(session, after, lines, by)
            else:
                # A linked deposit made at once shows that it was a draft for a moment (R142).
                draft = StateLine(etat=Etat.BROUILLON, at=now)
                sent = pieces.insert_piece(session, after, [draft, *lines], by)
            if form.linked is not None:
                other, event = form.linked
                following = piece.cadre if event is Event.FOLLOW else None
                act = Act(event=event, party=acting_as(permits[1]), following=following)
                changed, told = advanced(other, move(other, act, now), now)
                pieces.move(session, changed, told, permits[1])
            return self._kept(session, request, sent, by, now)


def _drawn(
    session: ReadSession, subject: str, draft: Draft | None, ref: Reference | None, now: datetime
) -> _Drawn:
    """The piece of this draft, or the kept one, or the kept one as this draft changes it."""
    kept = None if ref is None else loaded(session, ref.id)
    if draft is None:
        if kept is None:
            raise InvalidRequestError("what", "is missing: give a draft, or one that was saved")
        draft = Draft(**{each.name: getattr(kept, each.name) for each in fields(Draft)})
    previous = None if draft.previous is None else loaded(session, draft.previous, "previous")
    refused = (
        None if draft.duplicate_of is None else loaded(session, draft.duplicate_of, "duplicate_of")
    )
    said: dict[str, Any] = {each.name: getattr(draft, each.name) for each in fields(Draft)}
    if draft.cadre in WORKS - PAYABLE and draft.destinataire is None:
        # It is addressed to the MOA's own structure (R117, R125).
        said["destinataire"] = draft.moa
    first = previous or refused
    if kept is not None:
        piece = replace(kept, **said)
    else:
        said |= {"id": uuid4().hex, "etat": Etat.BROUILLON, "shown": Etat.BROUILLON}
        said |= {"created_at": now, "state_at": now, "shown_at": now}
        piece = Piece(**said)
    if piece.cadre in WORKS:
        piece = replace(
            piece,
            dossier=first.dossier if first else piece.id,
            dossier_number=first.dossier_number if first else piece.number,
        )
    piece, wrong = with_uploads(session, subject, piece, kept)
    return _Drawn(
        piece=piece,
        wrong=wrong,
        kept=kept,
        previous=previous,
        refused=refused,
        successors=pieces.successors(session, previous.id) if previous else (),
    )


def _dated(piece: Piece, now: datetime) -> Piece:
    return piece if piece.deposited_at is not None else replace(piece, deposited_at=now)


def _questions(subject: str, form: _Drawn) -> Iterator[Question]:
    """Every right that a deposit needs: its own first, then that on what it follows."""
    piece = form.piece
    depose = action_of(Event.DEPOSIT, piece.cadre)
    yield Question(subject=subject, action=depose, resource=resource_of(piece))
    if form.linked is not None:
        other, event = form.linked
        follows = event is Event.FOLLOW
        resource = resource_of_next(other, piece) if follows else resource_of(other)
        yield Question(subject=subject, action=action_of(event, other.cadre), resource=resource)
    if form.kept is None:
        save = action_of(Event.SAVE, piece.cadre)
        yield Question(subject=subject, action=save, resource=resource_of(piece))
    if piece.valideur_2 is not None:
        # The policy judges one validator at a time.
        second = resource_of(replace(piece, valideur=piece.valideur_2))
        yield Question(subject=subject, action=depose, resource=second)


def _sight_of_links(subject: str, form: _Drawn) -> Iterator[Question]:
    """What a piece is linked to, or drawn from, is told only to who may see it."""
    if form.kept is not None:
        action = action_of(Event.SAVE, form.kept.cadre)
        yield Question(subject=subject, action=action, resource=resource_of(form.kept))
    for other in (form.previous, form.refused):
        if other is not None and form.piece.cadre in WORKS:
            yield Question(subject=subject, action=_CONSULT, resource=resource_of(other))


def _wrong_with_draft(form: _Drawn) -> Iterator[Problem]:
    kept, piece = form.kept, form.piece
    if kept is not None and (kept.cadre, kept.deposant) != (piece.cadre, piece.deposant):
        yield problem(
            Code.NOT_ACTOR_OF_FILE,
            "replaces",
            f"a draft keeps its framework and its depositor, {kept.cadre} of `{kept.deposant}`",
        )


def _wrong_with_links(form: _Drawn) -> Iterator[Problem]:
    if form.piece.cadre not in WORKS:
        return  # told already: it is of no billing file
    if form.refused is not None:
        yield from problems_to_reissue(form.refused, form.piece)
    if form.previous is not None:
        yield from problems_to_follow(form.previous, form.piece, form.successors)


def _wrong_with_number(session: ReadSession, piece: Piece, now: datetime) -> Iterator[Problem]:
    taken = pieces.number_taken(session, piece.deposant, piece.number, now.year)
    if piece.number and taken not in {None, piece.id}:
        yield problem(
            Code.NUMBER_ALREADY_USED,
            "number",
            f"`{piece.deposant.structure}` has deposited `{piece.number}` this year already",
        )
