"""Seeded chance: the same seed gives the same policy, facts and questions, on any machine."""

import random
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Dice"]

T = TypeVar("T")


class Dice:
    """What the generators draw from: a seed, or a `source` such as Hypothesis gives.

    Collections are drawn from in their own order, so they are never sets.
    """

    def __init__(self, *seed: object, source: random.Random | None = None) -> None:
        # A text seed is hashed by `random` itself, not by `hash`, which varies from run to run.
        self._random = source or random.Random(repr(seed))  # repeatable, no secret

    def chance(self, odds: float) -> bool:
        return self._random.random() < odds

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def one(self, choices: Sequence[T]) -> T:
        return choices[int(self._random.random() * len(choices))]

    def some(self, choices: Sequence[T], low: int, high: int) -> list[T]:
        """Between `low` and `high` different choices, or all of them if they are fewer."""
        count = min(self.number(low, high), len(choices))
        return self._random.sample(choices, count)

    def each(self, choices: Sequence[T], odds: float) -> list[T]:
        return [choice for choice in choices if self.chance(odds)]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        return self._random.sample(choices, len(choices))
