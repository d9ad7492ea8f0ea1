"""A PDF looked at in a process of its own: whatever it holds, it takes bounded time and memory.

Run as a module it is that process: a path a line in, what is found a line out.
"""

import json
import resource
import select
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

from habilis_companion.errors import FileRefusedError

if TYPE_CHECKING:
    from pypdf import PdfReader

__all__ = ["Pdf", "PdfReading"]

_PATIENCE: Final = 10.0  # seconds, for a file of 10 MB at most
_STARTING: Final = 30.0
_MEMORY: Final = 1024 * 1024 * 1024
_HEAD: Final = 1_024  # bytes among which a PDF says that it is one
_READY: Final = b"ready\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf:
    """What is told of a document: its pages, and whether somebody has signed it."""

    pages: int
    signed: bool


class PdfReading:
    """The reading process, started when it is needed; a context manager, safe between threads."""

    def __init__(self, patience: float = _PATIENCE) -> None:
        """`patience`: seconds that one document may take."""
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._turn:
            self._end()

    def look(self, path: Path) -> Pdf:
        """What this document is; raises FileRefusedError for what cannot be read as a PDF."""
        with self._turn:
            told = self._asked(path)
        if told is None:
            raise FileRefusedError("content", "takes too much to be read as a PDF")
        if "flaw" in told:
            raise FileRefusedError("content", told["flaw"])
        return Pdf(**told)

    def _asked(self, path: Path) -> dict[str, Any] | None:
        """What the process tells; None if it died of the document, or took too long."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._start()
        assert process.stdin is not None  # noqa: S101  # both are pipes of ours
        with suppress(BrokenPipeError):
            process.stdin.write(f"{path}\n".encode())
            process.stdin.flush()
        line = _line(process, self._patience)
        if not line:
            self._end()
            return None
        told: dict[str, Any] = json.loads(line)
        return told

    def _start(self) -> "subprocess.Popen[bytes]":
        self._end()
        self._process = subprocess.Popen(  # noqa: S603  # it is this very module
            [sys.executable, "-I", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if _line(self._process, _STARTING) != _READY:
            self._end()
            raise RuntimeError("the process that reads PDFs does not start")
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _line(process: "subprocess.Popen[bytes]", patience: float) -> bytes:
    """The next line of the process; b"" if none comes in time, or it has died."""
    assert process.stdout is not None  # noqa: S101  # a pipe of ours
    ready, _, _ = select.select([process.stdout], [], [], patience)
    return process.stdout.readline() if ready else b""


def _serve() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    # Loaded here: whoever only asks does not read.
    from pypdf import PdfReader  # noqa: PLC0415  # said above

    _say(_READY)
    for line in sys.stdin:
        try:
            with Path(line.rstrip("\n")).open("rb") as stream:
                told = _read(PdfReader, stream)
        except Exception:  # noqa: BLE001  # any fault is the document's
            told = {"flaw": "cannot be read as a PDF"}
        _say(json.dumps(told).encode() + b"\n")


def _read(reader_of: "type[PdfReader]", stream: BinaryIO) -> dict[str, object]:
    """What is found, or the flaw for which the document is of no use."""
    if b"%PDF-" not in stream.read(_HEAD):
        return {"flaw": "is no PDF"}
    reader = reader_of(stream)
    if reader.is_encrypted:
        return {"flaw": "is locked; give a PDF that anyone can open"}
    pages = len(reader.pages)
    if pages == 0:
        return {"flaw": "has no page"}
    fields = (reader.get_fields() or {}).values()
    return {"pages": pages, "signed": any(field.get("/FT") == "/Sig" for field in fields)}


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
