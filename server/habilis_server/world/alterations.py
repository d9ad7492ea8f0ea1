"""What a change makes of the thing it changes. Pure: the former thing stays as it was."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from sys import intern
from typing import Any, Final

from habilis.organisation import AccountState, Address, Moa, StructureDetails, StructureType
from habilis_server.world.changes import EntitlementChange, Scalar
from habilis_server.world.facts import Account, Attachment, Service, Structure

__all__ = ["account_after", "attachment_after", "service_after", "structure_after"]

_ADDRESS: Final = frozenset(each.name for each in fields(Address))
_DETAILS: Final = frozenset(each.name for each in fields(StructureDetails))
_NAMES: Final[Mapping[str, Callable[[str], str]]] = {
    "moa": Moa,
    "type": StructureType,
    "state": AccountState,
    "principal_manager": intern,
}
"""The fields whose text is kept as something else than it came."""


def structure_after(structure: Structure, changed: Mapping[str, Scalar]) -> Structure:
    own: dict[str, Any] = {}
    details: dict[str, Any] = {}
    address: dict[str, Any] = {}
    for name, value in _kept(changed).items():
        part = address if name in _ADDRESS else details if name in _DETAILS else own
        part[name] = value
    if address or details:
        known = structure.details or StructureDetails()
        if address:
            details["address"] = replace(known.address or Address(), **address)
        own["details"] = replace(known, **details)
    return replace(structure, **own)


def service_after(service: Service, changed: Mapping[str, Scalar]) -> Service:
    return replace(service, **_kept(changed))


def account_after(account: Account, changed: Mapping[str, Scalar]) -> Account:
    return replace(account, **_kept(changed))


def attachment_after(attachment: Attachment, change: EntitlementChange) -> Attachment:
    """The attachment that holds what was added and lacks what was removed.

    Beside the default set, both become exceptions, whether or not the set has
    them: what was decided by name holds by name, even if the set changes. A
    list takes them in, as an attachment always does. To apply the same change
    again changes nothing.
    """
    added = change.added - change.removed
    return replace(
        attachment,
        also=(attachment.also | added) - change.removed,
        but=(attachment.but - added) | change.removed,
    )


def _kept(changed: Mapping[str, Scalar]) -> dict[str, Any]:
    return {
        name: _NAMES[name](value) if name in _NAMES and isinstance(value, str) else value
        for name, value in changed.items()
    }
