"""K1: whatever a server answers, nothing but a whole and true allow is an allow."""

from collections.abc import Callable
from itertools import product
from typing import Any

import grpc
import pytest

from habilis import AsyncClient, Client, Decision, HabilisError
from habilis.answers import ActionList, Explanation, PerimeterList, Permission
from habilis.errors import (
    CallerRefusedError,
    DeadlineExceededError,
    InvalidQuestionError,
    OverloadedError,
    ServerFailureError,
    UnansweredError,
)
from habilis.v1 import access_pb2, decision_pb2
from tests.sdk.forger import forging
from tests.sdk.methods import ASKED, DOORS, ask, public_methods

FAILING = sorted(set(grpc.StatusCode) - {grpc.StatusCode.OK}, key=lambda code: code.name)
# These are tried again until the deadline, which takes its time.
TRIED_AGAIN = (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE)
CALLS = list(product(DOORS, ASKED))


def allowances(answer: object) -> int:
    """How many allows a caller could read in an answer."""
    match answer:
        case Decision():
            return int(answer.allowed)
        case Explanation():
            return int(answer.decision.allowed)
        case tuple() | list():
            return sum(map(allowances, answer))
        case ActionList() | PerimeterList() | Permission():
            return 1
        case _:
            return 0


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_every_method_of_a_client_is_asked(kind: type) -> None:
    assert set(ASKED) == public_methods(kind)


@pytest.mark.usefixtures("patient")
def test_no_status_is_an_allow(figure: Callable[[str], None]) -> None:
    raised: list[HabilisError] = []
    with forging() as forger:
        for code, (door, method) in product(set(FAILING) - set(TRIED_AGAIN), CALLS):
            forger.status = code
            with pytest.raises(HabilisError) as caught:
                ask(door, forger.target, method)
            raised.append(caught.value)

    assert len(raised) == (len(FAILING) - len(TRIED_AGAIN)) * len(CALLS)
    figure(f"K1: {len(raised)} calls over {len(FAILING) - len(TRIED_AGAIN)} statuses, 0 allows")


@pytest.mark.parametrize("code", TRIED_AGAIN, ids=str)
@pytest.mark.parametrize(("door", "method"), CALLS)
@pytest.mark.usefixtures("hurried")
def test_an_unavailable_server_is_no_allow(door: str, method: str, code: grpc.StatusCode) -> None:
    with forging() as forger:
        forger.status = code

        with pytest.raises(UnansweredError):
            ask(door, forger.target, method)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("code", "meant"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, InvalidQuestionError),
        (grpc.StatusCode.DEADLINE_EXCEEDED, DeadlineExceededError),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, OverloadedError),
        (grpc.StatusCode.UNAUTHENTICATED, CallerRefusedError),
        (grpc.StatusCode.PERMISSION_DENIED, CallerRefusedError),
        (grpc.StatusCode.UNIMPLEMENTED, ServerFailureError),
        (grpc.StatusCode.INTERNAL, ServerFailureError),
        (grpc.StatusCode.UNKNOWN, ServerFailureError),
    ],
)
@pytest.mark.usefixtures("patient")
def test_a_status_has_its_error(
    door: str, code: grpc.StatusCode, meant: type[HabilisError]
) -> None:
    with forging() as forger:
        forger.status = code

        with pytest.raises(meant, match=f"forged \\({code.name}\\)"):
            ask(door, forger.target, "check")


TOKEN = decision_pb2.Token(policy_digest="digest", revision=7)
TRUE_ALLOW = decision_pb2.Decision(
    allowed=True,
    reason=decision_pb2.REASON_ALLOWED,
    rule_id="travaux-refuser-moa",
    acting_as="moa",
    token=TOKEN,
    decision_id="d1",
)


def lie(**said: Any) -> decision_pb2.Decision:
    """The true allow, but for what is said; None leaves a field out."""
    told = {field.name: value for field, value in TRUE_ALLOW.ListFields()}
    return decision_pb2.Decision(**{**told, **said})


LIES = {
    "nothing at all": decision_pb2.Decision(),
    "no reason": lie(reason=None),
    "a reason of a later version": lie(reason=999),
    "a negative reason": lie(reason=-1),
    "no rule": lie(rule_id=None),
    "no token": lie(token=None),
    "a token without policy": lie(token=decision_pb2.Token(revision=7)),
    "no name": lie(decision_id=None),
    "denied for being allowed": lie(allowed=False),
    **{
        f"allowed for {value.name}": lie(reason=value.number)
        for value in decision_pb2.Reason.DESCRIPTOR.values
        if value.name != "REASON_ALLOWED"
    },
}
GARBAGE = {
    "no bytes": b"",
    "noise": b"\xff\xfe\x00garbage",
    "a cut message": access_pb2.CheckResponse(decision=TRUE_ALLOW).SerializeToString()[:-3],
    "a question": decision_pb2.Question(subject=decision_pb2.Subject(id="x")).SerializeToString(),
    "the right decision in no envelope": TRUE_ALLOW.SerializeToString(),
}


def envelopes(decision: decision_pb2.Decision) -> dict[str, bytes]:
    """The same decision as each method would give it."""
    explanation = access_pb2.Explanation(decision=decision)
    single = access_pb2.CheckResponse(decision=decision).SerializeToString()
    return {
        "check": single,
        "require": single,
        "check_many": access_pb2.CheckManyResponse(
            decisions=[decision, decision]
        ).SerializeToString(),
        "explain": access_pb2.ExplainResponse(explanation=explanation).SerializeToString(),
    }


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.usefixtures("patient")
def test_a_true_allow_is_an_allow(door: str) -> None:
    with forging() as forger:
        for method, envelope in envelopes(TRUE_ALLOW).items():
            forger.answers = [envelope]
            assert allowances(ask(door, forger.target, method)) > 0


@pytest.mark.usefixtures("patient")
def test_no_lie_and_no_garbage_is_an_allow(figure: Callable[[str], None]) -> None:
    forged = [
        (method, answer) for told in LIES.values() for method, answer in envelopes(told).items()
    ] + [(method, answer) for method in ASKED for answer in GARBAGE.values()]
    count = allowed = raised = 0
    with forging() as forger:
        for door, (method, answer) in product(DOORS, forged):
            forger.answers = [answer]
            count += 1
            try:
                allowed += allowances(ask(door, forger.target, method))
            except HabilisError:
                raised += 1

    assert allowed == 0
    figure(f"K1: {count} forged answers, {raised} refused, 0 allows")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.usefixtures("patient")
def test_another_number_of_decisions_is_refused(door: str, count: int) -> None:
    answer = access_pb2.CheckManyResponse(decisions=[TRUE_ALLOW] * count)
    with forging() as forger:
        forger.answers = [answer.SerializeToString()]

        with pytest.raises(HabilisError, match=f"2 questions got {count} answers"):
            ask(door, forger.target, "check_many")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "other",
    [
        decision_pb2.Token(policy_digest="digest", revision=8),
        decision_pb2.Token(policy_digest="other", revision=7),
    ],
    ids=["another revision", "another policy"],
)
@pytest.mark.usefixtures("patient")
def test_a_batch_of_two_states_is_refused(door: str, other: decision_pb2.Token) -> None:
    answer = access_pb2.CheckManyResponse(decisions=[TRUE_ALLOW, lie(token=other)])
    with forging() as forger:
        forger.answers = [answer.SerializeToString()]

        with pytest.raises(HabilisError, match="from 2 states"):
            ask(door, forger.target, "check_many")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.usefixtures("patient")
def test_a_denial_for_a_reason_of_a_later_version_is_a_denial(door: str) -> None:
    answer = access_pb2.CheckResponse(decision=lie(allowed=False, reason=999))
    with forging() as forger:
        forger.answers = [answer.SerializeToString()]

        decision = ask(door, forger.target, "check")

    assert (decision.allowed, decision.reason) == (False, "REASON_UNSPECIFIED")
