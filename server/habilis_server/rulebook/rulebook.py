"""The reviewed rules as frozen values: vocabulary, profiles, rules, and their digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from habilis_companion.reviewed.problems import Place

__all__ = [
    "IDENTIFIER",
    "LOOKED_UP",
    "MAX_CONDITIONS",
    "MAX_REQUIRED",
    "PERSONAL",
    "Access",
    "Action",
    "Application",
    "Attribute",
    "Condition",
    "Effect",
    "Operator",
    "Profile",
    "Readings",
    "ResourceType",
    "Role",
    "Rule",
    "Rulebook",
    "Source",
    "Vocabulary",
]

MAX_CONDITIONS: Final = 4
"""Attributes a rule may test: the model's policy line has that many columns for them."""

MAX_REQUIRED: Final = 2
"""Profiles a rule may require: the portal knows two levels, consultation and modification."""

IDENTIFIER: Final = "identifiant"
"""The type of a property or attribute that holds an account's id: an open set."""


LOOKED_UP: Final = frozenset({"structure", "service", "compte", "approbation"})
"""The types that the World keeps; every other is the caller's."""

PERSONAL: Final = frozenset({"compte", "approbation"})
"""The types that have an owner: an account is its own, a request is its author's."""


class Effect(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


class Role(StrEnum):
    """What a rule may ask of a person beside profiles."""

    PRINCIPAL_MANAGER = "principal_manager"
    SUPPORT = "support"
    SELF = "self"
    ANYONE = "anyone"


class Access(StrEnum):
    """Whether an action reads or writes; what is inactive may, by a reading, still be read."""

    CONSULTATION = "consultation"
    MODIFICATION = "modification"


class Operator(StrEnum):
    """How a condition tests its attribute."""

    AMONG = "among"
    PRESENT = "present"
    ABSENT = "absent"
    SAME_AS = "same_as"
    DIFFERS_FROM = "differs_from"


class Source(StrEnum):
    """Where an attribute's value comes from."""

    PROPERTY = "property"
    WORLD = "world"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`granted_by` empty: no attachment carries it, it is held `ex_officio` alone (Q1)."""

    id: str
    label: str
    default: bool
    granted_by: frozenset[str]
    ex_officio: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    id: str
    application: str
    label: str
    access: Access
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    id: str
    label: str
    domain: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """`looked_up`: parties and properties come from the World, never from the caller.

    `properties`: name to the closed set of its values; None is an open identifier.
    """

    id: str
    label: str
    looked_up: bool
    parties: frozenset[str]
    properties: Mapping[str, frozenset[str] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What a condition may test. `values` None: an open identifier.

    `field` is the property's name, or the World's field such as `structure.type`,
    read on the structure or service of `party`.
    """

    id: str
    resources: frozenset[str]
    source: Source
    field: str
    party: str | None
    values: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One row of a decision table. `values` serves AMONG; `other` SAME_AS and DIFFERS_FROM.

    `wording` is the row as an auditor reads it.
    """

    attribute: str
    operator: Operator
    values: frozenset[str] = frozenset()
    other: str | None = None
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reviewed rule; `resources` gives, for each action, the types on which it speaks."""

    id: str
    application: str
    label: str
    effect: Effect
    actions: tuple[str, ...]
    resources: Mapping[str, tuple[str, ...]]
    party: str | None
    without: str | None
    requires: tuple[str, ...]
    role: Role | None
    inactive: bool
    when: tuple[Condition, ...]
    because: str
    basis: tuple[str, ...]
    place: Place

    @property
    def acting_as(self) -> str:
        """The party acted for or, without one, the role; "" for a deny that names neither."""
        return self.party or (self.role or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The readings that are settings: each ambiguous point in one place (domain §2.16)."""

    structure_covers_services: bool
    on_inactive_structure: frozenset[Access]
    on_inactive_service: frozenset[Access]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    domains: Mapping[str, str]
    applications: Mapping[str, Application]
    actions: Mapping[str, Action]
    resources: Mapping[str, ResourceType]
    attributes: Mapping[str, Attribute]
    readings: Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The whole policy. Equal bytes give an equal `digest` (SHA-256, hexadecimal)."""

    digest: str
    vocabulary: Vocabulary
    profiles: Mapping[str, Profile]
    rules: tuple[Rule, ...]
    model: str
