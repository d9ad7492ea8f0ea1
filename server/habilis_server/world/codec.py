"""The JSON of one record: the same in the portable facts and in the journal."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from habilis import Perimeter
from habilis_server.world.errors import RecordError
from habilis_server.world.facts import (
    Account,
    AccountState,
    Approval,
    ApprovalObject,
    ApprovalState,
    Attachment,
    Detachment,
    Moa,
    Record,
    Service,
    Structure,
    StructureType,
)
from habilis_server.world.fields import ABSENT, FieldReader, suggestion, value_shown

__all__ = ["decode", "encode", "examine"]


def encode(record: Record) -> str:
    """`record` as one line of JSON: every key, in a fixed order, without spaces."""
    return json.dumps(_fields(record), ensure_ascii=False, separators=(",", ":"))


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


def _fields(record: Record) -> dict[str, object]:
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
