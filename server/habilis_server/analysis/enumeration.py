"""Every permission of a World, and the two lists that a caller filters by.

A permission that depends on an object's state is given with the conditions
that remain. Permissions of effect deny cut the others, as in a decision: an
object is within reach when an allow holds on it and no deny does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from habilis import Decision, Perimeter, Question, Resource
from habilis.organisation import AccountState
from habilis_server.engine import Judge
from habilis_server.engine.plan import CompiledLine, Plan
from habilis_server.engine.situation import Situation, value_reader
from habilis_server.rulebook import Condition, Effect, Operator, Role
from habilis_server.rulebook.rulebook import PERSONAL, Source
from habilis_server.world import Account, World

__all__ = [
    "OWN",
    "Permission",
    "PermittedPerimeter",
    "enumerate_permissions",
    "list_actions",
    "list_perimeters",
]

OWN: Final = Condition(
    attribute="self", operator=Operator.SAME_AS, other="sujet.id", wording="the object is one's own"
)
"""What remains of role `self`: the account itself, or a request that one made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermittedPerimeter:
    """Where a rule speaks for a person, and what remains to be seen on the object.

    `perimeter` None: anywhere, the rule names no party. Otherwise the object's
    party `acting_as` is exactly this perimeter; a structure's services are
    listed one by one. `without`: the object has no such party. In an item of
    effect deny an absent value meets a condition.
    """

    perimeter: Perimeter | None
    acting_as: str
    rule_id: str
    effect: Effect
    resource_type: str
    conditions: tuple[Condition, ...]
    without: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One cell of the enumeration: a person, an action, and where."""

    subject: str
    action: str
    where: PermittedPerimeter


def list_actions(judge: Judge, subject: str, resource: Resource) -> Iterator[tuple[str, Decision]]:
    """The actions that the subject may do on this object, each with its decision."""
    for action in judge.engine.plans:
        decision = judge.decide(Question(subject=subject, action=action, resource=resource))
        if decision.allowed:
            yield action, decision


def list_perimeters(
    judge: Judge, subject: str, action: str, resource_type: str | None = None
) -> Iterator[PermittedPerimeter]:
    """Where the subject may do the action: what a list must be filtered by.

    Nothing for a subject that is unknown or not active, an unknown action, a
    type on which the action is not done.
    """
    account = judge.world.accounts.get(subject)
    if account is None or account.state is not AccountState.ACTIVE:
        return
    for kind, plan in judge.engine.plans.get(action, {}).items():
        if resource_type in {None, kind}:
            yield from _permitted(judge, account, kind, plan)


def enumerate_permissions(
    judge: Judge,
    *,
    subject: str | None = None,
    action: str | None = None,
    perimeter: Perimeter | None = None,
) -> Iterator[Permission]:
    """Every permission, in a fixed order; the arguments narrow it.

    With `perimeter`, what holds there and what holds anywhere.
    """
    subjects = sorted(judge.world.accounts) if subject is None else [subject]
    actions = sorted(judge.engine.plans) if action is None else [action]
    for person in subjects:
        for verb in actions:
            for where in list_perimeters(judge, person, verb):
                if perimeter is None or where.perimeter in {None, perimeter}:
                    yield Permission(subject=person, action=verb, where=where)


def _permitted(
    judge: Judge, account: Account, kind: str, plan: Plan
) -> Iterator[PermittedPerimeter]:
    perimeters = list(_perimeters_of(account.id, judge.world))
    for line in plan.lines:
        if line.party is None:
            if not line.need & ~judge.engine.reach.anywhere(account):
                yield _where(line, kind, None, line.rule.when)
            continue
        for perimeter in perimeters:
            if line.need & ~judge.engine.reach.on(account, perimeter, judge.world):
                continue
            remaining = _remaining(judge, account.id, line, kind, perimeter)
            if remaining is not None:
                yield _where(line, kind, perimeter, remaining)


def _perimeters_of(account: str, world: World) -> Iterator[Perimeter]:
    """Every perimeter on which the person may hold anything, in a fixed order."""
    structures = {tie.structure for tie in world.attachments.get(account, ())}
    structures.update(world.managed_by(account))
    for structure in sorted(structures & world.structures.keys()):
        yield Perimeter(structure)
        for service in sorted(world.services_of(structure), key=lambda one: one.code):
            yield service.perimeter


def _remaining(
    judge: Judge, subject: str, line: CompiledLine, kind: str, perimeter: Perimeter
) -> tuple[Condition, ...] | None:
    """The conditions that the perimeter does not settle; None when it settles one against."""
    if kind == "structure" and perimeter.service is not None:
        return None
    if kind == "service" and perimeter.service is None:
        return None
    attributes = judge.engine.rulebook.vocabulary.attributes
    situation = Situation({line.party or "": perimeter}, {})
    remaining: list[Condition] = []
    for row in line.rule.when:
        attribute = attributes[row.attribute]
        settled = attribute.source is Source.WORLD and attribute.party == line.party
        if not settled or row.other is not None:
            remaining.append(row)
        elif not _holds(
            row, value_reader(attribute)(situation, subject, judge.world), line.rule.effect
        ):
            return None
    return tuple(remaining)


def _holds(row: Condition, value: str | None, effect: Effect) -> bool:
    match row.operator:
        case Operator.PRESENT:
            return value is not None
        case Operator.ABSENT:
            return value is None
        case _:
            return effect is Effect.DENY if value is None else value in row.values


def _where(
    line: CompiledLine,
    kind: str,
    perimeter: Perimeter | None,
    conditions: tuple[Condition, ...],
) -> PermittedPerimeter:
    own = line.rule.role is Role.SELF and kind in PERSONAL
    return PermittedPerimeter(
        perimeter=perimeter,
        acting_as=line.rule.acting_as,
        rule_id=line.rule.id,
        effect=line.rule.effect,
        resource_type=kind,
        conditions=(OWN, *conditions) if own else conditions,
        without=line.without,
    )
