"""E6: whatever goes wrong while judging, and wherever, the answer is no."""

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import pytest

from habilis import Decision, Perimeter, Question, Reason, Resource
from habilis_server.engine import Engine, Judge, explain
from habilis_server.world import World
from tests.engine.small_world import OPEN, asking, small_world
from tests.engine.test_hazards_pycasbin import OWN, PAYING
from tests.rulebook.small_policy import VOCABULARY, problems_of, small, with_text

K = TypeVar("K")
V = TypeVar("V")

ENGINE = Engine(small())
# One for each way through the judge: allowed and refused, looked up and given, denied, own.
QUESTIONS = {
    "allowed": PAYING,
    "denied by a rule": OWN,
    "a draft sent": asking(
        "guichet",
        "factures.envoyer",
        Resource(
            type="facture",
            id="F1",
            parties={"vendeur": OPEN},
            properties={"etat": "BROUILLON", "auteur": "x"},
        ),
    ),
    "the manager": asking("gp", "portail.transmettre", Resource(type="structure", id="S1")),
    "one's own": asking("agent", "portail.lire", Resource(type="compte", id="agent")),
    "a colleague": asking(
        "agent",
        "portail.lire",
        Resource(type="compte", id="lecteur", parties={"structure": OPEN}),
    ),
    "another's request": asking(
        "gp", "portail.approuver", Resource(type="approbation", id="demande")
    ),
    "one's own request": asking(
        "ancien", "portail.approuver", Resource(type="approbation", id="demande")
    ),
    "the support": asking("aide", "portail.rouvrir", Resource(type="structure", id="S2")),
    "a stranger": asking("passant", "portail.transmettre", Resource(type="structure", id="S1")),
    "no rule": asking("agent", "portail.rouvrir", Resource(type="compte", id="agent")),
    "nobody": asking("inconnu", "portail.lire", Resource(type="structure", id="S1")),
}
FAULTS: tuple[type[Exception], ...] = (
    *(RuntimeError, KeyError, TypeError, RecursionError, MemoryError),
    *(SystemError, TimeoutError, OSError, AssertionError, StopIteration),
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Each fault is logged with its traceback; thousands of them are no help."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Fuse:
    """Blows at the `at`-th step, once; 0: never."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise FAULTS[self.at % len(FAULTS)]("a fault of the test")


class Fused(dict[K, V]):
    """A mapping each use of which is a step."""

    def __init__(self, content: Mapping[K, V], fuse: Fuse) -> None:
        super().__init__(content)
        self._fuse = fuse

    def __getitem__(self, key: K) -> V:
        self._fuse.step()
        return super().__getitem__(key)

    def get(self, key: K, default: Any = None) -> Any:  # as `dict` has it
        self._fuse.step()
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._fuse.step()
        return super().__contains__(key)

    def __iter__(self) -> Iterator[K]:
        self._fuse.step()
        return super().__iter__()

    def keys(self) -> Any:  # as `dict` has it
        self._fuse.step()
        return super().keys()

    def items(self) -> Any:  # as `dict` has it
        self._fuse.step()
        return super().items()


def fused(question: Question, fuse: Fuse) -> tuple[Judge, Question]:
    """The judge and the question, every mapping of the facts and the question under the fuse."""
    world = small_world()
    facts = World(
        revision=world.revision,
        accounts=Fused(world.accounts, fuse),
        structures=Fused(world.structures, fuse),
        services=Fused(world.services, fuse),
        approvals=Fused(world.approvals, fuse),
        attachments=Fused(
            {name: Fused(ties, fuse) for name, ties in world.attachments.items()}, fuse
        ),
    )
    resource = replace(
        question.resource,
        parties=Fused(question.resource.parties, fuse),
        properties=Fused(question.resource.properties, fuse),
    )
    return ENGINE.on(facts), replace(question, resource=resource)


@pytest.mark.parametrize("name", QUESTIONS)
def test_e6_a_fault_of_the_facts_at_any_step_is_a_refusal(name: str) -> None:
    whole = Fuse()
    judge, question = fused(QUESTIONS[name], whole)
    expected = judge.decide(question)
    assert expected.reason is not Reason.EVALUATION_ERROR

    for step in range(1, whole.steps + 1):
        judge, question = fused(QUESTIONS[name], Fuse(step))
        decision = judge.decide(question)

        assert decision.reason is Reason.EVALUATION_ERROR, step
        assert (decision.allowed, decision.rule_id, decision.acting_as) == (False, "", "")
        assert decision.token == expected.token
    print(f"E6: {name}: {whole.steps} steps of the facts, 0 ALLOW")
    assert whole.steps > 0


class Persistent(Judge):
    """What must not be: a judge who passes over a fault and judges on."""

    def decide(self, question: Question) -> Decision:
        decision = super().decide(question)
        if decision.reason is Reason.EVALUATION_ERROR:
            decision = super().decide(question)
        return decision


def test_e6_a_judge_who_passes_over_a_fault_would_be_seen() -> None:
    whole = Fuse()
    judge, question = fused(PAYING, whole)
    judge.decide(question)
    allowed = 0
    for step in range(1, whole.steps + 1):
        judge, question = fused(PAYING, Fuse(step))
        allowed += Persistent(ENGINE, judge.world).decide(question).allowed

    assert allowed == whole.steps


WATCHED = tuple(
    str(Path(module.__file__ or "").parent)
    for module in (sys.modules["habilis_server.engine"], sys.modules["habilis_server.world"])
)
# What runs before and after the judging itself: it holds the net.
NET = {"decide", "exception"}


def traced(ask: Callable[[], Decision], at: int) -> tuple[Decision | None, int]:
    """What is answered when the `at`-th line of the engine raises (0: none), and lines run."""
    fuse = Fuse(at)

    def on_line(frame: FrameType, event: str, _: object) -> Any:  # as tracing has it
        if event == "line":
            fuse.step()
        return on_line

    def on_call(frame: FrameType, event: str, _: object) -> Any:  # as tracing has it
        inside = frame.f_code.co_filename.startswith(WATCHED) and frame.f_code.co_name not in NET
        return on_line if inside else None

    former = sys.gettrace()
    sys.settrace(on_call)
    try:
        return ask(), fuse.steps
    except FAULTS:
        return None, fuse.steps
    finally:
        sys.settrace(former)


@pytest.mark.parametrize("name", QUESTIONS)
def test_e6_a_fault_on_any_line_of_the_engine_is_a_refusal(name: str) -> None:
    world, question = small_world(), QUESTIONS[name]
    expected, lines = traced(lambda: ENGINE.on(world).decide(question), 0)
    assert expected is not None
    before = len_of_on(world)

    faults = 0
    for line in range(before + 1, lines + 1):
        decision, _ = traced(lambda: ENGINE.on(world).decide(question), line)
        faults += 1

        assert decision is not None, line
        assert decision.reason is Reason.EVALUATION_ERROR, line
        assert (decision.allowed, decision.rule_id, decision.acting_as) == (False, "", "")
    print(f"E6: {name}: {faults} lines of the engine, 0 ALLOW")
    assert faults >= 3


def len_of_on(world: World) -> int:
    """The lines that only make a judge, before any question."""
    question = asking("inconnu", "", Resource(type="", id=""))
    judges: list[Judge] = []

    def make() -> Decision:
        judges.append(ENGINE.on(world))
        sys.settrace(None)
        return judges[0].decide(question)

    return traced(make, 0)[1]


@pytest.mark.parametrize("name", QUESTIONS)
def test_e6_an_explanation_never_says_yes_where_the_decision_is_no(name: str) -> None:
    whole = Fuse()
    judge, question = fused(QUESTIONS[name], whole)
    expected = explain(judge, question).decision

    for step in range(1, whole.steps + 1):
        judge, question = fused(QUESTIONS[name], Fuse(step))
        try:
            told = explain(judge, question)
        except FAULTS:
            continue  # a fault after the decision was made: no explanation at all
        assert told.decision.reason in {expected.reason, Reason.EVALUATION_ERROR}
        assert told.decision.allowed is (told.decision.reason is Reason.ALLOWED)


def bad(**changes: Any) -> Question:  # what no type checker would let through
    """The question that is allowed, with something in it that is of no right type."""
    within = {key: changes.pop(key) for key in ("type", "parties", "properties") if key in changes}
    return replace(PAYING, **{"resource": replace(PAYING.resource, **within), **changes})


WRONG: tuple[Any, ...] = (None, 0, 1, 1.5, True, b"x", [], ["agent"], {}, {"x": 1}, (), object())


@pytest.mark.parametrize(
    "field", ["subject", "action", "resource", "type", "parties", "properties"]
)
def test_e6_a_field_of_the_wrong_type_is_a_refusal(field: str) -> None:
    judge = ENGINE.on(small_world())
    assert judge.decide(PAYING).allowed

    for wrong in WRONG:
        decision = judge.decide(bad(**{field: wrong}))

        assert not decision.allowed, wrong


@pytest.mark.parametrize("party", ["acheteur", "vendeur"])
def test_e6_a_party_of_the_wrong_type_is_a_refusal(party: str) -> None:
    judge = ENGINE.on(small_world())

    wrongs: list[Any] = [*WRONG, "S1", ("S1",), ("S1", None, None), ("S1", "ABSENT"), Perimeter("")]
    for wrong in wrongs:
        parties = {**PAYING.resource.parties, party: wrong}

        assert not judge.decide(bad(parties=parties)).allowed, wrong


def test_e6_a_property_of_the_wrong_type_is_a_refusal() -> None:
    judge = ENGINE.on(small_world())

    wrongs: list[Any] = [*WRONG, "", " ", "envoyee", "ENVOYEE ", "absent", "given", "{ENVOYEE}"]
    for wrong in wrongs:
        properties = {**PAYING.resource.properties, "etat": wrong}

        assert not judge.decide(bad(properties=properties)).allowed, wrong


def test_e6_whatever_is_asked_is_answered() -> None:
    judge = ENGINE.on(small_world())

    questions: list[Any] = [*WRONG, "question"]
    for question in questions:
        decision = judge.decide(question)

        assert decision.reason is Reason.EVALUATION_ERROR
        assert not decision.allowed


def test_e6_a_condition_that_cannot_be_judged_is_a_problem_of_the_policy() -> None:
    """Types are checked when the policy is read, so that no question finds out."""
    for old, new in (
        ("facture.etat: {of: [facture]", "facture.etat: {of: [compte]"),
        ("acheteur.type: {of: [facture], party: acheteur", "acheteur.type: {of: [facture]"),
        ("approbation.demandeur: {of: [approbation]", "approbation.demandeur: {of: [facture]"),
    ):
        assert problems_of(with_text(VOCABULARY, old, new))
    assert problems_of(with_text(VOCABULARY, "label: Facture\n", "label: Factures\n")) == []
