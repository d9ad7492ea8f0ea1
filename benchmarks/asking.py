"""Check over gRPC against `habilis serve` in a process of its own, at two sizes."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.processes import run, served
from benchmarks.timing import Timing, time_each
from benchmarks.worlds import structure_questions, write_facts
from habilis import Client

__all__ = ["measure_asking"]

_CALLS: Final = 3_000
_ROUNDS: Final = 3


def measure_asking(sizes: tuple[int, ...], seed: int) -> None:
    """Prints the time of a Check as its caller sees it, in turns, and the ratio of the sizes."""
    print("\nCheck over gRPC on loopback, one caller, µs per call")
    print(f"{'':44} {'p50':>10} {'p99':>10} {'calls':>9}")
    best: dict[int, list[float]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as directory:
        for size in sizes:
            facts = Path(directory) / f"{size}.jsonl"
            write_facts(facts, size)
            run("import", str(facts), "--data", str(facts.with_suffix("")))
        for turn in range(_ROUNDS):
            for size in sizes:
                with served(Path(directory) / str(size)) as server:
                    timing = _measure(server.address, size, seed + turn)
                best[size].append(timing.p50)
                print(f"turn {turn + 1} {size:15d} accounts  Check    {timing}")
    small, large = (sorted(best[size])[_ROUNDS // 2] for size in (sizes[0], sizes[-1]))
    print(f"middle p50 at {sizes[-1]} over {sizes[0]} accounts: {large / small:.3f}")


def _measure(address: str, size: int, seed: int) -> Timing:
    with Client(address) as client:
        return time_each(
            partial(client.check, deadline=5.0), partial(structure_questions, size, _CALLS, seed)
        )
