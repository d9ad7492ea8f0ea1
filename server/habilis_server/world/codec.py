"""The JSON of one record: the same in the portable facts and in the journal."""

import json
from collections.abc import Callable, Mapping
from sys import intern
from typing import Any, Final

from habilis import Perimeter
from habilis_server.world.changes import Detachment
from habilis_server.world.errors import RecordError
from habilis_server.world.facts import (
    DEFAULT_PROFILES,
    Account,
    AccountState,
    Approval,
    ApprovalObject,
    ApprovalState,
    Attachment,
    Moa,
    Record,
    Service,
    Structure,
    StructureType,
)
from habilis_server.world.fields import (
    ABSENT,
    FieldReader,
    shared_profiles,
    suggestion,
    value_shown,
)
from habilis_server.world.identifiers import shown

__all__ = ["as_fields", "decode", "encode", "examine", "recall"]

_write: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(record: Record) -> str:
    """`record` as one line of JSON: every key, in a fixed order, without spaces."""
    return _write(as_fields(record))


def recall(text: str) -> Record:
    """The record of a line that `encode` wrote.

    Quick, and without asking again whether its texts may be taken: what was
    once recorded stays readable, even if a later rule would refuse it.

    Raises RecordError if `text` is no such line.
    """
    try:
        fields: dict[str, Any] = json.loads(text)
        return _RECALLED[fields["kind"]](fields)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise RecordError([f"not a record: {shown(text)}"]) from error


def decode(fields: Mapping[str, object]) -> Record:
    """The record that a JSON object describes.

    Raises RecordError with every problem of the object: its kind, its keys, its
    values. What the record refers to is not looked up.
    """
    record, problems = examine(fields)
    if record is None or problems:
        raise RecordError(problems)
    return record


def examine(fields: Mapping[str, object]) -> tuple[Record | None, list[str]]:
    """The record that a JSON object describes, as far as it can be read, and its problems.

    A key at fault reads as an empty text or as its first possible value. None:
    not even the kind can be read.
    """
    kind = fields.get("kind", ABSENT)
    if kind is ABSENT:
        return None, ["missing key `kind`"]
    if not isinstance(kind, str) or kind not in _READERS:
        return None, [f"unknown kind {value_shown(kind)}{suggestion(kind, _READERS)}"]
    reader = FieldReader(kind, fields)
    record = _READERS[kind](reader)
    reader.refuse_the_rest()
    return record, reader.problems


def _approval(read: FieldReader) -> Approval:
    approval = Approval(
        id=read.text("id"),
        object=read.one_of("object", ApprovalObject),
        requester=read.text("requester"),
        perimeter=read.perimeter_or_none(),
        state=read.one_of("state", ApprovalState),
    )
    if approval.perimeter is None and approval.object is not ApprovalObject.ACCOUNT:
        read.problems.append(f"an approval of {approval.object} needs its `structure`")
    return approval


_READERS: Final[Mapping[str, Callable[[FieldReader], Record]]] = {
    "structure": lambda read: Structure(
        id=read.structure("id"),
        identifier_type=read.identifier_type("identifier_type"),
        type=read.one_of("type", StructureType),
        name=read.text("name"),
        active=read.flag("active"),
        moa=read.one_of("moa", Moa, absent=Moa.NONE),
        principal_manager=read.text_or_none("principal_manager"),
    ),
    "service": lambda read: Service(
        structure=read.structure("structure"),
        code=read.text("code"),
        name=read.text("name"),
        active=read.flag("active"),
    ),
    "account": lambda read: Account(
        id=read.text("id"),
        email=read.email("email"),
        state=read.one_of("state", AccountState),
        support=read.flag("support", absent=False),
    ),
    "attachment": lambda read: Attachment(
        account=read.text("account"),
        perimeter=read.perimeter(),
        profiles=read.profiles("profiles"),
        legacy_secondary_manager=read.flag("legacy_secondary_manager", absent=False),
    ),
    "detachment": lambda read: Detachment(account=read.text("account"), perimeter=read.perimeter()),
    "approval": _approval,
}


_RECALLED: Final[Mapping[str, Callable[[dict[str, Any]], Record]]] = {
    "structure": lambda of: Structure(
        id=intern(of["id"]),
        identifier_type=intern(of["identifier_type"]),
        type=StructureType(of["type"]),
        name=of["name"],
        active=of["active"],
        moa=Moa(of["moa"]),
        principal_manager=of["principal_manager"] and intern(of["principal_manager"]),
    ),
    "service": lambda of: Service(
        structure=intern(of["structure"]),
        code=intern(of["code"]),
        name=of["name"],
        active=of["active"],
    ),
    "account": lambda of: Account(
        id=intern(of["id"]),
        email=of["email"],
        state=AccountState(of["state"]),
        support=of["support"],
    ),
    "attachment": lambda of: Attachment(
        account=intern(of["account"]),
        perimeter=_recalled_place(of),
        profiles=_recalled_profiles(of["profiles"]),
        legacy_secondary_manager=of["legacy_secondary_manager"],
    ),
    "detachment": lambda of: Detachment(
        account=intern(of["account"]), perimeter=_recalled_place(of)
    ),
    "approval": lambda of: Approval(
        id=intern(of["id"]),
        object=ApprovalObject(of["object"]),
        requester=intern(of["requester"]),
        perimeter=None if of["structure"] is None else _recalled_place(of),
        state=ApprovalState(of["state"]),
    ),
}


def _recalled_place(of: dict[str, Any]) -> Perimeter:
    service = of["service"]
    return Perimeter(intern(of["structure"]), service if service is None else intern(service))


def _recalled_profiles(profiles: list[str] | str) -> frozenset[str] | str:
    if profiles == DEFAULT_PROFILES:
        return DEFAULT_PROFILES
    return shared_profiles(tuple(profiles))


def as_fields(record: Record) -> dict[str, object]:
    """`record` as the object that `encode` writes and `decode` reads."""
    match record:
        case Structure():
            return {
                "kind": "structure",
                "id": record.id,
                "identifier_type": record.identifier_type,
                "type": record.type,
                "name": record.name,
                "active": record.active,
                "moa": record.moa,
                "principal_manager": record.principal_manager,
            }
        case Service():
            return {
                "kind": "service",
                "structure": record.structure,
                "code": record.code,
                "name": record.name,
                "active": record.active,
            }
        case Account():
            return {
                "kind": "account",
                "id": record.id,
                "email": record.email,
                "state": record.state,
                "support": record.support,
            }
        case Attachment():
            listed = record.profiles
            return {
                "kind": "attachment",
                "account": record.account,
                **_place(record.perimeter),
                "profiles": listed if isinstance(listed, str) else sorted(listed),
                "legacy_secondary_manager": record.legacy_secondary_manager,
            }
        case Detachment():
            return {
                "kind": "detachment",
                "account": record.account,
                **_place(record.perimeter),
            }
        case Approval():
            return {
                "kind": "approval",
                "id": record.id,
                "object": record.object,
                "requester": record.requester,
                **_place(record.perimeter),
                "state": record.state,
            }


def _place(perimeter: Perimeter | None) -> dict[str, str | None]:
    structure, service = (None, None) if perimeter is None else perimeter
    return {"structure": structure, "service": service}
