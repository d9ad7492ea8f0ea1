"""A large table is in parts: it reads as a dict does, and shares all that was not written."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habilis import Perimeter
from habilis.organisation import AccountState, StructureType
from habilis_server.world import (
    Account,
    Attachment,
    Record,
    Service,
    Structure,
    StructureRenaming,
    World,
    tables,
)
from habilis_server.world.tables import Parted, Table, parted
from tests.world.replaying import held, replayed
from tests.world.strategies import ACCOUNTS, STRUCTURES, histories

Writes = Sequence[tuple[int, str | None]]

MANY = 20_000
writes = st.lists(st.tuples(st.integers(0, 40), st.none() | st.text(max_size=1)))


@contextmanager
def small_parts() -> Generator[None]:
    """A few entries are many: so the few names of a test fill a table in parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_WHOLE", 2)
        patch.setattr(tables, "_PART", 1)
        yield


def written(former: Mapping[int, str], batch: Writes) -> tuple[Mapping[int, str], dict[int, str]]:
    """The table after the writes, and the dict after them; None ends an entry."""
    table, plain = Table(former), dict(former)
    for key, value in batch:
        if value is not None:
            table.put(key, value)
            plain[key] = value
        elif key in table:
            table.drop(key)
            del plain[key]
        assert table.get(key) == plain.get(key)
    return table.done(), plain


@given(st.lists(writes, max_size=5))
def test_a_table_reads_as_a_dict(batches: Sequence[Writes]) -> None:
    with small_parts():
        table: Mapping[int, str] = parted({})
        for batch in batches:
            before = dict(table)
            after, plain = written(table, batch)

            assert (dict(after), len(after), sorted(after)) == (plain, len(plain), sorted(plain))
            assert [after.get(key, "?") for key in range(41)] == [
                plain.get(key, "?") for key in range(41)
            ]
            assert sorted(after.items()) == sorted(plain.items())
            assert sorted(after.values()) == sorted(plain.values())
            assert dict(table) == before
            table = after


@given(histories, histories)
def test_a_world_in_parts_says_what_any_world_says(
    before: Sequence[Record], later: Sequence[Record]
) -> None:
    with small_parts():
        world = World.of(before)
        as_it_was = held(world), people(world)
        followed = world.after(later, 1)

        assert held(followed) == replayed([*before, *later])
        assert people(followed) == people(World.of([*before, *later]))
        assert (held(world), people(world)) == as_it_was


def people(world: World) -> list[object]:
    return [
        *(world.people_of(name) for name in STRUCTURES),
        *(world.services_of(name) for name in STRUCTURES),
        *(world.managed_by(name) for name in ACCOUNTS),
    ]


def test_what_is_not_there_is_missing() -> None:
    table = parted({number: number for number in range(MANY)})

    assert isinstance(table, Parted)
    assert (MANY in table, table.get(MANY), table.get(MANY, 7)) == (False, None, 7)
    with pytest.raises(KeyError):
        table[MANY]
    with pytest.raises(KeyError):
        Table(table).drop(MANY)


def town() -> World:
    return World.of(
        record
        for number in range(MANY)
        for record in (
            Account(id=f"u{number}", email=f"{number}@example.org", state=AccountState.ACTIVE),
            Attachment(account=f"u{number}", perimeter=Perimeter(f"s{number}")),
        )
    )


def copied(former: Mapping[str, object], table: Mapping[str, object]) -> int:
    """How many entries of `table` were copied to make it."""
    assert isinstance(former, Parted)
    assert isinstance(table, Parted)
    pairs = zip(former.parts, table.parts, strict=True)
    return sum(len(part) for before, part in pairs if before is not part)


def test_a_change_copies_little_of_a_large_world() -> None:
    world = town()
    assert world.people_of("s1") == {"u1"}  # which makes the index
    after = world.after([Attachment(account="u7", perimeter=Perimeter("s1"))], 1)

    assert after.people_of("s1") == {"u1", "u7"}
    assert after.accounts is world.accounts
    assert 0 < copied(world.attachments, after.attachments) < MANY / 5


def _refuse(_: object) -> NoReturn:
    pytest.fail("a whole table is read")


def test_a_renaming_searches_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands on the structure is found by the indexes, once they are made."""
    service = Service(structure="s1", code="desk", name="Desk", active=True)
    structure = Structure(
        id="s1", identifier_type="SIRET", type=StructureType.PUBLIC, name="Town", active=True
    )
    world = town().after([structure, service], 1)
    assert world.people_of("s1") == {"u1"}
    assert world.services_of("s1") == (service,)
    assert world.approvals_of("s1") == ()
    monkeypatch.setattr(Parted, "__iter__", _refuse)
    renamed = world.after([StructureRenaming(id="s1", new_id="t1")], 2)

    assert renamed.people_of("t1") == {"u1"}
    assert renamed.people_of("s1") == frozenset()
    assert [each.code for each in renamed.services_of("t1")] == ["desk"]
