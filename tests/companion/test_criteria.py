"""What lists are narrowed by, in SQL; and work done a batch at a time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, ColumnElement, MetaData, Table, insert, select

from habilis import Perimeter
from habilis_companion.batches import in_batches
from habilis_companion.columns import TEXT, Moment
from habilis_companion.criteria import at, between, exactly
from habilis_companion.store import ClockEvent, Store, WriteSession
from habilis_companion.visibility import Party
from tests.companion.shelf import NOON, put, thing, things_of

desk = Table(
    "desk",
    MetaData(),
    Column("id", TEXT, primary_key=True),
    Column("structure", TEXT),
    Column("service", TEXT, nullable=False),
    Column("at", Moment),
)
DAY = timedelta(days=1)
ROWS: list[dict[str, Any]] = [
    {"id": "whole", "structure": "S1", "service": "", "at": NOON},
    {"id": "compta", "structure": "S1", "service": "COMPTA", "at": NOON + DAY},
    {"id": "other", "structure": "S2", "service": "COMPTA", "at": None},
    {"id": "nobody", "structure": None, "service": "", "at": NOON - DAY},
]
PARTY = Party(desk.c.structure, desk.c.service)
S1, COMPTA, NUL = Perimeter("S1"), Perimeter("S1", "COMPTA"), Perimeter("S1", "\0")
MANY = [Perimeter(f"X{number}", service) for number in range(2_000) for service in (None, "Y")]
FOUND: list[tuple[str, list[ColumnElement[bool]], set[str]]] = [
    ("a structure is its services", [at(PARTY, [S1])], {"whole", "compta"}),
    ("or itself alone", [at(PARTY, [S1], with_services=False)], {"whole"}),
    ("a service", [at(PARTY, [COMPTA], with_services=False)], {"compta"}),
    ("several places", [at(PARTY, [COMPTA, Perimeter("S2")])], {"compta", "other"}),
    ("thousands of places", [at(PARTY, [COMPTA, *MANY])], {"compta"}),
    ("no place", [at(PARTY, [])], set()),
    ("no text at all", [at(PARTY, [NUL, Perimeter("\ud800")])], set()),
    ("a text", [exactly(desk.c.service, "COMPTA")], {"compta", "other"}),
    ("a text that would do harm", [exactly(desk.c.service, "%' OR 1=1 --")], set()),
    ("a text that none can be", [exactly(desk.c.service, "\0")], set()),
    ("from, included", [*between(desk.c.at, NOON, None)], {"whole", "compta"}),
    ("to, excluded", [*between(desk.c.at, None, NOON)], {"nobody"}),
    ("from and to", [*between(desk.c.at, NOON - DAY, NOON + DAY)], {"whole", "nobody"}),
    ("no bound", [*between(desk.c.at, None, None)], {"whole", "compta", "other", "nobody"}),
]


@pytest.mark.parametrize(
    ("tests", "found"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_what_a_criterion_finds(
    store: Store, tests: list[ColumnElement[bool]], found: set[str]
) -> None:
    with store._database.writing.connect() as connection:
        desk.create(connection)
        connection.execute(insert(desk), ROWS)
        rows = connection.scalars(select(desk.c.id).where(*tests)).all()
        connection.rollback()

    assert {*rows} == found


class Thing:
    def __init__(self, name: str) -> None:
        self.id = name


def test_all_is_done_once_and_a_batch_that_fails_leaves_the_former_ones(store: Store) -> None:
    put(store, *"abcde")
    clock = ClockEvent(name="VIEUX", at=datetime(2026, 3, 4, tzinfo=UTC))

    def batch(session: WriteSession, after: str) -> list[Thing]:
        query = select(thing.c.name).where(thing.c.name > after).order_by(thing.c.name).limit(2)
        return [Thing(name) for name in session.connection.scalars(query)]

    def age(session: WriteSession, each: Thing) -> str:
        changed = thing.update().where(thing.c.name == each.id).values(state="VIEUX")
        session.connection.execute(changed)
        if each.id == fails:
            raise RuntimeError("on the way")
        return each.id

    fails = "d"
    aging = in_batches(lambda: store.ticking(clock), batch, age)
    assert [next(aging), next(aging)] == ["a", "b"]
    with pytest.raises(RuntimeError):
        next(aging)
    assert [name for name, state, _ in things_of(store) if state == "VIEUX"] == ["a", "b"]

    fails = ""
    assert [*in_batches(lambda: store.ticking(clock), batch, age)] == [*"abcde"]
