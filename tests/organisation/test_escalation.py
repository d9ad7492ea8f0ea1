"""F3: whoever begins, and whatever he asks, nobody comes to a right that was not his to come to.

A right outside what the rules give is one of these:
- a change that no office, no former right and no decision of another explains (`faults`);
- a right without an attachment or an office (`unfounded`);
- beyond the places that the first person rules, any right that others gain or lose, and any
  that he or an account of his gains; he may leave, ask, and found a private structure of his own;
- at any place, `organisation:modification` held by whoever neither is in office nor kept it;
- an office that changes hands where he is not the one to pass it on, and a decision on a request
  that is not made to him.
"""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import pytest

from habilis import Perimeter, Resource
from habilis_server.engine import Engine
from habilis_server.organisation import attachments, entitlements, table
from habilis_server.organisation import commands as c
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.structures import create_structure
from habilis_server.rulebook import build
from habilis_server.world import Account, Approval, Attachment, Record, Service, Structure, World
from tests.conftest import Figure
from tests.differential.policies import SHIPPED
from tests.organisation import exploring
from tests.organisation.exploring import STRUCTURES, Explorer
from tests.organisation.town import FACTS, FIRM, HALL, ORPHAN, PROFILE, ROADS

DEPTH = 5
PEOPLE = ("gina", "olaf", "sam", "vera", "leo", "dora", "sue", "ina", "nell")
NOWHERE: AbstractSet[Perimeter] = frozenset()


@dataclass(frozen=True)
class First:
    """A first person: what he rules, whose office he may pass on, on what requests he decides.

    `kept`: he is taken to have been a secondary manager, which the town does
    not say. `narrow`: he who may do much tries it with fewer arguments, in a
    town with a request the fewer.
    """

    name: str
    ruled: AbstractSet[Perimeter] = NOWHERE
    office: str = ""
    decides: Collection[str | None] = ()
    kept: bool = False
    narrow: bool = False


FIRSTS = (
    First("gina", ruled={Perimeter(HALL)}, office=HALL, decides=(HALL,), narrow=True),
    First("olaf", ruled={Perimeter(FIRM)}, office=FIRM, decides=(FIRM,), narrow=True),
    First("leo", ruled={Perimeter(HALL)}, narrow=True),
    First("vera", ruled={ROADS}, kept=True),
    First("sue", ruled={Perimeter(ORPHAN)}, office=ORPHAN, decides=(None,)),
    *map(First, ("sam", "vera", "dora", "nell", "ina", "pia", "ghost")),
)


def small_world(first: First) -> World:
    people = PEOPLE if first.narrow else (*PEOPLE, "pia")
    return World.of(_told(record, first) for record in FACTS if _here(record, people))


def _here(record: Record, people: Collection[str]) -> bool:
    match record:
        case Structure(id=name):
            return name in STRUCTURES
        case Service():
            return record.perimeter == ROADS
        case Account(id=name):
            return name in people
        case Attachment(account=name, perimeter=place) | Approval(requester=name, perimeter=place):
            return name in people and place in (Perimeter(HALL), Perimeter(FIRM), ROADS)
        case _:
            return False


def _told(record: Record, first: First) -> Record:
    """As the town has it; but sam lacks a profile, so that he may be given one."""
    if isinstance(record, Attachment) and record.account == "sam":
        return replace(record, but=frozenset({PROFILE}))
    if first.kept and isinstance(record, Attachment) and record.account == first.name:
        return replace(record, legacy_secondary_manager=True)
    return record


def explorer(first: First) -> tuple[Explorer, World]:
    world = small_world(first)
    victims = ["gina" if first.name == "sam" else "sam"]
    if not first.narrow and not first.kept:
        victims.append("dora" if first.name == "nell" else "nell")
    return Explorer(world, first.name, victims, narrow=first.narrow), world


def outside(first: First, found: Explorer, start: World, world: World) -> Iterator[str]:
    """What `first` has brought about in `world` and should not have been able to."""
    yield from found.beyond(world, first.ruled)
    for name, structure in start.structures.items():
        now = world.structures.get(name)
        if now and now.principal_manager != structure.principal_manager and name != first.office:
            yield f"the office at {name} is {now.principal_manager}'s"
    mine = found.controlled(world)
    for approval in world.approvals.values():
        place = approval.perimeter.structure if approval.perimeter else None
        if (
            approval.decided_by in mine
            and place in (*STRUCTURES, None)
            and place not in first.decides
        ):
            yield f"{approval.decided_by} decided {approval.id}"


@pytest.mark.parametrize(
    "first", FIRSTS, ids=lambda first: f"{first.name}{'-kept' * bool(first.kept)}"
)
def test_nobody_alone_comes_to_a_right_that_is_not_his(first: First, figure: Figure) -> None:
    found, start = explorer(first)

    result = found.explore(DEPTH, lambda world, _: outside(first, found, start, world))

    assert result.violations == [], result.violations[0]
    figure(
        f"{result.states} states, {result.tried} commands tried, to depth {result.deepest}"
        f" of {DEPTH}, 0 rights outside the rules"
    )


# Each «0» above is worth what the search can find: with one check taken away, it finds something.

PERSON = {first.name: first for first in FIRSTS if not first.kept}

UNASKED = {
    "creer_structure": "sam",
    "modifier_structure": "sam",
    "activer_structure": "gina",
    "desactiver_structure": "sam",
    "actualiser_insee": "leo",
    "creer_service": "sam",
    "modifier_service": "sam",
    "activer_service": "gina",
    "desactiver_service": "sam",
    "demander_rattachement": "ina",
    "rattacher_utilisateur": "dora",
    "detacher_utilisateur": "sam",
    "quitter_structure": "gina",
    "ajouter_habilitation": "sam",
    "retirer_habilitation": "sam",
    "demander_habilitation": "ina",
    "approuver": "leo",
    "approuver_compte": "leo",
    "refuser": "leo",
    "annuler_demande": "sam",
    "transferer_gestionnaire_principal": "leo",
    "installer_gestionnaire_principal": "sam",
}
"""An action whose question is no longer asked of the policy, and who profits from it."""


def caught(person: str, depth: int = 3) -> str:
    first = PERSON[person]
    found, start = explorer(first)
    result = found.explore(depth, lambda w, _: outside(first, found, start, w), first=True)
    return result.violations[0] if result.violations else ""


@pytest.mark.parametrize("action", UNASKED)
def test_a_question_that_is_not_asked_is_found_out(
    action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Context.may

    def unasked(self: Context, name: str, resource: Resource) -> None:
        if name != f"organisation.{action}":
            asked(self, name, resource)

    monkeypatch.setattr(Context, "may", unasked)

    assert caught(UNASKED[action])


def test_what_nobody_grants_is_missed_if_it_is_granted(monkeypatch: pytest.MonkeyPatch) -> None:
    def granted(_profiles: frozenset[str], _context: Context) -> None:
        """Whatever they are."""

    monkeypatch.setattr(entitlements, "check_profiles", granted)

    assert "what nobody grants" in caught("leo")


def test_who_approves_his_own_request_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    name, rule = "rules/organisation.yaml", b"approbation.demandeur: {same_as: sujet.id}"
    assert SHIPPED[name].count(rule) == 1
    turned = SHIPPED[name].replace(rule, b"approbation.demandeur: {differs_from: sujet.id}")
    lax = Engine(build({**SHIPPED, name: turned}))
    monkeypatch.setattr(exploring, "engine", lambda: lax)

    assert "of gina was decided by gina" in caught("gina")


def test_a_former_right_that_comes_back_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def tied(account: str, perimeter: Perimeter, context: Context) -> Iterator[Step]:
        yield Step(
            record=Attachment(account=account, perimeter=perimeter, legacy_secondary_manager=True)
        )

    monkeypatch.setattr(attachments, "tied", tied)

    assert "more than an attachment" in caught("leo")


def test_an_office_given_to_another_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def founded(command: c.CreateStructure, context: Context) -> Steps:
        heir = replace(context, actor=command.principal_manager or context.actor)
        return create_structure(command, heir)

    monkeypatch.setitem(table.HANDLERS, c.CreateStructure, founded)

    assert "founded by dora" in caught("dora")


def test_the_search_tries_every_command() -> None:
    for first in FIRSTS:
        found, start = explorer(first)
        assert {type(command) for _, command in found.commands(start)} == {*table.HANDLERS}


def test_a_transfer_to_a_stranger_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def attached(_self: Context, _account: str, _perimeter: Perimeter) -> bool:
        return True

    monkeypatch.setattr(Context, "attached", attached)

    assert "the office" in caught("gina")
