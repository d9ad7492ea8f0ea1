"""The guard: what a marked method may ask, and what it may not do without an answer."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from habilis import AccessDenied, Client, Question, Reason, Resource, Token
from habilis.answers import PerimeterList
from habilis.errors import StaleAnswerError, UnansweredError
from habilis.testing import FakeHabilis
from habilis_companion.guard import Guard, Permit, Scope, UnaskedError, actions_of, asks
from tests.companion.answering import Habilis, nobody

READ, WRITE, OTHER = "factures_emises.consulter", "factures_emises.deposer", "dume.consulter"
INVOICE = Resource(type="facture", id="F1", properties={"etat": "BROUILLON"})


def reads(question: Question) -> bool:
    return question.action == READ


def only_f1(question: Question) -> bool:
    return question.resource.id == "F1"


def within(*actions: str) -> Callable[[Callable[[], object]], object]:
    """Runs something inside a method marked with these actions, and gives what it gave."""

    def run(body: Callable[[], object]) -> object:
        return asks(*actions)(body)()

    return run


def test_a_permit_says_what_was_asked_and_answered(habilis: Habilis) -> None:
    guard = Guard(habilis)
    permit = within(READ)(lambda: guard.ask("anna", READ, INVOICE))

    assert isinstance(permit, Permit)
    assert permit.question == Question(subject="anna", action=READ, resource=INVOICE)
    assert (permit.decision.decision_id, permit.decision.rule_id) == ("decision-1", "rule")


def test_a_no_is_told_with_its_reason_and_gives_nothing(habilis: Habilis) -> None:
    habilis.says = nobody

    with pytest.raises(AccessDenied) as denied:
        within(READ)(lambda: Guard(habilis).ask("anna", READ, INVOICE))
    assert denied.value.reason is Reason.NO_RULE


def test_of_several_questions_one_no_gives_nothing(habilis: Habilis) -> None:
    habilis.says = reads
    questions = [Question(subject="a", action=each, resource=INVOICE) for each in (READ, WRITE)]

    with pytest.raises(AccessDenied):
        within(READ, WRITE)(lambda: Guard(habilis).ask_all(questions))


def test_without_an_answer_there_is_neither_permit_nor_scope(habilis: Habilis) -> None:
    habilis.gone = True
    guard = Guard(habilis)

    for attempt in (
        lambda: guard.ask("anna", READ, INVOICE),
        lambda: guard.where("anna", READ, "facture"),
    ):
        with pytest.raises(UnansweredError):
            within(READ)(attempt)


def test_an_answer_from_a_real_connection_is_taken() -> None:
    with FakeHabilis() as fake, fake.client() as client:
        fake.allow(subject="anna", action=READ)
        guard = Guard(client)
        permit = within(READ)(lambda: guard.ask("anna", READ, INVOICE, fake.token))
        assert isinstance(permit, Permit)
        with pytest.raises(AccessDenied) as stale:
            within(READ)(lambda: guard.ask("anna", READ, INVOICE, Token("fake", 7)))
        assert stale.value.reason is Reason.STALE
        with pytest.raises(AccessDenied):
            within(READ)(lambda: guard.ask("paul", READ, INVOICE))
        assert isinstance(client, Client)


@pytest.mark.parametrize("action", [WRITE, OTHER, "factures_emises.consulte", ""])
def test_an_action_that_the_method_does_not_name_is_not_even_asked(
    habilis: Habilis, action: str
) -> None:
    guard = Guard(habilis)

    for attempt in (
        lambda: guard.ask("anna", action, INVOICE),
        lambda: guard.where("anna", action, "facture"),
    ):
        with pytest.raises(UnaskedError, match="does not say that it asks"):
            within(READ)(attempt)
    assert habilis.asked == []


def test_outside_of_a_marked_method_nothing_is_asked(habilis: Habilis) -> None:
    with pytest.raises(UnaskedError, match="no method is under way"):
        Guard(habilis).ask("anna", READ, INVOICE)
    assert habilis.asked == []


def test_a_marked_method_cannot_answer_unasked(habilis: Habilis) -> None:
    def swallows_the_no() -> str:
        habilis.says = nobody
        try:
            Guard(habilis).ask("anna", READ, INVOICE)
        except AccessDenied:
            return "shown all the same"
        return "allowed"

    for method in (lambda: "shown", swallows_the_no):
        with pytest.raises(UnaskedError, match="was about to answer unasked"):
            within(READ)(method)


def test_what_one_call_was_given_is_of_no_use_to_the_next(habilis: Habilis) -> None:
    guard = Guard(habilis)
    kept = within(READ)(lambda: guard.ask("anna", READ, INVOICE))
    assert isinstance(kept, Permit)

    with pytest.raises(UnaskedError, match="was not given this Permit"):
        within(READ)(lambda: guard.again([kept]))


def test_a_method_holds_what_a_method_that_it_calls_was_given(habilis: Habilis) -> None:
    guard = Guard(habilis)

    def outer() -> object:
        permit = within(WRITE)(lambda: guard.ask("anna", WRITE, INVOICE))
        with pytest.raises(UnaskedError):
            guard.ask("anna", WRITE, INVOICE)
        return permit

    assert isinstance(within(READ)(outer), Permit)


def test_a_right_is_asked_again_with_the_state_that_gave_it(habilis: Habilis) -> None:
    guard = Guard(habilis)

    def asked_twice() -> None:
        permit = guard.ask("anna", READ, INVOICE)
        habilis.token = Token("policy", 5)
        later = guard.ask("anna", READ, INVOICE)
        guard.again([later, permit])
        habilis.says = nobody
        guard.again([permit, later])

    with pytest.raises(AccessDenied):
        within(READ)(asked_twice)
    assert habilis.at_least == [None, None, Token("policy", 5), Token("policy", 5)]
    assert len(habilis.asked) == 6


def test_what_a_scope_leaves_in_doubt_is_asked_one_by_one(habilis: Habilis) -> None:
    habilis.says = only_f1
    others = [INVOICE, Resource(type="facture", id="F2")]

    def asked() -> object:
        guard = Guard(habilis)
        return guard.which(guard.where("anna", READ, "facture"), others)

    assert within(READ)(asked) == (True, False)
    assert habilis.at_least == [None, habilis.token]


def test_nobody_but_the_guard_makes_a_permit_or_a_scope(habilis: Habilis) -> None:
    guard = Guard(habilis)
    permit = within(READ)(lambda: guard.ask("anna", READ, INVOICE))
    assert isinstance(permit, Permit)
    forged = Question(subject="anna", action=WRITE, resource=INVOICE)

    for seal in (None, object(), True):
        with pytest.raises(UnaskedError, match="given by the guard"):
            Permit(question=forged, decision=permit.decision, seal=seal)
        with pytest.raises(UnaskedError, match="given by the guard"):
            Scope(
                subject="anna",
                action=READ,
                resource_type="facture",
                perimeters=PerimeterList(perimeters=(), token=habilis.token),
                seal=seal,
            )
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(permit, question=forged)  # type: ignore[call-arg]  # the forgery
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(permit, "question", forged)  # noqa: B010  # the forgery


def test_a_copy_of_a_permit_is_not_the_permit(habilis: Habilis) -> None:
    guard = Guard(habilis)

    def copied() -> None:
        permit = guard.ask("anna", READ, INVOICE)
        copy = object.__new__(Permit)
        for name in ("question", "decision"):
            object.__setattr__(copy, name, getattr(permit, name))
        guard.again([copy])

    with pytest.raises(UnaskedError, match="was not given this Permit"):
        within(READ)(copied)


def test_marks_tell_what_each_method_asks() -> None:
    class Flow:
        @asks(READ, WRITE)
        def both(self) -> None: ...

        @asks(OTHER)
        def other(self) -> None: ...

        def unmarked(self) -> None: ...

    assert actions_of(Flow) == {"both": {READ, WRITE}, "other": {OTHER}}


def test_a_mark_names_actions_and_a_method_that_ends() -> None:
    def yields() -> Iterator[int]:
        yield 1

    async def waits() -> None: ...

    attempts: list[Callable[[], object]] = [
        asks,
        lambda: asks(READ, READ),
        lambda: asks(READ)(yields),
        lambda: asks(READ)(waits),
    ]
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt()


def test_an_answer_that_cannot_be_believed_gives_nothing(habilis: Habilis) -> None:
    def unbelievable(_: Question) -> bool:
        raise StaleAnswerError("older than asked for")

    habilis.says = unbelievable

    with pytest.raises(StaleAnswerError):
        within(READ)(lambda: Guard(habilis).ask("anna", READ, INVOICE))
