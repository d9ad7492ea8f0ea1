"""The JSON of one record: the same in the portable facts and in the journal."""

import json
from collections.abc import Callable, Mapping
from sys import intern
from typing import Any, Final

from habilis.organisation import AccountState, Moa, StructureType
from habilis.texts import shown
from habilis_server.world.approval_codec import (
    approval_shown,
    read_approval,
    recall_approval,
)
from habilis_server.world.change_codec import (
    CHANGES_READ,
    CHANGES_RECALLED,
    change_shown,
)
from habilis_server.world.details import details_shown, read_details, recall_details
from habilis_server.world.errors import RecordError
from habilis_server.world.facts import (
    DEFAULT_PROFILES,
    Account,
    Approval,
    Attachment,
    Record,
    Service,
    Structure,
)
from habilis_server.world.fields import (
    ABSENT,
    FieldReader,
    shared_profiles,
    suggestion,
    value_shown,
)
from habilis_server.world.keys import place_shown, recalled_place, said

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


_READERS: Final[Mapping[str, Callable[[FieldReader], Record]]] = {
    "structure": lambda read: Structure(
        id=read.structure("id"),
        identifier_type=read.identifier_type("identifier_type"),
        type=read.one_of("type", StructureType),
        name=read.text("name"),
        active=read.flag("active"),
        moa=read.one_of("moa", Moa, absent=Moa.NONE),
        principal_manager=read.text_or_none("principal_manager"),
        details=read_details(read),
    ),
    "service": lambda read: Service(
        structure=read.structure("structure"),
        code=read.text("code"),
        name=read.text("name"),
        active=read.flag("active"),
        description=read.prose("description"),
        commitment_required=read.flag("commitment_required", absent=False),
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
        also=shared_profiles(read.some_profiles("also")),
        but=shared_profiles(read.some_profiles("but")),
    ),
    "approval": read_approval,
    **CHANGES_READ,
}


_STRUCTURE_KEYS: Final = 8
"""The keys that every structure's line has."""

_RECALLED: Final[Mapping[str, Callable[[dict[str, Any]], Record]]] = {
    "structure": lambda of: Structure(
        id=intern(of["id"]),
        identifier_type=intern(of["identifier_type"]),
        type=StructureType(of["type"]),
        name=of["name"],
        active=of["active"],
        moa=Moa(of["moa"]),
        principal_manager=of["principal_manager"] and intern(of["principal_manager"]),
        details=recall_details(of) if len(of) > _STRUCTURE_KEYS else None,
    ),
    "service": lambda of: Service(
        structure=intern(of["structure"]),
        code=intern(of["code"]),
        name=of["name"],
        active=of["active"],
        description=of.get("description", ""),
        commitment_required=of.get("commitment_required", False),
    ),
    "account": lambda of: Account(
        id=intern(of["id"]),
        email=of["email"],
        state=AccountState(of["state"]),
        support=of["support"],
    ),
    "attachment": lambda of: Attachment(
        account=intern(of["account"]),
        perimeter=recalled_place(of),
        profiles=_recalled_profiles(of["profiles"]),
        legacy_secondary_manager=of["legacy_secondary_manager"],
        also=shared_profiles(tuple(of.get("also", ()))),
        but=shared_profiles(tuple(of.get("but", ()))),
    ),
    "approval": recall_approval,
    **CHANGES_RECALLED,
}


def _recalled_profiles(profiles: list[str] | str) -> frozenset[str] | str:
    if profiles == DEFAULT_PROFILES:
        return DEFAULT_PROFILES
    return shared_profiles(tuple(profiles))


def as_fields(record: Record) -> dict[str, object]:
    """`record` as the object that `encode` writes and `decode` reads.

    A key that came later than the others is there where it says something.
    """
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
                **dict(details_shown(record.details)),
            }
        case Service():
            return {
                "kind": "service",
                "structure": record.structure,
                "code": record.code,
                "name": record.name,
                "active": record.active,
                **said(
                    description=record.description, commitment_required=record.commitment_required
                ),
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
                **place_shown(record.perimeter),
                "profiles": listed if isinstance(listed, str) else sorted(listed),
                "legacy_secondary_manager": record.legacy_secondary_manager,
                **said(also=sorted(record.also), but=sorted(record.but)),
            }
        case Approval():
            return approval_shown(record)
        case _:
            return change_shown(record)
