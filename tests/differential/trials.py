"""The trials of a run: policy after policy, each with its town and its questions."""

from collections.abc import Iterable, Iterator

from tests.differential.comparison import Trial
from tests.differential.dice import Dice
from tests.differential.policies import Sketch, random_sketch
from tests.differential.questions import Questioner
from tests.differential.worlds import random_records
from tests.oracle import Data

__all__ = ["POLICIES", "QUESTIONS", "profiles_of", "trials"]

POLICIES = 252
"""Random policies in a whole run, each with a town of its own."""

QUESTIONS = 400
"""Questions to each: 100,800 in all."""


def trials(
    name: str, seeds: Iterable[int], questions: int = QUESTIONS
) -> Iterator[tuple[Trial, list[Data]]]:
    """A trial and its questions for each seed, of the series of this name."""
    for seed in seeds:
        dice = Dice(name, seed)
        sketch = random_sketch(dice)
        records = random_records(dice, profiles_of(sketch))
        questioner = Questioner(dice, sketch, records)
        asked = [questioner.question() for _ in range(questions)]
        yield Trial((name, seed), sketch, records), asked


def profiles_of(sketch: Sketch) -> list[str]:
    return sorted(sketch["profiles"]["profiles"])
