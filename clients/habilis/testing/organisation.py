"""The fake's OrganisationService: it carries out, refuses and tells what the test said."""

from collections.abc import Sequence
from typing import Any, Final

import grpc
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis.model import Reason
from habilis.organisation.errors import CommandRefused
from habilis.organisation.wire import fill_first
from habilis.testing.script import Script
from habilis.v1 import decision_pb2, organisation_pb2
from habilis.wire import token_message

__all__ = ["FakeOrganisation", "Requested"]

_SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
_REFUSAL: Final = "habilis-refusal-bin"

Requested = tuple[str, Any]
"""A method of the contract, and the request that came to it, a message of `habilis.v1`."""


class FakeOrganisation:
    """What the test did not speak of is denied. `failing`: the status of every call, if any."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._said: dict[str, dict[str, Any]] = {}
        self._records: dict[str, Sequence[object]] = {}
        self._refused: dict[str, organisation_pb2.Refusal] = {}
        self.requested: list[Requested] = []
        self.failing: grpc.StatusCode | None = None

    def say(self, method: str, records: Sequence[object], **words: object) -> None:
        """Answer `method` with these records, in full on one page, and these words."""
        self._refused.pop(_known(method), None)
        self._records[method], self._said[method] = records, words

    def refuse(self, method: str, refused: Reason | CommandRefused) -> None:
        """Deny `method` for this reason, or refuse it by this rule of the portal."""
        refusal = organisation_pb2.Refusal(message=str(refused))
        if isinstance(refused, CommandRefused):
            code = organisation_pb2.RefusalCode.Value(f"REFUSAL_CODE_{refused.code.name}")
            refusal.code, refusal.field = code, refused.field
        else:
            refusal.decision.CopyFrom(self._denial(refused))
        self._refused[_known(method)] = refusal

    def handler(self) -> grpc.GenericRpcHandler:
        return grpc.method_handlers_generic_handler(
            _SERVICE.full_name, {each.name: self._method(each) for each in _SERVICE.methods}
        )

    def _method(self, described: Any) -> "grpc.RpcMethodHandler[Any, Any]":  # noqa: ANN401  # protobuf's own
        response = GetMessageClass(described.output_type)

        def answer(request: Message, context: grpc.ServicerContext) -> Message:
            name = described.name
            self.requested.append((name, request))
            if self.failing is not None:
                context.abort(self.failing, "the test wants this call to fail")
            if name in self._refused or name not in self._said:
                self._abort(name, context)
            whole = response(token=token_message(self._script.token), **self._said[name])
            fill_first(whole, self._records[name])
            return whole

        return grpc.unary_unary_rpc_method_handler(
            answer,
            request_deserializer=GetMessageClass(described.input_type).FromString,
            response_serializer=response.SerializeToString,
        )

    def _abort(self, name: str, context: grpc.ServicerContext) -> None:
        refusal = self._refused.get(name)
        if refusal is None:
            refusal = organisation_pb2.Refusal(decision=self._denial(Reason.NO_RULE))
        code = grpc.StatusCode.FAILED_PRECONDITION
        if refusal.HasField("decision"):
            code = grpc.StatusCode.PERMISSION_DENIED
        context.set_trailing_metadata(((_REFUSAL, refusal.SerializeToString()),))
        context.abort(code, refusal.message or "the test did not speak of this method")

    def _denial(self, reason: Reason) -> decision_pb2.Decision:
        if reason is Reason.ALLOWED:
            raise ValueError("a denial cannot have the reason ALLOWED")
        return decision_pb2.Decision(
            reason=decision_pb2.Reason.Value(f"REASON_{reason.name}"),
            rule_id="fake-deny",
            token=token_message(self._script.token),
            decision_id="fake-organisation",
        )


def _known(method: str) -> str:
    if method not in _SERVICE.methods_by_name:
        raise ValueError(f"`{method}` is no method of OrganisationService; write it as there")
    return method
