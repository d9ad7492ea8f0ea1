"""A nation in one process: what it takes to bring it in, to start, to hold it, and to answer.

The small world of the same shape is served beside it and asked in turns with
it. Each question is asked once, about people drawn anew: nothing of theirs is
in any cache of the machine, as in life.
"""

import random
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.processes import Serving, run, served
from benchmarks.timing import time_each, timing_of
from benchmarks.worlds import (
    account_name,
    email_of,
    home_of,
    structure_questions,
    works_questions,
    write_facts,
)
from habilis import Client, Perimeter, Question
from habilis.organisation import CommandRefused, OrganisationClient

__all__ = ["measure_nation"]

_TURNS: Final = 5
_PAUSE: Final = 0.1


def measure_nation(
    accounts: int, small: int, seed: int, *, calls: int = 1_000, writes: int = 100
) -> None:
    """Prints what `accounts` people cost, beside a portal of `small` people.

    `calls` questions a turn, and `writes` changes.
    """
    print(f"\nA nation of {accounts:,} accounts in one process, beside {small:,}")
    with tempfile.TemporaryDirectory(prefix="habilis-nation-") as directory:
        nation, town = Path(directory) / "nation", Path(directory) / "town"
        _take_in(nation, accounts)
        _take_in(town, small, quiet=True)
        with served(nation) as large, served(town) as little:
            print(f"{'start, until it answers':24} {large.start}")
            print(f"{'held then':24} {large.memory():35.0f} MB, of the small {little.memory():.0f}")
            _measure_questions({accounts: large, small: little}, seed, calls)
            _measure_writes(large, accounts, seed, calls, writes)
            print(f"{'held after that':24} {large.memory():35.0f} MB")


def _take_in(data: Path, accounts: int, *, quiet: bool = False) -> None:
    """Facts, imported and set aside, by the commands that anyone would use."""
    facts = data.with_suffix(".jsonl")
    start = time.perf_counter()
    lines = write_facts(facts, accounts)
    made = time.perf_counter() - start
    imported = run("import", str(facts), "--data", str(data))
    aside = run("snapshot", "--data", str(data))
    if quiet:
        return
    (kept,) = (data / "snapshots").iterdir()
    size, disk = facts.stat().st_size / 1e6, kept.stat().st_size / 1e6
    print(f"{'':24} {'elapsed':>12} {'processor':>12} {'memory':>11}")
    print(f"{'portable facts':24} {made:10.1f} s  {lines:,} lines, {size:.0f} MB on the disk")
    print(f"{'habilis import':24} {imported}  {lines / imported.seconds:,.0f} lines a second")
    print(f"{'habilis snapshot':24} {aside}  {disk:.0f} MB on the disk")
    facts.unlink()


def _measure_questions(servers: dict[int, Serving], seed: int, calls: int) -> None:
    print("Check over gRPC on loopback, one caller, half of it on works pieces, µs per call")
    print(f"{'':44} {'p50':>10} {'p99':>10} {'calls':>9}")
    seeds = count(seed)
    medians: dict[int, list[float]] = {size: [] for size in servers}
    for turn in range(_TURNS):
        for size, server in servers.items():
            with Client(server.address) as client:
                timing = time_each(partial(client.check, deadline=5.0), _anew(size, calls, seeds))
            medians[size].append(timing.p50)
            print(f"turn {turn + 1} {size:15d} accounts  Check    {timing}")
    large, small = (sorted(found)[_TURNS // 2] for found in medians.values())
    print(f"middle p50 of the nation over the small world: {large / small:.3f}")


def _measure_writes(server: Serving, accounts: int, seed: int, calls: int, writes: int) -> None:
    """What a change costs its author, and what it costs everybody else."""
    people = _people(accounts, seed)
    with Client(server.address) as client, OrganisationClient(server.address) as writer:
        ask = partial(client.check, deadline=5.0)
        still = time_each(ask, _anew(accounts, calls, count(seed + 100)))
        asked: list[int] = []
        taken: list[int] = []
        with _writing(partial(_attach, writer, accounts, people), taken, writes) as thread:
            questions = _anew(accounts, calls, count(seed + 200))
            while thread.is_alive():
                for question in questions():
                    start = time.perf_counter_ns()
                    ask(question)
                    asked.append(time.perf_counter_ns() - start)
    if len(taken) < writes:
        raise RuntimeError(f"{len(taken)} changes of {writes} were made")
    print(f"{'Check, while nobody writes':44} {still}")
    print(f"{f'Check, at {1 / _PAUSE:.0f} changes a second':44} {timing_of(asked)}")
    print(f"{'a change, until it is recorded and counts':44} {timing_of(taken)}")


@contextmanager
def _writing(
    write: Callable[[], int], taken: list[int], writes: int
) -> Generator[threading.Thread]:
    """So many changes being made, ten a second; `taken` takes in what each took."""

    def go_on() -> None:
        for _ in range(writes):
            taken.append(write())
            time.sleep(_PAUSE)

    thread = threading.Thread(target=go_on, name="writer")
    thread.start()
    try:
        yield thread
    finally:
        thread.join()


def _attach(writer: OrganisationClient, accounts: int, people: Iterator[int]) -> int:
    """The nanoseconds until somebody is attached where the next of `people` manages.

    The answer comes once the change counts for whoever asks. Somebody who may
    not be attached there is passed over.
    """
    while True:
        person = next(people)
        start = time.perf_counter_ns()
        with suppress(CommandRefused):
            writer.attach_user(
                subject=account_name(person),
                email=email_of((person * 31 + 17) % accounts),
                perimeter=Perimeter(home_of(person, accounts)),
            )
            return time.perf_counter_ns() - start


def _people(accounts: int, seed: int) -> Iterator[int]:
    """Principal managers whose account and structure are active."""
    dice = random.Random(seed)
    while True:
        number = dice.randrange(accounts // 2)
        if number % 50 != 49:
            yield number


def _anew(accounts: int, calls: int, seeds: Iterator[int]) -> Callable[[], Iterator[Question]]:
    """Other questions each time that it is called."""
    return lambda: _questions(accounts, calls, next(seeds))


def _questions(accounts: int, number: int, seed: int) -> Iterator[Question]:
    pairs = zip(
        structure_questions(accounts, number // 2, seed),
        works_questions(accounts, number // 2, seed),
        strict=True,
    )
    for structure, works in pairs:
        yield structure
        yield works
