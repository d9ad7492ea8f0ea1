"""« Factures reçues »: what a recipient does with what it has to pay (§3.4)."""

from dataclasses import replace

from habilis_companion.flows import Asked
from habilis_companion.guard import asks
from habilis_companion.prose import problems_of_comment, problems_of_required
from habilis_companion.terms import Reference
from habilis_invoicing.flows.base import Flow, Said
from habilis_invoicing.model.asked import Outcome
from habilis_invoicing.model.deposit import LONGEST_REFERENCE
from habilis_invoicing.model.events import Event
from habilis_invoicing.model.refusals import Code

__all__ = ["Received"]


class Received(Flow):
    """The steps of a payment, each of them optional, and what sends a request back."""

    @asks("factures_recues.constater_service_fait")
    def certify_service(
        self, *, subject: str, request_id: str, piece: Reference, comment: str = ""
    ) -> Outcome:
        """Tell that the service was done."""
        asked = self._asked("certify_service", subject, request_id, piece, comment)
        return self._said(asked, Event.CERTIFY, comment)

    @asks("factures_recues.mandater")
    def mandate(
        self, *, subject: str, request_id: str, piece: Reference, mandate_number: str
    ) -> Outcome:
        """Tell that the payment was ordered, by the number of the order."""
        return self._act(
            self._asked("mandate", subject, request_id, piece, mandate_number),
            Event.MANDATE,
            change=lambda received: replace(received, mandate_number=mandate_number),
            problems=lambda _: problems_of_required(
                "mandate_number", mandate_number, LONGEST_REFERENCE, Code.MANDATE_NUMBER_REQUIRED
            ),
        )

    @asks("factures_recues.mettre_a_disposition_comptable")
    def send_to_accountant(
        self, *, subject: str, request_id: str, piece: Reference, comment: str = ""
    ) -> Outcome:
        """Make it available to the accountant."""
        asked = self._asked("send_to_accountant", subject, request_id, piece, comment)
        return self._said(asked, Event.SEND_TO_ACCOUNTANT, comment)

    @asks("factures_recues.comptabiliser")
    def post_to_accounts(
        self, *, subject: str, request_id: str, piece: Reference, comment: str = ""
    ) -> Outcome:
        """Tell that it was entered in the accounts."""
        asked = self._asked("post_to_accounts", subject, request_id, piece, comment)
        return self._said(asked, Event.POST, comment)

    @asks("factures_recues.mettre_en_paiement")
    def issue_payment(
        self, *, subject: str, request_id: str, piece: Reference, comment: str = ""
    ) -> Outcome:
        """Tell that it is being paid; its supplier is not told where the payer hides it (R77)."""
        asked = self._asked("issue_payment", subject, request_id, piece, comment)
        return self._said(asked, Event.PAY, comment)

    @asks("factures_recues.demander_recyclage")
    def ask_recycling(
        self, *, subject: str, request_id: str, piece: Reference, comment: str
    ) -> Outcome:
        """Send it back, to be routed to another recipient, service or commitment."""
        asked = self._asked("ask_recycling", subject, request_id, piece, comment)
        return self._said(asked, Event.ASK_RECYCLING, comment, required=True)

    @asks("factures_recues.suspendre")
    def suspend(self, *, subject: str, request_id: str, piece: Reference, comment: str) -> Outcome:
        """Ask its depositor for what is missing."""
        asked = self._asked("suspend", subject, request_id, piece, comment)
        return self._said(asked, Event.SUSPEND, comment, required=True)

    @asks("factures_recues.lever_suspension")
    def lift_suspension(
        self, *, subject: str, request_id: str, piece: Reference, comment: str = ""
    ) -> Outcome:
        """Go on without what was missing."""
        asked = self._asked("lift_suspension", subject, request_id, piece, comment)
        return self._said(asked, Event.LIFT, comment)

    @asks("factures_recues.rejeter")
    def reject(self, *, subject: str, request_id: str, piece: Reference, comment: str) -> Outcome:
        """Refuse it for good: another one has to be issued."""
        asked = self._asked("reject", subject, request_id, piece, comment)
        return self._said(asked, Event.REJECT, comment, required=True)

    def _said(self, asked: Asked, event: Event, comment: str, *, required: bool = False) -> Outcome:
        return self._act(
            asked,
            event,
            Said(comment=comment),
            problems=lambda _: problems_of_comment(comment, required=required),
        )
