"""The portal's French for the words of the organisation's lists."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Final

from habilis import Perimeter
from habilis.organisation import HistoryEvent, Moa, Person, StructureType, WantedStructure
from habilis.organisation.facts import AccountState, ApprovalObject, ApprovalState

__all__ = [
    "active",
    "changes",
    "label",
    "named",
    "person",
    "place",
    "short_profiles",
    "wanted",
    "yes_no",
]

_LABELS: Final[Mapping[type[Enum], Mapping[str, str]]] = {
    StructureType: {"public": "publique", "private": "privée"},
    Moa: {"none": "sans MOA", "with": "avec MOA", "only": "exclusivement MOA"},
    AccountState: {"pending": "en attente", "active": "actif", "inactive": "inactif"},
    ApprovalObject: {
        "entitlement": "habilitation",
        "attachment": "rattachement",
        "account": "compte",
    },
    ApprovalState: {
        "requested": "demandé",
        "approved": "approuvé",
        "refused": "refusé",
        "withdrawn": "annulé",
    },
    HistoryEvent: {
        "structure_recorded": "structure créée",
        "structure_modified": "structure modifiée",
        "structure_renamed": "identifiant changé",
        "principal_manager_changed": "gestionnaire principal changé",
        "service_recorded": "service créé",
        "service_modified": "service modifié",
        "service_removed": "service supprimé",
        "attached": "rattachement",
        "detached": "détachement",
        "entitlements_changed": "habilitations changées",
        "requested": "demande",
        "approved": "approbation",
        "refused": "refus",
        "withdrawn": "annulation",
    },
}
_LEVELS: Final = {"consultation": "C", "modification": "M"}


def label(word: StrEnum) -> str:
    """The word as the portal has it."""
    return _LABELS[type(word)][word.value]


def yes_no(value: bool) -> str:
    return "oui" if value else "non"


def active(value: bool) -> str:
    return "actif" if value else "inactif"


def place(perimeter: Perimeter | None) -> tuple[str, str]:
    """The structure and the service, "" for none."""
    return ("", "") if perimeter is None else (perimeter.structure, perimeter.service or "")


def person(who: Person | None) -> str:
    """The address of a person, or the account where the facts have none."""
    return "" if who is None else who.email or who.account


def named(identifier: str, name: str) -> str:
    """An identifier with the name that it stands for."""
    return f"{identifier} {name}".strip()


def wanted(structure: WantedStructure | None) -> str:
    """A structure that is not there yet."""
    return "" if structure is None else f"{structure.name} ({structure.identifier}, à créer)"


def short_profiles(profiles: tuple[str, ...]) -> str:
    """Each application with its levels, C for consultation and M for modification."""
    levels: dict[str, str] = {}
    for profile in profiles:
        application, _, level = profile.partition(":")
        levels[application] = levels.get(application, "") + _LEVELS.get(level, f" {level}")
    return ", ".join(f"{application} {level}" for application, level in levels.items())


def changes(added: tuple[str, ...], removed: tuple[str, ...]) -> str:
    """What is given, then what is taken."""
    told = {"+": short_profiles(added), "-": short_profiles(removed)}
    return "; ".join(f"{sign} {profiles}" for sign, profiles in told.items() if profiles)
