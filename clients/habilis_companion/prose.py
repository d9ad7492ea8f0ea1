"""Rules on what people write: what may be kept of a text, and what has to be said at all."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from habilis_companion.refusals import COMMON, CommonCode, Problem

__all__ = ["LONGEST_COMMENT", "problems_of_comment", "problems_of_required", "problems_of_text"]

LONGEST_COMMENT: Final = 255
"""Characters of a comment, line ends included."""


def problems_of_text(
    field: str, text: str, longest: int, *, lines: bool = False
) -> Iterator[Problem]:
    """What keeps a text from being kept: its length, or a character that cannot be read.

    `lines`: it may have several.
    """
    readable = text.replace("\n", "") if lines else text
    if len(text) > longest or text != text.strip() or not readable.isprintable():
        yield COMMON.problem(
            CommonCode.TEXT_NOT_ALLOWED,
            field,
            f"must have at most {longest} readable characters, and no space at either end",
        )


def problems_of_comment(
    comment: str, *, required: bool, field: str = "comment", longest: int = LONGEST_COMMENT
) -> Iterator[Problem]:
    """What keeps words from being kept with an act: none where some are due, or too many."""
    if required and not comment.strip():
        yield COMMON.problem(CommonCode.COMMENT_REQUIRED, field, "say in words what it is about")
    else:
        yield from problems_of_text(field, comment, longest, lines=True)


def problems_of_required(
    field: str, text: str, longest: int, missing: StrEnum
) -> Iterator[Problem]:
    """What keeps a text that is due from being kept; `missing` is told where there is none."""
    if not text.strip():
        yield Problem(code=missing.value, field=field, message="is missing; give it")
    else:
        yield from problems_of_text(field, text, longest)
