"""Compiled = stock pycasbin = oracle, on random policies, random towns and random questions."""

import pytest

from habilis_server.engine import Engine
from habilis_server.rulebook import build
from tests.conftest import Figure
from tests.differential import small_worlds
from tests.differential.comparison import (
    EVERY_REASON,
    Tally,
    first_difference,
    judged,
    rules_of,
)
from tests.differential.dice import Dice
from tests.differential.policies import SHIPPED, shipped_sketch
from tests.differential.portable import world_of
from tests.differential.questions import Questioner
from tests.differential.trials import POLICIES, QUESTIONS, profiles_of, trials
from tests.differential.worlds import random_records
from tests.oracle import Oracle, Policy

SHARDS = 4
TOWNS = 24
"""Random towns in which the shipped policy is asked about."""
QUESTIONS_TO_SHIPPED = 1000


@pytest.mark.parametrize("shard", range(SHARDS))
def test_compiled_engine_stock_pycasbin_and_oracle_agree(shard: int, figure: Figure) -> None:
    tally = Tally()
    for trial, questions in trials("agree", range(shard, POLICIES, SHARDS)):
        difference = trial.difference(questions, tally)
        assert difference is None, difference
        tally.policies += 1
        tally.worlds += 1
    assert tally.decisions == QUESTIONS * POLICIES // SHARDS
    assert set(tally.reasons) == {*EVERY_REASON}
    figure(str(tally))


def test_the_shipped_policy_is_judged_alike_in_random_towns(figure: Figure) -> None:
    tally, sketch = Tally(policies=1), shipped_sketch()
    engine, policy = Engine(build(SHIPPED)), Policy(SHIPPED)
    for seed in range(TOWNS):
        dice = Dice("shipped", seed)
        records = random_records(dice, profiles_of(sketch))
        questioner = Questioner(dice, sketch, records)
        judge, oracle = engine.on(world_of(records)), Oracle(policy, records)
        questions = [questioner.question() for _ in range(QUESTIONS_TO_SHIPPED)]
        difference = first_difference(judge, oracle, questions, tally=tally)
        assert difference is None, f"seed {seed}\n{difference}\n{records}"
        tally.worlds += 1
    rules = {rule["id"] for rule in rules_of(sketch)}
    assert len(tally.heard) > 0.95 * len(rules), rules - tally.heard
    figure(f"{tally}; {len(tally.heard)} of {len(rules)} rules decided at least once")


def test_stock_pycasbin_tells_a_person_from_a_structure_of_the_same_name() -> None:
    """`(account, None)` and `Perimeter(structure, None)` are equal tuples; a cache must know."""
    records = [small_worlds.account("S1"), small_worlds.structure("S1", "S1", active=True)]
    question = small_worlds.ask("dume.modifier", "structure", "S1") | {"subject": "S1"}
    difference = judged(build(SHIPPED), Policy(SHIPPED), records, [question])
    assert difference is None, difference
