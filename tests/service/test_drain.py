"""B8: told to stop, the server first says so, ends what it began, and loses no call."""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import grpc
import pytest
from grpc_health.v1 import health_pb2

from habilis import Client
from habilis.v1 import access_pb2, access_pb2_grpc
from tests.sdk.methods import QUESTION
from tests.service.process import prepared, serving

pytestmark = pytest.mark.alone

SERVICES = ["", *(f"habilis.v1.{name}Service" for name in ("Access", "Policy", "Facts"))]
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVING = health_pb2.HealthCheckResponse.SERVING


def health_of(channel: grpc.Channel, service: str) -> int:
    check: grpc.UnaryUnaryMultiCallable[bytes, health_pb2.HealthCheckResponse] = (
        channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
    )
    asked = health_pb2.HealthCheckRequest(service=service).SerializeToString()
    return int(check(asked, timeout=2).status)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_drains(
    tmp_path: Path, number: signal.Signals, figure: Callable[[str], None]
) -> None:
    with (
        serving(prepared(tmp_path)) as (process, address),
        grpc.insecure_channel(address) as channel,
    ):
        assert [health_of(channel, name) for name in SERVICES] == [SERVING] * len(SERVICES)
        # Far more than the connection's window: it is under way until it is read.
        under_way = access_pb2_grpc.AccessServiceStub(channel).EnumeratePermissions(
            access_pb2.EnumeratePermissionsRequest()
        )
        parts = [next(under_way)]

        told = time.monotonic()
        process.send_signal(number)
        while health_of(channel, "") == SERVING:
            assert time.monotonic() - told < 0.5
        said = time.monotonic() - told
        assert [health_of(channel, name) for name in SERVICES] == [NOT_SERVING] * len(SERVICES)
        with Client(address) as client:
            assert client.check(QUESTION).allowed  # announced, not yet gone
            time.sleep(0.6)
            parts.extend(under_way)
            with pytest.raises(grpc.RpcError) as refused:
                health_of(channel, "")
        assert process.wait(10) == 0
        seconds = time.monotonic() - told

    assert sum(len(part.permissions) for part in parts) == parts[-1].complete.permissions > 1_000
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    figure(f"B8: NOT_SERVING after {said:.3f} s, gone after {seconds:.1f} s, exit 0")


def test_no_call_is_lost_with_a_second_server(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    stop = Event()

    def ask(client: Client) -> int:
        count = 0
        while not stop.is_set():
            assert client.check(QUESTION).allowed
            count += 1
        return count

    folder = prepared(tmp_path)
    with (
        serving(folder) as (first, one),
        serving(folder) as (_, other),
        Client(f"ipv4:{one},{other}") as client,
        ThreadPoolExecutor(4) as callers,
    ):
        counts = [callers.submit(ask, client) for _ in range(4)]
        time.sleep(0.5)
        first.send_signal(signal.SIGTERM)
        gone = first.wait(10)
        time.sleep(0.5)
        stop.set()
        calls = sum(count.result() for count in counts)

    assert gone == 0
    figure(f"B8: {calls} calls while one of two servers was drained, 0 lost")


def test_a_taken_port_is_refused(tmp_path: Path) -> None:
    folder = prepared(tmp_path)
    with (
        serving(folder) as (_, address),
        pytest.raises(AssertionError, match="is it taken"),
        serving(folder, listen=address),
    ):
        pass
