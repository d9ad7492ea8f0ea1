"""People found by their address, requests by their structure and by who made them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given

from habilis import Perimeter
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, StructureType
from habilis_server.world import (
    Account,
    AccountChange,
    Approval,
    Record,
    Structure,
    StructureRenaming,
    World,
)
from tests.world.replaying import replayed
from tests.world.strategies import ACCOUNTS, STRUCTURES, histories

ANNA = Account(id="anna", email="Anna@Example.org", state=AccountState.ACTIVE)
ASKED = Approval(
    id="b",
    object=ApprovalObject.ATTACHMENT,
    requester="anna",
    perimeter=Perimeter("s", "desk"),
    state=ApprovalState.REQUESTED,
    requested_at="2026-03-03T12:00:00Z",
)
PLACE = Structure(
    id="s", identifier_type="SIRET", type=StructureType.PUBLIC, name="Services", active=True
)
ADDRESSES = ("a@example.org", "é@example.org", "A@Example.org", "nobody@example.org")


def looked_up(world: World) -> Mapping[str, object]:
    """Every answer about the few names there are, and the addresses that they may have."""
    addresses = {*ADDRESSES, *(account.email for account in world.accounts.values())}
    return {
        **{f"of {name}": world.approvals_of(name) for name in STRUCTURES},
        **{f"by {name}": world.requests_of(name) for name in ACCOUNTS},
        **{address: world.account_with_email(address) for address in addresses},
    }


@given(histories, histories)
def test_what_followed_says_what_is_made_anew(
    before: Sequence[Record], later: Sequence[Record]
) -> None:
    world = World.of(before)
    as_it_was = looked_up(world)
    followed = world.after(later, revision=1)

    assert looked_up(followed) == looked_up(World.of([*before, *later]))
    assert looked_up(world) == as_it_was


@given(histories)
def test_the_lookups_say_what_a_search_finds(history: Sequence[Record]) -> None:
    world = World.of(history)
    facts = replayed(history).values()
    approvals = sorted(
        (fact for fact in facts if isinstance(fact, Approval)),
        key=lambda each: (each.requested_at, each.id),
    )
    accounts = [fact for fact in facts if isinstance(fact, Account)]

    for structure in STRUCTURES:
        asked = [each for each in approvals if each.perimeter and each.perimeter[0] == structure]
        assert list(world.approvals_of(structure)) == asked
    for account in ACCOUNTS:
        made = [each for each in approvals if each.requester == account]
        assert list(world.requests_of(account)) == made
    for holder in accounts:
        found = world.account_with_email(holder.email)
        assert found is not None
        assert found.email.lower() == holder.email.lower()


@pytest.mark.parametrize("asked", ["Anna@Example.org", "anna@example.org", "ANNA@EXAMPLE.ORG"])
def test_an_address_is_found_in_any_case(asked: str) -> None:
    assert World.of([ANNA]).account_with_email(asked) == ANNA


@pytest.mark.parametrize("asked", ["ann@example.org", " anna@example.org", "anna@example.or\u212a"])
def test_another_address_finds_nobody(asked: str) -> None:
    """The last one ends with the Kelvin sign, which lower-case would make a `k`."""
    assert World.of([replace(ANNA, email="anna@example.ork")]).account_with_email(asked) is None


def test_of_two_holders_the_active_one_is_found_then_the_first() -> None:
    bea, carl = replace(ANNA, id="bea"), replace(ANNA, id="carl")
    assert World.of([carl, bea]).account_with_email(ANNA.email) == bea

    world = World.of([carl, replace(bea, state=AccountState.INACTIVE)])
    assert world.account_with_email(ANNA.email) == carl


def test_a_new_address_is_found_and_the_former_one_no_more() -> None:
    world = World.of([ANNA])
    assert world.account_with_email(ANNA.email) == ANNA
    moved = world.after([AccountChange(id="anna", fields={"email": "a@b.org"})], revision=1)

    assert moved.account_with_email("a@b.org") == replace(ANNA, email="a@b.org")
    assert moved.account_with_email(ANNA.email) is None


def test_requests_come_oldest_first_and_follow_a_renaming() -> None:
    older = replace(ASKED, id="c", requested_at="2026-03-03T11:00:00Z", requester="bea")
    same = replace(ASKED, id="a", perimeter=Perimeter("s"))
    elsewhere = replace(ASKED, id="d", perimeter=None)
    world = World.of([PLACE, ASKED, older, same, elsewhere])

    assert [each.id for each in world.approvals_of("s")] == ["c", "a", "b"]
    assert [each.id for each in world.requests_of("anna")] == ["a", "b", "d"]
    renamed = world.after([StructureRenaming(id="s", new_id="t")], revision=1)
    assert renamed.approvals_of("s") == ()
    assert [each.id for each in renamed.approvals_of("t")] == ["c", "a", "b"]
    assert world.approvals_of("unknown") == world.requests_of("unknown") == ()
