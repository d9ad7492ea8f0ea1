"""The commands on the model: one case each, in which all that must hold is asked first."""

from habilis import Perimeter
from habilis.organisation import StructureType
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from tests.organisation.model import PARAMETERS, RESERVED, Model, Refused, Wish, need
from tests.organisation.soundness import GRANTABLE
from tests.organisation.town import REGISTER

__all__ = ["does"]

NONE: frozenset[str] = frozenset()


def does(m: Model, actor: str, command: Command, made: str = "", account: str = "") -> bool:
    """Whether the command is carried out; it is then done.

    `made`, `account`: the names under which the request and the account asked
    for become known.
    """
    try:
        _accounts(m, actor, command, made, account)
    except Refused:
        return False
    return True


def _accounts(m: Model, actor: str, command: Command, made: str, account: str) -> None:
    match command:
        case c.RequestAccount():
            m.apply_for(command, made, account)
        case c.ModifyAccount(email=email):
            need(m.active(actor), "@" in email, m.holder(email) is None)
            m.people[actor].email = email
        case c.DeactivateAccount():
            need(m.active(actor), all(house.manager != actor for house in m.houses.values()))
            m.people[actor].state = "inactive"
        case c.ReactivateAccount():
            need(actor in m.people and m.people[actor].state == "inactive")
            m.people[actor].state = "active"
        case _:
            _requests(m, actor, command, made)


def _requests(m: Model, actor: str, command: Command, made: str) -> None:
    match command:
        case c.Approve(approval=name):
            m.approve(actor, name, "attachment", "entitlement")
        case c.ApproveAccount(approval=name):
            m.approve(actor, name, "account")
        case c.Refuse(approval=name, reason=reason):
            m.refuse(actor, name, reason)
        case c.ApproveMany(approvals=names):
            m.many(actor, names, None)
        case c.RefuseMany(approvals=names, reason=reason):
            m.many(actor, names, reason)
        case c.WithdrawRequest(approval=name):
            need(name in m.wishes, m.active(actor))
            wish = m.wishes[name]
            need(wish.by == actor, wish.state == "requested")
            need(wish.place is None or m.there(wish.place))
            wish.state = "withdrawn"
        case _:
            _offices(m, actor, command, made)


def _offices(m: Model, actor: str, command: Command, made: str) -> None:
    match command:
        case c.CreateStructure(type=kind, principal_manager=manager):
            private = kind is StructureType.PRIVATE
            need(m.active(actor), private or m.support(actor))
            manager = manager or (actor if private else None)
            need(not private or manager == actor, manager is None or m.active(manager))
            need((command.identifier_type, command.identifier) != ("SIRET", "shed"))
            m.found(
                command.identifier_type, command.identifier, public=not private, manager=manager
            )
        case c.TransferPrincipalManager(structure=structure, account=name):
            need(m.principal(actor, structure), name != actor, m.active(name))
            need((name, Perimeter(structure)) in m.ties)
            m.install(structure, name)
        case c.InstallPrincipalManager(structure=structure, account=name):
            need(m.support(actor), structure in m.houses, m.active(name))
            need(not m.active(m.houses[structure].manager or ""))
            m.install(structure, name)
        case _:
            _of_ties(m, actor, command, made)


def _of_ties(m: Model, actor: str, command: Command, made: str) -> None:
    match command:
        case c.RequestAttachment(perimeter=place, comment=comment):
            need(m.active(actor), m.open(place), comment != "", (actor, place) not in m.ties)
            need(not m.asked("attachment", place, actor))
            m.wishes[made] = Wish("attachment", actor, place)
        case c.AttachUser(email=email, perimeter=place):
            name = m.holder(email) or ""
            need(m.rules(actor, place), m.open(place), m.active(name), (name, place) not in m.ties)
            m.tie(name, place)
        case c.DetachUser(account=name, perimeter=place):
            need(m.rules(actor, place), m.houses[place.structure].manager != name)
            m.end_at(name, place)
        case c.LeaveStructure(perimeter=place):
            need(m.active(actor), m.there(place), m.houses[place.structure].manager != actor)
            m.end_at(actor, place)
        case _:
            _profiles(m, actor, command, made)


def _profiles(m: Model, actor: str, command: Command, made: str) -> None:
    match command:
        case c.AddEntitlements(account=name, perimeter=place, profiles=profiles):
            need(m.rules(actor, place), m.open(place))
            m.grant(name, place, profiles, NONE)
        case c.RemoveEntitlements(account=name, perimeter=place, profiles=profiles):
            need(m.rules(actor, place))
            m.grant(name, place, NONE, profiles)
        case c.RemoveAllEntitlements(account=name, perimeter=place):
            need(m.rules(actor, place))
            m.grant(name, place, NONE, m.ties.get((name, place), NONE))
        case c.ReplaceEntitlements(account=name, perimeter=place, profiles=profiles):
            need(m.rules(actor, place), m.open(place))
            had = m.ties.get((name, place), NONE)
            m.grant(name, place, profiles - had, had - profiles)
        case c.DuplicateEntitlements(source=source, account=name, perimeter=place):
            need(m.rules(actor, place), m.open(place), source != name, (source, place) in m.ties)
            had, wanted = m.ties.get((name, place), NONE), m.ties[source, place]
            m.grant(name, place, wanted - had, had - wanted)
        case c.RequestEntitlementChange(perimeter=place, add=add, remove=remove):
            need(m.active(actor), m.open(place), (actor, place) in m.ties)
            need(bool(add | remove), not add & remove, add | remove <= GRANTABLE)
            m.wishes[made] = Wish("entitlement", actor, place, add=add, remove=remove)
        case _:
            _of_places(m, actor, command)


def _of_places(m: Model, actor: str, command: Command) -> None:
    match command:
        case c.ModifyStructure(structure=structure, fields=fields):
            whole = Perimeter(structure)
            need(
                m.rules(actor, whole),
                m.open(whole),
                bool(fields),
                {*fields} <= {"label", *PARAMETERS},
            )
            house = m.houses[structure]
            need(house.public or not PARAMETERS & {*fields})
            after = {**house.settings, **fields}
            need(
                not (
                    after.get("service_or_commitment_required")
                    and after.get("service_code_required")
                )
            )
            house.settings = after
        case c.ActivateStructure(structure=structure):
            need(m.rules(actor, Perimeter(structure)), not m.houses[structure].active)
            m.houses[structure].active = True
        case c.DeactivateStructure(structure=structure):
            need(m.rules(actor, Perimeter(structure)), m.houses[structure].active)
            m.houses[structure].active = False
        case c.UpdateFromInsee(structure=structure, new_identifier=name):
            need(m.principal(actor, structure), m.open(Perimeter(structure)))
            known = REGISTER.find(name or structure)
            need(m.houses[structure].kind == "SIRET", known is not None and known.active)
            if name:
                need(name not in m.houses, name[:9] == structure[:9])
                _renamed(m, structure, name)
        case _:
            _of_services(m, actor, command)


def _of_services(m: Model, actor: str, command: Command) -> None:
    match command:
        case c.CreateService(structure=structure, code=code):
            whole, place = Perimeter(structure), Perimeter(structure, code)
            need(m.rules(actor, whole), m.open(whole), code not in RESERVED, place not in m.desks)
            m.desks[place] = True
        case c.ModifyService(perimeter=place, fields=fields):
            need(m.rules(actor, place), m.open(place), {*fields} <= {"name", "commitment_required"})
            need(m.houses[place.structure].public or "commitment_required" not in fields)
        case c.ActivateService(perimeter=place):
            need(m.rules(actor, place))
            need(m.houses[place.structure].active, not m.desks[place])
            m.desks[place] = True
        case c.DeactivateService(perimeter=place):
            need(m.rules(actor, place))
            need(m.houses[place.structure].active, m.desks[place])
            m.desks[place] = False
        case c.DeleteService(perimeter=place):
            need(m.rules(actor, place), m.houses[place.structure].active)
            del m.desks[place]
            m.end(tie for tie in m.ties if tie[1] == place)
            for wish in m.wishes.values():
                if (wish.place, wish.state) == (place, "requested"):
                    wish.state = "withdrawn"
        case _:
            raise AssertionError(command)


def _renamed(m: Model, former: str, name: str) -> None:
    def moved(place: Perimeter) -> Perimeter:
        return place._replace(structure=name) if place.structure == former else place

    m.houses[name] = m.houses.pop(former)
    m.desks = {moved(place): active for place, active in m.desks.items()}
    m.ties = {(who, moved(place)): profiles for (who, place), profiles in m.ties.items()}
    m.kept = {(who, moved(place)) for who, place in m.kept}
    for wish in m.wishes.values():
        wish.place = None if wish.place is None else moved(wish.place)
