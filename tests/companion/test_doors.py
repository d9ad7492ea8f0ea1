"""A companion's doors: what is no request stops there, and each failure is told as what it is."""

import io
import itertools
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from habilis import AccessDenied, Decision, HabilisError, Perimeter, Reason, Token
from habilis.errors import (
    CutShortError,
    DeadlineExceededError,
    InvalidQuestionError,
    OverloadedError,
    ServerFailureError,
    StaleAnswerError,
    UnavailableError,
    UntrustedAnswerError,
)
from habilis.v1 import companion_pb2, decision_pb2, invoicing_pb2
from habilis_companion.errors import (
    AddressError,
    ConflictError,
    FileRefusedError,
    InvalidRequestError,
    PageTokenError,
    RequestIdReusedError,
    RequestUnderWayError,
    StaleVersionError,
    StoreBrokenError,
    StoreBusyError,
    StoreUnreachableError,
    TooManyInDoubtError,
)
from habilis_companion.failures import NOT_DONE
from habilis_companion.guard import UnaskedError
from habilis_companion.refusals import Fault, Problem, RefusedError
from habilis_companion.serving import Serving, Settings
from habilis_companion.statuses import status_of
from habilis_companion.terms import ExportFormat, Reference
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Criteria
from habilis_invoicing.model.cadres import Cadre
from tests.companion.doors import SERVICE, open_doors, served

PIECE = Reference("a", 1)
DENIAL = Decision(
    allowed=False,
    reason=Reason.PROFILE_MISSING,
    rule_id="recues-rejeter",
    acting_as="destinataire",
    token=Token("d" * 64, 7),
    decision_id="one",
)


def problem(fault: Fault = Fault.INVALID, code: str = "REASON_REQUIRED") -> Problem:
    return Problem(code=code, field="comment", message="say why", fault=fault)


FAILURES: list[tuple[Exception, grpc.StatusCode, type[Exception]]] = [
    (AccessDenied(DENIAL), grpc.StatusCode.PERMISSION_DENIED, AccessDenied),
    (RefusedError([problem()]), grpc.StatusCode.INVALID_ARGUMENT, RefusedError),
    (RefusedError([problem(Fault.MISSING)]), grpc.StatusCode.NOT_FOUND, RefusedError),
    (RefusedError([problem(Fault.TAKEN)]), grpc.StatusCode.ALREADY_EXISTS, RefusedError),
    (RefusedError([problem(Fault.STATE)]), grpc.StatusCode.FAILED_PRECONDITION, RefusedError),
    (FileRefusedError("name", "too long"), grpc.StatusCode.INVALID_ARGUMENT, RefusedError),
    (PageTokenError("of another list"), grpc.StatusCode.INVALID_ARGUMENT, RefusedError),
    (InvalidRequestError("page_size", "is 9999"), grpc.StatusCode.INVALID_ARGUMENT, RefusedError),
    (ConflictError("taken meanwhile"), grpc.StatusCode.ABORTED, StaleVersionError),
    (TooManyInDoubtError("narrow it"), grpc.StatusCode.RESOURCE_EXHAUSTED, OverloadedError),
    (StaleVersionError("moved"), grpc.StatusCode.ABORTED, StaleVersionError),
    (RequestIdReusedError("another"), grpc.StatusCode.ALREADY_EXISTS, RequestIdReusedError),
    (RequestUnderWayError("wait"), grpc.StatusCode.UNAVAILABLE, UnavailableError),
    (StoreBusyError("wait"), grpc.StatusCode.UNAVAILABLE, UnavailableError),
    (StoreUnreachableError("gone"), grpc.StatusCode.UNAVAILABLE, UnavailableError),
    (UnavailableError("gone"), grpc.StatusCode.UNAVAILABLE, UnavailableError),
    (DeadlineExceededError("late"), grpc.StatusCode.UNAVAILABLE, UnavailableError),
    (ServerFailureError("odd"), grpc.StatusCode.UNAVAILABLE, UnavailableError),
    (StaleAnswerError("old"), grpc.StatusCode.UNAVAILABLE, UnavailableError),
    (UntrustedAnswerError("odd"), grpc.StatusCode.UNAVAILABLE, UnavailableError),
    (InvalidQuestionError("ours"), grpc.StatusCode.INTERNAL, ServerFailureError),
    (StoreBrokenError("broken"), grpc.StatusCode.INTERNAL, ServerFailureError),
    (UnaskedError("a defect"), grpc.StatusCode.INTERNAL, ServerFailureError),
    (ValueError("a secret"), grpc.StatusCode.INTERNAL, ServerFailureError),
]


def raising(error: Exception) -> Callable[[Any], Any]:
    def behave(_request: object) -> object:
        raise error

    return behave


@pytest.mark.parametrize(("error", "code", "meant"), FAILURES)
def test_each_failure_has_its_status_and_its_exception(
    error: Exception, code: grpc.StatusCode, meant: type[Exception]
) -> None:
    # What is unavailable is asked for again; the last try may end with the deadline.
    asked = (meant, DeadlineExceededError) if meant is UnavailableError else meant
    with (
        open_doors(Reject=raising(error), Export=raising(error)) as (_, address),
        InvoicingClient(address) as client,
    ):
        with pytest.raises(asked) as told:
            client.reject(PIECE, comment="no", subject="karim", deadline=0.2)
        with pytest.raises(meant):
            client.export(Criteria(), ExportFormat.CSV, io.BytesIO(), subject="k", application="a")

    assert status_of(error).code is code
    assert "secret" not in str(told.value)


def test_a_denial_comes_with_its_decision_and_a_refusal_with_every_problem() -> None:
    several = [problem(Fault.STATE, "INVALID_TRANSITION"), problem(), problem(Fault.TAKEN, "X")]
    with (
        open_doors(
            Reject=raising(AccessDenied(DENIAL)), Suspend=raising(RefusedError(several))
        ) as (
            _,
            address,
        ),
        InvoicingClient(address) as client,
    ):
        with pytest.raises(AccessDenied) as denied:
            client.reject(PIECE, comment="no", subject="karim")
        with pytest.raises(RefusedError) as refused:
            client.suspend(PIECE, comment="no", subject="karim")

    assert denied.value.decision == DENIAL
    told = [(each.code, each.field, each.message) for each in refused.value.problems]
    assert told == [(each.code, each.field, each.message) for each in several]
    assert status_of(RefusedError(several)).code is grpc.StatusCode.INVALID_ARGUMENT


def test_many_long_problems_fit_into_what_a_call_can_carry() -> None:
    many = RefusedError(Problem(code="X", field="f" * 999, message="m" * 9_999) for _ in range(999))
    [(key, data)] = status_of(many).details

    assert key == NOT_DONE
    assert len(data) <= 4_200
    assert companion_pb2.NotDone.FromString(data).problems


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff",
        b"\x0a\x05abc",
        # A field that the contract does not have, in the request and within its first message.
        b"\xfa\x7f\x01x",
        b"\x0a\x04\xfa\x7f\x01x",
    ],
)
@pytest.mark.parametrize("method", ["Reject", "Export", "UploadFile"])
def test_bytes_that_are_no_request_reach_no_behaviour(method: str, data: bytes) -> None:
    reached: list[object] = []

    def behave(asked: Any) -> Any:
        reached.extend(asked if isinstance(asked, Iterator) else [asked])
        return iter(())

    path = f"/{SERVICE.full_name}/{method}"
    with open_doors(**{method: behave}) as (_, address), grpc.insecure_channel(address) as channel:
        # A stream of one message is, on the wire, that message.
        stream: Any = channel.stream_stream(path)
        code = stream(iter([data])).code()

    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert reached == []


def test_a_client_that_goes_away_amid_a_file_ends_its_behaviour_with_no_more_than_came() -> None:
    begun, ended = threading.Event(), threading.Event()
    completed: list[object] = []

    def behave(parts: Iterator[Any]) -> Any:
        try:
            next(parts)
            begun.set()
            completed.append(list(parts))
        finally:
            ended.set()
        return invoicing_pb2.UploadFileResponse()

    more = threading.Event()

    def parts() -> Iterator[bytes]:
        yield invoicing_pb2.UploadFileRequest(chunk=b"half").SerializeToString()
        more.wait()

    with (
        open_doors(UploadFile=behave) as (_, address),
        grpc.insecure_channel(address) as channel,
    ):
        upload: Any = channel.stream_unary(f"/{SERVICE.full_name}/UploadFile")
        call = upload.future(parts())
        assert begun.wait(timeout=30)
        call.cancel()
        more.set()

        assert ended.wait(timeout=30)
    # Where the cut is heard before its reason, gRPC tells it as an end of the
    # parts: that is why the digest of all of them comes first.
    assert completed in ([], [[]])


def test_only_so_many_files_come_in_at_once() -> None:
    stop = threading.Event()

    def behave(parts: Iterator[Any]) -> Any:
        list(parts)
        return invoicing_pb2.UploadFileResponse()

    def slow() -> Iterator[bytes]:
        yield b""
        stop.wait()

    with (
        open_doors(UploadFile=behave) as (_, address),
        grpc.insecure_channel(address) as channel,
    ):
        upload: Any = channel.stream_unary(f"/{SERVICE.full_name}/UploadFile")
        done: queue.Queue[grpc.Call] = queue.Queue()
        under_way: list[Any] = [upload.future(slow()) for _ in range(9)]
        for call in under_way:
            call.add_done_callback(done.put)
        first = done.get(timeout=30)
        stop.set()

        assert first.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert [call.code() for call in under_way].count(grpc.StatusCode.OK) == 8
        assert upload(iter([b""])) == b""


def test_readers_that_do_not_read_leave_threads_to_the_others() -> None:
    chunk = invoicing_pb2.DownloadFileResponse(chunk=b"0" * 1_000_000)
    with open_doors(DownloadFile=lambda _: itertools.repeat(chunk)) as (_, address):
        with grpc.insecure_channel(address) as channel:
            download: Any = channel.unary_stream(f"/{SERVICE.full_name}/DownloadFile")
            stalled = [download(b"") for _ in range(8)]
            for call in stalled:
                next(call)
            ninth = download(b"")

            assert ninth.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            for call in stalled:
                call.cancel()
        with InvoicingClient(address) as client, pytest.raises(UntrustedAnswerError):
            client.get_piece("a", subject="karim", application="factures_recues")


@pytest.mark.parametrize(
    "details",
    [
        b"\xff",
        companion_pb2.NotDone(decision=decision_pb2.Decision(allowed=True)).SerializeToString(),
    ],
)
def test_a_refusal_that_cannot_be_believed_is_no_refusal(details: bytes) -> None:
    def refuse(_request: bytes, context: grpc.ServicerContext) -> NoReturn:
        context.set_trailing_metadata(((NOT_DONE, details),))
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "no")

    with (
        served(refuse) as address,
        InvoicingClient(address) as client,
        pytest.raises(UntrustedAnswerError),
    ):
        client.reject(PIECE, comment="no", subject="karim")


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff\xff",
        b"",
        invoicing_pb2.GetPieceResponse(piece=invoicing_pb2.Piece(id="a")).SerializeToString(),
        invoicing_pb2.GetPieceResponse(
            piece=invoicing_pb2.Piece(id="a", etat="PAYEE")
        ).SerializeToString(),
    ],
)
def test_an_answer_that_cannot_be_read_is_no_answer(answer: bytes) -> None:
    with (
        served(lambda _request, _context: answer) as address,
        InvoicingClient(address) as client,
        pytest.raises(UntrustedAnswerError),
    ):
        client.get_piece("a", subject="karim", application="factures_recues")


def test_a_file_or_an_export_that_did_not_come_whole_is_none() -> None:
    part = invoicing_pb2.DownloadFileResponse(chunk=b"half")
    wrong = invoicing_pb2.ExportResponse(
        complete=companion_pb2.ExportComplete(rows=1, sha256="0" * 64)
    )
    with (
        open_doors(DownloadFile=lambda _: iter([part]), Export=lambda _: iter([wrong])) as (
            _,
            address,
        ),
        InvoicingClient(address) as client,
    ):
        with pytest.raises(CutShortError):
            client.download_file("a", "0" * 64, subject="k", application="a")
        with pytest.raises(CutShortError):
            client.export(Criteria(), ExportFormat.CSV, io.BytesIO(), subject="k", application="a")
    with (
        open_doors() as (_, address),
        InvoicingClient(address) as client,
        pytest.raises(CutShortError, match="end"),
    ):
        client.export(Criteria(), ExportFormat.CSV, io.BytesIO(), subject="k", application="a")


def test_without_a_companion_every_method_is_unavailable() -> None:
    with open_doors() as (_, address):
        pass
    with InvoicingClient(address) as client:
        with pytest.raises(UnavailableError):
            client.reject(PIECE, comment="no", subject="karim", deadline=0.3)
        with pytest.raises(UnavailableError):
            client.upload_file(
                b"x", name="a.pdf", cadre=Cadre.A4, deposant=Perimeter("1"), subject="k", deadline=1
            )


def test_what_no_message_can_carry_is_refused_before_it_is_sent() -> None:
    wrong: Any = 7
    with InvoicingClient("127.0.0.1:1") as client:
        with pytest.raises(InvalidQuestionError):
            client.suspend(PIECE, comment=wrong, subject="karim")
        with pytest.raises(HabilisError):
            client.suspend(Reference("a", -1), comment="x", subject="karim")


def test_it_describes_itself_tells_its_health_and_drains(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    with open_doors() as (serving, address), grpc.insecure_channel(address) as channel:
        found = ProtoReflectionDescriptorDatabase(channel).get_services()
        asked = health_pb2.HealthCheckRequest(service=SERVICE.full_name)
        health: Any = health_pb2_grpc.HealthStub(channel)
        watch = health.Watch(asked)
        first = next(watch).status
        serving.drain()
        last = next(watch).status

    assert SERVICE.full_name in found
    assert first == health_pb2.HealthCheckResponse.SERVING
    assert last == health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "127.0.0.1", "[::]:0", "127.0.0.1:99999"])
def test_it_listens_on_this_machine_alone(listen: str) -> None:
    with pytest.raises(AddressError):
        Serving(
            dict.fromkeys((m.name for m in SERVICE.methods), list), SERVICE, Settings(listen=listen)
        )


def test_a_method_without_a_behaviour_keeps_it_from_starting() -> None:
    with pytest.raises(KeyError, match="Deposit"):
        Serving({"SaveDraft": list, "DeleteDraft": list}, SERVICE, Settings(listen="127.0.0.1:0"))
