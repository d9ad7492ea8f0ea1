"""`make bench`: what a decision costs, what a deposit, and what a nation of accounts."""

import argparse
import os
import platform
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from benchmarks.asking import measure_asking
from benchmarks.deciding import measure_deciding
from benchmarks.invoicing import measure_deposits
from benchmarks.nation import measure_nation
from benchmarks.registering import measure_registering

_SIZES: Final = (1_000, 100_000)
_SEED: Final = 20220094


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "no checkout"


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    reader.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(_PARTS)}; without any: all"
    )
    reader.add_argument("--nation", type=int, default=2_000_000, metavar="ACCOUNTS")
    asked = reader.parse_args()
    if unknown := sorted({*asked.parts} - {*_PARTS}):
        reader.error(f"unknown part `{unknown[0]}`; there are {', '.join(_PARTS)}")
    now = datetime.now(tz=UTC).isoformat(timespec="seconds")
    print(f"{now}  commit {_commit()}  seed {_SEED}")
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    for name in asked.parts or _PARTS:
        _PARTS[name](asked.nation)


_PARTS: Final[Mapping[str, Callable[[int], None]]] = {
    "deciding": lambda _: measure_deciding(_SIZES, _SEED),
    "asking": lambda _: measure_asking(_SIZES, _SEED),
    "registering": lambda _: measure_registering(_SEED),
    "deposits": lambda _: measure_deposits(),
    "nation": lambda accounts: measure_nation(accounts, _SIZES[0], _SEED),
}


if __name__ == "__main__":
    main()
