"""Requests as they come: read whole, or told to be none, where gRPC would say INTERNAL."""

from collections.abc import Callable
from typing import Final, TypeAlias

from google.protobuf.message import DecodeError, Message

from habilis_companion.errors import InvalidRequestError

__all__ = ["Asked", "message_of", "reader_of"]

Asked: TypeAlias = Message | InvalidRequestError
"""A request, or what is wrong with it: it is read where nothing can be told yet."""

_UNREADABLE: Final = "the request is no message of this method; compare with the contract"
_UNKNOWN: Final = "the request holds a field that is not known here; nothing was done"


def reader_of(kind: type[Message]) -> Callable[[bytes], Asked]:
    """Reads the requests of this kind; what it gives is for `message_of`."""

    def read(data: bytes) -> Asked:
        try:
            message = kind.FromString(data)
        except DecodeError:
            return InvalidRequestError("", _UNREADABLE)
        size = message.ByteSize()
        # An unknown field may be a limit that a newer caller sets: to drop it would widen.
        message.DiscardUnknownFields()
        return message if message.ByteSize() == size else InvalidRequestError("", _UNKNOWN)

    return read


def message_of(asked: Asked) -> Message:
    """The request; raises InvalidRequestError where it is none."""
    if isinstance(asked, InvalidRequestError):
        raise asked
    return asked
