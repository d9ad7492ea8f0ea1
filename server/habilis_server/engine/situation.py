"""What a question is about, once its resource is looked up or checked against the World."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from habilis import Perimeter, Resource
from habilis_server.rulebook import Attribute
from habilis_server.rulebook.rulebook import ResourceType
from habilis_server.world import World
from habilis_server.world.facts import (
    Account,
    AccountState,
    Approval,
    ApprovalObject,
    ApprovalState,
    Moa,
    StructureType,
)

__all__ = ["Situation", "owner_of", "resolve", "value_of"]

_NONE: Final[Mapping[str, Perimeter]] = {}
_NO_PROPERTIES: Final[Mapping[str, str]] = {}
_STRUCTURE: Final = "structure"


class Situation(NamedTuple):
    """The parties and properties to judge; `thing` is the account or approval looked up."""

    parties: Mapping[str, Perimeter]
    properties: Mapping[str, str]
    thing: Account | Approval | None = None


def resolve(resource: Resource, kind: ResourceType, world: World) -> Situation | None:
    """The situation, or None when the resource, a party or a value is unknown."""
    if kind.looked_up:
        return _LOOK_UPS[resource.type](resource, world) if not resource.properties else None
    for party, perimeter in resource.parties.items():
        if party not in kind.parties or not _exists(perimeter, world):
            return None
    for name, value in resource.properties.items():
        if name not in kind.properties:
            return None
        values = kind.properties[name]
        if not value if values is None else value not in values:
            return None
    return Situation(resource.parties, resource.properties)


def _exists(perimeter: Perimeter, world: World) -> bool:
    if perimeter.structure not in world.structures:
        return False
    return perimeter.service is None or perimeter in world.services


def _structure(resource: Resource, world: World) -> Situation | None:
    perimeter = Perimeter(resource.id)
    if resource.parties or not _exists(perimeter, world):
        return None
    return Situation({_STRUCTURE: perimeter}, _NO_PROPERTIES)


def _service(resource: Resource, world: World) -> Situation | None:
    perimeter = Perimeter.parse(resource.id)
    if resource.parties or perimeter.service is None or not _exists(perimeter, world):
        return None
    return Situation({_STRUCTURE: perimeter}, _NO_PROPERTIES)


def _approval(resource: Resource, world: World) -> Situation | None:
    approval = world.approvals.get(resource.id)
    if resource.parties or approval is None:
        return None
    if approval.perimeter is None:
        return Situation(_NONE, _NO_PROPERTIES, approval)
    if not _exists(approval.perimeter, world):
        return None
    return Situation({_STRUCTURE: approval.perimeter}, _NO_PROPERTIES, approval)


def _account(resource: Resource, world: World) -> Situation | None:
    """An account, seen from the perimeter that the caller names if he names one.

    The World must know that the account is attached just there: the caller
    chooses among facts, he never brings one.
    """
    account = world.accounts.get(resource.id)
    if account is None or resource.parties.keys() - {_STRUCTURE}:
        return None
    perimeter = resource.parties.get(_STRUCTURE)
    if perimeter is None:
        return Situation(_NONE, _NO_PROPERTIES, account)
    if not _exists(perimeter, world):
        return None
    attached = perimeter in world.attachments.get(account.id, _NONE)
    manages = (
        perimeter.service is None
        and world.structures[perimeter.structure].principal_manager == account.id
    )
    return Situation(resource.parties, _NO_PROPERTIES, account) if attached or manages else None


_LOOK_UPS: Final[Mapping[str, Callable[[Resource, World], Situation | None]]] = {
    "structure": _structure,
    "service": _service,
    "approbation": _approval,
    "compte": _account,
}


def owner_of(situation: Situation) -> str | None:
    """Whose thing it is: the account itself, or who made the request; None: nobody's."""
    match situation.thing:
        case Account(id=account):
            return account
        case Approval(requester=requester):
            return requester
        case None:
            return None


_ACCOUNT_STATES: Final = {
    AccountState.PENDING: "EN_ATTENTE",
    AccountState.ACTIVE: "ACTIF",
    AccountState.INACTIVE: "INACTIF",
}
_STRUCTURE_TYPES: Final = {StructureType.PUBLIC: "PUBLIQUE", StructureType.PRIVATE: "PRIVEE"}
_MOA: Final = {Moa.NONE: "AUCUNE", Moa.WITH: "AVEC", Moa.ONLY: "EXCLUSIVE"}
_APPROVAL_OBJECTS: Final = {
    ApprovalObject.ENTITLEMENT: "HABILITATION",
    ApprovalObject.ATTACHMENT: "RATTACHEMENT",
    ApprovalObject.ACCOUNT: "COMPTE",
}
_APPROVAL_STATES: Final = {
    ApprovalState.REQUESTED: "DEMANDE",
    ApprovalState.APPROVED: "APPROUVE",
    ApprovalState.REFUSED: "REFUSE",
    ApprovalState.WITHDRAWN: "ANNULE",
}


def value_of(attribute: Attribute, situation: Situation, subject: str, world: World) -> str | None:
    """The attribute's value here; None when it is absent."""
    if attribute.field == "subject.id":
        return subject
    if attribute.party is not None:
        perimeter = situation.parties.get(attribute.party)
        return None if perimeter is None else _value_of_perimeter(attribute, perimeter, world)
    match situation.thing:
        case Account() as account if attribute.field == "account.id":
            return account.id
        case Account() as account if attribute.field == "account.etat":
            return _ACCOUNT_STATES[account.state]
        case Approval() as approval if attribute.field == "approval.requester":
            return approval.requester
        case Approval() as approval if attribute.field == "approval.objet":
            return _APPROVAL_OBJECTS[approval.object]
        case Approval() as approval if attribute.field == "approval.etat":
            return _APPROVAL_STATES[approval.state]
        case _:
            return situation.properties.get(attribute.field)


def _value_of_perimeter(attribute: Attribute, perimeter: Perimeter, world: World) -> str | None:
    structure = world.structures[perimeter.structure]
    match attribute.field:
        case "structure.id":
            return structure.id
        case "structure.principal_manager":
            return structure.principal_manager
        case "structure.type":
            return _STRUCTURE_TYPES[structure.type]
        case "structure.moa":
            return _MOA[structure.moa]
        case "structure.etat":
            return "ACTIVE" if structure.active else "INACTIVE"
        case _:
            if perimeter.service is None:
                return None
            return "ACTIF" if world.services[perimeter].active else "INACTIF"
