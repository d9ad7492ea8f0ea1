"""The comparison: compiled engine, stock pycasbin and oracle on one policy and one town."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from habilis_server.engine import Engine, Judge, StockEvaluator
from habilis_server.rulebook import PolicyError, Rulebook, build
from tests.differential.policies import Sketch, files_of
from tests.differential.portable import question_of, world_of
from tests.oracle import Answer, Data, Oracle, Policy

__all__ = [
    "EVERY_REASON",
    "Difference",
    "Tally",
    "Trial",
    "answer_of",
    "first_difference",
    "judged",
    "rules_of",
    "without",
]


EVERY_REASON = (
    "ALLOWED",
    "NO_RULE",
    "ACCOUNT_INACTIVE",
    "NOT_ATTACHED",
    "SERVICE_OUT_OF_SCOPE",
    "PROFILE_MISSING",
    "STRUCTURE_INACTIVE",
    "SERVICE_INACTIVE",
    "PRINCIPAL_MANAGER_ONLY",
    "SUPPORT_ONLY",
    "CONDITION_NOT_MET",
    "DENIED_BY_RULE",
    "UNKNOWN_SUBJECT",
    "UNKNOWN_ACTION",
    "UNKNOWN_RESOURCE",
)
"""The reasons that a judge can give, but the one for errors."""


@dataclass(slots=True)
class Tally:
    """What was compared."""

    decisions: int = 0
    stock: int = 0
    policies: int = 0
    worlds: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])
    heard: set[str] = field(default_factory=set[str])
    """The rules that allowed or denied something."""

    def count(self, answer: Answer, *, stock: bool) -> None:
        self.decisions += 1
        self.stock += stock
        self.reasons[answer.reason] += 1
        if answer.allowed or answer.reason == "DENIED_BY_RULE":
            self.heard.add(answer.rule_id)

    def __str__(self) -> str:
        denies = ", ".join(f"{name} {n}" for name, n in self.reasons.most_common() if n)
        return (
            f"{self.decisions} questions ({self.stock} also to stock pycasbin),"
            f" {self.policies} policies, {self.worlds} worlds, 0 differences ({denies})"
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A question on which the evaluators do not agree, after `number` questions."""

    number: int
    question: Data
    oracle: Answer
    compiled: Answer
    stock: bool | None

    def __str__(self) -> str:
        return (
            f"question {self.number}: {json.dumps(self.question, ensure_ascii=False)}\n"
            f"  oracle   {tuple(self.oracle)}\n"
            f"  compiled {tuple(self.compiled)}\n"
            f"  stock    {'not asked' if self.stock is None else self.stock}"
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """A policy and a town, named by the seed they came from."""

    seed: object
    sketch: Sketch
    records: Sequence[Data]

    def difference(self, questions: Iterable[Data], tally: Tally | None = None) -> str | None:
        """None if the three evaluators agree on every question; otherwise the question, what
        each says, and the fewest rules and facts that still part them. Raises PolicyError.
        """
        found = self._first(questions, tally)
        if found is None:
            return None
        return f"seed {self.seed!r}\n{found}\n{self._shrunk(found.question)}"

    def __str__(self) -> str:
        parts = [*rules_of(self.sketch), self.sketch["profiles"], self.sketch["vocabulary"]]
        return "\n".join(json.dumps(part, ensure_ascii=False) for part in [*parts, *self.records])

    def _first(self, questions: Iterable[Data], tally: Tally | None = None) -> Difference | None:
        files = files_of(self.sketch)
        rulebook = build(files, lint=False)
        return judged(rulebook, Policy(files), self.records, questions, tally)

    def _shrunk(self, question: Data) -> "Trial":
        small = self
        for rule in rules_of(self.sketch):
            fewer = replace(small, sketch=without(small.sketch, rule["id"]))
            small = fewer if fewer._still_differs(question) else small
        for dropped in self.records:
            fewer = replace(small, records=[kept for kept in small.records if kept is not dropped])
            small = fewer if fewer._still_differs(question) else small
        return small

    def _still_differs(self, question: Data) -> bool:
        try:
            return self._first([question]) is not None
        except (PolicyError, KeyError):  # what was dropped was needed
            return False


def without(sketch: Sketch, rule_id: str) -> Sketch:
    """The policy without this rule; a file that has no other goes with it."""
    smaller: Sketch = {}
    for stem, content in sketch.items():
        rules = [rule for rule in content.get("rules", ()) if rule["id"] != rule_id]
        if "rules" not in content:
            smaller[stem] = content
        elif rules:
            smaller[stem] = {**content, "rules": rules}
    return smaller


def rules_of(sketch: Sketch) -> list[Data]:
    return [rule for content in sketch.values() for rule in content.get("rules", ())]


def judged(
    rulebook: Rulebook,
    policy: Policy,
    records: Sequence[Data],
    questions: Iterable[Data],
    tally: Tally | None = None,
) -> Difference | None:
    """The first difference between the three evaluators, freshly made; None if there is none."""
    world = world_of(records)
    stock = StockEvaluator(rulebook)
    return first_difference(
        Engine(rulebook).on(world),
        Oracle(policy, records),
        questions,
        lambda plain: stock.decide(question_of(plain), world),
        tally,
    )


def first_difference(
    judge: Judge,
    oracle: Oracle,
    questions: Iterable[Data],
    stock: Callable[[Data], bool] | None = None,
    tally: Tally | None = None,
) -> Difference | None:
    """Asks each question to each evaluator, until two do not agree."""
    for number, plain in enumerate(questions, start=1):
        wanted = oracle.answer(plain)
        got = answer_of(judge, plain)
        allowed = stock(plain) if stock is not None else None
        if got != wanted or (allowed is not None and allowed is not wanted.allowed):
            return Difference(number, plain, wanted, got, allowed)
        if tally is not None:
            tally.count(wanted, stock=stock is not None)
    return None


def answer_of(judge: Judge, plain: Data) -> Answer:
    """The decision, with nothing in it that the oracle does not tell; its token is checked here."""
    decision = judge.decide(question_of(plain))
    rulebook, world = judge.engine.rulebook, judge.world
    assert (decision.token.policy_digest, decision.token.revision) == (
        rulebook.digest,
        world.revision,
    )
    return Answer(decision.allowed, decision.reason.value, decision.rule_id, decision.acting_as)
