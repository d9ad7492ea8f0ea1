"""From rules to Casbin policy lines: one line for each action and type of a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from habilis_server.engine import words
from habilis_server.rulebook.rulebook import (
    MAX_CONDITIONS,
    MAX_REQUIRED,
    PERSONAL,
    Access,
    Action,
    Attribute,
    Condition,
    Effect,
    Operator,
    Role,
    Rule,
    Rulebook,
)

__all__ = ["COLUMNS", "SELF", "SLOTS", "Line", "Slot", "lines_of", "slot_of", "slots_of"]

SELF: Final = "self"
"""The condition key of role `self`: whether the object is the person's own."""

SLOTS: Final = 1 + MAX_CONDITIONS  # one for role `self`


@dataclass(frozen=True, slots=True)
class Slot:
    """A condition as the model knows it: the key of a value, and the set it must be in."""

    key: str
    allowed: frozenset[str]


_EMPTY: Final = Slot(words.ALWAYS, frozenset({words.YES}))


COLUMNS: Final = (
    *("rule", "act", "type", "party", "without", "structure", "member", "scope", "service"),
    *("read", "write", "role"),
    *(f"{column}{slot}" for slot in range(1, SLOTS + 1) for column in ("if", "in")),
    "eft",
)
"""The columns of a policy line, as the model's `p` declares them."""

Line = Mapping[str, str]
"""A policy line by column, in the order of `COLUMNS`."""


def lines_of(rulebook: Rulebook) -> Iterator[Line]:
    """Every line of the policy, in rule order."""
    vocabulary = rulebook.vocabulary
    for rule in rulebook.rules:
        slots = slots_of(rule, rulebook)
        for action, resources in rule.resources.items():
            for resource in resources:
                yield _line(rule, vocabulary.actions[action], resource, slots, rulebook)


def _line(
    rule: Rule, action: Action, resource: str, slots: tuple[Slot, ...], rulebook: Rulebook
) -> Line:
    readings = rulebook.vocabulary.readings
    on_structure = _stands(rule, action.access, readings.on_inactive_structure)
    on_service = _stands(rule, action.access, readings.on_inactive_service)
    profiles = [words.profile_word(profile) for profile in rule.requires]
    read, write = (*profiles, words.ANYONE, words.ANYONE)[:MAX_REQUIRED]
    own = (*_own(slots, resource), *(_EMPTY,) * SLOTS)[:SLOTS]
    conditions = [cell for slot in own for cell in (slot.key, words.set_word(slot.allowed))]
    cells = [
        *(rule.id, action.id, resource),
        *(rule.party or words.ANYWHERE, rule.without or words.NOBODY),
        words.STRUCTURE_ANY if on_structure else words.STRUCTURE_ACTIVE,
        *((words.ANYONE,) * 2 if rule.party is None else (words.MEMBER, words.COVERED)),
        words.SERVICE_ANY if on_service else words.SERVICE_ACTIVE,
        *(read, write, _role_word(rule.role)),
        *conditions,
        rule.effect.value,
    ]
    return dict(zip(COLUMNS, cells, strict=True))


def _stands(rule: Rule, access: Access, on_inactive: frozenset[Access]) -> bool:
    """Whether the rule also speaks where the structure or service is inactive."""
    return rule.party is None or rule.inactive or access in on_inactive


def _role_word(role: Role | None) -> str:
    match role:
        case Role.PRINCIPAL_MANAGER:
            return words.PRINCIPAL_MANAGER
        case Role.SUPPORT:
            return words.SUPPORT
        case Role.SELF | Role.ANYONE | None:
            return words.ANYONE


def _own(slots: tuple[Slot, ...], resource: str) -> Iterator[Slot]:
    """The slots that hold on this type: only what belongs to a person can be one's own."""
    return (slot for slot in slots if slot.key != SELF or resource in PERSONAL)


def slots_of(rule: Rule, rulebook: Rulebook) -> tuple[Slot, ...]:
    """The rule's conditions, role `self` first.

    In a deny rule an absent value is in every set: doubt is a no. `present`
    keeps its plain meaning.
    """
    slots = [
        slot_of(row, rulebook.vocabulary.attributes[row.attribute], rule.effect)
        for row in rule.when
    ]
    if rule.role is Role.SELF:
        slots.insert(0, Slot(SELF, _doubt(frozenset({words.SAME}), rule.effect)))
    return tuple(slots)


def slot_of(row: Condition, attribute: Attribute, effect: Effect) -> Slot:
    match row.operator:
        case Operator.AMONG:
            return Slot(row.attribute, _doubt(row.values, effect))
        case Operator.PRESENT:
            values = attribute.values or frozenset({words.GIVEN})
            return Slot(_presence_key(attribute), values)
        case Operator.ABSENT:
            return Slot(_presence_key(attribute), frozenset({words.ABSENT}))
        case Operator.SAME_AS:
            return Slot(_relation_key(row), _doubt(frozenset({words.SAME}), effect))
        case Operator.DIFFERS_FROM:
            return Slot(_relation_key(row), _doubt(frozenset({words.DIFFERS}), effect))


def _doubt(values: frozenset[str], effect: Effect) -> frozenset[str]:
    return values | {words.ABSENT} if effect is Effect.DENY else values


def _presence_key(attribute: Attribute) -> str:
    return attribute.id if attribute.values is not None else f"{attribute.id}?"


def _relation_key(row: Condition) -> str:
    return f"{row.attribute}~{row.other}"
