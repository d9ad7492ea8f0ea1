"""`make bench`: what a decision costs, beside stock pycasbin, over gRPC, and for a deposit."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from typing import Final

from benchmarks.asking import measure_asking
from benchmarks.deciding import measure_deciding
from benchmarks.invoicing import measure_deposits
from benchmarks.registering import measure_registering

_SIZES: Final = (1_000, 100_000)
_SEED: Final = 20220094


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "no checkout"


def main() -> None:
    now = datetime.now(tz=UTC).isoformat(timespec="seconds")
    print(f"{now}  commit {_commit()}  seed {_SEED}")
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    measure_deciding(_SIZES, _SEED)
    measure_asking(_SIZES, _SEED)
    measure_deposits()
    measure_registering(_SEED)


if __name__ == "__main__":
    main()
