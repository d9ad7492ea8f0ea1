"""Random towns under the shipped policy: where a list is held against Check, row by row."""

from dataclasses import dataclass

from habilis import Perimeter
from habilis_server.engine import Judge
from tests.companion.bureau import engine, rulebook
from tests.differential.dice import Dice
from tests.differential.portable import world_of
from tests.differential.worlds import random_records

__all__ = ["Town", "random_town"]


@dataclass(frozen=True)
class Town:
    """People and places, and the dice by which what they have is drawn."""

    dice: Dice
    judge: Judge

    @property
    def people(self) -> list[str]:
        return [*self.judge.world.accounts]

    @property
    def places(self) -> list[Perimeter]:
        whole = [Perimeter(structure) for structure in self.judge.world.structures]
        return [*whole, *self.judge.world.services]


def random_town(seed: int) -> Town:
    """Always the same town of this seed."""
    dice = Dice("lists", seed)
    records = random_records(dice, [*rulebook().profiles])
    return Town(dice, engine().on(world_of(records)))
