"""A change touches what it names, and nothing else; of what isn't there it changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habilis import Perimeter
from habilis.organisation import (
    AccountState,
    Address,
    ApprovalObject,
    ApprovalState,
    Moa,
    StructureDetails,
    StructureType,
)
from habilis_server.world import (
    Account,
    AccountChange,
    Approval,
    Attachment,
    EntitlementChange,
    Record,
    Scalar,
    Service,
    ServiceChange,
    ServiceRemoval,
    Structure,
    StructureChange,
    StructureRenaming,
    World,
)
from tests.world.strategies import (
    ACCOUNT_FIELDS,
    SERVICE_FIELDS,
    STRUCTURE_FIELDS,
    WHOLE,
    attachments,
    changes,
    entitlement_changes,
    histories,
    some_of,
)

NONE: frozenset[str] = frozenset()
READ, WRITE, DUME = "engagements:consultation", "engagements:modification", "dume:modification"

ANNA = Account(id="anna", email="anna@example.org", state=AccountState.ACTIVE, support=True)
OFFICE = Structure(
    id="S",
    identifier_type="SIRET",
    type=StructureType.PUBLIC,
    name="Mairie",
    active=True,
    principal_manager="paul",
)
DESK = Service(structure="S", code="A", name="Achats", active=True)
OTHER = Service(structure="S", code="B", name="Budget", active=True)
AT_DESK = Attachment(account="anna", perimeter=DESK.perimeter)
AT_OFFICE = Attachment(account="anna", perimeter=Perimeter("S"))
REQUEST = Approval(
    id="d1",
    object=ApprovalObject.ENTITLEMENT,
    requester="anna",
    perimeter=DESK.perimeter,
    state=ApprovalState.REQUESTED,
)
TOWN = World.of([ANNA, OFFICE, DESK, OTHER, AT_DESK, AT_OFFICE, REQUEST])


def after(*records: Record) -> World:
    return TOWN.after(records, 1)


def facts(world: World) -> list[Record]:
    return list(world.records())


def to_office(**fields: Scalar) -> StructureChange:
    return StructureChange(id="S", fields=fields)


def grant(*added: str, but: Sequence[str] = ()) -> EntitlementChange:
    return EntitlementChange(
        account="anna", perimeter=DESK.perimeter, added=frozenset(added), removed=frozenset(but)
    )


STRUCTURES: dict[str, tuple[Mapping[str, Scalar], Structure]] = {
    "a name": ({"name": "Ville"}, replace(OFFICE, name="Ville")),
    "its state": ({"active": False}, replace(OFFICE, active=False)),
    "how it takes part in works": ({"moa": "only"}, replace(OFFICE, moa=Moa.ONLY)),
    "its type": ({"type": "private"}, replace(OFFICE, type=StructureType.PRIVATE)),
    "another manager": (
        {"principal_manager": "anna"},
        replace(OFFICE, principal_manager="anna"),
    ),
    "no manager": ({"principal_manager": None}, replace(OFFICE, principal_manager=None)),
    "a detail": ({"label": "M"}, replace(OFFICE, details=StructureDetails(label="M"))),
    "an option": (
        {"service_code_required": True},
        replace(OFFICE, details=StructureDetails(service_code_required=True)),
    ),
    "a part of the address": (
        {"city": "Lille", "street": "1 rue X"},
        replace(OFFICE, details=StructureDetails(address=Address(city="Lille", street="1 rue X"))),
    ),
    "a detail that says nothing": ({"label": "", "city": "", "sends_flows": False}, OFFICE),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_change_of_a_structure_sets_what_it_names(name: str) -> None:
    fields, expected = STRUCTURES[name]

    world = after(StructureChange(id="S", fields=fields))
    assert world.structures == {"S": expected}
    assert type(world.structures["S"].moa) is Moa
    assert type(world.structures["S"].type) is StructureType


def test_details_are_kept_beside_those_that_change() -> None:
    world = after(to_office(label="M", city="Lille"), to_office(phone="0102", street="1 rue X"))
    world = world.after([to_office(city="")], 2)

    assert world.structures["S"].details == StructureDetails(
        label="M", phone="0102", address=Address(street="1 rue X")
    )
    bare = world.after([to_office(label="", phone="", street="")], 3)
    assert bare.structures["S"] == OFFICE


def test_a_change_of_a_service_sets_what_it_names() -> None:
    fields: Mapping[str, Scalar] = {"active": False, "description": "Les\nachats"}
    world = after(ServiceChange(perimeter=DESK.perimeter, fields=fields))

    assert world.services[DESK.perimeter] == replace(DESK, active=False, description="Les\nachats")
    assert world.services[OTHER.perimeter] is OTHER
    assert world.services_of("S") == (world.services[DESK.perimeter], OTHER)


def test_a_change_of_an_account_sets_what_it_names() -> None:
    world = after(AccountChange(id="anna", fields={"state": "inactive"}))

    assert world.accounts == {"anna": replace(ANNA, state=AccountState.INACTIVE)}
    assert world.accounts["anna"].state is AccountState.INACTIVE
    assert world.structures is TOWN.structures


@pytest.mark.parametrize(
    "change",
    [
        StructureChange(id="T", fields={"name": "Ville"}),
        StructureRenaming(id="T", new_id="U"),
        ServiceChange(perimeter=Perimeter("S", "C"), fields={"name": "Ville"}),
        ServiceChange(perimeter=Perimeter("S"), fields={"name": "Ville"}),
        ServiceRemoval(perimeter=Perimeter("S", "C")),
        ServiceRemoval(perimeter=Perimeter("S")),
        AccountChange(id="paul", fields={"state": "inactive"}),
        EntitlementChange(account="paul", perimeter=Perimeter("S"), added=frozenset({READ})),
        EntitlementChange(account="anna", perimeter=Perimeter("S", "B"), added=frozenset({READ})),
    ],
    ids=str,
)
def test_a_change_of_what_is_not_there_changes_nothing(change: Record) -> None:
    world = after(change)

    assert facts(world) == facts(TOWN)
    for mapping in ("accounts", "structures", "services", "approvals", "attachments"):
        assert getattr(world, mapping) is getattr(TOWN, mapping)


def test_a_service_is_removed_with_the_attachments_to_it_alone() -> None:
    bea = Attachment(account="bea", perimeter=DESK.perimeter)
    town = TOWN.after([bea], 1)
    assert town.people_of("S") == {"anna", "bea", "paul"}
    world = town.after([ServiceRemoval(perimeter=DESK.perimeter)], 2)

    assert world.services == {OTHER.perimeter: OTHER}
    assert world.services_of("S") == (OTHER,)
    assert world.attachments == {"anna": {Perimeter("S"): AT_OFFICE}}
    assert world.people_of("S") == {"anna", "paul"}
    assert town.attachments["bea"] == {DESK.perimeter: bea}


def test_what_came_in_the_same_batch_is_removed_too() -> None:
    bea = Attachment(account="bea", perimeter=DESK.perimeter)
    removal = ServiceRemoval(perimeter=DESK.perimeter)
    world = after(ServiceRemoval(perimeter=OTHER.perimeter), bea, removal, DESK, bea)

    assert world.attachments["bea"] == {DESK.perimeter: bea}
    assert world.attachments["anna"] == {Perimeter("S"): AT_OFFICE}


def test_all_that_stands_under_a_structure_follows_its_new_identifier() -> None:
    indexed = TOWN.services_of("S"), TOWN.people_of("S"), TOWN.managed_by("paul")
    world = after(StructureRenaming(id="S", new_id="T"))
    desk = Perimeter("T", "A")

    assert world.structures == {"T": replace(OFFICE, id="T")}
    assert world.services_of("T") == (replace(DESK, structure="T"), replace(OTHER, structure="T"))
    assert world.attachments == {
        "anna": {
            desk: replace(AT_DESK, perimeter=desk),
            Perimeter("T"): replace(AT_OFFICE, perimeter=Perimeter("T")),
        }
    }
    assert world.approvals == {"d1": replace(REQUEST, perimeter=desk)}
    assert world.people_of("T") == {"anna", "paul"}
    assert world.managed_by("paul") == {"T"}
    assert world.services_of("S") == ()
    assert world.people_of("S") == NONE
    assert (TOWN.services_of("S"), TOWN.people_of("S"), TOWN.managed_by("paul")) == indexed


def test_a_structure_never_takes_the_identifier_of_another() -> None:
    town = TOWN.after([replace(OFFICE, id="T", name="Ville")], 1)

    assert facts(town.after([StructureRenaming(id="S", new_id="T")], 2)) == facts(town)


ENTITLEMENTS: dict[str, tuple[Attachment, EntitlementChange, Attachment]] = {
    "beyond the default set": (AT_DESK, grant(READ), replace(AT_DESK, also=frozenset({READ}))),
    "out of the default set": (
        AT_DESK,
        grant(but=[READ]),
        replace(AT_DESK, but=frozenset({READ})),
    ),
    "added again after it was removed": (
        replace(AT_DESK, but=frozenset({READ, DUME})),
        grant(READ),
        replace(AT_DESK, but=frozenset({DUME}), also=frozenset({READ})),
    ),
    "removed after it was added": (
        replace(AT_DESK, also=frozenset({READ, DUME})),
        grant(but=[READ]),
        replace(AT_DESK, also=frozenset({DUME}), but=frozenset({READ})),
    ),
    "to a list": (
        replace(AT_DESK, profiles=frozenset({READ, DUME})),
        grant(WRITE, but=[READ]),
        replace(AT_DESK, profiles=frozenset({DUME, WRITE})),
    ),
    "to an empty list": (
        replace(AT_DESK, profiles=NONE),
        grant(WRITE),
        replace(AT_DESK, profiles=frozenset({WRITE})),
    ),
    "both added and removed": (
        AT_DESK,
        grant(READ, but=[READ]),
        replace(AT_DESK, but=frozenset({READ})),
    ),
}


@pytest.mark.parametrize("name", ENTITLEMENTS)
def test_entitlements_added_and_removed(name: str) -> None:
    attachment, change, expected = ENTITLEMENTS[name]
    world = TOWN.after([attachment, change], 1)

    assert world.attachments["anna"] == {DESK.perimeter: expected, Perimeter("S"): AT_OFFICE}
    assert facts(world.after([change], 2)) == facts(world)


def test_a_list_takes_its_exceptions_in() -> None:
    told = Attachment(
        account="anna",
        perimeter=DESK.perimeter,
        profiles=frozenset({READ, WRITE}),
        also=frozenset({DUME}),
        but=frozenset({WRITE}),
    )

    assert told == replace(AT_DESK, profiles=frozenset({READ, DUME}))
    assert replace(AT_DESK, also=frozenset({READ}), but=frozenset({READ})) == replace(
        AT_DESK, but=frozenset({READ})
    )


@given(attachments, st.lists(entitlement_changes, min_size=1, max_size=4))
def test_an_attachment_holds_what_was_last_decided_of_each_profile(
    attachment: Attachment, decided: Sequence[EntitlementChange]
) -> None:
    """Whatever the default set: (default or list, or added) but for what was removed."""
    account, perimeter = attachment.account, attachment.perimeter
    here = [replace(change, account=account, perimeter=perimeter) for change in decided]
    (held,) = World.of([attachment, *here]).attachments[attachment.account].values()
    for default in (NONE, frozenset({READ}), frozenset({READ, DUME})):
        expected = profiles_of(attachment, default)
        for change in here:
            expected = (expected | change.added) - change.removed
        assert profiles_of(held, default) == expected


def profiles_of(attachment: Attachment, default: frozenset[str]) -> frozenset[str]:
    listed = default if isinstance(attachment.profiles, str) else attachment.profiles
    return (listed | attachment.also) - attachment.but


def apart(
    fields: dict[str, st.SearchStrategy[Scalar]],
) -> st.SearchStrategy[tuple[dict[str, Scalar], dict[str, Scalar]]]:
    """Two changes of different fields."""
    return st.sets(st.sampled_from(sorted(fields)), min_size=1, max_size=len(fields) - 1).flatmap(
        lambda names: st.tuples(
            some_of({name: fields[name] for name in names}),
            some_of({name: fields[name] for name in fields.keys() - names}),
        )
    )


STRUCTURE_PAIRS = apart(STRUCTURE_FIELDS).map(lambda pair: [to_office(**each) for each in pair])
SERVICE_PAIRS = apart(SERVICE_FIELDS).map(
    lambda pair: [ServiceChange(perimeter=DESK.perimeter, fields=each) for each in pair]
)
ACCOUNT_PAIRS = apart(ACCOUNT_FIELDS).map(
    lambda pair: [AccountChange(id="anna", fields=each) for each in pair]
)
ENTITLEMENT_PAIRS = st.permutations([READ, WRITE, DUME]).map(
    lambda names: [grant(names[0]), grant(names[1], but=names[2:])]
)


@given(STRUCTURE_PAIRS | SERVICE_PAIRS | ACCOUNT_PAIRS | ENTITLEMENT_PAIRS)
def test_changes_of_different_fields_may_take_effect_in_either_order(pair: list[Record]) -> None:
    one, other = pair

    assert facts(after(one, other)) == facts(after(other, one))


@given(histories, st.lists(changes, max_size=5))
def test_changes_come_back_to_where_they_were_applied_one_by_one(
    before: Sequence[Record], batch: Sequence[Record]
) -> None:
    world = World.of([*WHOLE, *before])
    at_once, one_by_one = world.after(batch, 1), world
    as_it_was = facts(world)
    for change in batch:
        one_by_one = one_by_one.after([change], 1)

    assert facts(at_once) == facts(one_by_one)
    assert facts(world) == as_it_was
