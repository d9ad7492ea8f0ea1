"""E3: what must not change a decision, and what may change it in one direction only."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from habilis import Perimeter
from habilis_server.engine import Engine, Judge
from habilis_server.rulebook import build
from habilis_server.world import Detachment, World
from tests.conftest import Figure
from tests.differential.comparison import Trial, answer_of, rules_of, without
from tests.differential.dice import Dice
from tests.differential.policies import SHIPPED, Sketch, files_of, random_rule, shipped_sketch
from tests.differential.portable import record_of, world_of
from tests.differential.renaming import (
    names_of,
    renamed_question,
    renamed_record,
    renaming,
)
from tests.differential.trials import profiles_of, trials
from tests.oracle import Answer, Data

CHECKOUT = Path(__file__).resolve().parents[2]
POLICIES = 40
QUESTIONS = 150


def judge_of(sketch: Sketch, records: Iterable[Data]) -> Judge:
    return Engine(build(files_of(sketch), lint=False)).on(world_of(records))


def answers(judge: Judge, questions: Iterable[Data]) -> list[Answer]:
    return [answer_of(judge, question) for question in questions]


def without_ids(found: list[Answer]) -> list[bool]:
    return [answer.allowed for answer in found]


def gained(before: list[Answer], after: list[Answer]) -> list[int]:
    """The questions that are allowed after and were not before."""
    pairs = enumerate(zip(before, after, strict=True))
    return [number for number, (was, now) in pairs if now.allowed and not was.allowed]


def lost(before: list[Answer], after: list[Answer]) -> int:
    return len(gained(after, before))


# What changes nothing.


def test_the_order_in_which_files_are_given_changes_nothing(figure: Figure) -> None:
    decisions = 0
    for trial, questions in trials("files", range(POLICIES), QUESTIONS):
        files = files_of(trial.sketch)
        turned = dict(reversed(files.items()))
        one, other = build(files, lint=False), build(turned, lint=False)
        assert one.digest == other.digest
        world = world_of(trial.records)
        first, second = Engine(one).on(world), Engine(other).on(world)
        assert answers(first, questions) == answers(second, questions), trial
        decisions += len(questions)
    figure(f"{decisions} decisions, 0 changed")


def test_the_order_of_rules_changes_no_permission(figure: Figure) -> None:
    decisions = 0
    for trial, questions in trials("rules", range(POLICIES), QUESTIONS):
        turned = {
            stem: {**content, "rules": content["rules"][::-1]} if "rules" in content else content
            for stem, content in trial.sketch.items()
        }
        before = answers(judge_of(trial.sketch, trial.records), questions)
        after = answers(judge_of(turned, trial.records), questions)
        assert without_ids(before) == without_ids(after), trial
        decisions += len(questions)
    figure(f"{decisions} decisions, 0 changed")


def test_the_order_of_facts_changes_nothing(figure: Figure) -> None:
    decisions = 0
    for trial, questions in trials("facts", range(POLICIES), QUESTIONS):
        before = answers(judge_of(trial.sketch, trial.records), questions)
        for records in (trial.records[::-1], Dice(trial.seed).shuffled(trial.records)):
            assert answers(judge_of(trial.sketch, records), questions) == before, trial
            decisions += len(questions)
    figure(f"{decisions} decisions, 0 changed")


def test_a_fact_told_twice_or_in_parts_changes_nothing(figure: Figure) -> None:
    decisions = 0
    for trial, questions in trials("twice", range(POLICIES), QUESTIONS):
        engine = Engine(build(files_of(trial.sketch), lint=False))
        before = answers(engine.on(world_of(trial.records)), questions)
        grown = World.empty()
        for record in [*trial.records, *trial.records]:
            grown = grown.after([record_of(record)], 0)
        assert answers(engine.on(grown), questions) == before, trial
        decisions += len(questions)
    figure(f"{decisions} decisions, 0 changed")


def test_other_names_change_nothing(figure: Figure) -> None:
    decisions = 0
    for trial, questions in trials("names", range(POLICIES), QUESTIONS):
        names = renaming(names_of(trial.records))
        records = [renamed_record(record, names) for record in trial.records]
        before = answers(judge_of(trial.sketch, trial.records), questions)
        renamed = [renamed_question(question, names) for question in questions]
        assert answers(judge_of(trial.sketch, records), renamed) == before, trial
        decisions += len(questions)
    figure(f"{decisions} decisions, 0 changed")


def test_what_was_asked_before_changes_nothing(figure: Figure) -> None:
    decisions = 0
    for trial, questions in trials("memory", range(POLICIES), QUESTIONS):
        judge = judge_of(trial.sketch, trial.records)
        before = answers(judge, questions)
        assert answers(judge, questions[::-1]) == before[::-1], trial
        decisions += len(questions)
    figure(f"{decisions} decisions, 0 changed")


def test_a_tie_that_ended_is_as_if_it_had_never_been(figure: Figure) -> None:
    decisions = 0
    for trial, questions in trials("ended", range(POLICIES), QUESTIONS):
        engine = Engine(build(files_of(trial.sketch), lint=False))
        ties = [record for record in trial.records if record["kind"] == "attachment"]
        for tie in ties[:4]:
            never = world_of(record for record in trial.records if record is not tie)
            place = Perimeter(tie["structure"], tie["service"])
            end = Detachment(account=tie["account"], perimeter=place)
            ended = world_of(trial.records).after([end], 0)
            before = answers(engine.on(never), questions)
            assert answers(engine.on(ended), questions) == before, trial
            decisions += len(questions)
    figure(f"{decisions} decisions, 0 changed")


# What may change a decision in one direction only.


def test_one_more_deny_rule_never_allows_more(figure: Figure) -> None:
    decisions = taken = 0
    for trial, questions in trials("deny", range(POLICIES), QUESTIONS):
        stricter = with_rule(trial, "deny")
        before = answers(judge_of(trial.sketch, trial.records), questions)
        after = answers(judge_of(stricter, trial.records), questions)
        assert gained(before, after) == [], trial
        for was, now in zip(before, after, strict=True):
            assert now == was or now.reason == "DENIED_BY_RULE", (was, now, trial)
        decisions += len(questions)
        taken += lost(before, after)
    assert taken > 0
    figure(f"{decisions} decisions, 0 allowed more, {taken} allowed no longer")


def test_one_allow_rule_less_never_allows_more(figure: Figure) -> None:
    decisions = taken = 0
    for trial, questions in trials("allow", range(POLICIES), QUESTIONS):
        before = answers(judge_of(trial.sketch, trial.records), questions)
        for rule in [rule for rule in rules_of(trial.sketch) if rule["effect"] == "allow"][:3]:
            after = answers(judge_of(without(trial.sketch, rule["id"]), trial.records), questions)
            assert gained(before, after) == [], (rule, trial)
            decisions += len(questions)
            taken += lost(before, after)
    assert taken > 0
    figure(f"{decisions} decisions, 0 allowed more, {taken} allowed no longer")


def test_one_attachment_less_never_allows_more(figure: Figure) -> None:
    """Two things set aside, which the rules want so: a deny that speaks for a party falls
    silent for who is not attached to it, and a principal manager without an attachment
    of his own has the default profiles.
    """
    decisions = taken = 0
    for trial, questions in trials("tie", range(POLICIES), QUESTIONS):
        sketch = without_rules(trial.sketch, lambda rule: rule["effect"] == "deny" and "as" in rule)
        engine = Engine(build(files_of(sketch), lint=False))
        before = answers(engine.on(world_of(trial.records)), questions)
        managers = {record.get("principal_manager") for record in trial.records}
        ties = [record for record in trial.records if record["kind"] == "attachment"]
        for tie in [tie for tie in ties if tie["account"] not in managers][:4]:
            kept = world_of(record for record in trial.records if record is not tie)
            after = answers(engine.on(kept), questions)
            assert gained(before, after) == [], (tie, trial)
            decisions += len(questions)
            taken += lost(before, after)
    assert taken > 0
    figure(f"{decisions} decisions, 0 allowed more, {taken} allowed no longer")


def test_one_property_less_never_allows_more(figure: Figure) -> None:
    """Set aside: rules that ask in so many words whether a value is there."""
    decisions = taken = 0
    for trial, questions in trials("property", range(POLICIES), QUESTIONS):
        sketch = without_rules(trial.sketch, asks_for_presence)
        judge = judge_of(sketch, trial.records)
        known = [
            question
            for question in questions
            if answer_of(judge, question).reason != "UNKNOWN_RESOURCE"
        ]
        for question, less in [(one, less) for one in known for less in with_less(one)]:
            was, now = answer_of(judge, question), answer_of(judge, less)
            assert was.allowed or not now.allowed, (question, less, was, now, trial)
            decisions += 1
            taken += was.allowed and not now.allowed
    assert taken > 0
    figure(f"{decisions} decisions, 0 allowed more, {taken} allowed no longer")


def test_in_the_shipped_policy_no_rule_rewards_a_property_left_out() -> None:
    """So the theorem above holds of it whole."""
    sketch = shipped_sketch()
    attributes = sketch["vocabulary"]["attributes"]
    asking = [
        rule["id"]
        for rule in rules_of(sketch)
        for name, test in rule.get("when", {}).items()
        if "present" in test
        and "property" in attributes[name]
        and (rule["effect"] == "allow") == (test["present"] == "no")
    ]
    assert asking == []


# What must not depend on the process.

DIGESTED = """
import hashlib, json, sys
from tests.differential.test_metamorphic import told
print(told(int(sys.argv[1])))
"""


def told(questions: int) -> str:
    """The digest of the policies and of this many decisions, in one line."""
    heard = hashlib.sha256()
    digests: list[str] = []
    for trial, asked in trials("hash seed", range(8), questions // 8):
        rulebook = build(files_of(trial.sketch), lint=False)
        digests.append(rulebook.digest)
        for answer in answers(Engine(rulebook).on(world_of(trial.records)), asked):
            heard.update(json.dumps(answer).encode())
    digests.append(build(SHIPPED).digest)
    return f"{hashlib.sha256(''.join(digests).encode()).hexdigest()} {heard.hexdigest()}"


def test_the_hash_seed_of_the_process_changes_nothing(figure: Figure) -> None:
    lines = {
        subprocess.run(
            [sys.executable, "-c", DIGESTED, "2000"],
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "20240229")
    }
    assert len(lines) == 1
    assert lines == {told(2000) + "\n"}
    figure("4 processes, 3 hash seeds, 2000 decisions each: 1 digest")


def with_rule(trial: Trial, effect: str) -> Sketch:
    """The policy with one more random rule of this effect, at the end of a file."""
    dice = Dice(trial.seed, effect)
    stems = [stem for stem, content in trial.sketch.items() if "rules" in content]
    stem = dice.one(stems)
    vocabulary, profiles = trial.sketch["vocabulary"], profiles_of(trial.sketch)
    while True:
        rule = random_rule(dice, vocabulary, profiles, stem, 99)
        if rule is not None and rule["effect"] == effect:
            content = trial.sketch[stem]
            return {**trial.sketch, stem: {**content, "rules": [*content["rules"], rule]}}


def without_rules(sketch: Sketch, dropped: Callable[[Data], bool]) -> Sketch:
    for rule in rules_of(sketch):
        if dropped(rule):
            sketch = without(sketch, rule["id"])
    return sketch


def asks_for_presence(rule: Data) -> bool:
    return any("present" in test for test in rule.get("when", {}).values())


def with_less(question: Data) -> list[Data]:
    """The question with each property in turn left out."""
    resource = question["resource"]
    return [
        {
            **question,
            "resource": {
                **resource,
                "properties": {
                    name: value
                    for name, value in resource["properties"].items()
                    if name != left_out
                },
            },
        }
        for left_out in resource["properties"]
    ]
