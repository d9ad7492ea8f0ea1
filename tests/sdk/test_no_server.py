"""K2: no server, or none that answers: refused within the deadline, whatever the cause."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from itertools import product
from typing import Final

import pytest

from habilis import AsyncClient, Client, Tls
from habilis.calls import CHECK_DEADLINE
from habilis.errors import DeadlineExceededError, UnansweredError
from habilis.testing import FakeHabilis
from tests.sdk.methods import QUESTION

pytestmark = pytest.mark.alone

# What a busy machine may add to a deadline before a thread is given its turn.
SLACK: Final = 0.5


@contextmanager
def refusing() -> Generator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"127.0.0.1:{port}"


@contextmanager
def silent() -> Generator[str]:
    """The kernel takes the connection; nobody ever reads from it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def saying(noise: bytes) -> Generator[str]:
    """Says the noise to whoever connects, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.sendall(noise)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def unknown() -> Generator[str]:
    yield "no-such-host.invalid:50051"


@contextmanager
def plain() -> Generator[str]:
    """A server that would answer, but speaks no TLS."""
    with FakeHabilis() as habilis:
        habilis.allow()
        yield habilis.target


ABSENCES: Final = {
    "refused": (refusing, None),
    "a black hole": (silent, None),
    "a black hole for TLS": (silent, Tls()),
    "no such name": (unknown, None),
    "hung up": (lambda: saying(b""), None),
    "noise": (lambda: saying(b"HTTP/1.1 200 OK\r\n\r\nallowed"), None),
    "no TLS there": (plain, Tls()),
}


def ask(target: str, tls: Tls | None) -> None:
    with Client(target, tls=tls) as client:
        client.check(QUESTION)


def ask_on_a_loop(target: str, tls: Tls | None) -> None:
    async def check() -> None:
        async with AsyncClient(target, tls=tls) as client:
            await client.check(QUESTION)

    asyncio.run(check())


def test_no_server_is_no_allow_within_the_deadline(figure: Callable[[str], None]) -> None:
    waited: dict[str, float] = {}
    for (absence, (place, tls)), door in product(ABSENCES.items(), (ask, ask_on_a_loop)):
        with place() as target:
            started = time.perf_counter()
            with pytest.raises(UnansweredError):
                door(target, tls)
            waited[f"{absence} ({door.__name__})"] = time.perf_counter() - started

    assert {name: s for name, s in waited.items() if s > CHECK_DEADLINE + SLACK} == {}
    longest = max(waited.values())
    figure(f"K2: {len(waited)} ways of having no server, 0 allows, at most {longest * 1000:.0f} ms")


@pytest.mark.parametrize("deadline", [0, -1])
def test_a_deadline_that_is_over_is_no_allow(deadline: int) -> None:
    with FakeHabilis() as habilis, habilis.client() as client:
        habilis.allow()

        with pytest.raises(DeadlineExceededError):
            client.check(QUESTION, deadline=deadline)


def test_a_closed_client_answers_nothing() -> None:
    with FakeHabilis() as habilis:
        habilis.allow()
        client = habilis.client()
        client.close()

        with pytest.raises(ValueError, match="closed"):
            client.check(QUESTION)
