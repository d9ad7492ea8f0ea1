"""The organisation once more, as small as it goes: who is tied where, who is in office, who asked.

Written from the portal's rules alone. Everything counts at once. `Refused` is
all it knows of why something is not done; `deeds` has the commands.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from habilis import Perimeter
from habilis.organisation import StructureType
from habilis_server.organisation import commands as c
from habilis_server.world import World
from tests.organisation.soundness import DEFAULT, GRANTABLE, held
from tests.organisation.town import REGISTER

__all__ = ["PARAMETERS", "RESERVED", "Model", "Refused", "Wish", "need"]

KNOWN_KINDS = {"SIRET", "AUTRE"}  # of those that `orders` draws
PARAMETERS = {"moa", "service_code_required", "service_or_commitment_required"}
CONSULTATION = "organisation:consultation"
RESERVED = {"FACTURES_PUBLIQUES"}


class Refused(Exception):  # noqa: N818  # an answer, not a malfunction
    pass


def need(*conditions: bool) -> None:
    if not all(conditions):
        raise Refused


@dataclass
class Person:
    email: str
    state: str
    support: bool


@dataclass
class House:
    kind: str
    public: bool
    active: bool
    manager: str | None
    settings: dict[str, object] = field(default_factory=dict[str, object])


@dataclass
class Wish:
    kind: str
    by: str
    place: Perimeter | None
    state: str = "requested"
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    company: tuple[str, str] = ("", "")


Tie = tuple[str, Perimeter]


class Model:
    def __init__(self, world: World) -> None:
        self.people = {
            a.id: Person(a.email, a.state.value, a.support) for a in world.accounts.values()
        }
        self.houses = {
            s.id: House(
                s.identifier_type, s.type is StructureType.PUBLIC, s.active, s.principal_manager
            )
            for s in world.structures.values()
        }
        self.desks = {place: service.active for place, service in world.services.items()}
        ties = [tie for own in world.attachments.values() for tie in own.values()]
        self.ties: dict[Tie, frozenset[str]] = {(t.account, t.perimeter): held(t) for t in ties}
        self.kept = {(t.account, t.perimeter) for t in ties if t.legacy_secondary_manager}
        self.wishes = {
            w.id: Wish(
                *(w.object.value, w.requester, w.perimeter, w.state.value),
                *(frozenset(w.add), frozenset(w.remove)),
                (w.wanted.identifier_type, w.wanted.identifier) if w.wanted else ("", ""),
            )
            for w in world.approvals.values()
        }

    # Who may

    def active(self, name: str) -> bool:
        return name in self.people and self.people[name].state == "active"

    def support(self, name: str) -> bool:
        return self.active(name) and self.people[name].support

    def principal(self, name: str, structure: str) -> bool:
        return (
            self.active(name)
            and structure in self.houses
            and self.houses[structure].manager == name
        )

    def rules(self, name: str, place: Perimeter) -> bool:
        """By office, or by what a former secondary manager kept: to write takes both profiles."""
        if not self.there(place) or not self.active(name):
            return False
        covering = {(name, place), (name, Perimeter(place.structure))}
        reads = any(CONSULTATION in self.ties.get(tie, ()) for tie in covering)
        return self.principal(name, place.structure) or (reads and bool(covering & self.kept))

    def there(self, place: Perimeter) -> bool:
        return place.structure in self.houses and (place.service is None or place in self.desks)

    def open(self, place: Perimeter) -> bool:
        return (
            self.there(place)
            and self.houses[place.structure].active
            and self.desks.get(place, True)
        )

    # What is done

    def tie(self, name: str, place: Perimeter) -> None:
        self.ties.setdefault((name, place), DEFAULT)

    def end(self, ties: Iterable[Tie]) -> None:
        for tie in [*ties]:
            self.ties.pop(tie, None)
            self.kept.discard(tie)
            for wish in self.wishes.values():
                if (wish.by, wish.place, wish.kind, wish.state) == (
                    *tie,
                    "entitlement",
                    "requested",
                ):
                    wish.state = "withdrawn"

    def end_at(self, name: str, place: Perimeter) -> None:
        need((name, place) in self.ties)
        inside = [t for t in self.ties if t[0] == name and t[1].structure == place.structure]
        self.end(t for t in inside if place.service is None or t[1] == place)

    def holder(self, email: str) -> str | None:
        return next((name for name, p in self.people.items() if p.email == email), None)

    def found(self, kind: str, identifier: str, *, public: bool, manager: str | None) -> None:
        need(kind in KNOWN_KINDS, identifier not in self.houses)
        if kind == "SIRET":
            known = REGISTER.find(identifier)
            need(known is not None and known.active)
        self.houses[identifier] = House(kind, public, True, manager)
        if manager is not None:
            self.tie(manager, Perimeter(identifier))

    def grant(
        self, name: str, place: Perimeter, add: frozenset[str], remove: frozenset[str]
    ) -> None:
        need((name, place) in self.ties, bool(add | remove), add | remove <= GRANTABLE)
        self.ties[name, place] = (self.ties[name, place] | add) - remove

    def install(self, structure: str, name: str) -> None:
        former = self.houses[structure].manager
        self.houses[structure].manager = name
        for each in (former, name):
            if each is not None:
                self.tie(each, Perimeter(structure))
        self.kept -= {t for t in self.kept if t[0] == former and t[1].structure == structure}

    def wish(self, actor: str, name: str, *kinds: str) -> Wish:
        need(name in self.wishes)
        wish = self.wishes[name]
        need(wish.kind in kinds, wish.state == "requested", wish.by != actor)
        if wish.place is None:
            need(self.support(actor))
        else:
            need(self.principal(actor, wish.place.structure), self.open(wish.place))
        return wish

    def approve(self, actor: str, name: str, *kinds: str) -> None:
        wish = self.wish(actor, name, *kinds)
        need(self.people[wish.by].state != "inactive")
        if wish.place is None:
            self.found(*wish.company, public=True, manager=wish.by)
        elif wish.kind == "entitlement":
            self.grant(wish.by, wish.place, wish.add, wish.remove)
        else:
            self.tie(wish.by, wish.place)
        wish.state, self.people[wish.by].state = "approved", "active"

    def refuse(self, actor: str, name: str, reason: str) -> None:
        need(reason.strip() != "")
        self.wish(actor, name, "account", "attachment", "entitlement").state = "refused"

    def asked(self, kind: str, place: Perimeter | None, by: str) -> bool:
        return any(
            (w.kind, w.place, w.by, w.state) == (kind, place, by, "requested")
            for w in self.wishes.values()
        )

    def apply_for(self, command: c.RequestAccount, made: str, account: str) -> None:
        need("@" in command.email)
        name = self.holder(command.email)
        waiting = any(
            (w.kind, w.by, w.state) == ("account", name, "requested") for w in self.wishes.values()
        )
        need(name is None or (self.people[name].state == "pending" and not waiting))
        company = ("", "")
        if command.wanted is not None:
            company = (command.wanted.identifier_type, command.wanted.identifier)
            need(company[1] not in self.houses, company != ("SIRET", "shed"))
        else:
            need(command.perimeter is not None and self.open(command.perimeter))
        person = Person(command.email, "pending", False)
        if command.wanted is not None and command.wanted.type is StructureType.PRIVATE:
            self.found(*company, public=False, manager=name or account)
            person.state = "active"
        else:
            self.wishes[made] = Wish("account", name or account, command.perimeter, company=company)
        self.people[name or account] = person

    def many(self, actor: str, approvals: tuple[str, ...], reason: str | None) -> None:
        need(bool(approvals), len({*approvals}) == len(approvals))
        before = deepcopy(self.__dict__)
        try:
            for name in approvals:
                if reason is None:
                    self.approve(actor, name, "account", "attachment", "entitlement")
                else:
                    self.refuse(actor, name, reason)
        except Refused:
            self.__dict__.update(before)
            raise
