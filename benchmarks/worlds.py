"""Portals and questions of a chosen size, the same for the same size and seed.

For ten accounts there are six structures and fifteen attachments. A person is
attached to his home, where most manage, and one in two to a second structure.
One structure in eight has services, and one person in three is then attached
to one of them. Most carry the default profiles; a few have exceptions, or a list.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from habilis import Perimeter, Question, Resource
from habilis.organisation import AccountState, Moa, StructureType
from habilis_server.world import (
    DEFAULT_PROFILES,
    Account,
    Attachment,
    Record,
    Service,
    Structure,
)
from habilis_server.world.codec import encode

__all__ = [
    "account_name",
    "email_of",
    "home_of",
    "records",
    "structure_questions",
    "works_questions",
    "write_facts",
]

_PARTIES: Final = ("fournisseur", "moe", "moa", "destinataire", "deposant")
_WORKS_ACTIONS: Final = ("consulter", "refuser", "suspendre", "deposer_piece_suivante")
_STATES: Final = ("MISE_A_DISPOSITION_MOE", "MISE_A_DISPOSITION_MOA", "ASSOCIEE")
_LIST: Final = frozenset({"factures_travaux:consultation", "organisation:consultation"})
_EXCEPTION: Final = frozenset({"factures_travaux:modification"})
_SCATTERED: Final = 7_368_787
"""A prime beyond any size: it sends neighbours far apart."""


def records(accounts: int) -> Iterator[Record]:
    """A portal of `accounts` people, in the canonical order of its kinds."""
    for number in range(_structures(accounts)):
        yield _structure(number)
    for number in range(0, _structures(accounts), 8):
        for service in range(_services(number)):
            yield Service(
                structure=_structure_name(number),
                code=_code(service),
                name=f"SERVICE {service}",
                active=True,
            )
    for number in range(accounts):
        yield Account(
            id=account_name(number),
            email=email_of(number),
            state=AccountState.INACTIVE if number % 100 == 99 else AccountState.ACTIVE,
        )
    for number in range(accounts):
        yield from _attachments(number, accounts)


def write_facts(path: Path, accounts: int) -> int:
    """The portal as the lines that `habilis import` reads; how many there are."""
    lines = 0
    with path.open("w", encoding="utf-8") as file:
        for record in records(accounts):
            file.write(f"{encode(record)}\n")
            lines += 1
    return lines


def structure_questions(accounts: int, count: int, seed: int) -> Iterator[Question]:
    """May this person consult, or modify, this structure? One time in five not his own.

    Each question is made when it is asked for, as a server reads it off the wire.
    """
    dice = random.Random(seed)
    for _ in range(count):
        number = dice.randrange(accounts)
        other = number if dice.random() < 0.8 else dice.randrange(accounts)
        verb = dice.choice(("consulter_structure", "modifier_structure"))
        yield Question(
            subject=account_name(number),
            action=f"organisation.{verb}",
            resource=Resource(type="structure", id=home_of(other, accounts)),
        )


def works_questions(accounts: int, count: int, seed: int) -> Iterator[Question]:
    """May this person act on this works piece of five parties, of which his own is one?"""
    dice = random.Random(seed)
    for _ in range(count):
        number = dice.randrange(accounts)
        homes = [home_of(dice.randrange(accounts), accounts) for _ in _PARTIES]
        homes[dice.randrange(len(homes))] = home_of(number, accounts)
        parties = {party: Perimeter(home) for party, home in zip(_PARTIES, homes, strict=True)}
        properties = {
            "etat": dice.choice(_STATES),
            "cadre": dice.choice(("A4", "A15")),
            "cadre_suivant": dice.choice(("A15", "A19")),
        }
        yield Question(
            subject=account_name(number),
            action=f"factures_travaux.{dice.choice(_WORKS_ACTIONS)}",
            resource=Resource(
                type="piece_travaux", id="EA1", parties=parties, properties=properties
            ),
        )


def account_name(number: int) -> str:
    return f"u{number:07d}"


def email_of(account: int) -> str:
    return f"prenom.nom.{account}@structure-{account % 997}.example.org"


def home_of(account: int, accounts: int) -> str:
    """The structure to which the account of this number is attached, as a whole or in part."""
    return _structure_name(account % _structures(accounts))


def _structures(accounts: int) -> int:
    return max(1, accounts * 6 // 10)


def _structure_name(number: int) -> str:
    return f"{number:014d}"


def _services(structure: int) -> int:
    return 1 + structure // 8 % 5


def _code(service: int) -> str:
    return f"SRV{service}"


def _structure(number: int) -> Structure:
    return Structure(
        id=_structure_name(number),
        identifier_type="SIRET",
        type=StructureType.PUBLIC if number % 8 == 0 else StructureType.PRIVATE,
        name=f"STRUCTURE {number}",
        active=number % 50 != 49,
        moa=Moa.WITH if number % 8 == 0 else Moa.NONE,
        principal_manager=account_name(number),
    )


def _attachments(number: int, accounts: int) -> Iterator[Attachment]:
    home = number % _structures(accounts)
    in_service = home % 8 == 0 and number % 3 == 0
    service = _code(number % _services(home)) if in_service else None
    yield Attachment(
        account=account_name(number),
        perimeter=Perimeter(_structure_name(home), service),
        profiles=_LIST if number % 40 == 3 else DEFAULT_PROFILES,
        but=_EXCEPTION if number % 40 == 7 else frozenset(),
    )
    second = number * _SCATTERED % _structures(accounts)
    if number % 2 and second != home:
        yield Attachment(account=account_name(number), perimeter=Perimeter(_structure_name(second)))
