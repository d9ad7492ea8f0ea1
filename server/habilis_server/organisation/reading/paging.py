"""A list in parts: as many records as asked for, found among candidates in a fixed order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

__all__ = ["MOST_EXAMINED", "Found", "Slice", "found_in"]

MOST_EXAMINED: Final = 20_000
"""Candidates that are judged for one page: a page that would need more ends early."""

_Candidate = TypeVar("_Candidate")


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a list: from the candidate at `start` on, `size` records at most."""

    start: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`next` is the candidate at which the next part starts; None: nothing is left.

    `pending` is of lists of requests alone.
    """

    records: Sequence[Any]
    next: int | None
    pending: int = 0


def found_in(
    candidates: Sequence[_Candidate],
    part: Slice,
    seen: Callable[[_Candidate], bool],
    shown: Callable[[_Candidate], object],
) -> Found:
    """The part of those candidates that are `seen`, each as `shown`.

    The candidates of one question on one World are always the same, in the same
    order: so parts neither overlap nor leave anything out.
    """
    records: list[object] = []
    end = min(len(candidates), part.start + MOST_EXAMINED)
    for place in range(part.start, end):
        if len(records) == part.size:
            return Found(records=records, next=place)
        if seen(candidates[place]):
            records.append(shown(candidates[place]))
    return Found(records=records, next=end if end < len(candidates) else None)
