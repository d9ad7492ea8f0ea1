"""Writers, or whoever is to be killed, in processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from habilis_server.journal import Journal

CHECKOUT = Path(__file__).resolve().parents[2]


class Nursery:
    """A process of `tests.journal.writer`: it has one writer at a time, and any number in turn.

    Another module takes the same commands, and says the same of its own children.
    """

    def __init__(self, module: str = "tests.journal.writer") -> None:
        self.pid = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._commands = self._process.stdin
        self._sayings = self._process.stdout
        self._told: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def start(self, target: Path | str, name: str, *, pause: float = 0, step: str = "") -> None:
        """Let a writer called `name` write to the journal at `target`."""
        self._commands.write(f"{target}\t{name}\t{pause}\t{step}\n")
        self._commands.flush()
        self._told = {}
        while not (line := self._sayings.readline()).startswith("writer "):
            self._hear(line)
        self.pid = int(line.split()[1])

    def hear(self) -> None:
        """Wait until one more request is acknowledged."""
        self._hear(self._sayings.readline())

    def kill(self) -> dict[str, int]:
        """Kill the writer: the revision of each request that it was told was recorded."""
        os.kill(self.pid, signal.SIGKILL)
        return self.until_dead()

    def until_dead(self) -> dict[str, int]:
        """The same, once the writer has killed itself."""
        while (line := self._sayings.readline()) != "dead\n":
            self._hear(line)
        return self._told

    def _hear(self, line: str) -> None:
        request, revision = line.split()
        self._told[request] = int(revision)


def recorded(journal: Journal) -> dict[str, list[int]]:
    """The revisions of each request, in the order of the journal."""
    requests: dict[str, list[int]] = {}
    for change in journal.changes():
        requests.setdefault(change.request_id, []).append(change.revision)
    return requests
