"""The real `habilis` in processes of its own: run to its end, or serving until told to stop."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["Ran", "Serving", "run", "served"]

_HABILIS: Final = (sys.executable, "-m", "habilis")
_LISTENING: Final = "listening on "


class Ran(NamedTuple):
    """How long a command took, and its processor alone; the most memory that it held, in MB."""

    seconds: float
    busy: float
    peak: float

    def __str__(self) -> str:
        return f"{self.seconds:10.1f} s {self.busy:10.1f} s {self.peak:8.0f} MB"


class Serving(NamedTuple):
    """A server that answers at `address`; `start` is what it took to get there."""

    address: str
    pid: int
    start: Ran

    def memory(self) -> float:
        """What it holds now, in MB."""
        return _memory(self.pid, "VmRSS")


def run(*arguments: str) -> Ran:
    """Run a command of `habilis`, and drop what it prints; raises RuntimeError if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen([*_HABILIS, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"`habilis {' '.join(arguments)}` failed: {process.returncode}")
    busy = usage.ru_utime + usage.ru_stime
    return Ran(time.perf_counter() - start, busy, usage.ru_maxrss * 1_024 / 1e6)


@contextmanager
def served(data: Path, *options: str, program: str = "habilis") -> Generator[Serving]:
    """A real server on what a folder keeps, from its first answer to the end of the block."""
    command = [sys.executable, "-m", program, "serve", "--listen", "127.0.0.1:0"]
    command += ["--data", str(data), *options]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None  # noqa: S101  # it was asked for
            line = server.stdout.readline()
            if _LISTENING not in line:
                raise RuntimeError(f"the server did not start: {line!r}")
            address = line.split(_LISTENING, 1)[1].split()[0]
            seconds = time.perf_counter() - start
            most = _memory(server.pid, "VmHWM")
            yield Serving(address, server.pid, Ran(seconds, _busy(server.pid), most))
        finally:
            server.terminate()
            server.wait(timeout=30)


def _memory(pid: int, line: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (kilobytes,) = (each.split()[1] for each in status.splitlines() if each.startswith(line))
    return int(kilobytes) * 1_024 / 1e6


def _busy(pid: int) -> float:
    """The seconds of processor that a process has had so far."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
