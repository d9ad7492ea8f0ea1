"""The principal manager (domain §5.4): one a structure, transferred or installed (F10, F11)."""

from dataclasses import replace

import pytest

from habilis import Perimeter
from habilis.organisation import AccountState, StructureType
from habilis_server.organisation import commands as c
from habilis_server.world import Account, Attachment
from tests.organisation.rows import row
from tests.organisation.soundness import RULE, rights
from tests.organisation.town import (
    FACTS,
    HALL,
    NEW_FIRM,
    NEW_HALL,
    OK,
    ORPHAN,
    PROFILE,
    ROADS,
    SLEEPY,
    Bench,
)

WHOLE = Perimeter(HALL)


def rulers(bench: Bench, structure: str = HALL) -> set[str]:
    return {
        who
        for who, place, right in rights(bench.world)
        if (right, place) == (RULE, Perimeter(structure))
    }


@row("5.4.1", may=True)
def test_who_creates_the_structure_is_its_principal_manager() -> None:
    bench = Bench()

    bench.does(
        "dora",
        c.CreateStructure(identifier_type="SIRET", identifier=NEW_FIRM, type=StructureType.PRIVATE),
    )

    assert bench.manager(NEW_FIRM) == "dora"
    assert rulers(bench, NEW_FIRM) == {"dora"}


@row("5.4.1", may=False)
def test_a_structure_is_created_once() -> None:
    bench = Bench()
    command = c.CreateStructure(
        identifier_type="SIRET", identifier=NEW_FIRM, type=StructureType.PRIVATE
    )
    bench.does("dora", command)

    assert bench.ask("nell", command) == "refused STRUCTURE_EXISTS"
    assert bench.manager(NEW_FIRM) == "dora"


@row("5.4.2", may=True)
def test_the_office_is_transferred_and_the_former_holder_is_a_simple_user() -> None:
    bench = Bench(delay=1800)

    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="sam"))

    assert bench.manager() == "sam"
    assert rulers(bench) == {"sam", "leo"}
    assert bench.holds("gina", WHOLE)
    assert bench.tie("gina", WHOLE) == Attachment(account="gina", perimeter=WHOLE)
    assert bench.ask("gina", c.LeaveStructure(perimeter=WHOLE)) == OK


def test_a_former_holder_who_was_not_attached_is_from_then_on() -> None:
    bench = Bench()
    place = Perimeter(SLEEPY)
    assert bench.tie("gina", place) is None

    bench.does("gina", c.TransferPrincipalManager(structure=SLEEPY, account="sam"))

    assert bench.tie("gina", place) == Attachment(account="gina", perimeter=place)


def test_the_profiles_of_both_stay_as_they_were() -> None:
    bench = Bench()
    gone = frozenset({PROFILE})
    for account in ("gina", "sam"):
        bench.does("gina", c.RemoveEntitlements(account=account, perimeter=WHOLE, profiles=gone))

    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="sam"))

    assert not bench.holds("gina", WHOLE)
    assert not bench.holds("sam", WHOLE)


@row("5.4.2", may=False)
@pytest.mark.parametrize(
    ("heir", "answer"),
    [
        ("gina", "refused SAME_PERSON"),
        ("ina", "refused ACCOUNT_NOT_ACTIVE"),
        ("pia", "refused ACCOUNT_NOT_ACTIVE"),
        ("none", "refused ACCOUNT_UNKNOWN"),
        ("nell", "refused NOT_ATTACHED"),
        ("vera", "refused NOT_ATTACHED"),
        ("olaf", "refused NOT_ATTACHED"),
    ],
)
def test_the_office_goes_to_an_active_person_of_the_structure(heir: str, answer: str) -> None:
    bench = Bench()

    command = c.TransferPrincipalManager(structure=HALL, account=heir)

    assert bench.ask("gina", command) == answer
    assert bench.field == "account"
    assert bench.manager() == "gina"


def test_it_is_transferred_once() -> None:
    """F11: the second of two transfers is no longer his to make."""
    bench = Bench()
    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="sam"))

    for heir in ("sam", "tim"):
        again = c.TransferPrincipalManager(structure=HALL, account=heir)
        assert bench.ask("gina", again) == "denied PRINCIPAL_MANAGER_ONLY"
    assert bench.ask("sam", c.TransferPrincipalManager(structure=HALL, account="gina")) == OK
    assert rulers(bench) == {"gina", "leo"}


def test_who_is_detached_first_is_no_heir() -> None:
    bench = Bench()
    bench.does("leo", c.DetachUser(account="sam", perimeter=WHOLE))

    command = c.TransferPrincipalManager(structure=HALL, account="sam")
    assert bench.ask("gina", command) == "refused NOT_ATTACHED"


@row("5.4.3", may=True)
@pytest.mark.parametrize("heir", ["dora", "sue", "gina"])
def test_where_nobody_is_in_office_the_support_installs_one(heir: str) -> None:
    bench = Bench()

    bench.does("sue", c.InstallPrincipalManager(structure=ORPHAN, account=heir))

    assert bench.manager(ORPHAN) == heir
    assert rulers(bench, ORPHAN) == {heir}
    assert bench.tie(heir, Perimeter(ORPHAN)) is not None


def test_where_the_former_one_has_gone_the_support_installs_another() -> None:
    gone = [
        replace(fact, state=AccountState.INACTIVE)
        if isinstance(fact, Account) and fact.id == "gina"
        else fact
        for fact in FACTS
    ]
    bench = Bench(gone)

    bench.does("sue", c.InstallPrincipalManager(structure=HALL, account="dora"))

    assert bench.manager() == "dora"
    assert rulers(bench) == {"dora", "leo"}
    bench.does("gina", c.ReactivateAccount())
    assert rulers(bench) == {"dora", "leo"}


@row("5.4.3", may=False)
@pytest.mark.parametrize(
    ("structure", "heir", "answer"),
    [
        (HALL, "dora", "refused PRINCIPAL_MANAGER_IN_OFFICE"),
        (HALL, "gina", "refused PRINCIPAL_MANAGER_IN_OFFICE"),
        (ORPHAN, "ina", "refused ACCOUNT_NOT_ACTIVE"),
        (ORPHAN, "none", "refused ACCOUNT_UNKNOWN"),
        ("999", "dora", "denied UNKNOWN_RESOURCE"),
    ],
)
def test_the_support_deposes_nobody(structure: str, heir: str, answer: str) -> None:
    bench = Bench()

    command = c.InstallPrincipalManager(structure=structure, account=heir)

    assert bench.ask("sue", command) == answer


@row("5.4.4", may=False)
@pytest.mark.parametrize("who", ["olaf", "sam", "vera", "leo", "dora", "sue", "ghost", "ina"])
def test_nobody_else_passes_the_office_on(who: str) -> None:
    bench = Bench()
    for heir in ("sam", who):
        command = c.TransferPrincipalManager(structure=HALL, account=heir)
        assert bench.ask(who, command).startswith("denied ")
        if who != "sue":
            install = c.InstallPrincipalManager(structure=ORPHAN, account=heir)
            assert bench.ask(who, install).startswith("denied ")
    assert (
        bench.ask(who, c.ModifyStructure(structure=HALL, fields={"principal_manager": who})) != OK
    )
    assert bench.manager() == "gina"


@row("5.4.4", may=True)
def test_of_several_structures_each_office_is_its_own() -> None:
    bench = Bench()

    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="sam"))

    assert bench.manager(SLEEPY) == "gina"
    assert bench.ask("gina", c.ActivateStructure(structure=SLEEPY)) == OK
    assert bench.ask("sam", c.DeactivateStructure(structure=SLEEPY)) == "denied PROFILE_MISSING"


@row("5.4.5", may=True)
def test_a_former_secondary_manager_manages_the_record_and_the_users() -> None:
    bench = Bench()
    for command in (
        c.ModifyStructure(structure=HALL, fields={"label": "Town hall"}),
        c.CreateService(structure=HALL, code="PARKS", name="Parks"),
        c.AttachUser(email="nell@example.org", perimeter=WHOLE),
        c.RemoveAllEntitlements(account="nell", perimeter=WHOLE),
        c.DetachUser(account="nell", perimeter=WHOLE),
    ):
        assert bench.ask("leo", command) == OK
    assert bench.ask("leo", c.Approve(approval="tim-asks")) == "denied PRINCIPAL_MANAGER_ONLY"
    assert bench.ask("leo", c.UpdateFromInsee(structure=HALL)) == "denied PRINCIPAL_MANAGER_ONLY"


@row("5.4.5", may=False)
@pytest.mark.parametrize("way", ["detached", "left"])
def test_what_was_kept_is_lost_with_the_attachment(way: str) -> None:
    bench = Bench()
    if way == "left":
        bench.does("leo", c.LeaveStructure(perimeter=WHOLE))
    else:
        bench.does("gina", c.DetachUser(account="leo", perimeter=WHOLE))

    bench.does("gina", c.AttachUser(email="leo@example.org", perimeter=WHOLE))

    assert rulers(bench) == {"gina"}
    assert bench.holds("leo", WHOLE)


@row("5.4.5", may=False)
def test_who_was_in_office_is_a_simple_user_whatever_he_was_before() -> None:
    """Q8: after the transfer he no longer holds Organisation modification."""
    bench = Bench()
    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="leo"))
    bench.does("leo", c.TransferPrincipalManager(structure=HALL, account="sam"))

    assert rulers(bench) == {"sam"}
    assert bench.holds("leo", WHOLE)
    assert bench.ask("leo", c.AttachUser(email="nell@example.org", perimeter=WHOLE)) == (
        "denied PROFILE_MISSING"
    )
    leo = bench.tie("leo", Perimeter(SLEEPY))
    assert leo is not None
    assert leo.legacy_secondary_manager  # elsewhere he keeps what he had


def test_what_was_kept_at_a_service_is_kept_there_alone() -> None:
    kept = [
        replace(f, legacy_secondary_manager=True)
        if isinstance(f, Attachment) and f.perimeter == ROADS
        else f
        for f in FACTS
    ]
    bench = Bench(kept)

    assert bench.ask("vera", c.AttachUser(email="nell@example.org", perimeter=ROADS)) == OK
    assert bench.ask("vera", c.ModifyService(perimeter=ROADS, fields={"name": "R"})) == OK
    for command in (
        c.AttachUser(email="nell@example.org", perimeter=WHOLE),
        c.ModifyStructure(structure=HALL, fields={"label": "x"}),
        c.DetachUser(account="sam", perimeter=WHOLE),
    ):
        assert bench.ask("vera", command) == "denied SERVICE_OUT_OF_SCOPE"


def test_who_is_approved_for_an_unknown_public_structure_manages_it() -> None:
    bench = Bench()

    bench.does("sue", c.ApproveAccount(approval="quin-asks"))

    assert bench.manager(NEW_HALL) == "quin"
    assert rulers(bench, NEW_HALL) == {"quin"}
