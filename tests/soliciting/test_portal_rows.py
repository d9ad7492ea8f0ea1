"""§5.1 through the flows: every row of the portal's table, and nothing beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import count, product
from typing import Any, Final

import pytest

from habilis import AccessDenied
from habilis_companion.refusals import RefusedError
from habilis_soliciting.model.circuit import CIRCUIT, Act, Actor, row_of
from habilis_soliciting.model.circuit import Row as CircuitRow
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.refusals import Code
from habilis_soliciting.model.solicitation import Solicitation
from tests.companion.keeping import codes_of, nothing_changes
from tests.conftest import Figure
from tests.soliciting.deeds import call
from tests.soliciting.office import (
    EMISES,
    RECUES,
    SUPPORT_ADDRESS,
    Office,
    a_solicitation,
    open_office,
)
from tests.soliciting.portal_rows import COUNT, ROWS, Row

PERSON: Final = {
    Actor.EMETTEUR: "alice",
    Actor.SERVICE_METIER: "lea",
    Actor.SUPPORT: "samir",
}
# Beside those who have a part: colleagues of both without the profile, and a stranger.
ROLES: Final[Mapping[str, Actor | None]] = {
    **{who: actor for actor, who in PERSON.items()},
    "ines": None,
    "gaelle": None,
    "zoe": None,
}
TOLD: Final[Mapping[Etat, tuple[EtatEmetteur, ...]]] = {
    Etat.BROUILLON: (EtatEmetteur.BROUILLON,),
    Etat.A_TRAITER: (EtatEmetteur.ENREGISTREE, EtatEmetteur.AFFECTEE),
    Etat.EN_COURS: (EtatEmetteur.ENREGISTREE, EtatEmetteur.AFFECTEE),
    Etat.DEMANDE_INFORMATION: (EtatEmetteur.DEMANDE_INFORMATION,),
    Etat.RESOLUE: (EtatEmetteur.RESOLUE,),
    Etat.MAUVAISE_AFFECTATION: (EtatEmetteur.AFFECTEE,),
    Etat.CLOTUREE: (EtatEmetteur.CLOTUREE,),
}
"""What the sender may be told, state by state."""

_MAILS: Final = {
    "": [],
    "service": [("arrived", "hugo@example.org"), ("arrived", "lea@example.org")],
    "support": [("arrived", SUPPORT_ADDRESS)],
    "assignee": [("assigned", "hugo@example.org")],
    "DEMANDE_INFORMATION": [("information-requested", "alice@example.org")],
    "resolved": [("resolved", "alice@example.org")],
}
_FOLLOWS: Final = {"etat": "state_at", "etat_emetteur": "shown_at"}
_NUMBERS: Final = count(1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One companion for all rows, each about a solicitation of its own."""
    folder = tmp_path_factory.mktemp("rows")
    office = open_office(folder / "data", folder)
    with office.store:
        yield office


def stands(office: Office, etat: Etat, told: EtatEmetteur, *, at_support: bool) -> Solicitation:
    """A solicitation in these states; somebody prepares an answer to one that is « En cours »."""
    at = office.clock.now
    about = {"recepteur": None, "subcategory": "ERREUR_TECHNIQUE_DEPOT"} if at_support else {}
    prepared = {"assignee": "hugo", "answer": "Nous cherchons."} if etat is Etat.EN_COURS else {}
    resolved = {"answered_at": at, "resolved_at": at} if etat is Etat.RESOLUE else {}
    moments = {"created_at": at, "state_at": at, "shown_at": at}
    sent = {} if etat is Etat.BROUILLON else {"submitted_at": at}
    changes = {**about, **prepared, **resolved, **moments, **sent}
    return office.put(a_solicitation(next(_NUMBERS), etat, told, **changes))


def done(row: Row, office: Office, before: Solicitation | None) -> Solicitation:
    """The solicitation after the act of this row."""
    if before is not None:
        call(row.act, office, before)(PERSON[row.actor])
        return office.kept_as(before.id)
    if row.actor is Actor.ANONYME:
        return office.anonymous(f"jean-{next(_NUMBERS)}@example.org")
    draft = office.to_support() if row.at_support else office.draft()
    if row.act is Act.SUBMIT:
        return office.write("alice", draft)
    kept = office.soliciting.save_solicitation_draft(
        subject="alice", request_id=office.request(), draft=draft
    )
    return office.kept_as(kept.id)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_is_what_happens(shared: Office, row: Row) -> None:
    office = shared
    before, known = None, 0
    if row.before is not None:
        before = stands(office, row.before, TOLD[row.before][-1], at_support=row.at_support)
        known = len(office.lines(before.id))
    office.tick(hours=1)
    earlier = office.told()
    now = office.clock.forward(hours=1)
    after = done(row, office, before)

    lines = office.lines(after.id)[known:]
    assert tuple(line.etat for line in lines) == row.after
    assert tuple(line.etat_emetteur if line.told else None for line in lines) == row.told
    who = PERSON.get(row.actor, "")
    assert all(line.actor == who and line.at == now for line in lines)
    told = next((each for each in reversed(row.told) if each), before and before.etat_emetteur)
    etat = row.after[-1] if row.after else row.before
    assert (after.etat, after.etat_emetteur) == (etat, told)
    if before is not None:
        assert changed(before, after) == row.changes | moved(before, after)
        assert after.version == before.version + 1
        shown = row.told == () or any(row.told)
        assert after.shown_version == before.shown_version + shown
    else:
        assert (after.version, after.shown_version) == (1, 1)
        assert (after.number != "", after.submitted_at is not None) == (row.act is Act.SUBMIT,) * 2

    office.tick(minutes=1)
    assert office.told()[len(earlier) :] == _MAILS[row.mails]


def changed(before: Solicitation, after: Solicitation) -> frozenset[str]:
    """The fields that differ, versions aside."""
    names = {each.name for each in fields(Solicitation)} - {"version", "shown_version"}
    return frozenset(name for name in names if getattr(before, name) != getattr(after, name))


def moved(before: Solicitation, after: Solicitation) -> frozenset[str]:
    """The states that differ, with their moments."""
    names = [name for name in _FOLLOWS if getattr(before, name) != getattr(after, name)]
    return frozenset([*names, *(_FOLLOWS[name] for name in names)])


def test_the_circuit_is_the_table_of_the_portal(figure: Figure) -> None:
    def drawn(row: CircuitRow) -> set[tuple[object, ...]]:
        places = {Actor.SERVICE_METIER: [False], Actor.SUPPORT: [True]}.get(row.actor)
        if row.to_support is not None:
            places = [row.to_support]
        steps = [(step.etat, step.told) for step in row.steps]
        # A draft that is changed gains no line of history.
        steps = [] if (row.act, row.before) == (Act.SAVE, Etat.BROUILLON) else steps
        return {
            (row.actor, place, row.before, row.act, *steps) for place in places or (False, True)
        }

    expected = {
        (row.actor, row.at_support, row.before, row.act, *zip(row.after, row.told, strict=True))
        for row in ROWS
    }
    assert {each for row in CIRCUIT for each in drawn(row)} == expected
    assert {int(row.id) for row in ROWS} == {*range(1, COUNT - 1)}
    figure(f"{COUNT} rows of §5.1: {len(ROWS)} lines played through the flows, 2 rows refusals")


def test_the_table_itself_refuses_whatever_is_in_no_row(figure: Figure) -> None:
    known = {(row.before, row.act, row.actor, row.at_support) for row in ROWS}
    refused = 0
    for key in product([None, *Etat], Act, Actor, (False, True)):
        if key in known:
            continue
        before, act, actor, at_support = key
        # Where it goes matters to what is submitted alone; who receives it is who acts.
        if act is not Act.SUBMIT and (before, act, actor, not at_support) in known:
            continue
        with pytest.raises(RefusedError) as told:
            row_of(before, act, actor, to_support=at_support)
        [problem] = told.value.problems
        assert problem.code == Code.INVALID_TRANSITION
        assert not any(etat.value in problem.message for etat in Etat)
        refused += 1
    figure(f"{refused} (state × act × actor) of no row: the table refuses each")


def test_what_is_in_no_row_is_refused_and_nothing_is_written(
    office: Office, figure: Figure
) -> None:
    known = {(row.before, row.at_support, row.act, row.actor) for row in ROWS}
    refused = closed = 0
    for etat, at_support in product(Etat, (False, True)):
        for told in TOLD[etat]:
            on = stands(office, etat, told, at_support=at_support)
            with nothing_changes(office.kept):
                for act, (who, actor) in product(Act, ROLES.items()):
                    if (etat, at_support, act, actor) in known:
                        continue
                    need_refused(office, act, who, on)
                    refused += 1
                    closed += etat is Etat.CLOTUREE
    assert closed == 2 * len(Act) * len(ROLES)
    figure(f"{refused} (state × act × role) of no row: each refused, nothing written")


def need_refused(office: Office, act: Act, who: str, on: Solicitation) -> None:
    with pytest.raises((AccessDenied, RefusedError)) as refused:
        call(act, office, on)(who)
    if isinstance(refused.value, RefusedError):
        assert [each.code for each in refused.value.problems] == [Code.INVALID_TRANSITION]


@pytest.mark.parametrize("at_support", [False, True])
@pytest.mark.parametrize("etat", [etat for etat in Etat if etat is not Etat.BROUILLON])
def test_r88_an_agent_who_chooses_no_status_is_told_in_the_words_of_the_portal(
    shared: Office, etat: Etat, at_support: bool
) -> None:
    on = stands(shared, etat, TOLD[etat][-1], at_support=at_support)
    said: dict[str, Any] = {
        "request_id": "no status",
        "solicitation": shared.ref(on),
        "comment": "Bonjour",
    }
    agent, others = ("samir", ("lea", "alice", "zoe")) if at_support else ("lea", ("gaelle", "zoe"))

    def chosen(who: str) -> object:
        return shared.soliciting.process_solicitation(subject=who, **said)

    with nothing_changes(shared.kept):
        with pytest.raises(RefusedError, match="champ statut obligatoirement renseigné"):
            chosen(agent)
        assert codes_of(lambda: chosen(agent)) == [(Code.STATUS_REQUIRED, "status")]
        for who in others:
            with pytest.raises(AccessDenied):
                chosen(who)


def test_a_draft_is_none_of_its_receiver_s_whatever_he_chooses(shared: Office) -> None:
    on = stands(shared, Etat.BROUILLON, EtatEmetteur.BROUILLON, at_support=False)
    for status in ("", "PERDUE", "EN_COURS"):
        with pytest.raises(AccessDenied):
            shared.act("process_solicitation", "lea", on, status=status)


@pytest.mark.parametrize("at_support", [False, True])
def test_what_is_closed_is_consulted_and_nothing_else(shared: Office, at_support: bool) -> None:
    on = stands(shared, Etat.CLOTUREE, EtatEmetteur.CLOTUREE, at_support=at_support)
    agent = "samir" if at_support else "lea"
    for who, application in (("alice", EMISES), (agent, RECUES)):
        said = {"subject": who, "application": application, "solicitation": on.id}

        assert shared.soliciting.get_solicitation(**said).etat == Etat.CLOTUREE
        assert shared.soliciting.get_solicitation_history(**said) != ()
