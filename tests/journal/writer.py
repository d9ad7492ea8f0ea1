"""Processes that write to a journal until they are killed: `python -m tests.journal.writer`.

It reads commands `<target> <name> <pause> <step>`. For each it forks a writer, says
`writer <pid>`, and `dead` once that writer has been killed; meanwhile the
writer says `<request> <revision>` for every request as soon as it is
acknowledged, and pauses for so many seconds. With a step, such as `before
COMMIT`, the writer kills itself there, in its third request.
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import event

import habilis_server.journal.session as module
from habilis_server.journal import Journal
from tests.journal.some_records import account

FATAL_REQUEST = 2
SIZE = 5
"""Records of a request that is killed at a step: three pages of two."""


def say(text: str) -> None:
    """One system call, so that a kill cuts no line in two."""
    os.write(sys.stdout.fileno(), f"{text}\n".encode())


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(journal: Journal, step: str) -> None:
    """Be killed at `step`: before or after the nth statement that begins with a word."""
    when, word, *rest = step.split()
    nth = int(rest[0]) if rest else 1
    seen = 0

    def count(_: object, __: object, statement: str, *___: object) -> None:
        nonlocal seen
        seen += statement.startswith(word)
        if statement.startswith(word) and seen == nth:
            die()

    writing = journal.store.database.writing
    if word == "COMMIT":
        event.listen(writing, "commit", die)
    else:
        event.listen(writing, f"{when}_cursor_execute", count)


def write(target: str, name: str, pause: float, step: str) -> None:
    if step:
        patch.object(module, "PAGE", 2).start()  # a small request spans several pages then
    journal = Journal.open(target if target.startswith("postgresql:") else Path(target))
    for number in range(1_000_000):
        if number == FATAL_REQUEST and step not in {"", "after COMMIT"}:
            die_at(journal, step)
        request = f"{name}-{number}"
        size = SIZE if step else 1 + number % 4
        records = [account(number * 10 + place) for place in range(size)]
        revision = journal.append(
            records, actor=name, request_id=request, recorded_at=datetime.now(UTC)
        )
        if number == FATAL_REQUEST and step == "after COMMIT":
            die()
        say(f"{request} {revision}")
        time.sleep(pause)


def main() -> None:
    for command in sys.stdin:
        target, name, pause, step = command.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            write(target, name, float(pause), step)
        say(f"writer {child}")
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
