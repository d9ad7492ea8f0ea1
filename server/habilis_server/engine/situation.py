"""What a question is about, once its resource is looked up or checked against the World."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from habilis import Perimeter, Resource
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, Moa, StructureType
from habilis_server.rulebook import Attribute
from habilis_server.rulebook.rulebook import ResourceType, Source
from habilis_server.world import World
from habilis_server.world.facts import Account, Approval, Structure

__all__ = ["Situation", "ValueReader", "owner_of", "resolve", "value_reader"]

_NONE: Final[Mapping[str, Perimeter]] = {}
_NO_PROPERTIES: Final[Mapping[str, str]] = {}
_STRUCTURE: Final = "structure"


class Situation(NamedTuple):
    """The parties and properties to judge; `thing` is the account or approval looked up."""

    parties: Mapping[str, Perimeter]
    properties: Mapping[str, str]
    thing: Account | Approval | None = None


# Below, `tuple.__new__` makes a named tuple at half the cost of its own constructor.


def resolve(resource: Resource, kind: ResourceType, world: World) -> Situation | None:
    """The situation, or None when the resource, a party or a value is unknown."""
    if kind.looked_up:
        return _LOOK_UPS[resource.type](resource, world) if not resource.properties else None
    structures, services = world.structures, world.services
    for party, perimeter in resource.parties.items():
        structure, service = perimeter
        if party not in kind.parties or structure not in structures:
            return None
        if service is not None and perimeter not in services:
            return None
    for name, value in resource.properties.items():
        if name not in kind.properties:
            return None
        values = kind.properties[name]
        if not value if values is None else value not in values:
            return None
    return tuple.__new__(Situation, (resource.parties, resource.properties, None))


def _exists(perimeter: Perimeter, world: World) -> bool:
    if perimeter.structure not in world.structures:
        return False
    return perimeter.service is None or perimeter in world.services


def _structure(resource: Resource, world: World) -> Situation | None:
    structure = world.structures.get(resource.id)
    if structure is None or resource.parties:
        return None
    # The World's own text, which its other tables share: found without being read.
    perimeter = tuple.__new__(Perimeter, (structure.id, None))
    return tuple.__new__(Situation, ({_STRUCTURE: perimeter}, _NO_PROPERTIES, None))


def _service(resource: Resource, world: World) -> Situation | None:
    perimeter = Perimeter.parse(resource.id)
    if resource.parties or perimeter.service is None or not _exists(perimeter, world):
        return None
    return tuple.__new__(Situation, ({_STRUCTURE: perimeter}, _NO_PROPERTIES, None))


def _approval(resource: Resource, world: World) -> Situation | None:
    approval = world.approvals.get(resource.id)
    if resource.parties or approval is None:
        return None
    if approval.perimeter is None:
        return tuple.__new__(Situation, (_NONE, _NO_PROPERTIES, approval))
    if not _exists(approval.perimeter, world):
        return None
    return tuple.__new__(Situation, ({_STRUCTURE: approval.perimeter}, _NO_PROPERTIES, approval))


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
        return tuple.__new__(Situation, (_NONE, _NO_PROPERTIES, account))
    if not _exists(perimeter, world):
        return None
    attached = perimeter in world.attachments.get(account.id, _NONE)
    manages = (
        perimeter.service is None
        and world.structures[perimeter.structure].principal_manager == account.id
    )
    if not attached and not manages:
        return None
    return tuple.__new__(Situation, (resource.parties, _NO_PROPERTIES, account))


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

ValueReader = Callable[[Situation, str, World], str | None]
"""Situation, subject and World → the attribute's value there; None when it is absent."""

_OF_STRUCTURE: Final[Mapping[str, Callable[[Structure], str | None]]] = {
    "structure.id": lambda structure: structure.id,
    "structure.principal_manager": lambda structure: structure.principal_manager,
    "structure.type": lambda structure: _STRUCTURE_TYPES[structure.type],
    "structure.identifier_type": lambda structure: structure.identifier_type,
    "structure.moa": lambda structure: _MOA[structure.moa],
    "structure.etat": lambda structure: "ACTIVE" if structure.active else "INACTIVE",
}
_OF_ACCOUNT: Final[Mapping[str, Callable[[Account], str]]] = {
    "account.id": lambda account: account.id,
    "account.etat": lambda account: _ACCOUNT_STATES[account.state],
}
_OF_APPROVAL: Final[Mapping[str, Callable[[Approval], str]]] = {
    "approval.requester": lambda approval: approval.requester,
    "approval.objet": lambda approval: _APPROVAL_OBJECTS[approval.object],
    "approval.etat": lambda approval: _APPROVAL_STATES[approval.state],
}


def value_reader(attribute: Attribute) -> ValueReader:
    """What reads this attribute of any situation."""
    field = attribute.field
    if attribute.source is Source.PROPERTY:
        return lambda situation, _subject, _world: situation.properties.get(field)
    if field == "subject.id":
        return lambda _situation, subject, _world: subject
    if field == "service.etat":
        return _service_reader(attribute.party or _STRUCTURE)
    if field in _OF_STRUCTURE:
        return _structure_reader(attribute.party or _STRUCTURE, _OF_STRUCTURE[field])
    return _thing_reader(field)


def _structure_reader(party: str, get: Callable[[Structure], str | None]) -> ValueReader:
    def read(situation: Situation, _subject: str, world: World) -> str | None:
        perimeter = situation.parties.get(party)
        return None if perimeter is None else get(world.structures[perimeter.structure])

    return read


def _service_reader(party: str) -> ValueReader:
    def read(situation: Situation, _subject: str, world: World) -> str | None:
        perimeter = situation.parties.get(party)
        if perimeter is None or perimeter.service is None:
            return None
        return "ACTIF" if world.services[perimeter].active else "INACTIF"

    return read


def _thing_reader(field: str) -> ValueReader:
    of_account, of_approval = _OF_ACCOUNT.get(field), _OF_APPROVAL.get(field)

    def read(situation: Situation, _subject: str, _world: World) -> str | None:
        match situation.thing:
            case Account() as account if of_account is not None:
                return of_account(account)
            case Approval() as approval if of_approval is not None:
                return of_approval(approval)
            case _:
                return None

    return read
