"""Random facts, as portable records: small towns where every state of everything occurs."""

from collections.abc import Sequence

from tests.differential.dice import Dice
from tests.oracle import Data, Place

__all__ = ["places_of", "random_records"]

# Names that are also words of the machinery: that must not matter.
PEOPLE = ("anna", "bruno", "chloe", "dina", "absent", "user:anna", "S1")
STRUCTURES = ("S1", "S2", "absent", "anywhere")
CODES = ("A", "B", "SAAM D4", "A/B", "absent")
STATES = ("active", "active", "active", "active", "pending", "inactive")


def random_records(dice: Dice, profiles: Sequence[str]) -> list[Data]:
    """A small town whose attachments carry some of `profiles`, and some that do not exist."""
    people = dice.some(PEOPLE, 3, 6)
    structures = dice.some(STRUCTURES, 2, 3)
    services = [(structure, code) for structure in structures for code in dice.some(CODES, 0, 2)]
    places: list[Place] = [*((structure, None) for structure in structures), *services]
    return [
        *(random_account(dice, person) for person in people),
        *(random_structure(dice, structure, people) for structure in structures),
        *(random_service(dice, structure, code) for structure, code in services),
        *random_attachments(dice, people, places, profiles),
        *(random_approval(dice, name, people, places) for name in ("D1", "D2", "D3")),
    ]


def places_of(records: Sequence[Data]) -> list[Place]:
    """The structures and services of these facts."""
    wholes: list[Place] = [(each["id"], None) for each in records if each["kind"] == "structure"]
    parts = [(each["structure"], each["code"]) for each in records if each["kind"] == "service"]
    return [*wholes, *parts]


def random_account(dice: Dice, person: str) -> Data:
    return {
        "kind": "account",
        "id": person,
        "email": "someone@example.org",
        "state": dice.one(STATES),
        "support": dice.chance(0.25),
    }


def random_structure(dice: Dice, structure: str, people: Sequence[str]) -> Data:
    return {
        "kind": "structure",
        "id": structure,
        "identifier_type": dice.one(["SIRET", "AUTRE", "PARTICULIER"]),
        "type": dice.one(["public", "private"]),
        "name": structure,
        "active": dice.chance(0.75),
        "moa": dice.one(["none", "with", "only"]),
        "principal_manager": dice.one(people) if dice.chance(0.8) else None,
    }


def random_service(dice: Dice, structure: str, code: str) -> Data:
    return {
        "kind": "service",
        "structure": structure,
        "code": code,
        "name": code,
        "active": dice.chance(0.7),
    }


def random_attachments(
    dice: Dice, people: Sequence[str], places: Sequence[Place], profiles: Sequence[str]
) -> list[Data]:
    return [
        {
            "kind": "attachment",
            "account": person,
            "structure": structure,
            "service": service,
            "profiles": random_profiles(dice, profiles),
            **random_exceptions(dice, profiles),
            "legacy_secondary_manager": dice.chance(0.2),
        }
        for person in people
        for structure, service in dice.each(places, 0.4)
    ]


def random_profiles(dice: Dice, profiles: Sequence[str]) -> str | list[str]:
    if dice.chance(0.4):
        return "default"
    return dice.some([*profiles, "inconnue:consultation"], 0, len(profiles))


def random_exceptions(dice: Dice, profiles: Sequence[str]) -> Data:
    """What is held beyond the profiles, and what is not held after all; the two may overlap."""
    named = [*profiles, "inconnue:consultation"]
    return {key: dice.some(named, 1, 3) for key in dice.each(("also", "but"), 0.3)}


def random_approval(dice: Dice, name: str, people: Sequence[str], places: Sequence[Place]) -> Data:
    structure, service = dice.one(places) if dice.chance(0.75) else (None, None)
    return {
        "kind": "approval",
        "id": name,
        "object": dice.one(["entitlement", "attachment", "account"]),
        "requester": dice.one(people),
        "structure": structure,
        "service": service,
        "state": dice.one(["requested", "requested", "approved", "refused", "withdrawn"]),
    }
