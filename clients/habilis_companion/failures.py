"""What a failed call to a companion means to its caller."""

from collections.abc import Mapping
from typing import Final, cast

import grpc
from google.protobuf.message import DecodeError
from grpc import aio

from habilis import AccessDenied, HabilisError
from habilis.channel import failure
from habilis.errors import UntrustedAnswerError
from habilis.v1 import companion_pb2
from habilis.wire import read_decision
from habilis_companion.errors import RequestIdReusedError, StaleVersionError
from habilis_companion.refusals import Fault, Problem, RefusedError

__all__ = ["FAULTS", "NOT_DONE", "failure_of"]

NOT_DONE: Final = "habilis-not-done-bin"
"""The trailing metadata in which a NotDone stands, encoded."""

FAULTS: Final[Mapping[Fault, grpc.StatusCode]] = {
    Fault.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Fault.MISSING: grpc.StatusCode.NOT_FOUND,
    Fault.TAKEN: grpc.StatusCode.ALREADY_EXISTS,
    Fault.STATE: grpc.StatusCode.FAILED_PRECONDITION,
    Fault.LATER: grpc.StatusCode.RESOURCE_EXHAUSTED,
}
"""The status of a call by what stands against it; what is malformed comes first."""

_MEANT: Final = {code: fault for fault, code in FAULTS.items()}


def failure_of(error: grpc.RpcError) -> Exception:
    """AccessDenied, RefusedError, a ConflictError, or the HabilisError that a failed call is."""
    if not isinstance(error, grpc.Call | aio.AioRpcError):
        return failure(error)
    for key, value in error.trailing_metadata() or ():
        if key == NOT_DONE:
            try:
                return _not_done(error, companion_pb2.NotDone.FromString(cast("bytes", value)))
            except (DecodeError, HabilisError) as unread:
                return UntrustedAnswerError(f"a refusal came that cannot be read: {unread}")
    return _plain(error)


def _not_done(error: grpc.Call | aio.AioRpcError, told: companion_pb2.NotDone) -> Exception:
    if told.HasField("decision"):
        decision = read_decision(told.decision)
        if decision.allowed:
            raise UntrustedAnswerError("a refusal carries a decision that allows")
        return AccessDenied(decision)
    fault = _MEANT.get(error.code())
    if fault is None or not told.problems:
        return _plain(error)
    return RefusedError(
        Problem(code=each.code, field=each.field, message=each.message, fault=fault)
        for each in told.problems
    )


def _plain(error: grpc.Call | aio.AioRpcError) -> Exception:
    match error.code():
        case grpc.StatusCode.ABORTED:
            return StaleVersionError(error.details() or "it has changed since it was read")
        case grpc.StatusCode.ALREADY_EXISTS:
            return RequestIdReusedError(error.details() or "the request id is another request's")
        case _:
            return failure(cast("grpc.RpcError", error))
