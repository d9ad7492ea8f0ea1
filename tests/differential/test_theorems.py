"""Truths of every policy, every town and every question, each with its smallest counterexample."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilis_server.engine import Engine
from habilis_server.rulebook import Effect, Rulebook, build
from habilis_server.world import World
from tests.conftest import Figure
from tests.differential.comparison import Trial, answer_of, rules_of, without
from tests.differential.dice import Dice
from tests.differential.policies import Sketch, files_of, random_sketch
from tests.differential.portable import question_of, world_of
from tests.differential.questions import Questioner
from tests.differential.trials import profiles_of, trials
from tests.differential.worlds import random_records
from tests.oracle import Answer, Data

K = TypeVar("K")
V = TypeVar("V")

RULES = 12
NOT_EVEN_ASKED = {
    *("UNKNOWN_SUBJECT", "ACCOUNT_INACTIVE", "UNKNOWN_ACTION", "UNKNOWN_RESOURCE", "NO_RULE")
}


class Case:
    """A policy, a town and a few questions; the set of rules that are kept is what shrinks."""

    def __init__(self, seed: int, kept: set[int]) -> None:
        self.seed = seed
        dice = Dice("theorems", seed)
        self.sketch = random_sketch(dice, most=RULES)
        for number, rule in enumerate(rules_of(self.sketch)):
            if number not in kept and len(rules_of(self.sketch)) > 1:
                self.sketch = without(self.sketch, rule["id"])
        self.records = random_records(dice, profiles_of(self.sketch))
        questioner = Questioner(dice, self.sketch, self.records)
        self.questions = [questioner.question() for _ in range(20)]
        self.rulebook = build(files_of(self.sketch), lint=False)
        self.world = world_of(self.records)

    def answers(self, rulebook: Rulebook | None = None) -> list[tuple[Data, Answer]]:
        judge = Engine(rulebook or self.rulebook).on(self.world)
        return [(question, answer_of(judge, question)) for question in self.questions]

    def __repr__(self) -> str:
        return f"{Trial(self.seed, self.sketch, self.records)}\n{self.questions}"


cases = st.builds(Case, st.integers(0, 9999), st.sets(st.integers(0, RULES - 1)))

theorem = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@theorem
@given(cases)
def test_compiled_stock_and_oracle_agree(case: Case) -> None:
    difference = Trial(case.seed, case.sketch, case.records).difference(case.questions)
    assert difference is None, difference


@theorem
@given(cases)
def test_an_empty_policy_denies(case: Case) -> None:
    for question, answer in case.answers(replace(case.rulebook, rules=())):
        assert not answer.allowed, question
        assert answer.reason in NOT_EVEN_ASKED, question


@theorem
@given(cases)
def test_an_empty_world_knows_nobody(case: Case) -> None:
    judge = Engine(case.rulebook).on(World.empty())
    for question in case.questions:
        assert answer_of(judge, question) == Answer(False, "UNKNOWN_SUBJECT"), question


@theorem
@given(cases)
def test_a_deny_beats_every_allow(case: Case) -> None:
    action = case.questions[0]["action"]
    if action in case.rulebook.vocabulary.actions:
        stricter = build(files_of(with_denial_of(case.sketch, action)), lint=False)
        judge = Engine(stricter).on(case.world)
        for question in case.questions:
            answer = answer_of(judge, {**question, "action": action})
            assert answer.reason in {*NOT_EVEN_ASKED, "DENIED_BY_RULE"}, question


@theorem
@given(cases)
def test_allowed_only_if_an_explicit_rule_permits_and_that_rule_is_enough(case: Case) -> None:
    rules = {rule.id: rule for rule in case.rulebook.rules}
    for question, answer in case.answers():
        if answer.allowed:
            rule = rules[answer.rule_id]
            assert rule.effect is Effect.ALLOW
            assert question["action"] in rule.actions
            alone = Engine(replace(case.rulebook, rules=(rule,))).on(case.world)
            assert answer_of(alone, question) == answer, question


@theorem
@given(cases)
def test_denied_by_rule_only_if_an_explicit_rule_denies_and_that_rule_is_enough(
    case: Case,
) -> None:
    rules = {rule.id: rule for rule in case.rulebook.rules}
    for question, answer in case.answers():
        if answer.reason == "DENIED_BY_RULE":
            rule = rules[answer.rule_id]
            assert rule.effect is Effect.DENY
            assert question["action"] in rule.actions
            alone = Engine(replace(case.rulebook, rules=(rule,))).on(case.world)
            assert answer_of(alone, question) == answer, question


@theorem
@given(cases)
def test_without_allow_rules_nobody_is_allowed(case: Case) -> None:
    denies = tuple(rule for rule in case.rulebook.rules if rule.effect is Effect.DENY)
    for question, answer in case.answers(replace(case.rulebook, rules=denies)):
        assert not answer.allowed, question


@theorem
@given(cases, st.sampled_from(["pending", "inactive"]))
def test_who_has_no_active_account_is_never_allowed(case: Case, state: str) -> None:
    records = [
        {**record, "state": state} if record["kind"] == "account" else record
        for record in case.records
    ]
    judge = Engine(case.rulebook).on(world_of(records))
    for question in case.questions:
        assert answer_of(judge, question).reason in {"UNKNOWN_SUBJECT", "ACCOUNT_INACTIVE"}


@theorem
@given(cases)
def test_who_is_tied_to_nothing_is_allowed_only_by_a_rule_that_names_no_party(
    case: Case,
) -> None:
    records = [
        {**record, "principal_manager": None} if record["kind"] == "structure" else record
        for record in case.records
        if record["kind"] != "attachment"
    ]
    judge = Engine(case.rulebook).on(world_of(records))
    rules = {rule.id: rule for rule in case.rulebook.rules}
    for question in case.questions:
        answer = answer_of(judge, question)
        assert not answer.allowed or rules[answer.rule_id].party is None, question


@theorem
@given(cases)
def test_facts_that_point_to_nothing_never_allow_more_and_never_raise(case: Case) -> None:
    """Structures and services gone, what refers to them left behind."""
    judge = Engine(case.rulebook).on(case.world)
    records = [record for record in case.records if record["kind"] not in {"structure", "service"}]
    hollow = Engine(case.rulebook).on(world_of(records))
    rules = {rule.id: rule for rule in case.rulebook.rules}
    for question in case.questions:
        answer = answer_of(hollow, question)
        assert not answer.allowed or rules[answer.rule_id].party is None, question
        assert answer.reason != "EVALUATION_ERROR" or not answer.allowed
        assert not answer_of(judge, {**question, "subject": "nobody"}).allowed


# An error is a denial (E6).


class Failing(Mapping[K, V]):
    """Facts of which one reading fails: the `fails`-th of all."""

    reads = 0
    fails = 0

    def __init__(self, facts: Mapping[K, V]) -> None:
        self._facts = facts

    def __getitem__(self, key: K) -> V:
        self._read()
        return self._facts[key]

    def __iter__(self) -> Iterator[K]:
        self._read()
        return iter(self._facts)

    def __len__(self) -> int:
        self._read()
        return len(self._facts)

    def _read(self) -> None:
        Failing.reads += 1
        if Failing.reads == Failing.fails:
            raise RuntimeError("the facts could not be read")


def failing(world: World) -> World:
    return replace(
        world,
        accounts=Failing(world.accounts),
        structures=Failing(world.structures),
        services=Failing(world.services),
        approvals=Failing(world.approvals),
        attachments=Failing({name: Failing(ties) for name, ties in world.attachments.items()}),
    )


def test_a_fault_at_any_reading_of_the_facts_is_a_denial(figure: Figure) -> None:
    faults = 0
    for trial, questions in trials("faults", range(12), 60):
        engine = Engine(build(files_of(trial.sketch), lint=False))
        judge = engine.on(failing(world_of(trial.records)))
        for question in questions:
            asked, step = question_of(question), 0
            while True:
                step += 1
                Failing.reads, Failing.fails = 0, step
                decision = judge.decide(asked)
                if Failing.reads < step:
                    break  # the question is answered in fewer readings
                assert (decision.allowed, decision.reason) == (False, "EVALUATION_ERROR"), question
                faults += 1
    assert faults > 1000
    figure(f"{faults} faults, ALLOW 0")


def with_denial_of(sketch: Sketch, action: str) -> Sketch:
    """The policy with a rule that denies this action to everyone, on everything."""
    rule = {
        "id": "jamais",
        "label": "Jamais",
        "effect": "deny",
        "actions": [action],
        "because": "Pour voir.",
        "basis": ["R14"],
    }
    stem = action.partition(".")[0]
    content = sketch.get(stem, {"application": stem, "rules": []})
    return {**sketch, stem: {**content, "rules": [*content["rules"], rule]}}
