"""A list is the filter of Check: under random policies, in random towns, over random tables."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    RowMapping,
    Table,
    Text,
    false,
    insert,
    null,
    select,
)

from habilis import Perimeter, Question, Resource
from habilis.answers import Condition, ConditionKind, Effect, PermittedPerimeter
from habilis.errors import UnansweredError
from habilis_companion import visibility
from habilis_companion.errors import TooManyInDoubtError
from habilis_companion.guard import Guard, asks
from habilis_companion.store import ReadSession, Store
from habilis_companion.visibility import Party, Sight, visible
from habilis_server.engine import Engine, Judge
from habilis_server.rulebook import PolicyError, build
from tests.companion.answering import Habilis, everyone, nobody
from tests.companion.judging import Judging
from tests.conftest import Figure
from tests.differential.cells import objects_of
from tests.differential.dice import Dice
from tests.differential.policies import KEPT, PARTIES, Sketch, files_of, random_sketch
from tests.differential.portable import question_of, world_of
from tests.differential.worlds import random_records
from tests.oracle import Data

TOWNS = 14
MOST_OBJECTS = 100
PROPERTIES = ("etat", "cadre", "agent")

seen = Table(
    "seen",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("kind", Text),
    *(Column(f"{party}_{part}", Text) for party in PARTIES for part in ("structure", "service")),
    *(Column(name, Text) for name in PROPERTIES),
)


def sight_of(attributes: dict[str, ColumnElement[Any]], kind: str = "piece") -> Sight:
    return Sight(
        resource_type=kind,
        table=seen,
        rows=seen.c.kind == kind,
        key=seen.c.id,
        parties={
            party: Party(seen.c[f"{party}_structure"], seen.c[f"{party}_service"])
            for party in PARTIES
        },
        attributes=attributes,
        resource=resource_of,
    )


def row_of(number: int, resource: Resource) -> dict[str, str | None]:
    row: dict[str, str | None] = {"id": f"X{number}", "kind": resource.type}
    for party in PARTIES:
        place = resource.parties.get(party)
        row[f"{party}_structure"] = place.structure if place else None
        row[f"{party}_service"] = (place.service or "") if place else ""
    return row | {name: resource.properties.get(name) for name in PROPERTIES}


def resource_of(said: RowMapping) -> Resource:
    return Resource(
        type=said["kind"],
        id=said["id"],
        parties={
            party: Perimeter(said[f"{party}_structure"], said[f"{party}_service"] or None)
            for party in PARTIES
            if said[f"{party}_structure"] is not None
        },
        properties={name: said[name] for name in PROPERTIES if said[name] is not None},
    )


def columns_of(attributes: Data) -> dict[str, ColumnElement[Any]]:
    """The attributes that a column tells: properties, and of which structure a party is."""
    told: dict[str, ColumnElement[Any]] = {}
    for name, attribute in attributes.items():
        if "property" in attribute:
            told[name] = seen.c[attribute["property"]]
        elif attribute["world"] == "structure.id" and "party" in attribute:
            told[name] = seen.c[f"{attribute['party']}_structure"]
    return told


def filled(session: ReadSession, resources: Sequence[Resource]) -> list[Resource]:
    """The table with these things in it, as they are found there."""
    session.connection.execute(seen.delete())
    if resources:
        rows = [row_of(number, resource) for number, resource in enumerate(resources)]
        session.connection.execute(insert(seen), rows)
    return [resource_of(row) for row in session.connection.execute(select(seen)).mappings()]


@pytest.fixture
def session(store: Store) -> Iterator[ReadSession]:
    """A transaction in which the test has a table of its own, and that leaves nothing."""
    with store._database.writing.connect() as connection:
        seen.create(connection)
        yield ReadSession(connection)
        connection.rollback()


def listed(
    session: ReadSession, guard: Guard, subject: str, action: str, *sights: Sight
) -> set[str]:
    @asks(action)
    def method() -> set[str]:
        scope = guard.where(subject, action, "")
        query = select(seen.c.id).where(visible(session, guard, scope, *sights))
        return {row.id for row in session.connection.execute(query)}

    return method()


def towns(count: int) -> Iterator[tuple[Dice, Sketch, Judge, list[Resource]]]:
    for seed in range(count):
        dice = Dice("seen", seed)
        sketch = random_sketch(dice)
        records = random_records(dice, [*sketch["profiles"]["profiles"]])
        try:
            judge = Engine(build(files_of(sketch), lint=False)).on(world_of(records))
        except PolicyError:  # a sketch without an attribute, or that says nothing
            continue
        kept = [each for each in objects_of(sketch, records) if each["type"] in KEPT]
        some = dice.some(kept, MOST_OBJECTS, MOST_OBJECTS)
        yield dice, sketch, judge, [as_resource(each) for each in some]


def as_resource(plain: Data) -> Resource:
    return question_of({"subject": "", "action": "", "resource": plain}).resource


@dataclass
class Tally:
    lists: int = 0
    rows: int = 0
    shown: int = 0
    asked: int = 0
    wrong: int = 0


def compared(session: ReadSession, hidden: float, count: int = TOWNS) -> Tally:
    """Every person, action and kind of every town: what is listed beside what Check allows."""
    tally = Tally()
    for dice, sketch, judge, resources in towns(count):
        things = filled(session, resources)
        habilis = Judging(judge)
        columns = columns_of(sketch["vocabulary"]["attributes"])
        told = {name: columns[name] for name in columns if not dice.chance(hidden)}
        sights = [sight_of(told, kind) for kind in sorted({thing.type for thing in things})]
        for subject in [*judge.world.accounts, "nobody"]:
            for action in judge.engine.rulebook.vocabulary.actions:
                allowed = {
                    thing.id
                    for thing in things
                    if judge.decide(
                        Question(subject=subject, action=action, resource=thing)
                    ).allowed
                }
                found = listed(session, Guard(habilis), subject, action, *sights)
                tally.wrong += found != allowed
                tally.lists, tally.rows = tally.lists + 1, tally.rows + len(things)
                tally.shown += len(allowed)
        tally.asked += habilis.asked
    return tally


@pytest.mark.parametrize("hidden", [0.0, 0.5], ids=["every column", "half of the columns"])
def test_a_list_is_the_filter_of_check(session: ReadSession, hidden: float, figure: Figure) -> None:
    tally = compared(session, hidden)

    assert tally.wrong == 0
    assert tally.shown > 100
    assert tally.asked > 0
    figure(
        f"{tally.lists} lists over {tally.rows} rows, {tally.shown} shown,"
        f" {tally.asked} asked one by one, {tally.wrong} wrong"
    )


def slips() -> dict[str, tuple[str, Callable[..., Any]]]:
    """Faults that the comparison must see: what is replaced, and by what."""
    compiler = visibility._Compiler
    covered, tests, at, met = compiler.covered, compiler._tests, compiler._at, compiler._met

    def no_denies(self: Any, effect: Effect) -> Any:
        return (false(), false()) if effect is Effect.DENY else covered(self, effect)

    def no_without(self: Any, item: PermittedPerimeter, places: Any) -> Any:
        return tests(self, replace(item, without=""), places)

    def no_conditions(self: Any, item: PermittedPerimeter, places: Any) -> Any:
        return tests(self, replace(item, conditions=()), places)

    def no_services(self: Any, party: Party, places: Any) -> Any:
        return at(self, party, tuple(Perimeter(place.structure) for place in places))

    def plain_absence(self: Any, condition: Condition, _: Effect) -> Any:
        return met(self, condition, Effect.ALLOW)

    return {
        "a denial is not heard": ("_Compiler.covered", no_denies),
        "a party that must be absent is not": ("_Compiler._tests", no_without),
        "conditions are forgotten": ("_Compiler._tests", no_conditions),
        "a structure stands for its services": ("_Compiler._at", no_services),
        "what is absent meets no denial": ("_Compiler._met", plain_absence),
        "what is in doubt is hidden": ("_asked", lambda *_: ()),
        "what is in doubt is shown": ("_asked", lambda *_: [f"X{n}" for n in range(200)]),
    }


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("slip", slips())
def test_a_fault_of_the_list_is_seen(
    session: ReadSession, slip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, fault = slips()[slip]
    monkeypatch.setattr(f"{visibility.__name__}.{place}", fault)

    assert compared(session, 0.3).wrong > 0


def item(place: Perimeter | None, **told: Any) -> PermittedPerimeter:
    words: dict[str, Any] = {
        "acting_as": "moe",
        "rule_id": "rule",
        "effect": Effect.ALLOW,
        "resource_type": "piece",
        "conditions": (),
        "without": "",
    }
    return PermittedPerimeter(perimeter=place, **(words | told))


def only_x1(question: Question) -> bool:
    return question.resource.id == "X1"


def pieces(*places: Perimeter) -> list[Resource]:
    return [Resource(type="piece", id="", parties={"moe": place}) for place in places]


def test_thousands_of_perimeters_are_one_list(session: ReadSession, habilis: Habilis) -> None:
    """As those of an agent of the State: one structure, every service of it (R78)."""
    services = [Perimeter("11000201100044", f"SERVICE{number}") for number in range(20_000)]
    habilis.perimeters = tuple(map(item, services))
    odd = [Perimeter("11000201100044"), Perimeter("1", "SERVICE7"), Perimeter("1'\"; --", "é%_")]
    things = filled(session, pieces(*services[::100], *odd))

    found = listed(session, Guard(habilis), "anna", "a.b", sight_of({}))
    assert found == {thing.id for thing in things[:200]}
    habilis.perimeters = (item(odd[2]),)
    assert listed(session, Guard(habilis), "anna", "a.b", sight_of({})) == {"X202"}


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({}, {"X0"}),
        ({"resource_type": "dossier"}, set()),
        ({"acting_as": "inconnue"}, {"asked"}),
        ({"without": "inconnue"}, {"asked"}),
        ({"without": "moa"}, {"X0"}),
        ({"without": "moe"}, set()),
        ({"conditions": (Condition(attribute="x", kind=ConditionKind.ABSENT),)}, {"asked"}),
        ({"conditions": (Condition(attribute="none", kind=ConditionKind.ABSENT),)}, {"X0"}),
        ({"conditions": (Condition(attribute="none", kind=ConditionKind.PRESENT),)}, set()),
        (
            {
                "conditions": (
                    Condition(attribute="none", kind=ConditionKind.ONE_OF, values=("a",)),
                )
            },
            set(),
        ),
        ({"conditions": (Condition(attribute="etat", kind=ConditionKind.ONE_OF),)}, set()),
    ],
)
def test_what_no_column_tells_is_asked_and_nothing_else_is(
    session: ReadSession, habilis: Habilis, told: dict[str, Any], wanted: set[str]
) -> None:
    place = Perimeter("S1")
    habilis.perimeters = (item(place, **told),)
    filled(session, pieces(place))
    sight = sight_of({"none": null(), "etat": seen.c.etat})

    for answer in (True, False):
        habilis.asked.clear()
        habilis.says = {True: everyone, False: nobody}[answer]
        found = listed(session, Guard(habilis), "anna", "a.b", sight)
        assert bool(habilis.asked) is (wanted == {"asked"})
        assert found == (wanted if wanted != {"asked"} else {"X0"} if answer else set())


def test_a_denial_in_doubt_hides_until_it_is_asked(session: ReadSession, habilis: Habilis) -> None:
    place = Perimeter("S1")
    doubt = Condition(attribute="destinataire.type", kind=ConditionKind.ONE_OF, values=("PRIVEE",))
    habilis.perimeters = (item(place), item(None, effect=Effect.DENY, conditions=(doubt,)))
    filled(session, pieces(place, place, Perimeter("S2")))
    habilis.says = only_x1

    assert listed(session, Guard(habilis), "anna", "a.b", sight_of({})) == {"X1"}
    assert [question.resource.id for question in habilis.asked] == ["X0", "X1"]
    habilis.gone = True
    with pytest.raises(UnansweredError):
        listed(session, Guard(habilis), "anna", "a.b", sight_of({}))


def test_what_is_allowed_as_another_party_is_left_out(
    session: ReadSession, habilis: Habilis
) -> None:
    ours, theirs = Perimeter("S1"), Perimeter("S2")
    habilis.perimeters = (
        item(ours),
        item(theirs, acting_as="moa"),
        item(theirs, acting_as="moa", effect=Effect.DENY, without="moe"),
    )
    both = Resource(type="piece", id="", parties={"moe": Perimeter("S3"), "moa": theirs})
    alone = Resource(type="piece", id="", parties={"moa": theirs})
    filled(session, [*pieces(ours), both, alone])

    def found(*acting_as: str) -> set[str]:
        @asks("a.b")
        def method() -> set[str]:
            guard = Guard(habilis)
            scope = guard.where("anna", "a.b", "piece")
            seen_as = visible(session, guard, scope, sight_of({}), acting_as={*acting_as})
            return {row.id for row in session.connection.execute(select(seen).where(seen_as))}

        return method()

    assert found("moe", "moa") == {"X0", "X1"}
    assert (found("moe"), found("moa"), found()) == ({"X0"}, {"X1"}, set())


def test_too_much_doubt_is_refused(
    session: ReadSession, habilis: Habilis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visibility, "MOST_IN_DOUBT", 3)
    place = Perimeter("S1")
    habilis.perimeters = (item(place, without="inconnue"),)

    filled(session, pieces(*[place] * 3))
    assert len(listed(session, Guard(habilis), "anna", "a.b", sight_of({}))) == 3
    filled(session, pieces(*[place] * 4))
    with pytest.raises(TooManyInDoubtError, match="more than 3 rows in doubt"):
        listed(session, Guard(habilis), "anna", "a.b", sight_of({}))
