"""E10: the shipped policy in every small world, judged by all three evaluators."""

from itertools import islice

import pytest

from habilis_server.engine import Engine, StockEvaluator
from habilis_server.rulebook import build
from tests.conftest import Figure
from tests.differential.comparison import EVERY_REASON, Tally, first_difference
from tests.differential.dice import Dice
from tests.differential.policies import SHIPPED
from tests.differential.portable import question_of, world_of
from tests.differential.small_worlds import QUESTIONS, WORLDS, records_of, worlds
from tests.oracle import Oracle, Policy

SHARDS = 4
STOCK = 8
"""Each question goes to stock pycasbin in one world out of so many, drawn by chance."""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_shipped_policy_is_judged_alike_in_every_small_world(
    shard: int, figure: Figure
) -> None:
    assert WORLDS >= 4096
    rulebook, policy = build(SHIPPED), Policy(SHIPPED)
    engine = Engine(rulebook)
    stock = StockEvaluator(rulebook, actions={plain["action"] for plain in QUESTIONS})
    asked = [question_of(plain) for plain in QUESTIONS]
    dice, tally = Dice("small worlds", shard), Tally(policies=1)
    for facts in islice(worlds(), shard, None, SHARDS):
        records = records_of(facts)
        world, oracle = world_of(records), Oracle(policy, records)
        difference = first_difference(engine.on(world), oracle, QUESTIONS, tally=tally)
        assert difference is None, f"in the world {facts}\n{difference}"
        for question, plain in zip(asked, QUESTIONS, strict=True):
            if dice.chance(1 / STOCK):
                wanted = oracle.answer(plain)
                got = stock.decide(question, world)
                assert got is wanted.allowed, f"in the world {facts}\n{plain}\n{wanted}\n{got}"
                tally.stock += 1
        tally.worlds += 1
    assert tally.worlds == WORLDS // SHARDS
    assert set(tally.reasons) >= {*EVERY_REASON} - {"UNKNOWN_SUBJECT"}
    figure(str(tally))
