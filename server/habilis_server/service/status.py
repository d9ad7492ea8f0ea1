"""Which gRPC status each error becomes; the one place that knows."""

import logging
from collections.abc import Mapping
from typing import Final, NamedTuple

import grpc

from habilis_companion.errors import InvalidRequestError
from habilis_server.journal import (
    JournalBusyError,
    JournalUnreachableError,
    RequestIdReusedError,
)
from habilis_server.organisation import OrganisationError
from habilis_server.service.errors import (
    FactsBehindError,
    FactsUnreadableError,
)
from habilis_server.service.refusals import REFUSAL, refusal_message, status_code_of

__all__ = ["Status", "known_status_of", "status_of"]

_LOG: Final = logging.getLogger(__name__)

_CODES: Final[Mapping[type[Exception], grpc.StatusCode]] = {
    InvalidRequestError: grpc.StatusCode.INVALID_ARGUMENT,
    FactsBehindError: grpc.StatusCode.UNAVAILABLE,
    FactsUnreadableError: grpc.StatusCode.UNAVAILABLE,
    JournalBusyError: grpc.StatusCode.UNAVAILABLE,
    JournalUnreachableError: grpc.StatusCode.UNAVAILABLE,
    RequestIdReusedError: grpc.StatusCode.ALREADY_EXISTS,
}


class Status(NamedTuple):
    """What the caller is told; `details` go into the trailing metadata."""

    code: grpc.StatusCode
    message: str
    details: tuple[tuple[str, bytes], ...] = ()


def status_of(error: Exception) -> Status:
    """The status of a known error; any other one is INTERNAL, with its detail in the log alone."""
    known = known_status_of(error)
    if known is not None:
        return known
    _LOG.error("a call failed", exc_info=error)
    return Status(grpc.StatusCode.INTERNAL, "the server failed; its log says how")


def known_status_of(error: Exception) -> Status | None:
    """The status of an error that a caller can understand; None for a fault of the server."""
    if isinstance(error, OrganisationError):
        refusal = refusal_message(error)
        details = ((REFUSAL, refusal.SerializeToString()),)
        return Status(status_code_of(error), refusal.message, details)
    code = _CODES.get(type(error))
    return None if code is None else Status(code, str(error))
