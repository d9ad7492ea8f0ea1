"""Worlds set aside, so that a start need not read the whole journal.

A snapshot is one file, named by its revision: a line of JSON that says what it
holds, the World as compressed columns, and the SHA-256 of all that. It counts
only as long as the journal has, at its revision, the hash that it names; it can
be thrown away at any time, and is passed over if anything about it is wrong.
"""

import gc
import hashlib
import json
import logging
import os
import re
import tempfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final

from habilis_server.journal.errors import SnapshotError
from habilis_server.world.columns import Block, pack, unpack
from habilis_server.world.world import World

__all__ = ["FOLDER", "Known", "Snapshots", "read"]

FOLDER: Final = "snapshots"
"""Where snapshots are, in the folder of the journal."""

_FORMAT: Final = "habilis snapshot 1"
_NAME: Final = re.compile(r"\d{12}\.snapshot")
_KEPT: Final = 2
_CHUNK: Final = 1 << 20
_LONGEST_HEADER: Final = 4_096
_DIGEST: Final = hashlib.sha256().digest_size
_WRONG: Final = (OSError, ValueError, LookupError, TypeError, RecursionError, zlib.error)

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A World: the changes up to the revision `head` that take effect not after `until`.

    `until` is a moment as the journal writes it; "" stands before them all.
    """

    until: str
    head: int
    world: World


class Snapshots:
    """The snapshots of one journal, in one folder, which need not be there."""

    def __init__(self, directory: Path) -> None:
        self._directory: Final = directory

    def __iter__(self) -> Iterator[Path]:
        """The files, the newest first."""
        if not self._directory.is_dir():
            return iter(())
        found = (path for path in self._directory.iterdir() if _NAME.fullmatch(path.name))
        return iter(sorted(found, key=lambda path: path.name, reverse=True))

    def newest(self, hash_at: Callable[[int], str]) -> Known | None:
        """The newest World that the journal stands behind; None if there is none.

        `hash_at` gives the journal's hash at a revision, "" of one that it has
        not. What cannot be used is passed over, with a line in the log.
        """
        for path in self:
            try:
                known, sealed = read(path)
                if hash_at(known.head) == sealed:
                    return known
                _LOG.warning("snapshot passed over: `%s` is of another journal", path.name)
            except SnapshotError as error:
                _LOG.warning("snapshot passed over: %s", error)
        return None

    def save(self, known: Known, hash_: str) -> Path:
        """Set a World aside; `hash_` is the journal's at its `head`. Only the newest are kept."""
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{known.head:012}.snapshot"
        with tempfile.NamedTemporaryFile(dir=self._directory, suffix=".part", delete=False) as file:
            try:
                for part in _written(known, hash_):
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        for former in list(self)[_KEPT:]:
            former.unlink(missing_ok=True)
        _LOG.info("revision %d is set aside in %s", known.head, path)
        return path


def read(path: Path) -> tuple[Known, str]:
    """What the file holds, and the hash that the journal must have at its `head`.

    Raises SnapshotError if the file is not whole.
    """
    try:
        with path.open("rb") as file, _uncollected():
            size = _checked(file)
            file.seek(0)
            header = json.loads(file.readline(_LONGEST_HEADER))
            if header["format"] != _FORMAT:
                raise ValueError(f"its format is {header['format']!r}")
            head = int(header["revision"])
            world = unpack(_blocks(file, size - file.tell()), head)
            return Known(until=str(header["until"]), head=head, world=world), str(header["hash"])
    except _WRONG as error:
        raise SnapshotError(f"`{path.name}` is not whole: {error}") from error


def _written(known: Known, hash_: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    header = {"format": _FORMAT, "revision": known.head, "hash": hash_, "until": known.until}
    for part in _body(json.dumps(header), known.world):
        digest.update(part)
        yield part
    yield digest.digest()


def _body(header: str, world: World) -> Iterator[bytes]:
    yield f"{header}\n".encode()
    packer = zlib.compressobj(level=1)
    for block in pack(world):
        line = json.dumps(block, ensure_ascii=False, separators=(",", ":"))
        yield packer.compress(f"{line}\n".encode())
    yield packer.flush()


def _checked(file: BufferedReader) -> int:
    """The size of what the checksum at the end of the file covers, which it does rightly."""
    size = os.fstat(file.fileno()).st_size - _DIGEST
    digest = hashlib.sha256()
    left = size
    while left > 0 and (part := file.read(min(left, _CHUNK))):
        digest.update(part)
        left -= len(part)
    if left or file.read() != digest.digest():
        raise ValueError("its checksum does not fit")
    return size


def _blocks(file: BufferedReader, left: int) -> Iterator[Block]:
    unpacker = zlib.decompressobj()
    rest = b""
    while left > 0 and (part := file.read(min(left, _CHUNK))):
        left -= len(part)
        *lines, rest = (rest + unpacker.decompress(part)).split(b"\n")
        yield from map(json.loads, lines)
    if rest or not unpacker.eof:
        raise ValueError("it ends too early")


@contextmanager
def _uncollected() -> Generator[None]:
    """Millions of objects are made, and all are kept: looking for garbage among them is in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
