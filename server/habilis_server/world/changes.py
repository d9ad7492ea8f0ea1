"""The changes of the facts: each touches only what it names, and leaves the rest as it is.

So two changes of different fields of one thing may take effect in either order.
A change of something that is not there changes nothing. Changes are records of
the journal, and never lines of the portable facts, which tell what came of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from habilis import Perimeter

__all__ = [
    "AccountChange",
    "Detachment",
    "EntitlementChange",
    "Scalar",
    "ServiceChange",
    "ServiceRemoval",
    "StructureChange",
    "StructureRenaming",
]

Scalar = str | bool | None
"""What a field may be set to: the JSON value that the thing's own line would have there.

"" and None empty a field that may be empty.
"""

_NO_PROFILES: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detachment:
    """The end of an attachment, and of every right it carried (R30)."""

    account: str
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureChange:
    """Sets `fields` of the structure `id`, each named as in the structure's line."""

    id: str
    fields: Mapping[str, Scalar] = field(hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureRenaming:
    """INSEE gave the structure another identifier (R70): all that stands under it follows.

    Services, attachments and approvals do. Nothing happens if `new_id` already
    names a structure.
    """

    id: str
    new_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChange:
    """Sets `fields` of the service at `perimeter`, each named as in the service's line."""

    perimeter: Perimeter
    fields: Mapping[str, Scalar] = field(hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRemoval:
    """The end of a service, and of every attachment to it alone."""

    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """Sets `fields` of the account `id`: `email`, `state`. Who is support is never changed so."""

    id: str
    fields: Mapping[str, Scalar] = field(hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementChange:
    """Adds and removes profiles of the attachment of `account` at `perimeter`, if there is one.

    Afterwards what is `added` is held and what is `removed` is not, whatever was
    before. A profile both added and removed is removed.
    """

    account: str
    perimeter: Perimeter
    added: frozenset[str] = _NO_PROFILES
    removed: frozenset[str] = _NO_PROFILES
