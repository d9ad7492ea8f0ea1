"""What is wrong with a reviewed file, where, and how to mend it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

__all__ = ["Place", "Problem", "Problems", "ReviewedError", "suggestion"]

_FILE_ITSELF: Final = 1


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a reviewed file; line and column count from 1."""

    file: str
    line: int = _FILE_ITSELF
    column: int = _FILE_ITSELF

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend; `message` is lower case and names the remedy."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ReviewedError(Exception):
    """What was reviewed is refused; nothing of it was loaded. `problems` is sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(sorted(set(problems)))
        count = len(self.problems)
        lines = [str(problem) for problem in self.problems]
        noun = "problem" if count == 1 else "problems"
        super().__init__("\n".join([*lines, f"{count} {noun}; nothing was loaded"]))


class Problems:
    """Collects every problem of a reading, so that all are told at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, place: Place, message: str) -> None:
        self._found.append(Problem(place, message))

    def extend(self, problems: Iterable[Problem]) -> None:
        self._found.extend(problems)

    def raise_if_any(self, error: type[ReviewedError] = ReviewedError) -> None:
        """Raises the error with all that was collected, if anything was."""
        if self._found:
            raise error(self._found)


def suggestion(word: str, known: Collection[str]) -> str:
    """` (did you mean `x`?)` when a known word is near; otherwise nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean `{near[0]}`?)" if near else ""
