"""Calls of a companion at the same time: several at once, and under its killing."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from habilis import AccessDenied
from habilis.errors import HabilisError
from habilis_companion.errors import StaleVersionError
from habilis_companion.refusals import RefusedError
from tests.companion.portal import Portal

__all__ = ["AT_ONCE", "cut_by_a_kill", "together"]

AT_ONCE: Final = 8

_Client = TypeVar("_Client")


def together(clients: Sequence[_Client], call: Callable[[_Client, int], object]) -> Counter[object]:
    """What so many calls at the same time come to, in turn by each client; None: refused."""
    barrier = threading.Barrier(AT_ONCE)

    def made(number: int) -> object:
        barrier.wait()
        try:
            return call(clients[number % len(clients)], number)
        except (AccessDenied, RefusedError, StaleVersionError):
            return None

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return Counter(threads.map(made, range(AT_ONCE)))


def cut_by_a_kill(portal: Portal[Any], call: Callable[[int], object]) -> list[object]:
    """What so many calls at the same time come to, the companion killed once one of them is done.

    None: it was not heard what became of it.
    """
    first_done = threading.Event()

    def made(number: int) -> object:
        try:
            done = call(number)
        except HabilisError:
            return None
        first_done.set()
        return done

    with ThreadPoolExecutor(AT_ONCE) as threads:
        calls = [threads.submit(made, number) for number in range(AT_ONCE)]
        assert first_done.wait(timeout=30)
        portal.process.kill()
        return [each.result() for each in calls]
