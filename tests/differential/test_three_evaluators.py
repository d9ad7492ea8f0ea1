"""Compiled = stock pycasbin = oracle, on random policies, random towns and random questions."""

import pytest

from habilis_server.engine import Engine, explain
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
from tests.differential.policies import SHIPPED, files_of, shipped_sketch
from tests.differential.portable import question_of, world_of
from tests.differential.questions import Questioner
from tests.differential.trials import POLICIES, QUESTIONS, profiles_of, trials
from tests.differential.worlds import random_records
from tests.oracle import Data, Oracle, Policy

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


def test_an_explanation_names_each_rule_that_speaks_and_where_it_stops(figure: Figure) -> None:
    explanations = considered = 0
    for trial, questions in trials("explain", range(40), 100):
        files = files_of(trial.sketch)
        judge = Engine(build(files, lint=False)).on(world_of(trial.records))
        oracle = Oracle(Policy(files), trial.records)
        for plain in questions:
            explanation = explain(judge, question_of(plain))
            assert explanation.decision == judge.decide(question_of(plain)), (plain, trial)
            found = [(each.rule.id, each.failed or "") for each in explanation.rules]
            assert found == considered_by(oracle, plain), (plain, trial)
            explanations += 1
            considered += len(found)
    figure(f"{explanations} explanations of {considered} rules, 0 differences")


def considered_by(oracle: Oracle, plain: Data) -> list[tuple[str, str]]:
    """The rules that speak, and the obstacle that each meets; none where none is reached."""
    resource, account = plain["resource"], oracle.facts["account"].get(plain["subject"])
    parties = oracle.parties(resource)
    if account is None or account["state"] != "active" or parties is None:
        return []
    asked: Data = {**plain, **resource, "parties": parties}
    obstacles: list[tuple[str, str]] = []
    for rule in oracle.policy.rules.get((plain["action"], resource["type"]), ()):
        if ("as" not in rule or rule["as"] in parties) and rule.get("without") not in parties:
            stages = oracle.stages(rule, asked)
            obstacle = next((reason for reason, passed in stages if not passed), "")
            obstacles.append((rule["id"], obstacle))
    return obstacles
