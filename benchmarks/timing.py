"""Timing one call at a time, and reading the middle and the tail of the figures."""

import gc
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

__all__ = ["Timing", "time_each", "timing_of"]

_Item = TypeVar("_Item")


class Timing(NamedTuple):
    """Microseconds: the median, and what one call in a hundred exceeds; `calls` of them."""

    p50: float
    p99: float
    calls: int

    def __str__(self) -> str:
        return f"{self.p50:10.2f} {self.p99:10.2f} {self.calls:9d}"


def time_each(call: Callable[[_Item], object], make_items: Callable[[], Iterable[_Item]]) -> Timing:
    """Times `call` on each item, after one round, of items made apart, that is not counted.

    Making the item is not timed, and the clock's own cost (some 50 ns) is.
    """
    for item in make_items():
        call(item)
    clock = time.perf_counter_ns
    taken: list[int] = []
    gc.collect()
    gc.disable()
    try:
        for item in make_items():
            start = clock()
            call(item)
            taken.append(clock() - start)
    finally:
        gc.enable()
    return timing_of(taken)


def timing_of(nanoseconds: Iterable[int]) -> Timing:
    taken = sorted(nanoseconds)
    return Timing(taken[len(taken) // 2] / 1e3, taken[len(taken) * 99 // 100] / 1e3, len(taken))
