"""What is to be judged for one action on one type, laid out for the speed of the judging.

Lines that ask the same of the person are judged together: what he holds is
compared once, and a table by the value of one property leads to the few lines
whose other conditions are worth testing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from habilis_server.engine import words
from habilis_server.engine.keys import KeyReader
from habilis_server.rulebook import Effect, Rule
from habilis_server.rulebook.rulebook import ResourceType

__all__ = ["CompiledLine", "Condition", "Group", "LateCondition", "OrderedLine", "Plan"]

_NO_PROPERTY: Final = ""

Condition = tuple[str, frozenset[str]]
"""A property of the object, and the set its value must be in."""

LateCondition = tuple[str, KeyReader, frozenset[str]]
"""The same for what must be looked up or compared: its key, what reads it, the set."""


class CompiledLine(NamedTuple):
    """A policy line, evaluated as far as it goes without a question.

    `party` None: the line names none. `need`: the bits that must be held.
    `late` conditions are judged after the plain ones, which cost less.
    """

    party: str | None
    without: str | None
    need: int
    conditions: tuple[Condition, ...]
    late: tuple[LateCondition, ...]
    rule: Rule


class OrderedLine(NamedTuple):
    """What is left of a line within its group; `order` is its place in the plan."""

    order: int
    conditions: tuple[Condition, ...]
    late: tuple[LateCondition, ...]
    rule: Rule


class Group(NamedTuple):
    """Lines that ask the same of the person, of which `first` is the first rule.

    `table`: the value of `property` (`absent` where there is none) → the lines
    that this value does not exclude, in rule order. A value that no line
    accepts is not there.
    """

    party: str | None
    without: str | None
    need: int
    first: Rule
    property: str
    table: Mapping[str, tuple[OrderedLine, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines of one action on one type: the denies, then the allows, each in rule order."""

    kind: ResourceType
    lines: tuple[CompiledLine, ...]
    denies: tuple[Group, ...] = field(init=False)
    allows: tuple[Group, ...] = field(init=False)

    def __post_init__(self) -> None:
        for name, effect in (("denies", Effect.DENY), ("allows", Effect.ALLOW)):
            lines = [line for line in self.lines if line.rule.effect is effect]
            object.__setattr__(self, name, tuple(_groups(lines, self.kind)))


def _groups(lines: Iterable[CompiledLine], kind: ResourceType) -> Iterable[Group]:
    """The groups, in the order of their first lines."""
    alike: dict[tuple[str | None, str | None, int], list[OrderedLine]] = {}
    for order, line in enumerate(lines):
        ordered = OrderedLine(order, line.conditions, line.late, line.rule)
        alike.setdefault((line.party, line.without, line.need), []).append(ordered)
    for (party, without, need), group in alike.items():
        name = _most_tested(group)
        yield Group(party, without, need, group[0].rule, name, _table(group, name, kind))


def _most_tested(lines: Iterable[OrderedLine]) -> str:
    tested = Counter(name for line in lines for name, _ in line.conditions)
    return min(tested, key=lambda name: (-tested[name], name), default=_NO_PROPERTY)


def _table(
    lines: Iterable[OrderedLine], name: str, kind: ResourceType
) -> Mapping[str, tuple[OrderedLine, ...]]:
    values = {words.ABSENT, *(kind.properties.get(name) or ())}
    table = {value: tuple(_not_excluded(lines, name, value)) for value in sorted(values)}
    return {value: found for value, found in table.items() if found}


def _not_excluded(lines: Iterable[OrderedLine], name: str, value: str) -> Iterable[OrderedLine]:
    for line in lines:
        if all(value in allowed for tested, allowed in line.conditions if tested == name):
            others = tuple(row for row in line.conditions if row[0] != name)
            yield line._replace(conditions=others)
