"""Between the messages of `habilis.v1` and the server's words; a malformed question stops here.

Nothing is mended: a text that hides something, or a value of the wrong kind,
is refused with the field that holds it. What is well formed but unknown goes
on, and is answered with a denial.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from google.protobuf.struct_pb2 import Value
from google.protobuf.timestamp_pb2 import Timestamp

from habilis import Decision, Perimeter, Question, Resource, Token
from habilis.texts import flaw, shown
from habilis.v1 import access_pb2, decision_pb2
from habilis.wire import decision_message
from habilis_companion.errors import InvalidRequestError
from habilis_server.service.context import context_from
from habilis_server.service.limits import MAX_PARTIES, MAX_PROPERTIES

__all__ = [
    "action_from",
    "at_least_from",
    "moment_from",
    "named_decision",
    "perimeter_from",
    "perimeter_message",
    "question_from",
    "resource_from",
    "subject_from",
    "text_from",
    "token_message",
]

_USER: Final = "user"

_Subjective = (
    decision_pb2.Question
    | access_pb2.ListActionsRequest
    | access_pb2.ListPerimetersRequest
    | access_pb2.EnumeratePermissionsRequest
)
_Active = (
    decision_pb2.Question
    | access_pb2.ListPerimetersRequest
    | access_pb2.EnumeratePermissionsRequest
)
_Momentary = _Subjective


def question_from(message: decision_pb2.Question) -> Question:
    """The question that the message asks; raises InvalidRequestError naming the field."""
    return Question(
        subject=subject_from(message),
        action=action_from(message),
        resource=resource_from(message),
        at=moment_from(message),
        context=context_from(message.context) if message.HasField("context") else {},
    )


def subject_from(message: _Subjective) -> str:
    if not message.HasField("subject"):
        raise InvalidRequestError("subject", "is missing; say who wants to act")
    kind = text_from("subject.type", message.subject.type)
    if kind != _USER:
        raise InvalidRequestError("subject.type", f"is {shown(kind)}; `{_USER}` is the only type")
    return text_from("subject.id", message.subject.id)


def action_from(message: _Active) -> str:
    if not message.HasField("action"):
        raise InvalidRequestError("action", "is missing; say what is to be done")
    return text_from("action.name", message.action.name)


def resource_from(message: decision_pb2.Question | access_pb2.ListActionsRequest) -> Resource:
    if not message.HasField("resource"):
        raise InvalidRequestError("resource", "is missing; say what is acted on")
    resource = message.resource
    return Resource(
        type=text_from("resource.type", resource.type),
        id=text_from("resource.id", resource.id),
        parties=_parties_from(resource),
        properties=_properties_from(resource),
    )


def perimeter_from(message: decision_pb2.Perimeter) -> Perimeter:
    structure = text_from("structure", message.structure)
    if not message.service:
        return Perimeter(structure)
    return Perimeter(structure, text_from("service", message.service))


def moment_from(message: _Momentary) -> datetime | None:
    """The moment asked about, in UTC; None for now."""
    if not message.HasField("at"):
        return None
    return _utc(message.at)


def at_least_from(consistency: decision_pb2.Consistency) -> Token | None:
    """The token that the answer must not be older than; None: none."""
    if not consistency.HasField("at_least"):
        return None
    token = consistency.at_least
    if token.policy_digest:
        text_from("consistency.at_least.policy_digest", token.policy_digest)
    return Token(token.policy_digest, token.revision)


def text_from(path: str, text: str) -> str:
    """The text, if it may name something."""
    found = flaw(text)
    if found is not None:
        raise InvalidRequestError(path, found)
    return text


def named_decision(decision: Decision) -> decision_pb2.Decision:
    """The decision under a name of its own, that no other decision ever bears."""
    message = decision_message(decision)
    message.decision_id = uuid4().hex
    return message


def token_message(token: Token) -> decision_pb2.Token:
    return decision_pb2.Token(policy_digest=token.policy_digest, revision=token.revision)


def perimeter_message(perimeter: Perimeter | None) -> decision_pb2.Perimeter | None:
    if perimeter is None:
        return None
    return decision_pb2.Perimeter(structure=perimeter.structure, service=perimeter.service or "")


def _parties_from(resource: decision_pb2.Resource) -> Mapping[str, Perimeter]:
    _at_most(MAX_PARTIES, len(resource.parties), "resource.parties")
    parties: dict[str, Perimeter] = {}
    for name, place in resource.parties.items():
        try:
            parties[text_from("", name)] = perimeter_from(place)
        except InvalidRequestError as error:
            raise error.within(f"resource.parties[{shown(name)}]") from error
    return parties


def _properties_from(resource: decision_pb2.Resource) -> Mapping[str, str]:
    _at_most(MAX_PROPERTIES, len(resource.properties), "resource.properties")
    properties: dict[str, str] = {}
    for name, value in resource.properties.items():
        try:
            properties[text_from("", name)] = _property_from(value)
        except InvalidRequestError as error:
            raise error.within(f"resource.properties[{shown(name)}]") from error
    return properties


def _property_from(value: Value) -> str:
    if value.WhichOneof("kind") != "string_value":
        raise InvalidRequestError("", "is not a text; send every value as a string")
    return text_from("", value.string_value)


def _at_most(most: int, count: int, path: str) -> None:
    if count > most:
        raise InvalidRequestError(path, f"has {count} entries; at most {most} are taken")


def _utc(moment: Timestamp) -> datetime:
    try:
        return moment.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidRequestError("at", "is no moment of the years 1 to 9999") from error
