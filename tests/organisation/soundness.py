"""Who holds what in a World, and whether an attachment or an office stands behind it."""

from collections.abc import Iterable
from functools import lru_cache

from habilis import Perimeter, Question, Resource
from habilis.organisation import AccountState
from habilis_server.world import DEFAULT_PROFILES, Attachment, World
from tests.organisation.town import engine

__all__ = [
    "DEFAULT",
    "GRANTABLE",
    "RULE",
    "WORK",
    "Right",
    "held",
    "places_of",
    "rights",
    "touched",
    "unfounded",
]

GRANTABLE = frozenset(p.id for p in engine().rulebook.profiles.values() if p.granted_by)
DEFAULT = frozenset(p.id for p in engine().rulebook.profiles.values() if p.granted_by and p.default)

Right = tuple[str, Perimeter, str]

WORK, RULE = "signature.consulter", "organisation.modifier_structure"


def held(tie: Attachment | None) -> frozenset[str]:
    """The profiles that a tie carries by itself."""
    return frozenset() if tie is None else _worked_out(tie.profiles, tie.also, tie.but)


@lru_cache(maxsize=1024)
def _worked_out(
    profiles: frozenset[str] | str, also: frozenset[str], but: frozenset[str]
) -> frozenset[str]:
    base = DEFAULT if profiles == DEFAULT_PROFILES else frozenset(profiles)
    return ((base | also) - but) & GRANTABLE


def places_of(world: World) -> list[Perimeter]:
    return [*map(Perimeter, world.structures), *world.services]


def touched(before: World, after: World) -> set[str]:
    """Whose account or attachments are not what they were, and whose office changed hands."""
    people = {x for x, now in after.accounts.items() if before.accounts.get(x) is not now}
    people |= {
        x
        for x in before.attachments.keys() | after.attachments.keys()
        if before.attachments.get(x) is not after.attachments.get(x)
    }
    for name, now in after.structures.items():
        was = before.structures.get(name)
        if was is not now:
            people |= {s.principal_manager for s in (was, now) if s and s.principal_manager}
    return people & after.accounts.keys()


def rights(
    world: World,
    people: Iterable[str] | None = None,
    places: Iterable[Perimeter] | None = None,
    kinds: Iterable[str] = (WORK, RULE),
) -> set[Right]:
    """Who may work where, and who may rule where, as the engine answers it. None: all."""
    judge = engine().on(world)
    asked = [*(world.accounts if people is None else people)]
    found: set[Right] = set()
    for place in places_of(world) if places is None else places:
        whole = place.service is None
        resource = Resource(type="structure" if whole else "service", id=str(place))
        for kind in kinds:
            action = "organisation.modifier_service" if kind == RULE and not whole else kind
            for account in asked:
                question = Question(subject=account, action=action, resource=resource)
                if judge.decide(question).allowed:
                    found.add((account, place, kind))
    return found


def unfounded(world: World, people: Iterable[str] | None = None) -> list[str]:
    """Offices and attachments of nobody or of nowhere; rights that neither gives (of `people`)."""
    wrong: list[str] = []
    for account, place, right in rights(world, people):
        whole = Perimeter(place.structure)
        ties = world.attachments.get(account, {})
        covering = [ties[p] for p in {place, whole} if p in ties]
        office = world.structures[place.structure].principal_manager == account
        if right == RULE:
            covering = [tie for tie in covering if tie.legacy_secondary_manager]
        if not (office or covering) or world.accounts[account].state is not AccountState.ACTIVE:
            wrong.append(f"{account} has {right} at {place}")
    for structure in world.structures.values():
        manager = world.accounts.get(structure.principal_manager or "")
        if structure.principal_manager and (
            manager is None or manager.state is not AccountState.ACTIVE
        ):
            wrong.append(f"{structure.id} is managed by nobody")
    for account, held_there in world.attachments.items():
        for place in held_there:
            known = place.structure in world.structures
            if account not in world.accounts or not known:
                wrong.append(f"{account} is attached to {place}, one of which is not there")
            if place.service is not None and place not in world.services:
                wrong.append(f"{account} is attached to {place}, which is gone")
    return wrong
