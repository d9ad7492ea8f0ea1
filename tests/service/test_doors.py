"""What a stranger finds: the services, their names and no others, and errors that tell nothing."""

import logging

import grpc
import pytest
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from habilis.v1 import access_pb2, access_pb2_grpc
from habilis_companion.errors import InvalidRequestError
from habilis_server.service import access
from habilis_server.service.errors import (
    FactsBehindError,
    FactsUnreadableError,
    ServiceError,
)
from habilis_server.service.status import status_of
from tests.service.asking import check, check_bytes
from tests.service.hostile import allowed_question


def test_the_services_describe_themselves(channel: grpc.Channel) -> None:
    described = ProtoReflectionDescriptorDatabase(channel)

    assert set(described.get_services()) >= {
        "habilis.v1.AccessService",
        "habilis.v1.PolicyService",
        "habilis.v1.FactsService",
        "grpc.health.v1.Health",
    }
    found = described.FindFileContainingSymbol("habilis.v1.AccessService")
    assert found.name == "habilis/v1/access.proto"


@pytest.mark.parametrize(
    "path",
    [
        "habilis.v1.AccessService/Check",
        "//habilis.v1.AccessService/Check",
        "/habilis.v1.AccessService/Check/",
        "/habilis.v1.AccessService//Check",
        "/habilis.v1.accessservice/Check",
        "/habilis.v1.AccessService/check",
        "/habilis.v1.AccessService/%43heck",
        "/habilis.v1.AccessService/Check?x=1",
        "/habilis.v1.AccessService/Check\x20",
        "/habilis.v2.AccessService/Check",
        "/habilis.v1.OrganisationService/GrantEntitlement",
        "/",
    ],
)
def test_g5_no_other_path_is_served(channel: grpc.Channel, path: str) -> None:
    request = access_pb2.CheckRequest(question=allowed_question())
    method: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(path)

    with pytest.raises(grpc.RpcError) as caught:
        method(request.SerializeToString())

    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_an_unexpected_error_keeps_its_detail_in_the_log(
    channel: grpc.Channel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(access, "explain", fail)
    stub = access_pb2_grpc.AccessServiceStub(channel)
    with caplog.at_level(logging.ERROR), pytest.raises(grpc.RpcError) as caught:
        stub.Explain(access_pb2.ExplainRequest(question=allowed_question()))

    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert caught.value.details() == "the server failed; its log says how"
    assert "the secret of the house" in caplog.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidRequestError("at", "is odd"), grpc.StatusCode.INVALID_ARGUMENT),
        (FactsBehindError(1, 2), grpc.StatusCode.UNAVAILABLE),
        (FactsUnreadableError("not now"), grpc.StatusCode.UNAVAILABLE),
        (ServiceError("?"), grpc.StatusCode.INTERNAL),
        (ValueError("?"), grpc.StatusCode.INTERNAL),
        (KeyError("?"), grpc.StatusCode.INTERNAL),
    ],
)
def test_each_error_has_its_status(error: Exception, code: grpc.StatusCode) -> None:
    assert status_of(error).code is code


def test_a_question_in_bytes_is_a_question(channel: grpc.Channel) -> None:
    question = allowed_question()

    assert check_bytes(channel, question.SerializeToString()) == check(channel, question)
