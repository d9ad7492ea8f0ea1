"""Entitlements (domain §2.6, Q1, Q2, Q7; F2, F4): given where one rules, save what none gives."""

from itertools import product

import pytest

from habilis import Perimeter
from habilis_server.organisation import commands as c
from tests.conftest import Figure
from tests.organisation.soundness import DEFAULT, GRANTABLE, held
from tests.organisation.town import (
    FIRM,
    HALL,
    LAB,
    OK,
    ORGANISATION,
    PROFILE,
    ROADS,
    SLEEPY,
    Bench,
    engine,
)

WHOLE = Perimeter(HALL)
SOME = frozenset({PROFILE})
EVERY = sorted(engine().rulebook.profiles)


def profiles(bench: Bench, account: str, place: Perimeter = WHOLE) -> frozenset[str]:
    return held(bench.tie(account, place))


def test_a_profile_is_given_taken_and_given_again() -> None:
    bench = Bench()
    assert PROFILE not in profiles(bench, "rob")

    bench.does("gina", c.AddEntitlements(account="rob", perimeter=WHOLE, profiles=SOME))
    assert bench.holds("rob", WHOLE)
    bench.does("leo", c.RemoveEntitlements(account="rob", perimeter=WHOLE, profiles=SOME))
    assert not bench.holds("rob", WHOLE)
    bench.does("gina", c.AddEntitlements(account="rob", perimeter=WHOLE, profiles=SOME))
    assert profiles(bench, "rob") == {PROFILE, "factures_travaux:consultation"}


def test_all_is_taken_and_the_attachment_stays() -> None:
    bench = Bench()

    bench.does("gina", c.RemoveAllEntitlements(account="tim", perimeter=WHOLE))

    assert bench.tie("tim", WHOLE) is not None
    assert profiles(bench, "tim") == frozenset()
    again = c.RemoveAllEntitlements(account="tim", perimeter=WHOLE)
    assert bench.ask("gina", again) == "refused NOTHING_TO_DO"


def test_just_these_are_held_afterwards() -> None:
    bench = Bench()
    wanted = frozenset({PROFILE, "dume:consultation"})
    command = c.ReplaceEntitlements(account="tim", perimeter=WHOLE, profiles=wanted)

    bench.does("gina", command)

    assert profiles(bench, "tim") == wanted
    assert bench.ask("gina", command) == "refused NOTHING_TO_DO"
    none = c.ReplaceEntitlements(account="tim", perimeter=WHOLE, profiles=frozenset())
    bench.does("gina", none)
    assert profiles(bench, "tim") == frozenset()


def test_a_colleague_s_profiles_are_copied_and_no_more() -> None:
    bench = Bench()

    bench.does("gina", c.DuplicateEntitlements(source="rob", account="tim", perimeter=WHOLE))
    assert profiles(bench, "tim") == profiles(bench, "rob")

    bench.does("gina", c.DuplicateEntitlements(source="leo", account="rob", perimeter=WHOLE))
    assert profiles(bench, "rob") == DEFAULT
    assert not bench.manages("rob", WHOLE)  # what leo kept is nobody's to give


def test_copies_stay_on_one_perimeter() -> None:
    bench = Bench()
    for source, account, place in (
        ("rob", "rob", WHOLE),
        ("vera", "tim", WHOLE),
        ("rob", "vera", WHOLE),
        ("olaf", "tim", WHOLE),
        ("rob", "tim", ROADS),
    ):
        command = c.DuplicateEntitlements(source=source, account=account, perimeter=place)
        wanted = "refused SAME_PERSON" if source == account else "denied UNKNOWN_RESOURCE"
        assert bench.ask("gina", command) == wanted


@pytest.mark.parametrize("names", [{ORGANISATION}, {ORGANISATION, PROFILE}])
@pytest.mark.parametrize("who", ["gina", "leo"])
@pytest.mark.parametrize("account", ["tim", "gina", "leo"])
def test_nobody_gives_organisation_modification(who: str, account: str, names: set[str]) -> None:
    bench = Bench()
    before = bench.world

    for command in (c.AddEntitlements, c.ReplaceEntitlements, c.RemoveEntitlements):
        made = command(account=account, perimeter=WHOLE, profiles=frozenset(names))
        assert bench.ask(who, made) == "refused PROFILE_NOT_GRANTABLE"
    assert bench.world is before


def test_a_profile_that_is_none_is_not_given() -> None:
    bench = Bench()
    for names in ({"none:such"}, {"none:such", PROFILE}, {""}, {PROFILE.upper()}):
        command = c.AddEntitlements(account="tim", perimeter=WHOLE, profiles=frozenset(names))
        assert bench.ask("gina", command) == "refused PROFILE_UNKNOWN"
    nothing = c.AddEntitlements(account="tim", perimeter=WHOLE, profiles=frozenset())
    assert bench.ask("gina", nothing) == "refused NOTHING_TO_DO"


def test_a_principal_manager_without_an_attachment_has_no_profiles_to_change() -> None:
    bench = Bench()
    place = Perimeter(SLEEPY)
    command = c.RemoveEntitlements(account="gina", perimeter=place, profiles=SOME)

    assert bench.tie("gina", place) is None
    assert bench.ask("gina", command) == "refused NOT_ATTACHED"


def test_who_manages_users_without_reading_them_manages_no_longer() -> None:
    """Q3: a former secondary manager writes by two profiles, of which one may be taken."""
    bench = Bench()
    reads = frozenset({"organisation:consultation"})
    bench.does("gina", c.RemoveEntitlements(account="leo", perimeter=WHOLE, profiles=reads))

    back = c.AddEntitlements(account="leo", perimeter=WHOLE, profiles=reads)
    assert bench.ask("leo", back) == "denied PROFILE_MISSING"
    assert bench.ask("gina", back) == OK
    assert bench.manages("leo", WHOLE)


def test_what_is_taken_from_the_principal_manager_keeps_him_in_office() -> None:
    bench = Bench()
    bench.does("leo", c.RemoveAllEntitlements(account="gina", perimeter=WHOLE))

    assert not bench.holds("gina", WHOLE)
    assert bench.manages("gina", WHOLE)
    assert bench.ask("gina", c.Approve(approval="nell-asks")) == OK


RULED = {
    "gina": (HALL,),
    "leo": (HALL,),
    "olaf": (FIRM,),
    "sam": (),
    "vera": (),
    "sue": (),
    "dora": (),
}


def test_nobody_grants_or_takes_on_a_perimeter_that_is_not_his(figure: Figure) -> None:
    """F2: every manager, every profile, every attachment there is."""
    ties = [
        ("rob", WHOLE),
        ("tim", WHOLE),
        ("vera", ROADS),
        ("olaf", Perimeter(FIRM)),
        ("fay", LAB),
    ]
    granted = refused = 0
    for (who, ruled), (account, place) in product(RULED.items(), ties):
        bench = Bench(checked=False)
        for profile in EVERY:
            for command in (c.AddEntitlements, c.RemoveEntitlements):
                made = command(account=account, perimeter=place, profiles=frozenset({profile}))
                answer = bench.ask(who, made)
                if place.structure not in ruled:
                    assert answer.startswith("denied ")
                    refused += 1
                elif profile in GRANTABLE:
                    assert answer == OK
                    granted += 1
                else:
                    assert answer == "refused PROFILE_NOT_GRANTABLE"
                    refused += 1
    figure(f"{granted + refused} grants and revocations asked, {granted} in place, 0 elsewhere")
