"""InvoicingService: each method hands its request to the flow of its name, and tells what came."""

from collections.abc import Iterator
from typing import Final

from google.protobuf.message import Message

from habilis.v1 import invoicing_pb2 as pb
from habilis_companion.behaviours import (
    asked,
    chosen,
    done,
    downloaded,
    exported,
    filled,
    told,
    uploaded,
)
from habilis_companion.tables import Table
from habilis_invoicing.flows import Invoicing
from habilis_invoicing.model.asked import Criteria, ToProcess
from habilis_invoicing.service.export import table_of

__all__ = ["SERVICE", "InvoicingServicer"]

SERVICE: Final = pb.DESCRIPTOR.services_by_name["InvoicingService"]


class InvoicingServicer:
    """The behaviours of the contract by their names; none of them knows a rule, or asks a right."""

    def __init__(self, flows: Invoicing) -> None:
        self._flows = flows

    def SaveDraft(self, request: Message) -> Message:
        return done(self._flows.save_draft, request)

    def Deposit(self, request: Message) -> Message:
        return done(self._flows.deposit, request)

    def PrefillNext(self, request: Message) -> Message:
        return told(self._flows.prefill_next, request)

    def UploadFile(self, parts: Iterator[pb.UploadFileRequest]) -> pb.UploadFileResponse:
        return filled(pb.UploadFileResponse(), file=uploaded(self._flows.upload_file, parts))

    def DeleteDraft(self, request: Message) -> Message:
        return done(self._flows.delete_draft, request)

    def Complete(self, request: Message) -> Message:
        return done(self._flows.complete, request)

    def Recycle(self, request: Message) -> Message:
        return done(self._flows.recycle, request)

    def CorrectValidator(self, request: Message) -> Message:
        return done(self._flows.correct_validator, request)

    def AcknowledgeRejection(self, request: Message) -> Message:
        return done(self._flows.acknowledge_rejection, request)

    def RefusePiece(self, request: Message) -> Message:
        return done(self._flows.refuse_piece, request)

    def SuspendPiece(self, request: Message) -> Message:
        return done(self._flows.suspend_piece, request)

    def RequestRecycling(self, request: Message) -> Message:
        return done(self._flows.request_recycling, request)

    def TakeNote(self, request: Message) -> Message:
        return done(self._flows.take_note, request)

    def AssignCaseOfficer(self, request: Message) -> Message:
        return done(self._flows.assign_case_officer, request)

    def Validate(self, request: Message) -> Message:
        return done(self._flows.validate, request)

    def RefuseValidation(self, request: Message) -> Message:
        return done(self._flows.refuse_validation, request)

    def CertifyService(self, request: Message) -> Message:
        return done(self._flows.certify_service, request)

    def Mandate(self, request: Message) -> Message:
        return done(self._flows.mandate, request)

    def SendToAccountant(self, request: Message) -> Message:
        return done(self._flows.send_to_accountant, request)

    def PostToAccounts(self, request: Message) -> Message:
        return done(self._flows.post_to_accounts, request)

    def IssuePayment(self, request: Message) -> Message:
        return done(self._flows.issue_payment, request)

    def AskRecycling(self, request: Message) -> Message:
        return done(self._flows.ask_recycling, request)

    def Suspend(self, request: Message) -> Message:
        return done(self._flows.suspend, request)

    def LiftSuspension(self, request: Message) -> Message:
        return done(self._flows.lift_suspension, request)

    def Reject(self, request: Message) -> Message:
        return done(self._flows.reject, request)

    def GetPiece(self, request: Message) -> pb.GetPieceResponse:
        return filled(pb.GetPieceResponse(), piece=asked(self._flows.get_piece, request))

    def GetHistory(self, request: Message) -> pb.GetHistoryResponse:
        return filled(pb.GetHistoryResponse(), lines=asked(self._flows.get_history, request))

    def GetBillingFile(self, request: Message) -> pb.GetBillingFileResponse:
        pieces = asked(self._flows.get_billing_file, request)
        number = pieces[0].piece.dossier_number
        return filled(pb.GetBillingFileResponse(), number=number, pieces=pieces)

    def DownloadFile(self, request: Message) -> Iterator[Message]:
        return downloaded(self._flows.download_file, request)

    def ListToProcess(self, request: pb.ListToProcessRequest) -> Message:
        request.criteria.SetInParent()  # absent, it narrows nothing
        return told(self._flows.list_to_process, request)

    def Search(self, request: pb.SearchRequest) -> Message:
        request.criteria.SetInParent()  # same reason
        return told(self._flows.search, request)

    def GetDashboard(self, request: Message) -> pb.GetDashboardResponse:
        response = pb.GetDashboardResponse()
        for row in asked(self._flows.get_dashboard, request):
            shown = response.rows.add(structure=row.structure)
            for group, pieces in row.counts.items():
                shown.counts.add(
                    group=pb.StateGroup.Value(f"STATE_GROUP_{group.name}"), pieces=pieces
                )
        return response

    def Export(self, request: pb.ExportRequest) -> Iterator[Message]:
        def table() -> Table:
            criteria = chosen(request, "list", to_process=ToProcess, search=Criteria)
            return table_of(asked(self._flows.export, request, criteria=criteria))

        return exported(request, table)
