"""Each method of the contract as a call: what is sent, and how its answer is read.

Both clients make these same calls; they differ only in how they wait.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from google.protobuf.message import DecodeError, Message

from habilis.answers import (
    ActionList,
    Explanation,
    PerimeterList,
    Permission,
    Policy,
    Reload,
)
from habilis.errors import CutShortError, UntrustedAnswerError
from habilis.model import Decision, Perimeter, Question, Resource, Token
from habilis.v1 import access_pb2, decision_pb2, facts_pb2, policy_pb2
from habilis.wire import (
    consistency_message,
    perimeter_message,
    question_message,
    read_decision,
    read_decisions,
    read_token,
    resource_message,
    subject_message,
    timestamp_message,
)
from habilis.wire_answers import (
    read_actions,
    read_explanation,
    read_perimeters,
    read_permission,
    read_policy,
    read_reload,
)

__all__ = [
    "CHECK_DEADLINE",
    "ENUMERATION_DEADLINE",
    "LIST_DEADLINE",
    "RELOAD_DEADLINE",
    "Call",
    "Reading",
    "StreamCall",
    "check",
    "check_many",
    "enumerate_permissions",
    "explain",
    "list_actions",
    "list_perimeters",
    "policy",
    "reload",
    "revision",
]

CHECK_DEADLINE: Final = 0.3
"""Seconds in which a question must be answered: a user is waiting."""
LIST_DEADLINE: Final = 3.0
"""Seconds for an answer about many objects."""
RELOAD_DEADLINE: Final = 30.0
"""Seconds for a policy to be read, checked and compiled."""
ENUMERATION_DEADLINE: Final = 600.0
"""Seconds for everything that anyone may do."""

_Response = TypeVar("_Response", bound=Message)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Call(Generic[_Response, _Answer]):
    """One request to one method; `deadline` in seconds holds where the caller sets none."""

    method: str
    request: Message
    response: type[_Response]
    reader: Callable[[_Response], _Answer]
    deadline: float

    def read(self, data: bytes) -> _Answer:
        """The answer that these bytes are; raises UntrustedAnswerError where they are none."""
        return self.reader(_parsed(self.response, data))


@dataclass(frozen=True, slots=True)
class StreamCall:
    """The request of an enumeration; `at_least` is what its end is held against."""

    method: str
    request: access_pb2.EnumeratePermissionsRequest
    at_least: Token | None
    deadline: float


class Reading:
    """The reading of an enumeration: part by part, then the proof that it is whole."""

    def __init__(self, at_least: Token | None) -> None:
        self._at_least = at_least
        self._count = 0
        self._complete = False

    def permissions(self, data: bytes) -> Iterator[Permission]:
        """The permissions of this part; raises UntrustedAnswerError where it cannot be one."""
        part = _parsed(access_pb2.EnumeratePermissionsResponse, data)
        if self._complete:
            raise CutShortError("the enumeration goes on after its end")
        for permission in part.permissions:
            self._count += 1
            yield read_permission(permission)
        if part.HasField("complete"):
            self._end(part.complete)

    def _end(self, complete: access_pb2.EnumerationComplete) -> None:
        if complete.permissions != self._count:
            told = complete.permissions
            raise CutShortError(f"the enumeration tells {told} permissions, {self._count} came")
        read_token(complete.token, self._at_least)
        self._complete = True

    def close(self) -> None:
        """Raise CutShortError unless the end was read."""
        if not self._complete:
            raise CutShortError(f"the enumeration was cut after {self._count} permissions")


def _parsed(kind: type[_Response], data: bytes) -> _Response:
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise UntrustedAnswerError("the answer cannot be read") from error


def check(question: Question, at_least: Token | None) -> Call[access_pb2.CheckResponse, Decision]:
    return Call(
        "/habilis.v1.AccessService/Check",
        access_pb2.CheckRequest(
            question=question_message(question), consistency=consistency_message(at_least)
        ),
        access_pb2.CheckResponse,
        lambda response: read_decision(response.decision, at_least),
        CHECK_DEADLINE,
    )


def check_many(
    questions: Sequence[Question], at_least: Token | None
) -> Call[access_pb2.CheckManyResponse, tuple[Decision, ...]]:
    return Call(
        "/habilis.v1.AccessService/CheckMany",
        access_pb2.CheckManyRequest(
            questions=[question_message(question) for question in questions],
            consistency=consistency_message(at_least),
        ),
        access_pb2.CheckManyResponse,
        lambda response: read_decisions(response.decisions, len(questions), at_least),
        CHECK_DEADLINE,
    )


def explain(
    question: Question, at_least: Token | None
) -> Call[access_pb2.ExplainResponse, Explanation]:
    return Call(
        "/habilis.v1.AccessService/Explain",
        access_pb2.ExplainRequest(
            question=question_message(question), consistency=consistency_message(at_least)
        ),
        access_pb2.ExplainResponse,
        lambda response: read_explanation(response.explanation, at_least),
        LIST_DEADLINE,
    )


def list_actions(
    subject: str, resource: Resource, at: datetime | None, at_least: Token | None
) -> Call[access_pb2.ListActionsResponse, ActionList]:
    return Call(
        "/habilis.v1.AccessService/ListActions",
        access_pb2.ListActionsRequest(
            subject=subject_message(subject),
            resource=resource_message(resource),
            at=None if at is None else timestamp_message(at),
            consistency=consistency_message(at_least),
        ),
        access_pb2.ListActionsResponse,
        lambda response: read_actions(response, at_least),
        LIST_DEADLINE,
    )


def list_perimeters(
    subject: str,
    action: str,
    resource_type: str,
    at: datetime | None,
    at_least: Token | None,
) -> Call[access_pb2.ListPerimetersResponse, PerimeterList]:
    return Call(
        "/habilis.v1.AccessService/ListPerimeters",
        access_pb2.ListPerimetersRequest(
            subject=subject_message(subject),
            action=decision_pb2.Action(name=action),
            resource_type=resource_type,
            at=None if at is None else timestamp_message(at),
            consistency=consistency_message(at_least),
        ),
        access_pb2.ListPerimetersResponse,
        lambda response: read_perimeters(response, at_least),
        LIST_DEADLINE,
    )


def enumerate_permissions(
    subject: str | None,
    action: str | None,
    perimeter: Perimeter | None,
    at: datetime | None,
    at_least: Token | None,
) -> StreamCall:
    return StreamCall(
        "/habilis.v1.AccessService/EnumeratePermissions",
        access_pb2.EnumeratePermissionsRequest(
            subject=None if subject is None else subject_message(subject),
            action=None if action is None else decision_pb2.Action(name=action),
            perimeter=None if perimeter is None else perimeter_message(perimeter),
            at=None if at is None else timestamp_message(at),
            consistency=consistency_message(at_least),
        ),
        at_least,
        ENUMERATION_DEADLINE,
    )


def policy() -> Call[policy_pb2.GetPolicyResponse, Policy]:
    return Call(
        "/habilis.v1.PolicyService/GetPolicy",
        policy_pb2.GetPolicyRequest(),
        policy_pb2.GetPolicyResponse,
        read_policy,
        LIST_DEADLINE,
    )


def reload() -> Call[policy_pb2.ReloadResponse, Reload]:
    return Call(
        "/habilis.v1.PolicyService/Reload",
        policy_pb2.ReloadRequest(),
        policy_pb2.ReloadResponse,
        read_reload,
        RELOAD_DEADLINE,
    )


def revision() -> Call[facts_pb2.GetRevisionResponse, Token]:
    return Call(
        "/habilis.v1.FactsService/GetRevision",
        facts_pb2.GetRevisionRequest(),
        facts_pb2.GetRevisionResponse,
        lambda response: read_token(response.token),
        CHECK_DEADLINE,
    )
