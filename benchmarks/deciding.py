"""The compiled engine beside stock pycasbin, on the same questions, at two sizes."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from benchmarks.timing import time_each
from benchmarks.worlds import records, structure_questions, works_questions
from habilis import Question
from habilis_server.engine import Engine, StockEvaluator
from habilis_server.engine.stock import PYCASBIN_VERSION
from habilis_server.locations import policy_directory
from habilis_server.rulebook import load
from habilis_server.world import World

__all__ = ["measure_deciding"]

_FAST: Final = 40_000
_SLOW: Final = 150
_KINDS: Final[dict[str, Callable[[int, int, int], Iterator[Question]]]] = {
    "structure": structure_questions,
    "works piece, 5 parties": works_questions,
}


def measure_deciding(sizes: tuple[int, ...], seed: int) -> None:
    """Prints one line for each question kind and size, and what the size costs."""
    rulebook = load(policy_directory())
    engine = Engine(rulebook)
    worlds = {size: World.of(records(size)) for size in sizes}
    lines = sum(len(plan.lines) for plans in engine.plans.values() for plan in plans.values())
    print(f"\nDeciding: {len(rulebook.rules)} rules, {lines} policy lines, µs per decision")
    print(f"{'':44} {'p50':>10} {'p99':>10} {'decisions':>9}")
    medians: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    for kind, make in _KINDS.items():
        for size in sizes:
            judge = engine.on(worlds[size])
            stock = partial(StockEvaluator(rulebook).decide, world=worlds[size])
            allowed = sum(judge.decide(question).allowed for question in make(size, _FAST, seed))
            fast = time_each(judge.decide, partial(make, size, _FAST, seed))
            slow = time_each(stock, partial(make, size, _SLOW, seed))
            medians[kind].append(fast.p50)
            print(f"{kind:22} {size:8d} accounts  compiled {fast}  {allowed} allowed")
            print(f"{'':40} stock {slow}  ratio {slow.p50 / fast.p50:.0f}")
    for kind, found in medians.items():
        print(f"{kind}: {found[-1] - found[0]:+.2f} µs from {sizes[0]} to {sizes[-1]} accounts")
    print(
        f"stock is pycasbin {PYCASBIN_VERSION} on the same model and lines; of the facts it holds"
        " only the links of the people and perimeters asked about, which favours it"
    )
