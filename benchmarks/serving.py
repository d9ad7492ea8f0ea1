"""A server of ours in a process of its own, from when it answers to when it is told to stop."""

import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

__all__ = ["served"]

_LISTENING: Final = "listening on "


@contextmanager
def served(command: Sequence[str]) -> Generator[str]:
    """The address on which the server of this command listens, any port that is free."""
    with subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None  # noqa: S101  # it was asked for
            line = server.stdout.readline()
            if _LISTENING not in line:
                raise RuntimeError(f"the server did not start: {line!r}")
            yield line.split(_LISTENING, 1)[1].split()[0]
        finally:
            server.terminate()
            server.wait(timeout=30)
