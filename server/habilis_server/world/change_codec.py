"""The JSON of one change: what the codec knows of the records that are no facts."""

from collections.abc import Callable, Iterable, Mapping
from sys import intern
from typing import Any, Final

from habilis import Perimeter
from habilis.organisation import AccountState, Moa, StructureType
from habilis.texts import shown
from habilis_server.world.changes import (
    AccountChange,
    Detachment,
    EntitlementChange,
    Scalar,
    ServiceChange,
    ServiceRemoval,
    StructureChange,
    StructureRenaming,
)
from habilis_server.world.details import ADDRESS, FLAGS, TEXTS
from habilis_server.world.fields import FieldReader, shared_profiles
from habilis_server.world.keys import place_shown, recalled_place

__all__ = [
    "ACCOUNT_FIELDS",
    "CHANGES_READ",
    "CHANGES_RECALLED",
    "SERVICE_FIELDS",
    "STRUCTURE_FIELDS",
    "AnyChange",
    "change_shown",
]

AnyChange = (
    Detachment
    | StructureChange
    | StructureRenaming
    | ServiceChange
    | ServiceRemoval
    | AccountChange
    | EntitlementChange
)

_Checks = Mapping[str, Callable[[FieldReader, str], object]]

STRUCTURE_FIELDS: Final[_Checks] = {
    "identifier_type": FieldReader.identifier_type,
    "type": lambda read, key: read.one_of(key, StructureType),
    "name": FieldReader.text,
    "active": FieldReader.flag,
    "moa": lambda read, key: read.one_of(key, Moa),
    "principal_manager": FieldReader.text_or_none,
    "email": FieldReader.email_or_empty,
    **dict.fromkeys((*TEXTS, *ADDRESS), FieldReader.text_or_empty),
    **dict.fromkeys(FLAGS, FieldReader.flag),
}
"""Each field that a StructureChange may name, and how its value is checked."""

SERVICE_FIELDS: Final[_Checks] = {
    "name": FieldReader.text,
    "active": FieldReader.flag,
    "description": FieldReader.prose,
    "commitment_required": FieldReader.flag,
}

ACCOUNT_FIELDS: Final[_Checks] = {
    "email": FieldReader.email,
    "state": lambda read, key: read.one_of(key, AccountState),
}


def _fields(read: FieldReader, checks: _Checks) -> dict[str, Scalar]:
    known = len(read.problems)
    inner = read.inner("fields")
    if inner is None or not inner.names():
        if len(read.problems) == known:
            read.problems.append("`fields` names nothing to change")
        return {}
    values: dict[str, Scalar] = {}
    for key in inner.names():
        if key in checks:
            checks[key](inner, key)
            value = inner.raw(key)
            values[key] = value if isinstance(value, str | bool) else None
    read.close(inner, checks)
    return values


def _renaming(read: FieldReader) -> StructureRenaming:
    renaming = StructureRenaming(id=read.structure("id"), new_id=read.structure("new_id"))
    if renaming.id == renaming.new_id:
        read.problems.append(f"`new_id` {shown(renaming.new_id)} is the identifier it replaces")
    return renaming


def _service(read: FieldReader) -> Perimeter:
    return Perimeter(read.structure("structure"), read.text("service"))


def _entitlements(read: FieldReader) -> EntitlementChange:
    known = len(read.problems)
    added, removed = read.some_profiles("added"), read.some_profiles("removed")
    if not added and not removed and len(read.problems) == known:
        read.problems.append("neither `added` nor `removed` names a profile")
    for profile in sorted({*added} & {*removed}):
        read.problems.append(f"profile {shown(profile)} is both added and removed")
    return EntitlementChange(
        account=read.text("account"),
        perimeter=read.perimeter(),
        added=_shared(added),
        removed=_shared(removed),
    )


CHANGES_READ: Final[Mapping[str, Callable[[FieldReader], AnyChange]]] = {
    "detachment": lambda read: Detachment(account=read.text("account"), perimeter=read.perimeter()),
    "structure_change": lambda read: StructureChange(
        id=read.structure("id"), fields=_fields(read, STRUCTURE_FIELDS)
    ),
    "structure_renaming": _renaming,
    "service_change": lambda read: ServiceChange(
        perimeter=_service(read), fields=_fields(read, SERVICE_FIELDS)
    ),
    "service_removal": lambda read: ServiceRemoval(perimeter=_service(read)),
    "account_change": lambda read: AccountChange(
        id=read.text("id"), fields=_fields(read, ACCOUNT_FIELDS)
    ),
    "entitlement_change": _entitlements,
}

CHANGES_RECALLED: Final[Mapping[str, Callable[[dict[str, Any]], AnyChange]]] = {
    "detachment": lambda of: Detachment(
        account=intern(of["account"]), perimeter=recalled_place(of)
    ),
    "structure_change": lambda of: StructureChange(id=intern(of["id"]), fields=of["fields"]),
    "structure_renaming": lambda of: StructureRenaming(
        id=intern(of["id"]), new_id=intern(of["new_id"])
    ),
    "service_change": lambda of: ServiceChange(perimeter=recalled_place(of), fields=of["fields"]),
    "service_removal": lambda of: ServiceRemoval(perimeter=recalled_place(of)),
    "account_change": lambda of: AccountChange(id=intern(of["id"]), fields=of["fields"]),
    "entitlement_change": lambda of: EntitlementChange(
        account=intern(of["account"]),
        perimeter=recalled_place(of),
        added=_shared(of["added"]),
        removed=_shared(of["removed"]),
    ),
}


def change_shown(change: AnyChange) -> dict[str, object]:
    """`change` as the object that is written for it."""
    match change:
        case Detachment():
            return {
                "kind": "detachment",
                "account": change.account,
                **place_shown(change.perimeter),
            }
        case StructureChange():
            return {"kind": "structure_change", "id": change.id, "fields": _shown(change.fields)}
        case StructureRenaming():
            return {"kind": "structure_renaming", "id": change.id, "new_id": change.new_id}
        case ServiceChange():
            return {
                "kind": "service_change",
                **place_shown(change.perimeter),
                "fields": _shown(change.fields),
            }
        case ServiceRemoval():
            return {"kind": "service_removal", **place_shown(change.perimeter)}
        case AccountChange():
            return {"kind": "account_change", "id": change.id, "fields": _shown(change.fields)}
        case EntitlementChange():
            return {
                "kind": "entitlement_change",
                "account": change.account,
                **place_shown(change.perimeter),
                "added": sorted(change.added),
                "removed": sorted(change.removed),
            }


def _shown(fields: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {key: fields[key] for key in sorted(fields)}


def _shared(profiles: Iterable[str]) -> frozenset[str]:
    return shared_profiles(tuple(sorted(map(intern, profiles))))
