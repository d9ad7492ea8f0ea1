"""Depositors that are killed at work: `python -m tests.invoicing.depositor`.

It takes the commands of `tests.journal.writer`. For each it forks a depositor,
which deposits an A4 and continues it with an A15, again and again; it says
`<number of the A15> <version>` as soon as that is acknowledged.
"""

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from habilis_companion.attachments import FileRef
from tests.companion.bureau import engine, world
from tests.companion.workers import work_until_killed
from tests.invoicing.office import BODY, Office, open_office

__all__ = ["UPLOADED", "deposit_both"]

UPLOADED: Final = FileRef(
    name="situation.pdf", sha256=hashlib.sha256(BODY).hexdigest(), size=len(BODY)
)


def deposit_both(office: Office, name: str) -> tuple[str, int]:
    """An A4, and its next piece; the number of that one and its version."""
    a4 = office.deposit("A4", f"F-{name}", file=UPLOADED)
    a15 = office.deposit("A15", f"EA-{name}", file=UPLOADED, previous=a4.id)
    return a15.number, a15.version


def work(target: Path, name: str) -> Iterator[tuple[str, int]]:
    office = open_office(target, target.parent)
    office.name = name
    for number in itertools.count():
        yield deposit_both(office, f"{name}-{number}")


def main() -> None:
    engine().on(world())  # once for all the children
    work_until_killed(work)


if __name__ == "__main__":
    main()
