"""A World holds what its records say, follows them change by change, and is never altered."""

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habilis import Perimeter
from habilis.organisation import AccountState, StructureType
from habilis_server.world import Account, Attachment, Detachment, Record, Service, Structure, World
from tests.world.replaying import held, replayed
from tests.world.strategies import ACCOUNTS, STRUCTURES, histories

ANNA = Account(id="anna", email="anna@example.org", state=AccountState.ACTIVE)
OFFICE = Structure(
    id="11000201100044",
    identifier_type="SIRET",
    type=StructureType.PUBLIC,
    name="Services de l'État",
    active=True,
    principal_manager="paul",
)
DESK = Service(structure=OFFICE.id, code="FAC0000034", name="SFACT", active=True)
AT_DESK = Attachment(account="anna", perimeter=DESK.perimeter)


def indexed(world: World) -> Mapping[str, object]:
    """Every answer that the indexes give about the few names there are."""
    return {
        **{f"services {name}": world.services_of(name) for name in STRUCTURES},
        **{f"people {name}": world.people_of(name) for name in STRUCTURES},
        **{f"managed {name}": world.managed_by(name) for name in ACCOUNTS},
    }


@given(histories)
def test_a_world_holds_the_last_record_of_each_thing(history: Sequence[Record]) -> None:
    assert held(World.of(history)) == replayed(history)


@given(histories, st.integers(0, 30))
def test_a_world_reached_in_two_steps_is_the_world_reached_in_one(
    history: Sequence[Record], cut: int
) -> None:
    first = World.of(history[:cut], revision=1)
    second = first.after(history[cut:], revision=2)

    assert list(second.records()) == list(World.of(history).records())
    assert (first.revision, second.revision) == (1, 2)


@given(histories, histories)
def test_what_comes_after_never_alters_a_world(
    before: Sequence[Record], later: Sequence[Record]
) -> None:
    world = World.of(before)
    as_it_was = held(world), indexed(world)
    world.after(later, revision=1)

    assert (held(world), indexed(world)) == as_it_was
    assert held(world) == replayed(before)


@given(histories, histories)
def test_an_index_that_followed_says_what_one_made_anew_says(
    before: Sequence[Record], later: Sequence[Record]
) -> None:
    world = World.of(before)
    indexed(world)
    followed = world.after(later, revision=1)

    assert indexed(followed) == indexed(World.of([*before, *later]))


@given(histories)
def test_the_indexes_say_what_a_search_finds(history: Sequence[Record]) -> None:
    world = World.of(history)
    facts = replayed(history).values()
    services = [fact for fact in facts if isinstance(fact, Service)]
    ties = [fact for fact in facts if isinstance(fact, Attachment)]
    managers = {fact.id: fact.principal_manager for fact in facts if isinstance(fact, Structure)}

    for structure in STRUCTURES:
        found = sorted((fact for fact in services if fact.structure == structure), key=_code)
        attached = {tie.account for tie in ties if tie.perimeter.structure == structure}
        assert world.services_of(structure) == tuple(found)
        assert world.people_of(structure) == attached | ({managers.get(structure)} - {None})
    for account in ACCOUNTS:
        managed = {name for name, manager in managers.items() if manager == account}
        assert world.managed_by(account) == managed


def _code(service: Service) -> str:
    return service.code


def test_an_empty_world_knows_nothing() -> None:
    world = World.empty()

    assert world.revision == 0
    assert list(world.records()) == []
    assert world.services_of("x") == ()
    assert world.people_of("x") == world.managed_by("x") == frozenset()


def test_what_a_batch_does_not_touch_is_shared() -> None:
    world = World.of([ANNA, OFFICE, DESK, AT_DESK])
    after = world.after([Account(id="bea", email="b@example.org", state=AccountState.PENDING)], 1)

    assert after.accounts is not world.accounts
    for untouched in ("structures", "services", "approvals", "attachments"):
        assert getattr(after, untouched) is getattr(world, untouched)


def test_a_new_revision_without_a_change_shares_everything() -> None:
    world = World.of([ANNA, OFFICE, DESK, AT_DESK])
    after = world.after((), 7)

    assert after.revision == 7
    assert after.accounts is world.accounts
    assert after.attachments is world.attachments


def test_the_ties_of_another_account_are_shared() -> None:
    world = World.of([AT_DESK, Attachment(account="bea", perimeter=Perimeter(OFFICE.id))])
    after = world.after([Detachment(account="anna", perimeter=DESK.perimeter)], 1)

    assert after.attachments == {"bea": world.attachments["bea"]}
    assert after.attachments["bea"] is world.attachments["bea"]
    assert world.attachments["anna"] == {DESK.perimeter: AT_DESK}


def test_the_end_of_a_tie_that_is_not_there_changes_nothing() -> None:
    world = World.of([AT_DESK])
    after = world.after([Detachment(account="anna", perimeter=Perimeter(OFFICE.id))], 1)

    assert after.attachments is world.attachments


def test_a_tie_ended_and_made_again_in_one_batch_holds() -> None:
    world = World.of([AT_DESK]).after(
        [Detachment(account="anna", perimeter=DESK.perimeter), AT_DESK], 1
    )

    assert world.attachments == {"anna": {DESK.perimeter: AT_DESK}}


def test_a_principal_manager_belongs_to_the_people_without_being_attached() -> None:
    world = World.of([OFFICE, AT_DESK])

    assert world.people_of(OFFICE.id) == {"anna", "paul"}
    assert world.managed_by("paul") == {OFFICE.id}
    assert "paul" not in world.attachments


def test_a_world_takes_no_other_value() -> None:
    world = World.of([ANNA])

    with pytest.raises(FrozenInstanceError):
        setattr(world, next(iter(World.__slots__)), 2)
    assert weakref.ref(world)() is world
    assert repr(world).startswith("<World revision=0 accounts=1 ")


@pytest.mark.parametrize(
    "mapping", ["accounts", "structures", "services", "approvals", "attachments"]
)
def test_a_world_is_read_from_plain_dicts(mapping: str) -> None:
    assert type(getattr(World.of([ANNA, AT_DESK]), mapping)) is dict
