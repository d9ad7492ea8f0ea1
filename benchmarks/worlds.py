"""Worlds and questions of a chosen size, the same for the same seed."""

import random
from collections.abc import Iterator
from typing import Final

from habilis import Perimeter, Question, Resource
from habilis.organisation import AccountState, Moa, StructureType
from habilis_server.world import Account, Attachment, Record, Service, Structure

__all__ = ["records", "structure_questions", "works_questions"]

_ACCOUNTS_PER_STRUCTURE: Final = 5
_PARTIES: Final = ("fournisseur", "moe", "moa", "destinataire", "deposant")
_WORKS_ACTIONS: Final = ("consulter", "refuser", "suspendre", "deposer_piece_suivante")
_STATES: Final = ("MISE_A_DISPOSITION_MOE", "MISE_A_DISPOSITION_MOA", "ASSOCIEE")


def records(accounts: int) -> Iterator[Record]:
    """A portal of `accounts` people: one structure for five of them, each with two services."""
    structures = accounts // _ACCOUNTS_PER_STRUCTURE
    for number in range(structures):
        yield Structure(
            id=_structure(number),
            identifier_type="SIRET",
            type=StructureType.PUBLIC if number % 8 == 0 else StructureType.PRIVATE,
            name=f"STRUCTURE {number}",
            active=number % 50 != 0,
            moa=Moa.WITH if number % 8 == 0 else Moa.NONE,
            principal_manager=_account(number * _ACCOUNTS_PER_STRUCTURE),
        )
        for code in ("SRV1", "SRV2"):
            yield Service(structure=_structure(number), code=code, name=code, active=True)
    for number in range(accounts):
        yield Account(id=_account(number), email=f"{number}@example.org", state=AccountState.ACTIVE)
        service = "SRV1" if number % 3 == 0 else None
        yield Attachment(account=_account(number), perimeter=Perimeter(_home(number), service))


def structure_questions(accounts: int, count: int, seed: int) -> Iterator[Question]:
    """May this person consult, or modify, this structure? One time in five not his own.

    Each question is made when it is asked for, as a server reads it off the wire.
    """
    dice = random.Random(seed)
    for _ in range(count):
        number = dice.randrange(accounts)
        asked = _home(number) if dice.random() < 0.8 else _home(dice.randrange(accounts))
        verb = dice.choice(("consulter_structure", "modifier_structure"))
        yield Question(
            subject=_account(number),
            action=f"organisation.{verb}",
            resource=Resource(type="structure", id=asked),
        )


def works_questions(accounts: int, count: int, seed: int) -> Iterator[Question]:
    """May this person act on this works piece of five parties, of which his own is one?"""
    dice = random.Random(seed)
    for _ in range(count):
        number = dice.randrange(accounts)
        homes = [_home(dice.randrange(accounts)) for _ in _PARTIES]
        homes[dice.randrange(len(homes))] = _home(number)
        parties = {party: Perimeter(home) for party, home in zip(_PARTIES, homes, strict=True)}
        properties = {
            "etat": dice.choice(_STATES),
            "cadre": dice.choice(("A4", "A15")),
            "cadre_suivant": dice.choice(("A15", "A19")),
        }
        yield Question(
            subject=_account(number),
            action=f"factures_travaux.{dice.choice(_WORKS_ACTIONS)}",
            resource=Resource(
                type="piece_travaux", id="EA1", parties=parties, properties=properties
            ),
        )


def _account(number: int) -> str:
    return f"u{number:07d}"


def _structure(number: int) -> str:
    return f"{number:014d}"


def _home(account: int) -> str:
    return _structure(account // _ACCOUNTS_PER_STRUCTURE)
