"""« Factures à valider »: what a validator says to the request of another (§3.5)."""

from typing import Final

from habilis_companion.guard import asks
from habilis_companion.prose import problems_of_comment
from habilis_companion.terms import Reference
from habilis_invoicing.flows.base import Flow, Said
from habilis_invoicing.flows.reasons import motif_of, problems_of_motif
from habilis_invoicing.model.asked import Outcome
from habilis_invoicing.model.events import Event, Motif

__all__ = ["Validation"]

_ACCEPTED: Final = (Motif.MAUVAIS_VALIDEUR, Motif.AUTRE)


class Validation(Flow):
    """The two answers of a validator; his silence is the clock's."""

    @asks("factures_a_valider.valider")
    def validate(
        self, *, subject: str, request_id: str, piece: Reference, comment: str = ""
    ) -> Outcome:
        """Agree: the request goes on, to the next validator or to its addressee."""
        return self._act(
            self._asked("validate", subject, request_id, piece, comment),
            Event.VALIDATE,
            Said(comment=comment),
            problems=lambda _: problems_of_comment(comment, required=False),
        )

    @asks("factures_a_valider.refuser")
    def refuse_validation(
        self, *, subject: str, request_id: str, piece: Reference, reason: str, comment: str = ""
    ) -> Outcome:
        """Disagree: it goes back to its depositor, to name another validator or for good."""
        return self._act(
            self._asked("refuse_validation", subject, request_id, piece, reason, comment),
            Event.REFUSE_VALIDATION,
            Said(motif=motif_of(reason), comment=comment),
            problems=lambda _: problems_of_motif(reason, _ACCEPTED, comment),
        )
