"""What can be wrong with facts that are offered.

FactsError          the facts offered cannot be taken; nothing was
└── RecordError     one record cannot be read
"""

from collections.abc import Sequence

__all__ = ["FactsError", "RecordError"]


class FactsError(Exception):
    """The facts offered cannot be taken, and none of them was.

    `problems` are those that were found, each a line for the person who wrote
    the facts; there is at least one. `untold` more were found, where there are
    too many to read.
    """

    def __init__(self, problems: Sequence[str], *, untold: int = 0) -> None:
        super().__init__(*problems)
        self.problems = tuple(problems)
        self.untold = untold

    def __str__(self) -> str:
        count = len(self.problems) + self.untold
        more = (f"… and {self.untold} more",) if self.untold else ()
        end = f"{count} problem{'s' if count > 1 else ''}; nothing was taken"
        return "\n".join((*self.problems, *more, end))


class RecordError(FactsError):
    """One record cannot be read; its problems name the key at fault, and no line."""

    def __str__(self) -> str:
        return "; ".join(self.problems)
