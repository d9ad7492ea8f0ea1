"""What a depositor does with a request that came back (§3.4, §4.4)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_companion.guard import asks
from habilis_companion.prose import problems_of_comment
from habilis_companion.refusals import Problem
from habilis_companion.terms import Reference
from habilis_invoicing.flows.base import Flow, Said
from habilis_invoicing.model.asked import Outcome
from habilis_invoicing.model.cadres import PAYABLE, WORKS
from habilis_invoicing.model.deposit import problems_to_save
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.model.refusals import Code, problem
from habilis_invoicing.model.routing import problems_of_routing, problems_of_validator
from habilis_invoicing.store.schema import UPLOADS

__all__ = ["Corrections"]


class Corrections(Flow):
    """The acts of a depositor on what he has sent."""

    @asks("factures_emises.completer", "factures_travaux.completer")
    def complete(
        self,
        *,
        subject: str,
        request_id: str,
        piece: Reference,
        comment: str = "",
        attachments: tuple[FileRef, ...] = (),
    ) -> Outcome:
        """Add what was missing of a suspended piece: attachments, a comment, nothing else."""
        with self.store.asking() as session:
            added, wrong = UPLOADS.handed_in(session, subject, "attachments", attachments)

        def completed(sent: Piece) -> Piece:
            return replace(sent, attachments=(*sent.attachments, *added))

        def problems(sent: Piece) -> Iterator[Problem]:
            if not (comment.strip() or attachments):
                yield problem(Code.NOTHING_ADDED, "", "add an attachment, or a comment")
            yield from problems_of_comment(comment, required=False)
            yield from problems_to_save(completed(sent))
            yield from wrong

        asked = self._asked("complete", subject, request_id, piece, comment, attachments)
        said = Said(comment=comment)
        return self._act(asked, Event.COMPLETE, said, change=completed, problems=problems)

    @asks(
        "factures_emises.recycler",
        "factures_emises.saisir_brouillon",
        "factures_travaux.recycler",
        "factures_travaux.saisir_brouillon",
    )
    def recycle(  # noqa: PLR0913  # the routing of a piece is all of this
        self,
        *,
        subject: str,
        request_id: str,
        piece: Reference,
        destinataire: Perimeter | None = None,
        moe: Perimeter | None = None,
        moa: Perimeter | None = None,
        commitment_number: str = "",
        comment: str = "",
    ) -> Outcome:
        """Correct where a badly routed piece goes, and send the same piece on (§3.4).

        None and "" stay as they were, and so do its number and its amounts.
        """

        def rerouted(sent: Piece) -> Piece:
            # What is not to be paid is addressed to the MOA's own structure (R117).
            to_moa = moa if sent.cadre in WORKS - PAYABLE else None
            return replace(
                sent,
                destinataire=destinataire or to_moa or sent.destinataire,
                moe=moe or sent.moe,
                moa=moa or sent.moa,
                commitment_number=commitment_number or sent.commitment_number,
            )

        def problems(sent: Piece) -> Iterator[Problem]:
            changed = rerouted(sent)
            if changed == sent:
                yield problem(Code.NOTHING_CHANGED, "", "name another recipient, MOE or MOA")
            if sent.cadre in PAYABLE and (moe or moa):
                yield problem(
                    Code.PARTY_NOT_EXPECTED, "destinataire", "it came back from its payer alone"
                )
            yield from problems_of_comment(comment, required=False)
            yield from problems_to_save(changed)
            known = self.directory.known(subject, changed.places.values())
            yield from problems_of_routing(changed, known)

        routing = (destinataire, moe, moa, commitment_number, comment)
        asked = self._asked("recycle", subject, request_id, piece, *routing)
        said = Said(comment=comment)
        return self._act(
            asked, Event.RECYCLE, said, change=rerouted, problems=problems, by_depositor=True
        )

    @asks(
        "factures_emises.corriger_valideur",
        "factures_emises.saisir_brouillon",
        "factures_travaux.corriger_valideur",
        "factures_travaux.saisir_brouillon",
    )
    def correct_validator(
        self, *, subject: str, request_id: str, piece: Reference, valideur: Perimeter
    ) -> Outcome:
        """Name another validator in place of the one who said that he is not the right one."""

        def corrected(sent: Piece) -> Piece:
            if sent.etat is Etat.ERREUR_COTRAITANT_SUR_VALIDEUR:
                return replace(sent, valideur_2=valideur)
            return replace(sent, valideur=valideur)

        def problems(sent: Piece) -> Iterable[Problem]:
            if sent.validator == valideur:
                yield problem(Code.NOTHING_CHANGED, "valideur", "name another validator")
            known = self.directory.known(subject, [valideur])
            yield from problems_of_validator("valideur", valideur, known)

        asked = self._asked("correct_validator", subject, request_id, piece, valideur)
        return self._act(
            asked, Event.CORRECT_VALIDATOR, change=corrected, problems=problems, by_depositor=True
        )

    @asks("factures_emises.traiter_rejet", "factures_travaux.traiter_rejet")
    def acknowledge_rejection(self, *, subject: str, request_id: str, piece: Reference) -> Outcome:
        """Tell that a refusal or a rejection was seen (R113)."""
        now: Final = self.clock()

        def problems(sent: Piece) -> Iterable[Problem]:
            if sent.acknowledged_at is not None:
                told = f"it was acknowledged on {sent.acknowledged_at.isoformat()}"
                yield problem(Code.ALREADY_ACKNOWLEDGED, "piece", told)

        return self._act(
            self._asked("acknowledge_rejection", subject, request_id, piece),
            Event.ACKNOWLEDGE,
            change=lambda sent: replace(sent, acknowledged_at=now),
            problems=problems,
        )
