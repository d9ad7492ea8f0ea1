"""Which gRPC status each error of a companion becomes, and what goes with it; one place knows."""

import logging
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import grpc

from habilis import AccessDenied
from habilis.errors import UnansweredError, UntrustedAnswerError
from habilis.v1 import companion_pb2
from habilis.wire import decision_message
from habilis_companion.errors import (
    ConflictError,
    FileRefusedError,
    InvalidRequestError,
    PageTokenError,
    RequestIdReusedError,
    RequestUnderWayError,
    StaleVersionError,
    StoreBusyError,
    StoreUnreachableError,
    TooManyInDoubtError,
)
from habilis_companion.failures import FAULTS, NOT_DONE
from habilis_companion.refusals import Problem, RefusedError
from habilis_companion.wire import MALFORMED

__all__ = ["Status", "status_of"]

_LOG: Final = logging.getLogger(__name__)

_ORDER: Final = tuple(FAULTS)
"""Of several faults, the first of these tells the status: what is malformed comes first."""

_CODES: Final[Mapping[type[Exception], grpc.StatusCode]] = {
    ConflictError: grpc.StatusCode.ABORTED,
    StaleVersionError: grpc.StatusCode.ABORTED,
    RequestIdReusedError: grpc.StatusCode.ALREADY_EXISTS,
    # Offered again, it tells what it came to.
    RequestUnderWayError: grpc.StatusCode.UNAVAILABLE,
    StoreBusyError: grpc.StatusCode.UNAVAILABLE,
    StoreUnreachableError: grpc.StatusCode.UNAVAILABLE,
    TooManyInDoubtError: grpc.StatusCode.RESOURCE_EXHAUSTED,
}

_LONGEST: Final = 300
# The metadata of a call are few: gRPC's clients drop what has more than 8 KiB.
_PROBLEMS_BYTES: Final = 4_096


class Status(NamedTuple):
    """What the caller is told; `details` go into the trailing metadata."""

    code: grpc.StatusCode
    message: str
    details: tuple[tuple[str, bytes], ...] = ()


def status_of(error: Exception) -> Status:
    """The status of a known error; any other one is INTERNAL, with its detail in the log alone."""
    match error:
        case AccessDenied():
            told = companion_pb2.NotDone(decision=decision_message(error.decision))
            return _not_done(grpc.StatusCode.PERMISSION_DENIED, str(error), told)
        case UnansweredError() | UntrustedAnswerError():
            _LOG.warning("Habilis gave no answer: %s", error)
            return Status(grpc.StatusCode.UNAVAILABLE, "Habilis did not answer; nothing was done")
        case RefusedError():
            return _refused(error.problems)
        case FileRefusedError():
            return _refused([Problem(code="FILE_REFUSED", field=error.field, message=str(error))])
        case PageTokenError():
            field = "page_token"
            return _refused([Problem(code="PAGE_TOKEN_INVALID", field=field, message=str(error))])
        case InvalidRequestError():
            return _refused([Problem(code=MALFORMED, field=error.path, message=str(error))])
        case _:
            return _plain(error)


def _plain(error: Exception) -> Status:
    code = _CODES.get(type(error))
    if code is None:
        _LOG.error("a call failed", exc_info=error)
        return Status(grpc.StatusCode.INTERNAL, "the companion failed; its log says how")
    return Status(code, _cut(str(error)))


def _refused(problems: Iterable[Problem]) -> Status:
    told, room = companion_pb2.NotDone(), _PROBLEMS_BYTES
    found = tuple(problems)
    for each in found:
        problem = companion_pb2.Problem(
            code=each.code, field=_cut(each.field), message=_cut(each.message)
        )
        room -= problem.ByteSize()
        if room < 0:
            break
        told.problems.append(problem)
    worst = min((each.fault for each in found), key=_ORDER.index)
    return _not_done(FAULTS[worst], "; ".join(map(str, found)), told)


def _not_done(code: grpc.StatusCode, message: str, told: companion_pb2.NotDone) -> Status:
    return Status(code, _cut(message), ((NOT_DONE, told.SerializeToString()),))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
