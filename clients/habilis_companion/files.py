"""Files on the disk, each by the digest of its content: kept once, whole, and read back as kept."""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from habilis.texts import flaw
from habilis_companion.errors import FileDamagedError, FileMissingError, FileRefusedError
from habilis_companion.guard import Permit, Scope, need_held
from habilis_companion.pdf import Pdf, PdfReading

__all__ = ["EXTENSIONS", "LONGEST_NAME", "MOST_BYTES", "Files", "Kept", "need_name"]

MOST_BYTES: Final = 10 * 1024 * 1024
"""Of one file (§3.13)."""

LONGEST_NAME: Final = 50
"""Characters of a file's name, its extension included."""

EXTENSIONS: Final = frozenset(
    (
        *("bmp", "bz2", "csv", "doc", "docx", "fax", "gif", "gz", "gzip", "htm", "html", "jpeg"),
        *("jpg", "odp", "ods", "odt", "p7s", "pdf", "png", "pps", "ppt", "pptx", "rtf", "svg"),
        *("tgz", "tif", "tiff", "txt", "xhtml", "xlc", "xlm", "xls", "xlsx", "xml", "zip"),
    )
)
"""Those that are accepted."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ABANDONED: Final = 24 * 60 * 60  # seconds after which what was never finished is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is kept; `pdf` None: its name says that it is no PDF."""

    sha256: str
    size: int
    pdf: Pdf | None = None


class Files:
    """A folder of files, shared by any number of threads and processes.

    Nothing is written or read without what the guard gave.
    """

    def __init__(self, folder: Path, reading: PdfReading) -> None:
        self._folder: Final = folder
        self._aside: Final = folder / "aside"
        self._reading: Final = reading
        self._aside.mkdir(parents=True, exist_ok=True)
        self._give_up()

    def keep(self, permit: Permit, name: str, parts: Iterable[bytes], *, sha256: str = "") -> Kept:
        """Keep what the parts make together, on the disk when this returns.

        `sha256` "": whatever it is. Raises FileRefusedError for a name that is
        not accepted, content that is empty, too long, or not what was told, and
        for a PDF that is none; then nothing is kept.
        """
        need_held(permit)
        need_name(name)
        with self._written_aside(parts) as (path, digest, size):
            if sha256 and digest != sha256:
                raise FileRefusedError("content", "is not what its digest says; send it again")
            pdf = self._reading.look(path) if _extension(name) == "pdf" else None
            place = self._place(digest)
            for folder in (place.parent.parent, place.parent):
                if not folder.is_dir():
                    folder.mkdir(exist_ok=True)
                    _settle(folder.parent)
            # Over what may be there: it is the same, or it was damaged.
            path.replace(place)
            _settle(place.parent)
        return Kept(sha256=digest, size=size, pdf=pdf)

    def read(self, sight: Permit | Scope, sha256: str) -> bytes:
        """The content of this digest, every byte as it was kept.

        Raises FileMissingError, FileDamagedError.
        """
        need_held(sight)
        try:
            content = self._place(sha256).read_bytes()
        except FileNotFoundError as error:
            raise FileMissingError(f"there is no file `{sha256}`") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise FileDamagedError(f"the file `{sha256}` is not what was kept; restore it")
        return content

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise FileMissingError(f"there is no file `{digest[:64]}`")
        return self._folder / digest[:2] / digest[2:4] / digest

    @contextmanager
    def _written_aside(self, parts: Iterable[bytes]) -> Generator[tuple[Path, str, int]]:
        """The content in a file of its own, gone at the end unless it was moved."""
        path = self._aside / secrets.token_hex(16)
        try:
            with path.open("xb") as stream:
                digest, size = _poured(parts, stream)
                stream.flush()
                os.fsync(stream.fileno())
            yield path, digest, size
        finally:
            path.unlink(missing_ok=True)

    def _give_up(self) -> None:
        """Forget what was being written when somebody was stopped, long ago."""
        for path in self._aside.iterdir():
            if time.time() - path.stat().st_mtime > _ABANDONED:
                path.unlink(missing_ok=True)


def need_name(name: str) -> None:
    """Return only if a file may bear this name; else raise FileRefusedError."""
    if wrong := flaw(name):
        raise FileRefusedError("name", wrong)
    if len(name) > LONGEST_NAME:
        raise FileRefusedError("name", f"has {len(name)} characters; at most {LONGEST_NAME}")
    if set(name) & set('/\\:*?"<>|') or name.startswith("."):
        raise FileRefusedError("name", "is a path, or holds what no file's name can")
    if _extension(name) not in EXTENSIONS:
        accepted = ", ".join(sorted(EXTENSIONS))
        raise FileRefusedError("name", f"has no accepted extension; one of {accepted}")


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _poured(parts: Iterable[bytes], stream: IO[bytes]) -> tuple[str, int]:
    """Write the parts; the digest and the size of the whole. Stops as soon as it is too long."""
    digest, size = hashlib.sha256(), 0
    for part in parts:
        size += len(part)
        if size > MOST_BYTES:
            raise FileRefusedError("content", f"has more than {MOST_BYTES} bytes")
        digest.update(part)
        stream.write(part)
    if size == 0:
        raise FileRefusedError("content", "is empty")
    return digest.hexdigest(), size


def _settle(folder: Path) -> None:
    """Have what the folder holds on the disk, not only what its files hold."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
