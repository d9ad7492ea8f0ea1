"""Questions as messages: what cannot be said in one is refused before it is sent."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from habilis import Perimeter, Question, Reason, Token
from habilis.errors import InvalidQuestionError, StaleAnswerError, UntrustedAnswerError
from habilis.v1 import decision_pb2
from habilis.wire import question_message, read_decision, read_reason
from habilis.words import question_of
from tests.sdk.methods import QUESTION
from tests.sdk.test_status_codes import TRUE_ALLOW


def asked(**words: Any) -> Question:
    return replace(QUESTION, **words)


def bent(**words: Any) -> Question:
    return replace(QUESTION, resource=replace(QUESTION.resource, **words))


def test_a_question_is_its_message() -> None:
    question = replace(
        bent(parties={"moa": Perimeter("1"), "moe": Perimeter("2", "S")}),
        at=datetime.fromisoformat("2026-03-03T12:00:00.000001+02:00"),
        context={"channel": "web", "depth": [1, {"x": None}]},
    )

    message = question_message(question)

    assert (message.subject.type, message.subject.id) == ("user", "claire")
    assert message.action.name == "factures_travaux.refuser"
    assert (message.resource.type, message.resource.id) == ("piece_travaux", "EA1+F20220094")
    assert message.resource.parties["moa"] == decision_pb2.Perimeter(structure="1")
    assert message.resource.parties["moe"] == decision_pb2.Perimeter(structure="2", service="S")
    assert message.resource.properties["cadre"].string_value == "A15"
    assert message.at.ToDatetime(UTC) == datetime(2026, 3, 3, 10, 0, 0, 1, tzinfo=UTC)
    assert message.context["channel"] == "web"


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(asked(subject=12), id="a subject that is a number"),
        pytest.param(asked(subject="\ud800"), id="a subject that is no Unicode"),
        pytest.param(asked(action=b"\xff"), id="an action that is no text"),
        pytest.param(bent(properties={"etat": 1}), id="a property that is a number"),
        pytest.param(bent(properties={"etat": None}), id="a property that is nothing"),
        pytest.param(bent(properties={"etat": ["A15"]}), id="a property that is a list"),
        pytest.param(bent(properties={1: "A15"}), id="a property without a name"),
        pytest.param(bent(parties={"moa": Perimeter("1", "")}), id="an empty service"),
        pytest.param(asked(context={"x": object()}), id="a context of objects"),
        pytest.param(asked(context={1: "x"}), id="a context without names"),
        pytest.param(
            asked(at=datetime(2026, 1, 1)),  # noqa: DTZ001  # what is refused
            id="a moment without time zone",
        ),
    ],
)
def test_what_no_message_can_say_is_refused(question: Question) -> None:
    with pytest.raises(InvalidQuestionError):
        question_message(question)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_number(reason: Reason) -> None:
    name = "REASON_UNSPECIFIED" if reason is Reason.UNSPECIFIED else f"REASON_{reason}"

    assert read_reason(decision_pb2.Reason.Value(name)) is reason


def test_every_number_has_its_reason() -> None:
    numbers = decision_pb2.Reason.DESCRIPTOR.values_by_number

    assert len({read_reason(number) for number in numbers}) == len(Reason) == len(numbers)


@pytest.mark.parametrize(
    ("revision", "fits"), [(0, True), (6, True), (7, True), (8, False), (2**63, False)]
)
def test_an_answer_older_than_the_token_is_refused(revision: int, fits: bool) -> None:
    token = Token("", revision)
    if fits:
        assert read_decision(TRUE_ALLOW, token).allowed
        return
    with pytest.raises(StaleAnswerError, match="revision 7"):
        read_decision(TRUE_ALLOW, token)


def test_an_answer_that_says_it_is_stale_is_a_denial() -> None:
    stale = decision_pb2.Decision(
        reason=decision_pb2.REASON_STALE, token=TRUE_ALLOW.token, decision_id="d"
    )

    assert read_decision(stale, Token("", 8)).reason is Reason.STALE


def test_an_answer_without_a_name_is_refused() -> None:
    with pytest.raises(UntrustedAnswerError, match="no decision_id"):
        read_decision(decision_pb2.Decision(reason=decision_pb2.REASON_NO_RULE))


def test_words_make_a_question() -> None:
    words: dict[str, Any] = {"subject": "x", "action": "a.b", "resource": QUESTION.resource}

    assert question_of(None, words) == Question(**words)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (None, {}),
        (None, {"subject": "claire"}),
        (None, {"subject": "claire", "action": "a.b", "resource": None, "principal": "x"}),
        (QUESTION, {"subject": "claire"}),
    ],
)
def test_words_that_make_no_question_are_refused(
    question: Question | None, words: dict[str, object]
) -> None:
    with pytest.raises(TypeError):
        question_of(question, words)
