"""Between the SDK's words and the messages of `habilis.v1`; what cannot be believed stops here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from google.protobuf.struct_pb2 import Value
from google.protobuf.timestamp_pb2 import Timestamp

from habilis.errors import InvalidQuestionError, StaleAnswerError, UntrustedAnswerError
from habilis.model import Decision, Perimeter, Question, Reason, Resource, Token
from habilis.v1 import decision_pb2

__all__ = [
    "consistency_message",
    "decision_message",
    "perimeter_from",
    "perimeter_message",
    "question_message",
    "read_decision",
    "read_decisions",
    "read_reason",
    "read_token",
    "reason_number",
    "resource_message",
    "subject_message",
    "timestamp_message",
    "token_message",
]

_USER: Final = "user"
_PREFIX: Final = "REASON_"
_NUMBERS: Final[Mapping[Reason, decision_pb2.Reason.ValueType]] = {
    reason: decision_pb2.Reason.Value(f"{_PREFIX}{reason.name}") for reason in Reason
}


def question_message(question: Question) -> decision_pb2.Question:
    """The question as a message.

    Raises InvalidQuestionError for what no message can carry: a value that is
    not text, a moment without time zone.
    """
    try:
        message = decision_pb2.Question(
            subject=subject_message(question.subject),
            action=decision_pb2.Action(name=question.action),
            resource=resource_message(question.resource),
        )
        if question.context:
            message.context.update(cast("Mapping[str, Any]", question.context))
    except (TypeError, ValueError) as error:
        raise InvalidQuestionError(f"the question cannot be sent: {error}") from error
    if question.at is not None:
        message.at.CopyFrom(timestamp_message(question.at))
    return message


def subject_message(subject: str) -> decision_pb2.Subject:
    return decision_pb2.Subject(type=_USER, id=subject)


def resource_message(resource: Resource) -> decision_pb2.Resource:
    return decision_pb2.Resource(
        type=resource.type,
        id=resource.id,
        parties={name: perimeter_message(place) for name, place in resource.parties.items()},
        properties=_values(resource.properties),
    )


def perimeter_message(perimeter: Perimeter) -> decision_pb2.Perimeter:
    if perimeter.service == "":
        # On the wire, no text is no service: the structure as a whole, a wider question.
        raise InvalidQuestionError("a service code is empty: use None for the whole structure")
    return decision_pb2.Perimeter(structure=perimeter.structure, service=perimeter.service or "")


def timestamp_message(moment: datetime) -> Timestamp:
    """The moment as a message; raises InvalidQuestionError without a time zone."""
    if moment.tzinfo is None:
        raise InvalidQuestionError("`at` has no time zone: give it one, such as UTC")
    message = Timestamp()
    message.FromDatetime(moment.astimezone(UTC))
    return message


def token_message(token: Token) -> decision_pb2.Token:
    return decision_pb2.Token(policy_digest=token.policy_digest, revision=token.revision)


def consistency_message(at_least: Token | None) -> decision_pb2.Consistency | None:
    if at_least is None:
        return None
    return decision_pb2.Consistency(at_least=token_message(at_least))


def decision_message(decision: Decision) -> decision_pb2.Decision:
    """The decision as a message, under the name that it has."""
    return decision_pb2.Decision(
        allowed=decision.allowed,
        reason=reason_number(decision.reason),
        rule_id=decision.rule_id,
        acting_as=decision.acting_as,
        token=token_message(decision.token),
        decision_id=decision.decision_id,
    )


def reason_number(reason: Reason) -> decision_pb2.Reason.ValueType:
    return _NUMBERS[reason]


def read_decision(message: decision_pb2.Decision, at_least: Token | None = None) -> Decision:
    """The decision that the message tells, believed only if nothing in it is missing or odd.

    A denial for a reason that this client does not know is a denial, with
    reason UNSPECIFIED. Raises UntrustedAnswerError, or StaleAnswerError for an
    answer older than `at_least`.
    """
    reason = read_reason(message.reason)
    if message.allowed is not (reason is Reason.ALLOWED):
        said = "allows" if message.allowed else "denies"
        raise UntrustedAnswerError(f"the answer {said} with reason {message.reason} ({reason})")
    if message.allowed and not message.rule_id:
        raise UntrustedAnswerError("the answer allows without a rule")
    if not message.decision_id:
        raise UntrustedAnswerError("the answer is empty or has no decision_id")
    # STALE says by itself that the facts are older than demanded.
    token = read_token(message.token, None if reason is Reason.STALE else at_least)
    return Decision(
        allowed=message.allowed,
        reason=reason,
        rule_id=message.rule_id,
        acting_as=message.acting_as,
        token=token,
        decision_id=message.decision_id,
    )


def read_decisions(
    messages: Sequence[decision_pb2.Decision], asked: int, at_least: Token | None = None
) -> tuple[Decision, ...]:
    """As many decisions as were asked for, in their order, all from one state."""
    if len(messages) != asked:
        raise UntrustedAnswerError(f"{asked} questions got {len(messages)} answers")
    decisions = tuple(read_decision(message, at_least) for message in messages)
    states = {decision.token for decision in decisions}
    if len(states) > 1:
        raise UntrustedAnswerError(f"one batch was answered from {len(states)} states")
    return decisions


def read_reason(number: int) -> Reason:
    """The reason of this number; UNSPECIFIED for one that this client does not know."""
    known = decision_pb2.Reason.DESCRIPTOR.values_by_number.get(number)
    if known is None or number == decision_pb2.REASON_UNSPECIFIED:
        return Reason.UNSPECIFIED
    return Reason(known.name.removeprefix(_PREFIX))


def read_token(message: decision_pb2.Token, at_least: Token | None = None) -> Token:
    """The token, which must name a policy and be no older than `at_least`."""
    if not message.policy_digest:
        raise UntrustedAnswerError("the answer does not name its policy")
    token = Token(message.policy_digest, message.revision)
    if at_least is not None and token.revision < at_least.revision:
        raise StaleAnswerError(
            f"the answer is of revision {token.revision}, older than {at_least.revision}"
        )
    return token


def perimeter_from(message: decision_pb2.Perimeter) -> Perimeter:
    return Perimeter(message.structure, message.service or None)


def _values(properties: Mapping[str, str]) -> dict[str, Value]:
    return {name: Value(string_value=_text(value)) for name, value in properties.items()}


def _text(value: object) -> str:
    if not isinstance(value, str):  # protobuf would take None for a value that is not there
        raise TypeError(f"a property is {value!r}: give every value as a text")
    return value
