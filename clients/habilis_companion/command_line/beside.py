"""A server of ours in a process beside a command, for as long as the command needs it."""

import json
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from habilis_companion.command_line.exits import ExitCode, Failure

__all__ = ["habilis_beside", "served_beside"]

_PATIENCE: Final = 60.0
"""Seconds for the server to start, or to stop."""


@contextmanager
def served_beside(module: str, log: Path, *options: str) -> Generator[str]:
    """`serve` of this module on any free port of this machine; its address.

    What it complains of goes to `log`. Raises Failure, with that, where it
    does not start.
    """
    command = [sys.executable, "-m", module, "serve", "--json", "--listen", "127.0.0.1:0", *options]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(  # noqa: S603  # the command is our own
            command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8"
        ) as server,
        _stopped(server),
    ):
        told = _first_line(server)
        if not told:
            server.wait(_PATIENCE)
            complaint = log.read_text(encoding="utf-8").strip()
            raise Failure(ExitCode.UNAVAILABLE, f"the server did not start: {complaint}")
        yield str(json.loads(told)["listening"])


@contextmanager
def habilis_beside(facts: Path) -> Generator[str]:
    """The address of a Habilis server that knows these facts alone, until the block ends.

    `facts` is a file that `habilis import` takes. Raises Failure where it does not.
    """
    with TemporaryDirectory(prefix="habilis-beside-") as folder:
        data = Path(folder) / "facts"
        command = [sys.executable, "-m", "habilis", "import", str(facts), "--data", str(data)]
        imported = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own
        if imported.returncode:
            raise Failure(ExitCode.UNAVAILABLE, imported.stderr.strip())
        log = Path(folder) / "habilis.log"
        with served_beside("habilis", log, "--data", str(data)) as address:
            yield address


def _first_line(server: "subprocess.Popen[str]") -> str:
    """What it says first; one that says nothing is not waited for."""
    late = threading.Timer(_PATIENCE, server.kill)
    late.daemon = True
    late.start()
    try:
        return server.stdout.readline() if server.stdout is not None else ""
    finally:
        late.cancel()


@contextmanager
def _stopped(server: "subprocess.Popen[str]") -> Generator[None]:
    """However the block ends, no server outlives it."""
    try:
        yield
    finally:
        server.terminate()
        try:
            server.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
