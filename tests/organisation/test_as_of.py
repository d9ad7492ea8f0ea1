"""As of: what the journal's timeline says of any moment is what a plain replay says of it."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from habilis_server.journal import Change, Journal, Timeline
from habilis_server.organisation import Organisation, OrganisationError
from habilis_server.world import World
from tests.conftest import Figure
from tests.differential.policies import SHIPPED
from tests.differential.portable import question_of
from tests.oracle import Data, Oracle, Policy
from tests.organisation.orders import Orders
from tests.organisation.replay import Line, lines_at, spot
from tests.organisation.town import FACTS, NOON, REGISTER, engine

HISTORIES, COMMANDS, MOMENTS, QUESTIONS = 4, 90, 40, 70
DELAY = timedelta(minutes=2)
TICK = timedelta(microseconds=1)

LIVELY = ("gina", "gina", "gina", "leo", "olaf", "sam", "sam", "tim", "sue", "vera") * 3
"""Who has something to say, and is therefore asked about more often."""

POLICY = Policy(SHIPPED)
VERBS = {
    "structure": (
        *("signature.consulter", "signature.modifier", "organisation.modifier_structure"),
        *("organisation.activer_structure", "organisation.rattacher_utilisateur"),
        *("organisation.transferer_gestionnaire_principal", "organisation.quitter_structure"),
    ),
    "service": ("signature.consulter", "organisation.modifier_service", "raccordements.modifier"),
    "approbation": (
        *("organisation.approuver", "organisation.approuver_compte"),
        *("organisation.refuser", "organisation.annuler_demande"),
    ),
    "compte": ("organisation.ajouter_habilitation", "organisation.detacher_utilisateur"),
}


def lived(journal: Journal, timeline: Timeline, dice: random.Random) -> None:
    """A history: commands of every kind, whose clock moves by leaps."""
    now = [NOON]
    organisation = Organisation(
        journal, timeline, engine, REGISTER, clock=lambda: now[0], delay=DELAY
    )
    orders = Orders(dice)
    for number in range(COMMANDS):
        now[0] += timedelta(seconds=dice.choice((0, 1, 30, 119, 120)))
        actor, command = orders.next(timeline.latest())
        try:
            organisation.execute(command, actor=actor, request_id=f"r{number}")
        except OrganisationError:
            continue


def asked(dice: random.Random, ever: World) -> Data:
    """A question about what there is at the end, or was before."""
    kind = dice.choice(tuple(VERBS))
    who = dice.choice((*sorted(ever.accounts), "ghost", *LIVELY))
    parties: Data = {}
    match kind:
        case "structure":
            name = dice.choice(sorted(ever.structures))
        case "service":
            name = dice.choice([*map(str, sorted(ever.services)), "none/such"])
        case "approbation":
            name = dice.choice(sorted(ever.approvals))
        case _:
            name = dice.choice(sorted(ever.attachments))
            parties["structure"] = tuple(dice.choice(sorted(ever.attachments[name], key=str)))
    resource = {"type": kind, "id": name, "parties": parties, "properties": {}}
    return {"subject": who, "action": dice.choice(VERBS[kind]), "resource": resource}


def known(lines: list[Line]) -> list[Data]:
    """The lines as plain data, without the requests on what is gone, which nobody knows of."""
    places = {spot(line) for line in lines if line["kind"] == "service"}
    places |= {(line["id"], None) for line in lines if line["kind"] == "structure"}
    there = [
        line
        for line in lines
        if line["kind"] != "approval" or line["structure"] is None or spot(line) in places
    ]
    plain: list[Data] = json.loads(json.dumps(there))
    return plain


def moments(dice: random.Random, changes: list[Change]) -> list[datetime]:
    """Before all, after all, and around the moments at which something took effect."""
    known = sorted({change.effective_at for change in changes})
    drawn = [dice.choice(known) + dice.choice((-TICK, 0 * TICK, TICK)) for _ in range(MOMENTS)]
    return [NOON - TICK, NOON, known[-1], known[-1] + DELAY, *drawn]


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_the_judge_of_any_moment_is_the_replay_s(seed: int, tmp_path: Path, figure: Figure) -> None:
    dice = random.Random(seed)
    compared = allowed = 0
    with Journal.create(tmp_path) as journal:
        journal.append(FACTS, actor="import", request_id="import", recorded_at=NOON)
        timeline = Timeline(journal)
        lived(journal, timeline, dice)
        changes = [*journal.changes()]
        ever = World.of([*FACTS, *timeline.latest().records()])
        for moment in moments(dice, changes):
            judge = engine().on(timeline.at(moment))
            oracle = Oracle(POLICY, known(lines_at(moment, changes)))
            for _ in range(QUESTIONS):
                question = asked(dice, ever)
                given, wanted = judge.decide(question_of(question)), oracle.answer(question)
                answer = (given.allowed, given.reason, given.rule_id)
                assert answer == wanted[:3], (moment, question)
                compared += 1
                allowed += wanted.allowed
    assert compared * HISTORIES >= 10_000
    figure(
        f"{len(changes) - len(FACTS)} changes, {compared} comparisons ({allowed} allowed),"
        " 0 differences"
    )
