"""Which gRPC status each error becomes; the one place that knows."""

import logging
from collections.abc import Mapping
from typing import Final, NamedTuple

import grpc

from habilis_server.service.errors import (
    FactsBehindError,
    FactsUnreadableError,
    InvalidRequestError,
)

__all__ = ["Status", "status_of"]

_LOG: Final = logging.getLogger(__name__)

_CODES: Final[Mapping[type[Exception], grpc.StatusCode]] = {
    InvalidRequestError: grpc.StatusCode.INVALID_ARGUMENT,
    FactsBehindError: grpc.StatusCode.UNAVAILABLE,
    FactsUnreadableError: grpc.StatusCode.UNAVAILABLE,
}


class Status(NamedTuple):
    """What the caller is told."""

    code: grpc.StatusCode
    message: str


def status_of(error: Exception) -> Status:
    """The status of a known error; any other one is INTERNAL, with its detail in the log alone."""
    code = _CODES.get(type(error))
    if code is None:
        _LOG.error("a call failed", exc_info=error)
        return Status(grpc.StatusCode.INTERNAL, "the server failed; its log says how")
    return Status(code, str(error))
