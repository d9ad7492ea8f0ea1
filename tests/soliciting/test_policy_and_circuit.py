"""The circuit and the policy say the same: who may do what, from which state, at whom."""

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Final

from habilis import Question
from habilis_server.engine import Judge
from habilis_soliciting.flows.sides import RECEIVER, SENDER, side_of
from habilis_soliciting.model.circuit import CIRCUIT, Act, Actor
from habilis_soliciting.model.etats import ACTION_REQUIRED, TO_PROCESS, Etat, EtatEmetteur
from habilis_soliciting.model.solicitation import Solicitation
from tests.companion.bureau import engine, rulebook, world
from tests.conftest import Figure
from tests.soliciting.office import a_solicitation

PERSON: Final = {
    Actor.EMETTEUR: "alice",
    Actor.SERVICE_METIER: "lea",
    Actor.SUPPORT: "samir",
}

NARROWER: Final[Mapping[tuple[Act, Etat], str]] = {
    (Act.REROUTE, Etat.MAUVAISE_AFFECTATION): (
        "what is misrouted rests « A traiter » at the support, which finds it there"
    ),
}
"""What the policy would allow and the circuit does not know, with why."""


def reachable() -> frozenset[tuple[Etat, EtatEmetteur]]:
    """Both states in which a solicitation can rest."""
    found: set[tuple[Etat, EtatEmetteur]] = set()
    waiting: list[tuple[Etat, EtatEmetteur] | None] = [None]
    while waiting:
        here = waiting.pop()
        for row in CIRCUIT:
            if row.before is not (here[0] if here else None):
                continue
            told = [step.told for step in row.steps if step.told]
            shown = told[-1] if told else here[1] if here else EtatEmetteur.BROUILLON
            if (after := (row.after, shown)) not in found:
                found.add(after)
                waiting.append(after)
    return frozenset(found)


REACHABLE: Final = reachable()


def circuit_allows(
    act: Act, actor: Actor, etat: Etat, told: EtatEmetteur, *, at_support: bool
) -> bool:
    """Whether a row has it: a sender's by the state that he is told, a receiver's by his own."""
    here = {each for each, shown in REACHABLE if shown is told}
    return any(
        row.act is act
        and row.actor is actor
        and (row.before in here if actor is Actor.EMETTEUR else row.before is etat)
        and row.to_support in {None, at_support}
        and (actor is Actor.EMETTEUR or (actor is Actor.SUPPORT) == at_support)
        for row in CIRCUIT
    )


@cache
def judge() -> Judge:
    return engine().on(world())


def policy_allows(action: str, who: str, on: Solicitation) -> bool:
    resource = side_of(action).resource(on)
    question = Question(subject=who, action=action, resource=resource)
    return judge().decide(question).allowed


def stands(etat: Etat, told: EtatEmetteur, *, at_support: bool) -> Solicitation:
    return a_solicitation(1, etat, told, **({"recepteur": None} if at_support else {}))


def test_the_policy_allows_what_the_circuit_has_and_nothing_else(figure: Figure) -> None:
    differing: dict[str, tuple[bool, bool]] = {}
    compared = allowed = 0
    needless = {*NARROWER}
    for etat, told, at_support in product(Etat, EtatEmetteur, (False, True)):
        on = stands(etat, told, at_support=at_support)
        for act, (actor, who) in product(Act, PERSON.items()):
            said = policy_allows(act, who, on)
            drawn = circuit_allows(act, actor, etat, told, at_support=at_support)
            compared, allowed = compared + 1, allowed + said
            if (act, etat) in NARROWER and said and not drawn:
                needless.discard((act, etat))
            elif said != drawn:
                where = "support" if at_support else "service"
                differing[f"{act.name} {etat} {told} {where} {who}"] = (said, drawn)

    assert differing == {}
    assert needless == set()
    figure(
        f"{compared} (etat × etat_emetteur × receiver × act × actor), {allowed} allowed:"
        f" policy and circuit agree on all but {len(NARROWER)}"
    )


def test_the_states_in_which_a_solicitation_can_rest() -> None:
    both, told = {Etat.A_TRAITER, Etat.EN_COURS}, EtatEmetteur
    alike = {Etat.BROUILLON, Etat.DEMANDE_INFORMATION, Etat.RESOLUE, Etat.CLOTUREE}

    assert {
        *product(both, (told.ENREGISTREE, told.AFFECTEE)),
        *((each, told(each.value)) for each in alike),
    } == REACHABLE


def test_whoever_sent_it_consults_it_always_and_whoever_receives_it_once_it_is_sent() -> None:
    for etat, told, at_support in product(Etat, EtatEmetteur, (False, True)):
        on = stands(etat, told, at_support=at_support)
        sent = etat is not Etat.BROUILLON

        assert policy_allows(SENDER.consult, "alice", on)
        assert policy_allows(RECEIVER.consult, "lea", on) == (sent and not at_support)
        assert policy_allows(RECEIVER.consult, "samir", on) == (sent and at_support)
        assert not policy_allows(SENDER.consult, "lea", on)
        assert not policy_allows(RECEIVER.consult, "alice", on)


def test_every_action_of_both_applications_is_an_act_or_a_look() -> None:
    applications = {side.application for side in (SENDER, RECEIVER)}
    known = {
        action
        for action in rulebook().vocabulary.actions
        if action.partition(".")[0] in applications
    }

    assert known == {*Act, SENDER.consult, RECEIVER.consult}


def test_the_words_are_those_of_the_policy() -> None:
    described = rulebook().vocabulary.resources["sollicitation"]

    assert described.properties["etat"] == frozenset(Etat)
    assert described.properties["etat_emetteur"] == frozenset(EtatEmetteur)
    assert described.parties == {"emetteur", "recepteur"}


def test_what_awaits_a_side_is_where_it_has_an_act_that_the_other_waits_for() -> None:
    """R82: a draft waits for nobody, and an answer may be left as it stands."""
    received = {row.before for row in CIRCUIT if row.actor in {Actor.SERVICE_METIER, Actor.SUPPORT}}
    sent = {row.before for row in CIRCUIT if row.actor is Actor.EMETTEUR}
    own = {None, Etat.BROUILLON, Etat.RESOLUE}

    assert received == TO_PROCESS
    assert {EtatEmetteur(each.value) for each in sent - own if each} == ACTION_REQUIRED
