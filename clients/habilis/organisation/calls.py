"""Each command as a call, and what its failure means; both clients make these same calls."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final, Protocol, cast
from uuid import uuid4

import grpc
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from grpc import aio

from habilis.calls import Call
from habilis.channel import failure
from habilis.errors import AccessDenied, HabilisError, InvalidQuestionError, UntrustedAnswerError
from habilis.model import Perimeter
from habilis.organisation.errors import CommandRefused, ManyRefused, RequestIdReusedError
from habilis.organisation.facts import ApprovalState, Moa, StructureType, WantedStructure
from habilis.organisation.words import Outcome, RefusalCode, Writing
from habilis.v1 import decision_pb2, organisation_facts_pb2, organisation_pb2
from habilis.wire import perimeter_message, read_decision, read_token, subject_message

__all__ = ["WRITE_DEADLINE", "command", "failure_of", "value_of"]

WRITE_DEADLINE: Final = 10.0
"""Seconds for a command: it waits for its turn, and is kept on disk before it is acknowledged."""

_SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
_REFUSAL: Final = "habilis-refusal-bin"
_PREFIX: Final = "REFUSAL_CODE_"


class _Response(Protocol):
    """What every response of a command holds."""

    @property
    def token(self) -> decision_pb2.Token: ...
    @property
    def made(self) -> str: ...


def command(method: str, terms: Writing, **fields: object) -> Call[Message, Outcome]:
    """The call of one command; a field that is None is left out.

    Raises InvalidQuestionError for what no message can carry.
    """
    described = _SERVICE.methods_by_name[method]
    parts = described.input_type.fields_by_name
    try:
        request = GetMessageClass(described.input_type)(
            subject=subject_message(terms["subject"]),
            request_id=terms["request_id"] if "request_id" in terms else uuid4().hex,
            **{
                name: value_of(parts[name], value)
                for name, value in fields.items()
                if value is not None
            },
        )
    except (TypeError, ValueError) as error:
        raise InvalidQuestionError(f"the command cannot be sent: {error}") from error
    return Call(
        f"/{_SERVICE.full_name}/{method}",
        request,
        GetMessageClass(described.output_type),
        _outcome,
        WRITE_DEADLINE,
    )


def failure_of(error: grpc.RpcError) -> HabilisError:
    """What a failed command means to the caller."""
    if not isinstance(error, grpc.Call | aio.AioRpcError):
        return failure(error)
    for key, value in error.trailing_metadata() or ():
        if key == _REFUSAL:
            try:
                return _refused(organisation_pb2.Refusal.FromString(cast("bytes", value)))
            except (DecodeError, HabilisError) as unread:
                return UntrustedAnswerError(f"a refusal came that cannot be read: {unread}")
    if error.code() is grpc.StatusCode.ALREADY_EXISTS:
        return RequestIdReusedError(error.details())
    return failure(error)


def _outcome(response: Message) -> Outcome:
    told = cast("_Response", response)
    return Outcome(token=read_token(told.token), made=told.made)


def value_of(part: FieldDescriptor, value: object) -> Any:  # noqa: ANN401  # what protobuf takes
    """The value as a field of a message takes it; TypeError for what none can hold."""
    match value:
        case Perimeter():
            return perimeter_message(value)
        case WantedStructure():
            return {name: _plain(each) for name, each in asdict(value).items()}
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case str() if part.is_repeated:
            raise TypeError(f"`{part.name}` is one text: give several, or a list of one")
        case str() | bool():
            return _plain(value)
        case Iterable():
            return list(value)
        case _:
            return value


def _plain(value: object) -> object:
    match value:
        case StructureType():
            return organisation_facts_pb2.StructureType.Value(f"STRUCTURE_TYPE_{value.name}")
        case ApprovalState():
            return organisation_facts_pb2.ApprovalState.Value(f"APPROVAL_STATE_{value.name}")
        case Moa():
            return organisation_facts_pb2.Moa.Value(f"MOA_{value.name}")
        case None:  # protobuf would take it for a field that stays as it is
            raise TypeError('a field is None: give "" to clear it, or leave it out')
        case _:
            return value


def _refused(refusal: organisation_pb2.Refusal) -> HabilisError:
    if refusal.refused:
        return ManyRefused(
            refusal.message,
            {item.approval: _refused_one(item.refusal) for item in refusal.items},
            refusal.refused,
        )
    return _refused_one(refusal)


def _refused_one(refusal: organisation_pb2.Refusal) -> AccessDenied | CommandRefused:
    if refusal.HasField("decision"):
        decision = read_decision(refusal.decision)
        if decision.allowed:
            raise UntrustedAnswerError("a refusal carries a decision that allows")
        return AccessDenied(decision)
    known = organisation_pb2.RefusalCode.DESCRIPTOR.values_by_number.get(refusal.code)
    name = "" if known is None else known.name.removeprefix(_PREFIX)
    code = RefusalCode[name] if name in RefusalCode.__members__ else RefusalCode.UNSPECIFIED
    return CommandRefused(code, refusal.message, refusal.field)
