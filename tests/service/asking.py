"""Asking a server without the SDK, as a stranger's client would, or worse."""

from collections.abc import Callable
from typing import Final

import grpc

from habilis.v1 import access_pb2, access_pb2_grpc, decision_pb2

__all__ = ["check", "check_bytes", "counted", "varint"]

CHECK: Final = "/habilis.v1.AccessService/Check"


def check(channel: grpc.Channel, question: decision_pb2.Question) -> str:
    """The reason of the answer, or the status of the refusal."""
    stub = access_pb2_grpc.AccessServiceStub(channel)
    return _outcome(lambda: stub.Check(access_pb2.CheckRequest(question=question)))


def check_bytes(channel: grpc.Channel, question: bytes) -> str:
    """The same of bytes in the place of a question."""
    method: grpc.UnaryUnaryMultiCallable[bytes, access_pb2.CheckResponse] = channel.unary_unary(
        CHECK, response_deserializer=access_pb2.CheckResponse.FromString
    )
    return _outcome(lambda: method(b"\x0a" + counted(question)))


def varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])


def counted(data: bytes) -> bytes:
    """The data behind its length."""
    return varint(len(data)) + data


def _outcome(ask: Callable[[], access_pb2.CheckResponse]) -> str:
    try:
        decision = ask().decision
    except grpc.RpcError as error:
        return error.code().name
    assert decision.allowed == (decision.reason == decision_pb2.REASON_ALLOWED)
    return decision_pb2.Reason.Name(decision.reason).removeprefix("REASON_")
