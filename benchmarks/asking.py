"""Check over gRPC against `habilis serve` in a process of its own, at two sizes."""

import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.serving import served
from benchmarks.timing import Timing, time_each
from benchmarks.worlds import records, structure_questions
from habilis import Client
from habilis_server.world import World, write_portable

__all__ = ["measure_asking"]

_CALLS: Final = 3_000
_ROUNDS: Final = 3


def measure_asking(sizes: tuple[int, ...], seed: int) -> None:
    """Prints the time of a Check as its caller sees it, in turns, and the ratio of the sizes."""
    print("\nCheck over gRPC on loopback, one caller, µs per call")
    print(f"{'':44} {'p50':>10} {'p99':>10} {'calls':>9}")
    best: dict[int, list[float]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as directory:
        for turn in range(_ROUNDS):
            for size in sizes:
                with _served(Path(directory) / str(size), size) as address:
                    timing = _measure(address, size, seed + turn)
                best[size].append(timing.p50)
                print(f"turn {turn + 1} {size:15d} accounts  Check    {timing}")
    small, large = (sorted(best[size])[_ROUNDS // 2] for size in (sizes[0], sizes[-1]))
    print(f"middle p50 at {sizes[-1]} over {sizes[0]} accounts: {large / small:.3f}")


def _measure(address: str, size: int, seed: int) -> Timing:
    with Client(address) as client:
        return time_each(
            partial(client.check, deadline=5.0), partial(structure_questions, size, _CALLS, seed)
        )


@contextmanager
def _served(data: Path, size: int) -> Generator[str]:
    """The address of a real server on a portal of that size, imported when it is new."""
    habilis = [sys.executable, "-m", "habilis"]
    if not data.exists():
        facts = data.with_suffix(".jsonl")
        world = World.of(records(size))
        facts.write_text("".join(f"{line}\n" for line in write_portable(world)), encoding="utf-8")
        subprocess.run([*habilis, "import", str(facts), "--data", str(data)], check=True)
    with served([*habilis, "serve", "--data", str(data)]) as address:
        yield address
