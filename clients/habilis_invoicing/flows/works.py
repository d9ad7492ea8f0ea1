"""« Factures de travaux »: what the holder of a piece does with it (R118, R137, §4.4)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from habilis_companion.guard import asks
from habilis_companion.prose import problems_of_comment, problems_of_required
from habilis_companion.refusals import Problem, raise_if_any
from habilis_companion.terms import Reference
from habilis_companion.versions import need_version
from habilis_invoicing.flows.base import Flow, Said, acting_as, advanced, loaded
from habilis_invoicing.flows.reasons import motif_of, problems_of_motif
from habilis_invoicing.model.asked import Outcome
from habilis_invoicing.model.cadres import CADRES, Party
from habilis_invoicing.model.circuits import Act, move
from habilis_invoicing.model.deposit import LONGEST_REFERENCE
from habilis_invoicing.model.events import Event, Motif
from habilis_invoicing.model.piece import Piece, resource_of
from habilis_invoicing.model.refusals import Code, refuse
from habilis_invoicing.store import pieces

__all__ = ["Works"]

_OF_HOLDERS: Final = (Motif.MAUVAISE_MOE, Motif.MAUVAISE_MOA, Motif.AUTRE)
_OF_SUPPLIERS: Final = (Motif.AUTRE,)


class Works(Flow):
    """The acts of a MOE, a MOA or a supplier on a piece that was made available to it."""

    @asks("factures_travaux.refuser")
    def refuse_piece(
        self, *, subject: str, request_id: str, piece: Reference, reason: str, comment: str = ""
    ) -> Outcome:
        """Refuse a piece: for its routing, or for another reason, which is told in words."""
        asked = self._asked("refuse_piece", subject, request_id, piece, reason, comment)

        def problems(refused: Piece) -> Iterable[Problem]:
            by_supplier = CADRES[refused.cadre].addressee is Party.FOURNISSEUR
            accepted = _OF_SUPPLIERS if by_supplier else _OF_HOLDERS
            return problems_of_motif(reason, accepted, comment)

        said = Said(motif=motif_of(reason), comment=comment)
        return self._act(asked, Event.REFUSE, said, problems=problems)

    @asks("factures_travaux.suspendre")
    def suspend_piece(
        self, *, subject: str, request_id: str, piece: Reference, comment: str
    ) -> Outcome:
        """Ask the depositor of a piece for what is missing (R118)."""
        return self._act(
            self._asked("suspend_piece", subject, request_id, piece, comment),
            Event.SUSPEND_PIECE,
            Said(comment=comment),
            problems=lambda _: problems_of_comment(comment, required=True),
        )

    @asks("factures_travaux.prendre_en_compte")
    def take_note(self, *, subject: str, request_id: str, piece: Reference) -> Outcome:
        """Take note of a subcontractor's request, which calls for no piece after it (R137)."""
        return self._act(self._asked("take_note", subject, request_id, piece), Event.TAKE_NOTE)

    @asks("factures_travaux.affecter_instructeur")
    def assign_case_officer(
        self, *, subject: str, request_id: str, piece: Reference, case_officer: str
    ) -> Outcome:
        """Name who handles a piece, by a code (R113)."""
        return self._act(
            self._asked("assign_case_officer", subject, request_id, piece, case_officer),
            Event.ASSIGN,
            change=lambda held: replace(held, case_officer=case_officer),
            problems=lambda _: problems_of_required(
                "case_officer", case_officer, LONGEST_REFERENCE, Code.CASE_OFFICER_REQUIRED
            ),
        )

    @asks("factures_travaux.demander_recyclage")
    def request_recycling(
        self, *, subject: str, request_id: str, piece: Reference, comment: str
    ) -> Outcome:
        """Ask that the piece before this one be routed anew, by who deposited it (§4.4)."""
        asked = self._asked("request_recycling", subject, request_id, piece, comment)
        if (former := self._former(asked.request, Outcome)) is not None:
            return former
        with self.store.asking(asked.request) as session:
            held = loaded(session, piece.id)
            previous = None if held.previous is None else loaded(session, held.previous)
        permit = self.guard.ask(subject, "factures_travaux.demander_recyclage", resource_of(held))
        raise_if_any(problems_of_comment(comment, required=True))
        need_version(held.title, held.version, piece.version)
        if previous is None:
            raise refuse(Code.PREVIOUS_REQUIRED, "piece", f"{held.number} continues no other piece")
        now, said = self.clock(), Said(comment=comment)
        asking = Act(event=Event.REQUEST_RECYCLING, party=acting_as(permit))
        kept, lines = advanced(held, move(held, asking, now), now, said)
        requested = Act(event=Event.RECYCLING_REQUESTED)
        awaited, told = advanced(previous, move(previous, requested, now), now, said)
        with self.store.writing(self.guard, permit, request=asked.request) as session:
            after = pieces.move(session, kept, lines, permit)
            pieces.move(session, awaited, told, permit)
            return self._kept(session, asked.request, after, permit, now)
