"""E10: the shipped policy in every small world, judged by all three evaluators."""

from itertools import islice

import pytest

from habilis_server.engine import Engine, StockEvaluator
from habilis_server.rulebook import Rulebook, build
from tests.conftest import Figure
from tests.differential.comparison import EVERY_REASON, Tally, first_difference
from tests.differential.dice import Dice
from tests.differential.policies import SHIPPED
from tests.differential.portable import question_of, world_of
from tests.differential.small_worlds import QUESTIONS, WORLDS, records_of, worlds
from tests.oracle import Data, Oracle, Policy

SHARDS = 4
GROUPS = 8
"""In each world one group of questions, drawn by chance, goes to stock pycasbin as well."""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_shipped_policy_is_judged_alike_in_every_small_world(
    shard: int, figure: Figure
) -> None:
    assert WORLDS >= 4096
    rulebook, policy = build(SHIPPED), Policy(SHIPPED)
    engine = Engine(rulebook)
    groups = [stock_group(rulebook, number) for number in range(GROUPS)]
    dice, tally = Dice("small worlds", shard), Tally(policies=1)
    for facts in islice(worlds(), shard, None, SHARDS):
        records = records_of(facts)
        world, oracle = world_of(records), Oracle(policy, records)
        difference = first_difference(engine.on(world), oracle, QUESTIONS, tally=tally)
        assert difference is None, f"in the world {facts}\n{difference}"
        stock, asked = dice.one(groups)
        for plain in asked:
            wanted = oracle.answer(plain)
            got = stock.decide(question_of(plain), world)
            assert got is wanted.allowed, f"in the world {facts}\n{plain}\n{wanted}\n{got}"
            tally.stock += 1
        tally.worlds += 1
    assert tally.worlds == WORLDS // SHARDS
    assert set(tally.reasons) >= {*EVERY_REASON} - {"UNKNOWN_SUBJECT"}
    figure(str(tally))


def stock_group(rulebook: Rulebook, number: int) -> tuple[StockEvaluator, list[Data]]:
    """Some of the questions, and a stock evaluator with only the lines of their actions: pycasbin
    tries every line it has.
    """
    actions = sorted({question["action"] for question in QUESTIONS})[number::GROUPS]
    asked = [question for question in QUESTIONS if question["action"] in actions]
    return StockEvaluator(rulebook, actions=actions), asked
