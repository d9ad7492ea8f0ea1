"""Encoded records that one request offers: on the disk, as there may be millions."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from typing import Final, Self

__all__ = ["Batch"]

_IN_MEMORY: Final = 1 << 20
"""A batch of at most so many octets never sees the disk."""


class Batch:
    """What `encode` wrote of some records, in their order; `digest` names them all."""

    def __init__(self, payloads: Iterable[str]) -> None:
        """Takes all of `payloads`, records that were examined; what it raises leaves nothing."""
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # `__exit__` closes it
        try:
            self.digest: Final = self._taken(payloads)
        except BaseException:
            self._file.close()
            raise

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        return (line[:-1].decode() for line in self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _taken(self, payloads: Iterable[str]) -> str:
        digest = hashlib.sha256()
        for payload in payloads:
            octets = payload.encode()
            digest.update(len(octets).to_bytes(8, "big"))
            digest.update(octets)
            self._file.write(octets + b"\n")  # JSON writes no line end of its own
        return digest.hexdigest()
