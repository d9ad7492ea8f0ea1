"""A list shows what its reader may see: the perimeters that Habilis tells, as a condition in SQL.

    with store.reading(scope) as session:
        seen = visible(session, guard, scope, PIECES)
        rows = session.connection.execute(select(piece).where(seen))

What it keeps is what Check allows, row by row. That rests on two things which
the companion sees to: every party of a row is a perimeter that Habilis knows,
and every value is one that the policy declares. Where the scope speaks of what
no column tells, a row can be in doubt: Habilis is asked about it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    RowMapping,
    and_,
    cast,
    column,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSON

from habilis import Perimeter, Resource
from habilis.answers import Condition, ConditionKind, Effect, PermittedPerimeter
from habilis_companion.errors import TooManyInDoubtError
from habilis_companion.guard import Guard, Scope
from habilis_companion.store import ReadSession

__all__ = ["MOST_IN_DOUBT", "Party", "Sight", "visible"]

MOST_IN_DOUBT: Final = 10_000
"""Rows of one list that Habilis is asked about, at most."""

_BATCH: Final = 1_000  # questions that Habilis takes at once
_SUBJECT: Final = "sujet.id"

_Test: TypeAlias = ColumnElement[bool]


class Party(NamedTuple):
    """The columns of a party: its structure, NULL where there is none, and its service or ""."""

    structure: ColumnElement[Any]
    service: ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What Habilis would be asked about each row of one type, column by column.

    `rows` tells the rows of this type from others of the table. `parties` and
    `attributes` go by the names that the policy gives them; an attribute that
    no row ever has is `null()`. `resource` is what is asked about a row; `key`
    is the column that names it.
    """

    resource_type: str
    table: FromClause
    rows: ColumnElement[bool]
    key: ColumnElement[Any]
    parties: Mapping[str, Party]
    attributes: Mapping[str, ColumnElement[Any]]
    resource: Callable[[RowMapping], Resource]


def visible(
    session: ReadSession,
    guard: Guard,
    scope: Scope,
    *sights: Sight,
    within: _Test | None = None,
    acting_as: AbstractSet[str] | None = None,
) -> _Test:
    """Which rows the subject of the scope may see; `within` are those that matter.

    `acting_as` keeps what is allowed as one of these parties, and what is in
    doubt and allowed as any; None: as any. Raises TooManyInDoubtError where
    more rows would have to be asked about than are, and what a client raises
    where no answer comes.
    """
    tests: list[_Test] = [false()]
    for sight in sights:
        compiler = _Compiler(scope, sight, session.connection.dialect.name, acting_as)
        allowed, perhaps_allowed = compiler.covered(Effect.ALLOW)
        denied, perhaps_denied = compiler.covered(Effect.DENY)
        tests.append(and_(sight.rows, allowed, ~denied, ~perhaps_denied))
        if compiler.doubts:
            doubtful = and_(sight.rows, or_(allowed, perhaps_allowed), ~denied, ~tests[-1])
            if within is not None:
                doubtful = and_(doubtful, within)
            asked = _asked(session, guard, scope, sight, doubtful)
            tests.append(sight.key.in_(select(compiler.table([[key] for key in asked]))))
    return or_(*tests)


def _asked(
    session: ReadSession, guard: Guard, scope: Scope, sight: Sight, doubtful: _Test
) -> Iterator[Any]:
    """The keys of the doubtful rows that Habilis allows."""
    query = select(sight.table, sight.key.label("sight_key")).where(doubtful)
    rows = session.connection.execute(query.limit(MOST_IN_DOUBT + 1)).mappings().all()
    if len(rows) > MOST_IN_DOUBT:
        raise TooManyInDoubtError(
            f"the policy of `{scope.action}` leaves more than {MOST_IN_DOUBT} rows in doubt;"
            " narrow the list"
        )
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        answers = guard.which(scope, [sight.resource(row) for row in batch])
        yield from (row["sight_key"] for row, seen in zip(batch, answers, strict=True) if seen)


class _Compiler:
    """From the items of a scope to conditions that are true or false, never unknown to SQL.

    `doubts` tells whether an item speaks of what no column tells.
    """

    def __init__(
        self, scope: Scope, sight: Sight, dialect: str, acting_as: AbstractSet[str] | None
    ) -> None:
        self._scope = scope
        self._acting_as = acting_as
        self._sight = sight
        self._dialect = dialect
        self._attributes = {_SUBJECT: literal(scope.subject), **sight.attributes}
        self._places: dict[tuple[Perimeter | None, ...], CTE] = {}
        self.doubts = False

    def covered(self, effect: Effect) -> tuple[_Test, _Test]:
        """The rows that the items of this effect cover, and those that they may cover."""
        sure: list[_Test] = [false()]
        perhaps: list[_Test] = [false()]
        items = [
            item
            for item in self._scope.perimeters.perimeters
            if item.effect is effect
            and item.resource_type == self._sight.resource_type
            and (
                effect is Effect.DENY
                or self._acting_as is None
                or item.acting_as in self._acting_as
            )
        ]
        for item, places in _together(items):
            tests = [*self._tests(item, places)]
            told = [test for test in tests if test is not None]
            (sure if len(told) == len(tests) else perhaps).append(and_(true(), *told))
        self.doubts = self.doubts or len(perhaps) > 1
        return or_(*sure), or_(*perhaps)

    def _tests(
        self, item: PermittedPerimeter, places: tuple[Perimeter | None, ...]
    ) -> Iterator[_Test | None]:
        """What each part of an item asks of a row; None where no column tells."""
        if item.perimeter is not None:
            party = self._sight.parties.get(item.acting_as)
            yield None if party is None else self._at(party, places)
        if item.without:
            absent = self._sight.parties.get(item.without)
            yield None if absent is None else absent.structure.is_(None)
        for condition in item.conditions:
            yield self._met(condition, item.effect)

    def _at(self, party: Party, places: tuple[Perimeter | None, ...]) -> _Test:
        if places not in self._places:
            pairs = [[place.structure, place.service or ""] for place in places if place]
            self._places[places] = self.table(pairs, 2)
        told = self._places[places]
        return and_(party.structure.is_not(None), tuple_(*party).in_(select(told)))

    def _met(self, condition: Condition, effect: Effect) -> _Test | None:
        """In an item that denies, a value that is not there meets the condition."""
        value = self._attributes.get(condition.attribute)
        other = self._attributes.get(condition.other) if condition.other else value
        if value is None or other is None:
            return None
        test: _Test
        match condition.kind:
            case ConditionKind.PRESENT:
                return value.is_not(None)
            case ConditionKind.ABSENT:
                return value.is_(None)
            case ConditionKind.ONE_OF:
                test = value.in_(condition.values)
            case ConditionKind.SAME_AS:
                test = value == other
            case ConditionKind.DIFFERS_FROM:
                test = value != other
        if effect is Effect.DENY:
            return or_(value.is_(None), other.is_(None), test)
        return and_(value.is_not(None), other.is_not(None), test)

    def table(self, rows: Iterable[Sequence[str]], width: int = 1) -> CTE:
        """The rows as a table of the query, sent as one text: there may be thousands."""
        told = literal(json.dumps([*rows]))
        if self._dialect == "sqlite":
            each = func.json_each(told).table_valued("value")
            cells = [func.json_extract(each.c.value, f"$[{place}]") for place in range(width)]
        else:
            each = func.json_array_elements(cast(told, JSON)).table_valued(column("value", JSON))
            cells = [each.c.value[place].astext for place in range(width)]
        return select(*(cell.label(f"cell_{place}") for place, cell in enumerate(cells))).cte()


def _together(
    items: Iterable[PermittedPerimeter],
) -> Iterator[tuple[PermittedPerimeter, tuple[Perimeter | None, ...]]]:
    """Items that differ in their perimeters alone, as one of them and the perimeters of all."""
    alike: dict[object, list[PermittedPerimeter]] = {}
    for item in items:
        key = (item.perimeter is None, item.acting_as, item.conditions, item.without)
        alike.setdefault(key, []).append(item)
    for group in alike.values():
        yield group[0], tuple(item.perimeter for item in group)
