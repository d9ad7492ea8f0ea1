"""InvoicingService: each method hands its request to the flow of its name, and tells what came."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis.v1 import invoicing_pb2 as pb
from habilis_companion.arguments import arguments_of
from habilis_companion.door import Behaviour
from habilis_companion.errors import FileRefusedError
from habilis_companion.files import MOST_BYTES
from habilis_companion.refusals import Problem, RefusedError
from habilis_companion.tables import write_csv, write_xlsx
from habilis_companion.wire import MALFORMED, fill, read_value
from habilis_invoicing.flows import Invoicing
from habilis_invoicing.model.asked import Criteria, Page, ToProcess
from habilis_invoicing.service.export import table_of

__all__ = ["SERVICE", "InvoicingServicer", "behaviours_of"]

SERVICE: Final = pb.DESCRIPTOR.services_by_name["InvoicingService"]

_RESPONSES: Final = {
    method.input_type.name: GetMessageClass(method.output_type) for method in SERVICE.methods
}
_CHUNK: Final = 256 * 1024

_Response = TypeVar("_Response", bound=Message)


class InvoicingServicer:
    """The behaviours of the contract by their names; none of them knows a rule, or asks a right."""

    def __init__(self, flows: Invoicing) -> None:
        self._flows = flows

    def SaveDraft(self, request: Message) -> Message:
        return _done(self._flows.save_draft, request)

    def Deposit(self, request: Message) -> Message:
        return _done(self._flows.deposit, request)

    def PrefillNext(self, request: Message) -> pb.PrefillNextResponse:
        form = _asked(self._flows.prefill_next, request)
        return _filled(pb.PrefillNextResponse(), draft=form.draft, to_replace=form.to_replace)

    def UploadFile(self, parts: Iterator[pb.UploadFileRequest]) -> pb.UploadFileResponse:
        header = arguments_of(self._flows.upload_file, _header(parts))
        file = self._flows.upload_file(**header, content=_whole(parts))
        return _filled(pb.UploadFileResponse(), file=file)

    def DeleteDraft(self, request: Message) -> Message:
        return _done(self._flows.delete_draft, request)

    def Complete(self, request: Message) -> Message:
        return _done(self._flows.complete, request)

    def Recycle(self, request: Message) -> Message:
        return _done(self._flows.recycle, request)

    def CorrectValidator(self, request: Message) -> Message:
        return _done(self._flows.correct_validator, request)

    def AcknowledgeRejection(self, request: Message) -> Message:
        return _done(self._flows.acknowledge_rejection, request)

    def RefusePiece(self, request: Message) -> Message:
        return _done(self._flows.refuse_piece, request)

    def SuspendPiece(self, request: Message) -> Message:
        return _done(self._flows.suspend_piece, request)

    def RequestRecycling(self, request: Message) -> Message:
        return _done(self._flows.request_recycling, request)

    def TakeNote(self, request: Message) -> Message:
        return _done(self._flows.take_note, request)

    def AssignCaseOfficer(self, request: Message) -> Message:
        return _done(self._flows.assign_case_officer, request)

    def Validate(self, request: Message) -> Message:
        return _done(self._flows.validate, request)

    def RefuseValidation(self, request: Message) -> Message:
        return _done(self._flows.refuse_validation, request)

    def CertifyService(self, request: Message) -> Message:
        return _done(self._flows.certify_service, request)

    def Mandate(self, request: Message) -> Message:
        return _done(self._flows.mandate, request)

    def SendToAccountant(self, request: Message) -> Message:
        return _done(self._flows.send_to_accountant, request)

    def PostToAccounts(self, request: Message) -> Message:
        return _done(self._flows.post_to_accounts, request)

    def IssuePayment(self, request: Message) -> Message:
        return _done(self._flows.issue_payment, request)

    def AskRecycling(self, request: Message) -> Message:
        return _done(self._flows.ask_recycling, request)

    def Suspend(self, request: Message) -> Message:
        return _done(self._flows.suspend, request)

    def LiftSuspension(self, request: Message) -> Message:
        return _done(self._flows.lift_suspension, request)

    def Reject(self, request: Message) -> Message:
        return _done(self._flows.reject, request)

    def GetPiece(self, request: Message) -> pb.GetPieceResponse:
        return _filled(pb.GetPieceResponse(), piece=_asked(self._flows.get_piece, request))

    def GetHistory(self, request: Message) -> pb.GetHistoryResponse:
        lines = _asked(self._flows.get_history, request)
        return _filled(pb.GetHistoryResponse(), lines=lines)

    def GetBillingFile(self, request: Message) -> pb.GetBillingFileResponse:
        pieces = _asked(self._flows.get_billing_file, request)
        number = pieces[0].piece.dossier_number
        return _filled(pb.GetBillingFileResponse(), number=number, pieces=pieces)

    def DownloadFile(self, request: Message) -> Iterator[pb.DownloadFileResponse]:
        file, content = _asked(self._flows.download_file, request)
        yield _filled(pb.DownloadFileResponse(), file=file)
        for chunk in _cut(content):
            yield pb.DownloadFileResponse(chunk=chunk)

    def ListToProcess(self, request: pb.ListToProcessRequest) -> pb.ListToProcessResponse:
        request.criteria.SetInParent()  # absent, it narrows nothing
        return _page(pb.ListToProcessResponse(), _asked(self._flows.list_to_process, request))

    def Search(self, request: pb.SearchRequest) -> pb.SearchResponse:
        request.criteria.SetInParent()  # same reason
        return _page(pb.SearchResponse(), _asked(self._flows.search, request))

    def GetDashboard(self, request: Message) -> pb.GetDashboardResponse:
        response = pb.GetDashboardResponse()
        for row in _asked(self._flows.get_dashboard, request):
            told = response.rows.add(structure=row.structure)
            for group, pieces in row.counts.items():
                told.counts.add(
                    group=pb.StateGroup.Value(f"STATE_GROUP_{group.name}"), pieces=pieces
                )
        return response

    def Export(self, request: pb.ExportRequest) -> Iterator[pb.ExportResponse]:
        write = _WRITERS.get(request.format)
        if write is None:
            raise _malformed("format", "is missing; ask for CSV or XLSX")
        given = arguments_of(self._flows.export, request)
        pieces = self._flows.export(**given, criteria=_listed(request))
        content = io.BytesIO()
        write(table_of(pieces), content)
        yield from (pb.ExportResponse(chunk=chunk) for chunk in _cut(content.getvalue()))
        sha256 = hashlib.sha256(content.getvalue()).hexdigest()
        yield pb.ExportResponse(complete=pb.ExportComplete(rows=len(pieces), sha256=sha256))


def behaviours_of(flows: Invoicing) -> Mapping[str, Behaviour]:
    """The behaviour of each method of the contract."""
    servicer = InvoicingServicer(flows)
    return {method.name: getattr(servicer, method.name) for method in SERVICE.methods}


def _asked(flow: Callable[..., Any], request: Message) -> Any:  # noqa: ANN401  # what the flow gives
    return flow(**arguments_of(flow, request))


def _done(flow: Callable[..., object], request: Message) -> Message:
    return _filled(_RESPONSES[request.DESCRIPTOR.name](), outcome=_asked(flow, request))


def _filled(response: _Response, **values: object) -> _Response:
    fill(response, values)
    return response


def _page(response: _Response, page: Page) -> _Response:
    return _filled(response, pieces=page.pieces, next_page_token=page.next_page_token)


def _listed(request: pb.ExportRequest) -> ToProcess | Criteria:
    match request.WhichOneof("list"):
        case "to_process":
            return read_value(ToProcess, request.to_process)
        case "search":
            return read_value(Criteria, request.search)
        case None:
            raise _malformed("list", "is missing; say which one is exported")


def _header(parts: Iterator[pb.UploadFileRequest]) -> pb.UploadHeader:
    first = next(parts, None)
    if first is None or first.WhichOneof("part") != "header":
        raise _malformed("header", "is missing; it comes first")
    return first.header


def _whole(parts: Iterator[pb.UploadFileRequest]) -> bytes:
    """The bytes of the file; one that is too long is not read to its end."""
    content = bytearray()
    for part in parts:
        if part.WhichOneof("part") != "chunk":
            raise _malformed("chunk", "is missing; after the header, each part is one")
        content += part.chunk
        if len(content) > MOST_BYTES:
            told = f"has more than {MOST_BYTES} bytes; give a smaller file"
            raise FileRefusedError("content", told)
    return bytes(content)


def _cut(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def _malformed(field: str, problem: str) -> RefusedError:
    message = f"`{field}` {problem}"
    return RefusedError([Problem(code=MALFORMED, field=field, message=message)])


_WRITERS: Final = {
    pb.EXPORT_FORMAT_CSV: write_csv,
    pb.EXPORT_FORMAT_XLSX: write_xlsx,
}
