"""Children that work with a companion until they are killed, at the commands of a `Nursery`."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["work_until_killed"]


def work_until_killed(work: Callable[[Path, str], Iterator[tuple[str, int]]]) -> None:
    """Take the commands of `tests.journal.writer`: for each, a child works at the target.

    `work` is given the target and the child's name; what it has done, and the
    version of that, is told as soon as it is acknowledged.
    """
    for command in sys.stdin:
        target, name, _, _ = command.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            for told, version in work(Path(target), name):
                # One system call, so that a kill cuts no line in two.
                os.write(sys.stdout.fileno(), f"{told} {version}\n".encode())
        os.write(sys.stdout.fileno(), f"writer {child}\n".encode())
        os.waitpid(child, 0)
        os.write(sys.stdout.fileno(), b"dead\n")
