"""B2 to B4, I3: who asks too much or too oddly is refused, and others do not notice."""

import os
import socket
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import pytest

from habilis import Client
from habilis.errors import DeadlineExceededError, OverloadedError
from habilis.v1 import access_pb2, access_pb2_grpc
from habilis_server.service import access, serving
from tests.sdk.methods import QUESTION
from tests.service.portal import Portal, open_portal

pytestmark = pytest.mark.alone

LIMIT = 16
PATIENT = 20.0


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Portal]:
    """A server with room for few calls at once."""
    monkeypatch.setattr(serving, "MAX_CONCURRENT_CALLS", LIMIT)
    with open_portal(tmp_path) as portal:
        yield portal


def begun(channel: grpc.Channel, count: int) -> list[Any]:
    """Enumerations of which only the first part is read: each stays under way."""
    stub = access_pb2_grpc.AccessServiceStub(channel)
    streams = [
        stub.EnumeratePermissions(access_pb2.EnumeratePermissionsRequest()) for _ in range(count)
    ]
    for stream in streams:
        next(stream)
    return streams


def test_b2_beyond_the_limit_calls_are_refused_at_once(narrow: Portal) -> None:
    with narrow.client() as client, grpc.insecure_channel(narrow.target) as channel:
        assert client.check(QUESTION, deadline=PATIENT).allowed
        streams = begun(channel, LIMIT)

        started = time.perf_counter()
        with pytest.raises(OverloadedError):
            client.check(QUESTION, deadline=PATIENT)
        assert time.perf_counter() - started < 1

        for stream in streams:
            stream.cancel()
        until = time.monotonic() + PATIENT
        while not answered(client):
            assert time.monotonic() < until


def answered(client: Client) -> bool:
    with suppress(OverloadedError):
        return client.check(QUESTION, deadline=PATIENT).allowed
    return False


def test_b4_streams_under_way_do_not_starve_check(portal: Portal) -> None:
    with portal.client() as client, grpc.insecure_channel(portal.target) as channel:
        streams = begun(channel, 64)

        assert all(client.check(QUESTION, deadline=PATIENT).allowed for _ in range(100))

        for stream in streams:
            stream.cancel()


def test_b3_work_stops_when_the_caller_has_gone(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0

    def endless(*_: object, **__: object) -> Iterator[None]:
        nonlocal steps
        while True:
            steps += 1
            time.sleep(0.0005)
            yield None

    monkeypatch.setattr(access, "enumerate_permissions", endless)
    with portal.client() as client:
        with pytest.raises(DeadlineExceededError):
            list(client.enumerate(deadline=0.5))
        time.sleep(1)  # the batch under way may end
        before = steps
        time.sleep(1)

        assert 0 < before == steps


def test_headers_beyond_the_limit_are_refused(channel: grpc.Channel) -> None:
    stub = access_pb2_grpc.AccessServiceStub(channel)

    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(access_pb2.CheckRequest(), metadata=(("x-long", "x" * 100_000),))

    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_compressed_message_is_measured_as_it_unfolds(channel: grpc.Channel) -> None:
    stub = access_pb2_grpc.AccessServiceStub(channel)
    request = access_pb2.CheckRequest()
    request.question.subject.id = "x" * (8 * 1024 * 1024)

    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(request, compression=grpc.Compression.Gzip)

    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_i3_noise_on_the_port_disturbs_nobody(portal: Portal) -> None:
    host, _, port = portal.target.rpartition(":")
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    settings = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"

    def disturb(number: int) -> None:
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=1) as caller:
            caller.sendall([b"", preface, preface + settings][number % 3] + os.urandom(2_000))

    with ThreadPoolExecutor(8) as pool, portal.client() as client:
        noise = pool.map(disturb, range(200))
        asked = [client.check(QUESTION, deadline=PATIENT).allowed for _ in range(100)]
        list(noise)

        assert all(asked)
        assert client.check(QUESTION, deadline=PATIENT).allowed
