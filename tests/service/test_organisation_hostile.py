"""Every text of every method, given what it should not hold: malformed, by its own name."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis.v1 import decision_pb2, organisation_pb2
from habilis_server.service.refusals import REFUSAL
from habilis_server.service.wire_organisation import COMMANDS
from habilis_server.service.wire_reads import QUERIES
from tests.service.hostile import MALFORMED

SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
PROSE: Final = {"comment", "reason", "description"}
# What a comment may be, and a name may not; an empty text is one that is not given.
PROSAIC: Final = {
    *("empty", "blank", "a newline", "one too long"),
    *("a space before", "a space after"),
}
OPTIONAL: Final = {
    *("RequestAttachment.identifier_type", "RequestAttachment.city", "CreateStructure.name"),
    *("CreateStructure.country", "CreateStructure.principal_manager"),
    "UpdateFromInsee.new_identifier",
    *(f"SearchStructures.{name}" for name in ("identifier", "identifier_type", "name", "city")),
    *("ListEntitlements.account", "ListApprovals.structure"),
}
METHODS: Final = (*COMMANDS, *QUERIES)


def whole(kind: Any) -> Message:
    """A message of this kind with something in every field."""
    message: Message = GetMessageClass(kind)()
    for field in kind.fields:
        match field.message_type, field.type:
            case None, FieldDescriptor.TYPE_STRING if field.is_repeated:
                getattr(message, field.name).append("x")
            case None, FieldDescriptor.TYPE_STRING:
                setattr(message, field.name, "x")
            case None, FieldDescriptor.TYPE_BOOL:
                setattr(message, field.name, True)
            case None, _:
                setattr(message, field.name, 1)
            case inner, _:
                getattr(message, field.name).CopyFrom(whole(inner))
    if kind.name == "Subject":
        message.CopyFrom(decision_pb2.Subject(type="user", id="x"))
    return message


def texts(message: Message, path: str = "") -> Iterator[tuple[str, Message, str]]:
    """The path of each text, the message that holds it, and its name there."""
    for field, value in message.ListFields():
        if field.type != FieldDescriptor.TYPE_STRING:
            if isinstance(value, Message):
                yield from texts(value, f"{path}{field.name}.")
        else:
            place = "[0]" if field.is_repeated else ""
            yield f"{path}{field.name}{place}", message, field.name


def replace_text(message: Message, path: str, text: str) -> None:
    [(holder, name)] = [(holder, name) for at, holder, name in texts(message) if at == path]
    if path.endswith("[0]"):
        getattr(holder, name)[0] = text
    else:
        setattr(holder, name, text)


def may_be(name: str, path: str, what: str) -> bool:
    """Whether this malformed text is well formed there."""
    last = path.rpartition(".")[2]
    if last in PROSE:
        return what in PROSAIC
    if what != "empty":
        return False
    if path in {"perimeter.service", "page_token", "consistency.at_least.policy_digest"}:
        return True
    return f"{name}.{path}" in OPTIONAL or path.startswith("fields.")


def rows() -> Iterator[tuple[str, str, str]]:
    for name in METHODS:
        for path, _, _ in texts(whole(SERVICE.methods_by_name[name].input_type)):
            for what in MALFORMED:
                if not may_be(name, path, what):
                    yield name, path, what


def told(channel: grpc.Channel, name: str, request: Message) -> tuple[str, str, bool]:
    """The status, its details, and whether a rule refused rather than the door."""
    method: Any = channel.unary_unary(
        f"/{SERVICE.full_name}/{name}", request_serializer=type(request).SerializeToString
    )
    try:
        method(request, timeout=20)
    except grpc.RpcError as error:
        failed: Any = error
        return failed.code().name, failed.details(), REFUSAL in dict(failed.trailing_metadata())
    return "OK", "", False


def test_no_malformed_text_reaches_a_rule(
    channel: grpc.Channel, figure: Callable[[str], None]
) -> None:
    count = 0
    for name, path, what in rows():
        request = whole(SERVICE.methods_by_name[name].input_type)
        if path.startswith("wanted."):
            request.ClearField("perimeter")
        replace_text(request, path, MALFORMED[what])
        status, details, by_rule = told(channel, name, request)
        count += 1
        assert (status, by_rule) == ("INVALID_ARGUMENT", False), (name, path, what)
        assert details.startswith(f"`{path}`"), (name, path, what, details)
    figure(f"{count} malformed texts in {len(METHODS)} methods, 0 taken")


@pytest.mark.parametrize("name", METHODS)
def test_who_acts_is_said(channel: grpc.Channel, name: str) -> None:
    request = whole(SERVICE.methods_by_name[name].input_type)
    request.ClearField("subject")

    assert told(channel, name, request)[:1] == ("INVALID_ARGUMENT",)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, field.name)
        for name in METHODS
        for field in SERVICE.methods_by_name[name].input_type.fields
        if field.name in {"perimeter", "fields"} and name != "RequestAccount"
    ],
)
def test_what_a_command_is_about_is_said(channel: grpc.Channel, name: str, field: str) -> None:
    request = whole(SERVICE.methods_by_name[name].input_type)
    request.ClearField(field)
    status, details, by_rule = told(channel, name, request)

    assert (status, by_rule) == ("INVALID_ARGUMENT", False)
    assert details.startswith(f"`{field}` is missing")


BENDS: Final[dict[str, tuple[str, str, Callable[[Any], object]]]] = {
    "no type": ("CreateStructure", "type", lambda asked: setattr(asked, "type", 0)),
    "an unknown type": ("CreateStructure", "type", lambda asked: setattr(asked, "type", 7)),
    "a negative type": (
        "RequestAttachment",
        "structure_type",
        lambda asked: setattr(asked, "structure_type", -1),
    ),
    "no part in works": (
        "ModifyStructure",
        "fields.moa",
        lambda asked: setattr(asked.fields, "moa", 0),
    ),
    "too many profiles": (
        "AddEntitlements",
        "profiles",
        lambda asked: asked.profiles.extend(f"p{number}" for number in range(64)),
    ),
    "too many requests": (
        "ApproveMany",
        "approvals",
        lambda asked: asked.approvals.extend(f"a{number}" for number in range(100)),
    ),
    "a name of a request too long": (
        "Approve",
        "request_id",
        lambda asked: setattr(asked, "request_id", "r" * 129),
    ),
    "a subject that is no user": (
        "Approve",
        "subject.type",
        lambda asked: setattr(asked.subject, "type", "service"),
    ),
}


@pytest.mark.parametrize("what", BENDS)
def test_what_is_none_of_the_known_or_too_much_is_refused(channel: grpc.Channel, what: str) -> None:
    name, path, bend = BENDS[what]
    request = whole(SERVICE.methods_by_name[name].input_type)
    bend(request)
    status, details, by_rule = told(channel, name, request)

    assert (status, by_rule) == ("INVALID_ARGUMENT", False)
    assert details.startswith(f"`{path}` ")
