"""K3: no method of the companion changes or shows anything without a decision."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import habilis_soliciting
from habilis import Decision, Question
from habilis_companion.guard import Guard
from habilis_soliciting.flows import Soliciting
from habilis_soliciting.model.asked import Criteria, Page
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from tests.companion.answering import Habilis
from tests.companion.bureau import rulebook
from tests.companion.coverage import faults_as_it_runs, faults_of_code, faults_of_flows
from tests.conftest import Figure
from tests.soliciting.deeds import METHODS, call
from tests.soliciting.office import EMISES, RECUES, SUPPLIER, Office, a_solicitation

_BEFORE: Final = {
    Act.SAVE: Etat.BROUILLON,
    Act.SUBMIT: Etat.BROUILLON,
    Act.COMPLETE: Etat.DEMANDE_INFORMATION,
    Act.SEND_BACK: Etat.RESOLUE,
    Act.CLOSE: Etat.RESOLUE,
}


def test_k3_every_method_is_marked_and_every_action_of_the_policy_is_asked() -> None:
    assert [*faults_of_flows([Soliciting], rulebook(), (EMISES, RECUES))] == []


def test_k3_nothing_goes_past_the_guard_or_the_store_and_two_doors_open_in_one_place_each() -> None:
    doors = {"clock": "flows/ticking.py", "public": "flows/public.py"}

    assert [*faults_of_code(habilis_soliciting, **doors)] == []


class Portal(Habilis):
    """Says as whom one acts, as the policy would, where it allows."""

    def _decision(self, question: Question) -> Decision:
        sent = question.action.startswith(EMISES)
        return replace(super()._decision(question), acting_as="emetteur" if sent else "recepteur")


def calls(office: Office) -> dict[str, Callable[[], object]]:
    """One call of each method, ready to succeed."""
    ready: dict[str, Callable[[], object]] = {}
    for number, act in enumerate(Act, start=1):
        etat = _BEFORE.get(act, Etat.A_TRAITER)
        shown = EtatEmetteur.AFFECTEE if etat is Etat.A_TRAITER else EtatEmetteur(etat.value)
        to_support = {"recepteur": None} if act is Act.REROUTE else {}
        on = office.put(a_solicitation(number, etat, shown, **to_support))
        ready[METHODS[act]] = partial(call(act, office, on), "alice")
    file = office.document("alice", "facture.txt", emetteur=SUPPLIER)
    read = office.write(draft=office.draft(attachments=(file,))).id
    other = partial(office.document, "alice", "autre.txt", b"another", emetteur=SUPPLIER)
    looks: dict[str, dict[str, Any]] = {
        "get_solicitation": {"solicitation": read},
        "get_solicitation_history": {"solicitation": read},
        "download_attachment": {"solicitation": read, "sha256": file.sha256},
        "list_solicitations_to_process": {},
        "search_solicitations": {"criteria": Criteria()},
        "get_solicitation_dashboard": {"criteria": Criteria()},
        "get_solicitation_statistics": {"criteria": Criteria()},
        "export_solicitations": {"criteria": Criteria()},
    }
    for name, said in looks.items():
        ready[name] = partial(looked, getattr(office.soliciting, name), said)
    return ready | {"upload_attachment": other}


def looked(look: Callable[..., object], said: Mapping[str, Any]) -> object:
    """What is shown: of a page, what is on it."""
    shown = look(subject="alice", application=EMISES, **said)
    return shown.solicitations if isinstance(shown, Page) else shown


def test_k3_denied_or_unanswered_no_method_changes_or_shows_anything(
    office: Office, figure: Figure
) -> None:
    portal = Portal()
    office.soliciting = replace(office.soliciting, guard=Guard(portal))
    prepared = calls(office)

    assert [*faults_as_it_runs(prepared, [Soliciting], portal, office.kept)] == []
    figure(f"{len(prepared)} methods: denied or unanswered, none changes or shows anything")
