"""What a person holds: the engine's bits and the plain links say the same, world after world."""

import random
from dataclasses import replace

import pytest

from habilis import Perimeter
from habilis_server.engine import words
from habilis_server.engine.grounding import links_of_perimeter, links_of_person
from habilis_server.engine.reach import Reach
from habilis_server.rulebook import Rulebook
from habilis_server.world import Attachment, Record, Service, World
from tests.engine.small_world import OPEN, OPEN_DESK, account, small_world, structure
from tests.rulebook.small_policy import PROFILES, VOCABULARY, read, small, with_text

PEOPLE = ("anna", "bob", "chloe", "denis", "eve")
WHOLES = tuple(Perimeter(name) for name in ("S1", "S10", "S2"))
DESKS = tuple(Perimeter(place.structure, code) for place in WHOLES for code in ("A", "B"))
PLACES = (*WHOLES, *DESKS)
NAMES = (
    *("factures:consultation", "factures:modification", "portail:modification"),
    *("inconnu:consultation", "factures"),
)


def policies() -> dict[str, Rulebook]:
    alone = with_text(VOCABULARY, "covers: [structure, services]", "covers: [structure]")
    no_office = with_text(
        PROFILES, "    ex_officio: [principal_manager, legacy_secondary_manager]\n", ""
    )
    former = with_text(
        PROFILES, "ex_officio: [principal_manager, legacy", "ex_officio: [legacy", alone
    )
    return {
        "as it is": small(),
        "an attachment covers the structure alone": read(alone),
        "no office gives a profile": read(no_office),
        "an office of former managers alone": read(former),
    }


def random_world(dice: random.Random) -> World:
    records: list[Record] = [account(name, support=dice.random() < 0.3) for name in PEOPLE]
    for place in WHOLES:
        manager = dice.choice([None, *PEOPLE])
        records.append(structure(place.structure, manager, active=dice.random() < 0.7))
    records += [
        Service(
            structure=place.structure,
            code=place.service or "",
            name="Service",
            active=dice.random() < 0.7,
        )
        for place in DESKS
    ]
    for name in PEOPLE:
        for place in PLACES:
            if dice.random() < 0.3:
                some = frozenset(profile for profile in NAMES if dice.random() < 0.4)
                records.append(
                    Attachment(
                        account=name,
                        perimeter=place,
                        profiles="default" if dice.random() < 0.5 else some,
                        legacy_secondary_manager=dice.random() < 0.2,
                    )
                )
    return World.of(records)


def by_bits(reach: Reach, name: str, place: Perimeter | None, world: World) -> set[str]:
    person = world.accounts[name]
    held = reach.anywhere(person) if place is None else reach.on(person, place, world)
    return {word for word, bit in reach.bits.items() if bit and held & bit}


def by_links(rulebook: Rulebook, name: str, place: Perimeter | None, world: World) -> set[str]:
    roles = {role for _, role, _ in links_of_person(name, place, rulebook, world)}
    states = {state for _, state in links_of_perimeter(place, world)}
    return (roles | states) - {words.ANYONE, words.STRUCTURE_ANY, words.SERVICE_ANY}


def differences(rulebook: Rulebook, reach: Reach, worlds: int) -> tuple[int, int, set[str]]:
    """Worlds over, how often the two were compared, how often they differed, and what was held."""
    dice = random.Random(41)  # repeatable, no secret
    compared = differing = 0
    seen: set[str] = set()
    for _ in range(worlds):
        world = random_world(dice)
        for name in PEOPLE:
            for place in (None, *PLACES):
                bits = by_bits(reach, name, place, world)
                links = by_links(rulebook, name, place, world)
                compared += 1
                differing += bits != links
                seen |= bits
    return compared, differing, seen


@pytest.mark.parametrize("policy", policies())
def test_the_bits_are_the_links(policy: str) -> None:
    rulebook = policies()[policy]
    reach = Reach(rulebook)

    compared, differing, seen = differences(rulebook, reach, 120)
    print(f"reach: {policy}: {compared} compared, {differing} differences")
    assert differing == 0
    assert compared == 120 * len(PEOPLE) * (1 + len(PLACES))
    unheld = {word for word, bit in reach.bits.items() if bit} - seen
    assert unheld <= {"profile:portail:modification"}


def test_a_reach_that_is_wrong_is_caught() -> None:
    rulebook = small()
    for attribute, wrong in (("_covers_services", False), ("_default", 0), ("_manager_office", 0)):
        reach = Reach(rulebook)
        setattr(reach, attribute, wrong)

        assert differences(rulebook, reach, 10)[1] > 0, attribute


BOTH = "factures:consultation factures:modification"
MANAGER = "member covered principal_manager factures:consultation portail:modification"
# Who, where → what is held there; the states of the place aside.
HELD = [
    ("agent", OPEN, f"member covered {BOTH}"),
    ("agent", OPEN_DESK, f"member covered {BOTH}"),
    ("lecteur", OPEN, "member covered factures:consultation"),
    ("guichet", OPEN, "member"),
    ("guichet", OPEN_DESK, f"member covered {BOTH}"),
    ("ancien", OPEN, "member covered portail:modification"),
    ("gp", OPEN, MANAGER),
    ("gp", OPEN_DESK, MANAGER),
    ("voisin", OPEN, ""),
    ("passant", OPEN, ""),
    ("aide", OPEN, "support"),
    ("aide", None, "support"),
    ("agent", None, ""),
]


@pytest.mark.parametrize(("name", "place", "held"), HELD, ids=str)
def test_what_a_person_holds_is_as_it_is_told(
    name: str, place: Perimeter | None, held: str
) -> None:
    world, rulebook = small_world(), small()

    for told in (
        by_bits(Reach(rulebook), name, place, world),
        by_links(rulebook, name, place, world),
    ):
        assert {
            word.partition(":")[2] for word in told if not word.startswith(("structure", "service"))
        } == {*held.split()}


def test_c6_a_profile_that_the_policy_does_not_know_gives_nothing() -> None:
    world = World.of(
        [
            structure("S1"),
            account("anna"),
            Attachment(
                account="anna", perimeter=OPEN, profiles=frozenset({"ancien:profil", "anyone"})
            ),
        ]
    )

    assert by_bits(Reach(small()), "anna", OPEN, world) == {
        *("role:member", "role:covered", "structure:active", "service:active")
    }


def test_a_profile_that_nobody_may_grant_is_carried_by_no_attachment() -> None:
    profiles = frozenset({"portail:modification"})
    tie = Attachment(account="anna", perimeter=OPEN, profiles=profiles)
    world = World.of([structure("S1"), account("anna"), tie])

    assert "profile:portail:modification" not in by_bits(Reach(small()), "anna", OPEN, world)
    former = World.of(
        [structure("S1"), account("anna"), replace(tie, legacy_secondary_manager=True)]
    )
    assert "profile:portail:modification" in by_bits(Reach(small()), "anna", OPEN, former)


def test_the_lowest_missing_bit_is_the_check_that_is_told() -> None:
    reach = Reach(small())
    reasons = [reach.reason_of[bit.bit_length()] for bit in sorted({*reach.bits.values()} - {0})]
    stages = [reach.stage_of[bit.bit_length()] for bit in sorted({*reach.bits.values()} - {0})]

    assert list(map(str, reasons)) == [
        "STRUCTURE_INACTIVE",
        "NOT_ATTACHED",
        "SERVICE_OUT_OF_SCOPE",
        "SERVICE_INACTIVE",
        "PROFILE_MISSING",
        "PROFILE_MISSING",
        "PROFILE_MISSING",
        "PRINCIPAL_MANAGER_ONLY",
        "SUPPORT_ONLY",
    ]
    assert stages == [1, 2, 3, 4, 5, 5, 5, 6, 6]
