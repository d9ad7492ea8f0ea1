"""The files that people attach: how one is named, and what several may be together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from habilis_companion.refusals import COMMON, CommonCode, Problem

__all__ = ["MOST_BYTES_TOGETHER", "FileRef", "problems_of_files"]

MOST_BYTES_TOGETHER: Final = 120 * 1024 * 1024
"""Of all the files of one deposit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A deposited file: its name there, and the SHA-256 by which its content is kept."""

    name: str
    sha256: str
    size: int


def problems_of_files(files: Sequence[FileRef], field: str = "attachments") -> Iterator[Problem]:
    """What keeps files from being deposited together: a name borne twice, or their size."""
    if len({file.name.casefold() for file in files}) < len(files):
        yield COMMON.problem(CommonCode.FILE_NAME_REPEATED, field, "two files have the same name")
    if sum(file.size for file in files) > MOST_BYTES_TOGETHER:
        most = MOST_BYTES_TOGETHER // 1024**2
        told = f"all files together have at most {most} MB"
        yield COMMON.problem(CommonCode.DEPOSIT_TOO_BIG, field, told)
