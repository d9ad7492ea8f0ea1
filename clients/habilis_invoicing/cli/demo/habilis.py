"""The Habilis that the demonstration asks where it is given none: a server on a few facts."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from habilis_companion.command_line.beside import served_beside
from habilis_companion.command_line.exits import ExitCode, Failure

__all__ = ["habilis_beside"]

_FACTS: Final = Path(__file__).with_name("facts.jsonl")


@contextmanager
def habilis_beside() -> Generator[str]:
    """The address of a Habilis server that knows the story's people, until the block ends."""
    with TemporaryDirectory(prefix="habilis-demo-") as folder:
        data = Path(folder) / "facts"
        command = [sys.executable, "-m", "habilis", "import", str(_FACTS), "--data", str(data)]
        imported = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own
        if imported.returncode:
            raise Failure(ExitCode.UNAVAILABLE, imported.stderr.strip())
        log = Path(folder) / "habilis.log"
        with served_beside("habilis", log, "--data", str(data)) as address:
            yield address
