"""Every field of a question, given what it should not hold: refused or denied, never allowed.

The fields are those of the contract itself: a new one without rows fails here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

import grpc
import pytest
from google.protobuf.message import Message

from habilis.v1 import access_pb2, access_pb2_grpc, decision_pb2
from tests.service.asking import check
from tests.service.hostile import (
    BASES,
    MALFORMED,
    ROWS,
    Bend,
    allowed_question,
    paths,
)

REFUSED: Final = "INVALID_ARGUMENT"
# The one malformed text that cannot be told from an absent one; it is denied as such.
EMPTY_SERVICE: Final = ("resource.parties[].service", "empty")
CASES: Final = [(path, name) for path, rows in ROWS.items() for name in rows]


def is_safe(found: str) -> bool:
    """A refusal, or a denial whose reason says something."""
    return found == REFUSED or found in {
        value.name.removeprefix("REASON_")
        for value in decision_pb2.Reason.DESCRIPTOR.values
        if value.name not in {"REASON_UNSPECIFIED", "REASON_ALLOWED", "REASON_EVALUATION_ERROR"}
    }


def test_every_field_of_a_question_has_rows() -> None:
    assert set(ROWS) == set(paths(decision_pb2.Question.DESCRIPTOR))


@pytest.mark.parametrize("base", [allowed_question, *BASES.values()])
def test_the_question_that_is_bent_is_allowed(
    channel: grpc.Channel, base: Callable[[], decision_pb2.Question]
) -> None:
    assert check(channel, base()) == "ALLOWED"


@pytest.mark.parametrize(("path", "name"), CASES)
def test_a_hostile_field_is_refused_or_denied(channel: grpc.Channel, path: str, name: str) -> None:
    question = BASES.get(path, allowed_question)()
    ROWS[path][name](question)

    found = check(channel, question)

    assert is_safe(found), found
    assert found == REFUSED or name not in MALFORMED or (path, name) == EMPTY_SERVICE


def test_hostile_fields_are_counted(channel: grpc.Channel, figure: Callable[[str], None]) -> None:
    found: Counter[str] = Counter()
    for path, name in CASES:
        question = BASES.get(path, allowed_question)()
        ROWS[path][name](question)
        found[check(channel, question)] += 1

    assert (found["ALLOWED"], found["INTERNAL"], found["EVALUATION_ERROR"]) == (0, 0, 0)
    told = ", ".join(f"{count} {reason}" for reason, count in found.most_common())
    figure(f"{len(ROWS)} fields, {len(CASES)} hostile values: {told}; 0 ALLOWED, 0 INTERNAL")


def test_the_error_names_the_field_and_the_remedy(channel: grpc.Channel) -> None:
    question = allowed_question()
    question.resource.properties["etat"].number_value = 1
    stub = access_pb2_grpc.AccessServiceStub(channel)

    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(access_pb2.CheckRequest(question=question))

    assert caught.value.details() == (
        "`question.resource.properties[`etat`]` is not a text; send every value as a string"
    )


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_batch_with_a_malformed_question_is_refused_with_its_index(
    channel: grpc.Channel, index: int
) -> None:
    questions = [allowed_question() for _ in range(3)]
    questions[index].subject.id = ""
    stub = access_pb2_grpc.AccessServiceStub(channel)

    with pytest.raises(grpc.RpcError, match=rf"questions\[{index}\]\.subject\.id. is empty"):
        stub.CheckMany(access_pb2.CheckManyRequest(questions=questions))


@pytest.mark.parametrize(
    ("questions", "limit"),
    [([allowed_question()] * 1_001, "at most 1000"), ([allowed_question()] * 30_000, "max")],
    ids=["one too many", "more than a message holds"],
)
def test_a_batch_beyond_the_limits_is_refused(
    channel: grpc.Channel, questions: list[decision_pb2.Question], limit: str
) -> None:
    stub = access_pb2_grpc.AccessServiceStub(channel)

    with pytest.raises(grpc.RpcError, match=limit):
        stub.CheckMany(access_pb2.CheckManyRequest(questions=questions))


def bends_of(path: str) -> Iterator[tuple[str, Bend]]:
    yield from ((name, bend) for name, bend in ROWS[path].items() if name in MALFORMED)


def requests(bend: Bend) -> dict[str, Message]:
    """The bent question in the words of each other method."""
    question = allowed_question()
    bend(question)
    subject, action, resource = question.subject, question.action, question.resource
    return {
        "Explain": access_pb2.ExplainRequest(question=question),
        "ListActions": access_pb2.ListActionsRequest(subject=subject, resource=resource),
        "ListPerimeters": access_pb2.ListPerimetersRequest(subject=subject, action=action),
        "EnumeratePermissions": access_pb2.EnumeratePermissionsRequest(
            subject=subject, action=action
        ),
    }


SPOKEN_OF: Final = {
    "Explain": {"subject.id", "action.name", "resource.id", "resource.parties[].structure"},
    "ListActions": {"subject.id", "resource.id", "resource.parties[].structure"},
    "ListPerimeters": {"subject.id", "action.name"},
    "EnumeratePermissions": {"subject.id", "action.name"},
}


@pytest.mark.parametrize("method", SPOKEN_OF)
def test_every_method_refuses_a_malformed_field(channel: grpc.Channel, method: str) -> None:
    stub = access_pb2_grpc.AccessServiceStub(channel)
    for path in SPOKEN_OF[method]:
        for name, bend in bends_of(path):
            asked = requests(bend)[method]
            with pytest.raises(grpc.RpcError) as caught:
                list(getattr(stub, method)(asked))

            assert caught.value.code().name == REFUSED, (path, name)
