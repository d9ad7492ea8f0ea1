"""`habilis serve` in a process of its own, as an operator starts it."""

import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from habilis_server.journal import Journal
from habilis_server.rulebook import load
from tests.service.portal import STARTED, copy_policy, facts_of_the_cases

__all__ = ["listening", "prepared", "serving"]


def prepared(folder: Path) -> Path:
    """The folder, with the shipped policy in `policy` and the facts of its cases in `data`."""
    policy = copy_policy(folder / "policy")
    with Journal.create(folder / "data") as journal:
        records = facts_of_the_cases(load(policy))
        journal.append(records, actor="test", request_id="start", recorded_at=STARTED)
    return folder


def serving(
    folder: Path, *options: str, listen: str = "127.0.0.1:0"
) -> AbstractContextManager[tuple["subprocess.Popen[str]", str]]:
    """The process and the address that it says it listens on; killed when the block ends."""
    command = [sys.executable, "-m", "habilis_server.cli.main", "serve", "--listen", listen]
    command += ["--data", str(folder / "data"), "--policy", str(folder / "policy"), *options]
    return listening(command, folder / "stderr")


@contextmanager
def listening(
    command: Sequence[str], complaints: Path
) -> Generator[tuple["subprocess.Popen[str]", str]]:
    """The process of a server of ours, and its address; killed when the block ends."""
    # Into a file: nobody reads a pipe here, and who writes into a full one waits for ever.
    with (
        complaints.open("w+", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith("listening on "):
                process.wait()
                errors.seek(0)
                raise AssertionError(f"it does not listen: {line}{errors.read()}")
            yield process, line.split()[2]
        finally:
            process.kill()
