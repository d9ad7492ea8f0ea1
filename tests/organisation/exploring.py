"""Everything that one person can bring about alone, breadth first (F3).

Alone, he still has the accounts that he opened himself: he acts under them too.
States that differ only in the names of requests, or in those that are decided,
are one state: what was decided is never undone, which each step is checked for.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from habilis import Perimeter
from habilis.organisation import AccountState, ApprovalState, StructureType, WantedStructure
from habilis_server.engine import Judge
from habilis_server.organisation import OrganisationError
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from habilis_server.organisation.context import Context
from habilis_server.organisation.table import carry_out
from habilis_server.world import World
from tests.organisation.authority import faults
from tests.organisation.soundness import RULE, held, places_of, rights, touched, unfounded
from tests.organisation.town import (
    FIRM,
    HALL,
    HALL_MOVED,
    NEW_FIRM,
    NEW_HALL,
    NOON,
    ORGANISATION,
    ORPHAN,
    PROFILE,
    REGISTER,
    ROADS,
    engine,
)

__all__ = ["STRUCTURES", "Explorer", "Found"]

PUPPET = "puppet@example.org"
WHOLE, OTHER = Perimeter(HALL), Perimeter(FIRM)
STRUCTURES = (HALL, FIRM, ORPHAN)
GRANTS = (frozenset({PROFILE}), frozenset({ORGANISATION}))
COMPANY = WantedStructure(
    identifier_type="SIRET", identifier=NEW_FIRM, name="mine", type=StructureType.PRIVATE
)
SCHOOL = WantedStructure(
    identifier_type="SIRET", identifier=NEW_HALL, name="ours", type=StructureType.PUBLIC
)


@dataclass
class Found:
    states: int = 1
    tried: int = 0
    deepest: int = 0
    violations: list[str] = field(default_factory=list[str])


Verdict = Callable[[World, frozenset[str]], Iterator[str]]


class Explorer:
    """`person` in `world`; `victims` are those whom he may try to harm or to raise."""

    def __init__(
        self, world: World, person: str, victims: Sequence[str], *, narrow: bool = False
    ) -> None:
        self._start = world
        self._person = person
        self._victims = tuple(victims)
        self._rights = rights(_awake(world, person))
        self._narrow = narrow
        self._fixed: dict[str, tuple[Command, ...]] = {}

    def explore(self, depth: int, verdict: Verdict, *, first: bool = False) -> Found:
        """`first`: stop at the first violation."""
        found, seen = Found(), {_key(self._start)}
        frontier: list[tuple[World, tuple[str, ...]]] = [(self._start, ())]
        for level in range(1, depth + 1):
            further: list[tuple[World, tuple[str, ...]]] = []
            for before, way in frontier:
                judge = engine().on(before)
                for actor, command in self.commands(before):
                    found.tried += 1
                    after = _done(judge, actor, command)
                    if after is None:
                        continue
                    told = (*way, f"{actor}: {command}")
                    wrong = faults(before, after, actor)
                    name = _key(after)
                    if name not in seen:
                        seen.add(name)
                        further.append((after, told))
                        wrong += unfounded(after, touched(before, after))
                        wrong += verdict(after, self.controlled(after))
                    found.violations += (f"{each}\n  " + "\n  ".join(told) for each in wrong)
                    if first and found.violations:
                        return found
            if further:
                found.deepest = level
            frontier = further
        found.states = len(seen)
        return found

    def beyond(self, world: World, ruled: AbstractSet[Perimeter]) -> Iterator[str]:
        """Changed rights on what was there at first, save in the places that he rules.

        Of others, none may be gained or lost; of his own, and of his accounts', none gained.
        """
        mine = self.controlled(world)
        there = [place for place in places_of(world) if place.structure in STRUCTURES]
        his = {p for p in there if {p, Perimeter(p.structure)} & ruled}
        now = rights(world, places=[place for place in there if place not in his])
        before = {x for x in self._rights if not {x[1], Perimeter(x[1].structure)} & ruled}
        for account, place, right in now - before:
            yield f"{account} gained {right} at {place}"
        for account, place, right in before - now:
            if account not in mine:
                yield f"{account} lost {right} at {place}"
        for account, place, right in rights(world, places=his, kinds=(RULE,)):
            office = world.structures[place.structure].principal_manager
            if account != office and (account, place, right) not in self._rights:
                yield f"{account} rules {place} without an office"

    def controlled(self, world: World) -> frozenset[str]:
        return frozenset({self._person} | (world.accounts.keys() - self._start.accounts.keys()))

    def commands(self, world: World) -> Iterator[tuple[str, Command]]:
        """All that is tried in this World, and under which account."""
        for actor in sorted(self.controlled(world)):
            if actor not in self._fixed:
                self._fixed[actor] = tuple(self._always(actor, world))
            for command in (*self._fixed[actor], *_on_requests(world)):
                yield actor, command

    def _always(self, actor: str, world: World) -> Iterator[Command]:
        people = (*self._victims, actor)
        yield from (c.DeactivateAccount(), c.ReactivateAccount())
        yield c.ModifyAccount(email=f"{self._victims[0]}@example.org")
        yield c.RequestAccount(email=PUPPET, wanted=COMPANY)
        if not self._narrow:
            yield c.RequestAccount(email=PUPPET, wanted=SCHOOL)
        yield c.RequestAccount(email=PUPPET, perimeter=WHOLE)
        for place in (WHOLE, ROADS, OTHER):
            if place != ROADS or not self._narrow:
                yield c.RequestAttachment(perimeter=place, comment="please")
            yield c.LeaveStructure(perimeter=place)
            for name in people:
                account = world.accounts.get(name)
                yield c.AttachUser(email=account.email if account else PUPPET, perimeter=place)
                yield c.DetachUser(account=name, perimeter=place)
                if not self._narrow:
                    yield from _on_profiles(name, place)
                elif place == WHOLE:
                    yield from _on_profiles(name, place, few=name == actor)
        for profiles in GRANTS:
            yield c.RequestEntitlementChange(perimeter=WHOLE, add=profiles)
        for name in people:
            yield c.DuplicateEntitlements(source="gina", account=name, perimeter=WHOLE)
            for structure in STRUCTURES:
                yield c.TransferPrincipalManager(structure=structure, account=name)
                yield c.InstallPrincipalManager(structure=structure, account=name)
        yield from _on_structures(self._victims[0])


def _awake(world: World, person: str) -> World:
    """As it is once he has reactivated his own account, if it is inactive."""
    account = world.accounts.get(person)
    if account is None or account.state is not AccountState.INACTIVE:
        return world
    return world.after([replace(account, state=AccountState.ACTIVE)], world.revision)


def _on_profiles(name: str, place: Perimeter, *, few: bool = False) -> Iterator[Command]:
    for profiles in GRANTS:
        yield c.AddEntitlements(account=name, perimeter=place, profiles=profiles)
        yield c.RemoveEntitlements(account=name, perimeter=place, profiles=profiles)
    if few:
        return
    yield c.RemoveAllEntitlements(account=name, perimeter=place)
    for profiles in GRANTS:
        yield c.ReplaceEntitlements(account=name, perimeter=place, profiles=profiles)


def _on_structures(victim: str) -> Iterator[Command]:
    kinds = ((StructureType.PRIVATE, NEW_FIRM), (StructureType.PUBLIC, NEW_HALL))
    for kind, siret in kinds:
        for manager in (None, victim):
            yield c.CreateStructure(
                identifier_type="SIRET", identifier=siret, type=kind, principal_manager=manager
            )
    for structure in (HALL, FIRM):
        yield c.ModifyStructure(structure=structure, fields={"label": "mine"})
        yield c.DeactivateStructure(structure=structure)
        yield c.ActivateStructure(structure=structure)
        yield c.UpdateFromInsee(structure=structure)
        yield c.CreateService(structure=structure, code="ROADS", name="mine")
    yield c.UpdateFromInsee(structure=HALL, new_identifier=HALL_MOVED)
    yield c.ModifyService(perimeter=ROADS, fields={"name": "mine"})
    yield c.DeactivateService(perimeter=ROADS)
    yield c.ActivateService(perimeter=ROADS)
    yield c.DeleteService(perimeter=ROADS)


def _on_requests(world: World) -> Iterator[Command]:
    waiting = [x for x, a in world.approvals.items() if a.state is ApprovalState.REQUESTED]
    for name in waiting:
        yield c.Approve(approval=name)
        yield c.ApproveAccount(approval=name)
        yield c.Refuse(approval=name, reason="no")
        yield c.WithdrawRequest(approval=name)
    yield c.ApproveMany(approvals=tuple(waiting[-2:]))
    yield c.RefuseMany(approvals=tuple(waiting[-2:]), reason="no")


def _done(judge: Judge, actor: str, command: Command) -> World | None:
    """The World to which the command leads; None if it is refused."""
    world = judge.world
    context = Context(
        actor=actor,
        request_id=_name(world, command),
        moment=NOON,
        later=NOON,
        judge=judge,
        latest=world,
        pending=(),
        registry=REGISTER,
    )
    try:
        steps = carry_out(command, context)
    except OrganisationError:
        return None
    return world.after([step.record for step in steps.steps], world.revision + 1)


def _name(world: World, command: Command) -> str:
    """A request's name: its own, yet such that the same account comes of the same request."""
    if isinstance(command, c.RequestAccount):
        account = world.account_with_email(command.email)
        return f"account {len(world.requests_of(account.id)) if account else 0}"
    return f"request {len(world.approvals)}"


def _key(world: World) -> Hashable:
    """The state: all on which a right or a rule may depend, and nothing else."""
    return (
        frozenset((a.id, a.email, a.state) for a in world.accounts.values()),
        frozenset((s.id, s.active, s.principal_manager) for s in world.structures.values()),
        frozenset((place, service.active) for place, service in world.services.items()),
        frozenset(
            (tie.account, tie.perimeter, tie.legacy_secondary_manager, held(tie))
            for own in world.attachments.values()
            for tie in own.values()
        ),
        frozenset(
            (a.object, a.requester, a.perimeter, a.add, a.remove, a.wanted)
            for a in world.approvals.values()
            if a.state is ApprovalState.REQUESTED
        ),
    )
