"""Files on their way, in chunks: cut by who sends them, believed whole by who receives them."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from habilis.errors import CutShortError

__all__ = ["Receipt", "cut"]

_CHUNK: Final = 256 * 1024


def cut(content: bytes) -> Iterator[bytes]:
    """The content in its order, in chunks that a message holds."""
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


class Receipt:
    """What comes in chunks, written as it comes, and believed only if its digest is right."""

    def __init__(self, into: BinaryIO) -> None:
        self._into = into
        self._digest = hashlib.sha256()

    def take(self, chunk: bytes) -> None:
        self._into.write(chunk)
        self._digest.update(chunk)

    def close(self, sha256: str) -> None:
        """Raise CutShortError unless all of it came, and came unchanged."""
        if self._digest.hexdigest() != sha256:
            raise CutShortError("what came is not what was sent: it was cut, or changed on the way")
