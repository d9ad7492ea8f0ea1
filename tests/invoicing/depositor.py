"""Depositors that are killed at work: `python -m tests.invoicing.depositor`.

It takes the commands of `tests.journal.writer`. For each it forks a depositor,
which deposits an A4 and continues it with an A15, again and again; it says
`<number of the A15> <version>` as soon as that is acknowledged.
"""

import hashlib
import os
import sys
from pathlib import Path
from typing import Final

from habilis_companion.attachments import FileRef
from tests.invoicing.office import BODY, Office, engine, open_office, world

__all__ = ["UPLOADED", "deposit_both"]

UPLOADED: Final = FileRef(
    name="situation.pdf", sha256=hashlib.sha256(BODY).hexdigest(), size=len(BODY)
)


def deposit_both(office: Office, name: str) -> tuple[str, int]:
    """An A4, and its next piece; the number of that one and its version."""
    a4 = office.deposit("A4", f"F-{name}", file=UPLOADED)
    a15 = office.deposit("A15", f"EA-{name}", file=UPLOADED, previous=a4.id)
    return a15.number, a15.version


def work(target: str, name: str) -> None:
    office = open_office(Path(target), Path(target).parent)
    office.name = name
    for number in range(1_000_000):
        told, version = deposit_both(office, f"{name}-{number}")
        # One system call, so that a kill cuts no line in two.
        os.write(sys.stdout.fileno(), f"{told} {version}\n".encode())


def main() -> None:
    engine().on(world())
    for command in sys.stdin:
        target, name, _, _ = command.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            work(target, name)
        os.write(sys.stdout.fileno(), f"writer {child}\n".encode())
        os.waitpid(child, 0)
        os.write(sys.stdout.fileno(), b"dead\n")


if __name__ == "__main__":
    main()
