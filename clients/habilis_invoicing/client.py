"""The client that waits for its answers: a method for each method of the contract."""

from collections.abc import Iterable
from typing import BinaryIO, Final, Unpack

from habilis import Perimeter
from habilis.channel import Tls
from habilis.v1 import invoicing_pb2
from habilis_companion.attachments import FileRef
from habilis_companion.calling import CompanionConnection
from habilis_companion.terms import Acting, ExportFormat, Looking, Versioned, reference
from habilis_invoicing import answers
from habilis_invoicing.model.asked import (
    Criteria,
    DashboardRow,
    Draft,
    Form,
    Outcome,
    Page,
    ToProcess,
    Tracked,
)
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.piece import Piece, StateLine

__all__ = ["InvoicingClient"]

_SERVICE: Final = invoicing_pb2.DESCRIPTOR.services_by_name["InvoicingService"]


class InvoicingClient(CompanionConnection[Outcome]):
    """The invoices companion, as seen by a caller that can wait; safe between threads.

    Each act takes the piece as it was read (a Piece, an Outcome or a Reference)
    and gives its Outcome. A failure is an exception, always: AccessDenied,
    RefusedError, StaleVersionError, RequestIdReusedError, or a HabilisError
    where no answer came. Nothing was changed then, unless no answer came: the
    same act offered again under its `request_id` tells, and is done once.
    """

    def __init__(self, target: str, *, tls: Tls | None = None) -> None:
        super().__init__(target, _SERVICE, kept="piece", outcome=Outcome, tls=tls)

    def save_draft(
        self, draft: Draft, *, replaces: Versioned | None = None, **terms: Unpack[Acting]
    ) -> Outcome:
        """Keep a draft, new or in place of another one of the same depositor."""
        return self._write("SaveDraft", terms, draft=draft, replaces=reference(replaces))

    def deposit(self, what: Draft | Versioned, **terms: Unpack[Acting]) -> Outcome:
        """Send a payment request at once, or a draft that was saved, as it is."""
        if isinstance(what, Draft):
            return self._write("Deposit", terms, draft=what)
        return self._write("Deposit", terms, saved=reference(what))

    def upload_file(
        self,
        content: bytes,
        *,
        name: str,
        cadre: Cadre,
        deposant: Perimeter,
        **terms: Unpack[Acting],
    ) -> FileRef:
        """Send a file, kept aside for a draft of this framework and depositor to name it."""
        return self._upload(
            "UploadFile",
            content,
            terms,
            name=name,
            cadre=cadre,
            deposant=deposant,
        )

    def delete_draft(self, piece: Versioned, **terms: Unpack[Acting]) -> Outcome:
        """Remove a draft for good."""
        return self._act("DeleteDraft", piece, terms)

    def complete(
        self,
        piece: Versioned,
        *,
        attachments: Iterable[FileRef] = (),
        comment: str = "",
        **terms: Unpack[Acting],
    ) -> Outcome:
        """Add what was missing of a suspended piece: files that were uploaded, or a comment."""
        return self._act("Complete", piece, terms, attachments=tuple(attachments), comment=comment)

    def recycle(
        self,
        piece: Versioned,
        *,
        destinataire: Perimeter | None = None,
        moe: Perimeter | None = None,
        moa: Perimeter | None = None,
        commitment_number: str = "",
        comment: str = "",
        **terms: Unpack[Acting],
    ) -> Outcome:
        """Correct where a badly routed piece goes, and send it on; None stays as it was."""
        return self._act(
            "Recycle",
            piece,
            terms,
            destinataire=destinataire,
            moe=moe,
            moa=moa,
            commitment_number=commitment_number,
            comment=comment,
        )

    def correct_validator(
        self, piece: Versioned, *, valideur: Perimeter, **terms: Unpack[Acting]
    ) -> Outcome:
        """Name another validator in place of the one at fault."""
        return self._act("CorrectValidator", piece, terms, valideur=valideur)

    def acknowledge_rejection(self, piece: Versioned, **terms: Unpack[Acting]) -> Outcome:
        """Tell that a refusal or a rejection was seen."""
        return self._act("AcknowledgeRejection", piece, terms)

    def refuse_piece(
        self, piece: Versioned, *, reason: str, comment: str = "", **terms: Unpack[Acting]
    ) -> Outcome:
        """Refuse a works piece; `reason` is a code such as `MAUVAISE_MOE`."""
        return self._act("RefusePiece", piece, terms, reason=reason, comment=comment)

    def suspend_piece(self, piece: Versioned, *, comment: str, **terms: Unpack[Acting]) -> Outcome:
        """Ask the depositor of a works piece for what is missing."""
        return self._act("SuspendPiece", piece, terms, comment=comment)

    def request_recycling(
        self, piece: Versioned, *, comment: str, **terms: Unpack[Acting]
    ) -> Outcome:
        """Ask that the piece before this one be routed anew."""
        return self._act("RequestRecycling", piece, terms, comment=comment)

    def take_note(self, piece: Versioned, **terms: Unpack[Acting]) -> Outcome:
        """Take note of a piece that calls for none after it."""
        return self._act("TakeNote", piece, terms)

    def assign_case_officer(
        self, piece: Versioned, *, case_officer: str, **terms: Unpack[Acting]
    ) -> Outcome:
        """Name who handles a works piece."""
        return self._act("AssignCaseOfficer", piece, terms, case_officer=case_officer)

    def validate(self, piece: Versioned, *, comment: str = "", **terms: Unpack[Acting]) -> Outcome:
        """Agree to what a subcontractor or a co-contractor asks."""
        return self._act("Validate", piece, terms, comment=comment)

    def refuse_validation(
        self, piece: Versioned, *, reason: str, comment: str = "", **terms: Unpack[Acting]
    ) -> Outcome:
        """Disagree with it; `reason` is a code such as `MAUVAIS_VALIDEUR`."""
        return self._act("RefuseValidation", piece, terms, reason=reason, comment=comment)

    def certify_service(
        self, piece: Versioned, *, comment: str = "", **terms: Unpack[Acting]
    ) -> Outcome:
        """Tell that the service was done."""
        return self._act("CertifyService", piece, terms, comment=comment)

    def mandate(self, piece: Versioned, *, mandate_number: str, **terms: Unpack[Acting]) -> Outcome:
        """Tell that the payment was ordered."""
        return self._act("Mandate", piece, terms, mandate_number=mandate_number)

    def send_to_accountant(
        self, piece: Versioned, *, comment: str = "", **terms: Unpack[Acting]
    ) -> Outcome:
        """Make it available to the accountant."""
        return self._act("SendToAccountant", piece, terms, comment=comment)

    def post_to_accounts(
        self, piece: Versioned, *, comment: str = "", **terms: Unpack[Acting]
    ) -> Outcome:
        """Tell that it was entered in the accounts."""
        return self._act("PostToAccounts", piece, terms, comment=comment)

    def issue_payment(
        self, piece: Versioned, *, comment: str = "", **terms: Unpack[Acting]
    ) -> Outcome:
        """Tell that it is being paid."""
        return self._act("IssuePayment", piece, terms, comment=comment)

    def ask_recycling(self, piece: Versioned, *, comment: str, **terms: Unpack[Acting]) -> Outcome:
        """Send a payment request back, to be routed elsewhere."""
        return self._act("AskRecycling", piece, terms, comment=comment)

    def suspend(self, piece: Versioned, *, comment: str, **terms: Unpack[Acting]) -> Outcome:
        """Ask the depositor of a payment request for what is missing."""
        return self._act("Suspend", piece, terms, comment=comment)

    def lift_suspension(
        self, piece: Versioned, *, comment: str = "", **terms: Unpack[Acting]
    ) -> Outcome:
        """Go on without what was missing."""
        return self._act("LiftSuspension", piece, terms, comment=comment)

    def reject(self, piece: Versioned, *, comment: str, **terms: Unpack[Acting]) -> Outcome:
        """Refuse a payment request for good."""
        return self._act("Reject", piece, terms, comment=comment)

    def prefill_next(
        self, piece: str, *, cadre: Cadre, subject: str, deadline: float | None = None
    ) -> Form:
        """The form of the piece that may follow this one; nothing is kept."""
        fields = {"subject": subject, "piece": piece, "cadre": cadre}
        return self._ask("PrefillNext", answers.form_of, deadline, fields)

    def get_piece(self, piece: str, **terms: Unpack[Looking]) -> Piece:
        """The piece of this id."""
        return self._look("GetPiece", answers.piece_of, terms, piece=piece)

    def get_history(self, piece: str, **terms: Unpack[Looking]) -> tuple[StateLine, ...]:
        """The states that a piece went through, in their order."""
        return self._look("GetHistory", answers.history_of, terms, piece=piece)

    def get_billing_file(self, piece: str, **terms: Unpack[Looking]) -> tuple[Tracked, ...]:
        """Every piece of the billing file of this one, with its states."""
        return self._look("GetBillingFile", answers.tracked_of, terms, piece=piece)

    def list_to_process(
        self,
        criteria: ToProcess | None = None,
        *,
        page_size: int = 0,
        page_token: str = "",
        **terms: Unpack[Looking],
    ) -> Page:
        """What awaits an action of the subject; `page_size` 0 is 50."""
        return self._look(
            "ListToProcess",
            answers.page_of,
            terms,
            criteria=criteria,
            page_size=page_size,
            page_token=page_token,
        )

    def search(
        self,
        criteria: Criteria | None = None,
        *,
        page_size: int = 0,
        page_token: str = "",
        **terms: Unpack[Looking],
    ) -> Page:
        """What meets the criteria, of all that the subject may see; `page_size` 0 is 50."""
        return self._look(
            "Search",
            answers.page_of,
            terms,
            criteria=criteria,
            page_size=page_size,
            page_token=page_token,
        )

    def get_dashboard(self, *, role: Party, **terms: Unpack[Looking]) -> tuple[DashboardRow, ...]:
        """How many pieces each structure has in this role, by group of states."""
        return self._look("GetDashboard", answers.rows_of, terms, role=role)

    def download_file(self, piece: str, sha256: str, **terms: Unpack[Looking]) -> bytes:
        """A file of a piece, whole; raises CutShortError where it did not come so."""
        return self._download("DownloadFile", sha256, terms, piece=piece)

    def export(
        self,
        what: ToProcess | Criteria,
        file_format: ExportFormat,
        into: BinaryIO,
        **terms: Unpack[Looking],
    ) -> int:
        """Write a list, whole, as a file of a spreadsheet; how many pieces it holds.

        Raises CutShortError where it did not come whole: what was written is
        then no export.
        """
        listed = "to_process" if isinstance(what, ToProcess) else "search"
        fields = {listed: what, "format": file_format}
        return self._export("Export", into, terms, **fields)
