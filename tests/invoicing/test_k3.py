"""K3: no method of the companion changes or shows anything without a decision."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

import habilis_invoicing
from habilis import Decision, Question
from habilis_companion.guard import Guard, actions_of
from habilis_invoicing.flows import Invoicing
from habilis_invoicing.model.asked import Criteria, ToProcess
from habilis_invoicing.model.cadres import CADRES, Cadre, Party
from habilis_invoicing.service.servicer import SERVICE, InvoicingServicer
from habilis_server.rulebook import load
from tests.companion.answering import Habilis
from tests.companion.coverage import (
    faults_as_it_runs,
    faults_of_code,
    faults_of_doors,
    faults_of_flows,
)
from tests.conftest import Figure
from tests.invoicing.deeds import DEEDS, a_piece_of, call
from tests.invoicing.office import Office, open_office
from tests.service.portal import SHIPPED

APPLICATIONS: Final = (
    *("factures_emises", "factures_recues", "factures_a_valider", "factures_travaux"),
    *("frais_justice", "remboursements_taxes"),
)
_OF_DEPOSITORS: Final = {"supprimer_brouillon", "completer", "recycler", "corriger_valideur"}


def test_k3_every_method_is_marked_and_every_action_of_the_policy_is_asked_and_none_beyond(
    figure: Figure,
) -> None:
    asked = {action for actions in actions_of(Invoicing).values() for action in actions}

    assert [*faults_of_flows([Invoicing], load(SHIPPED), APPLICATIONS)] == []
    assert {action.partition(".")[0] for action in asked} == set(APPLICATIONS)
    figure(f"{len(asked)} actions of {len(APPLICATIONS)} applications are asked")


def test_k3_every_method_of_the_contract_is_served_by_a_guarded_flow() -> None:
    assert [*faults_of_doors(InvoicingServicer, SERVICE, [Invoicing])] == []


def test_k3_nothing_goes_past_the_guard_or_the_store_and_the_clock_writes_in_one_place() -> None:
    assert [*faults_of_code(habilis_invoicing, clock="flows/ticking.py")] == []


class Portal(Habilis):
    """Says as whom one acts, as the policy would, where it allows."""

    def _decision(self, question: Question) -> Decision:
        return replace(super()._decision(question), acting_as=_party(question))


def _party(question: Question) -> Party:
    application, _, verb = question.action.partition(".")
    cadre = CADRES[Cadre(question.resource.properties["cadre"])]
    match application, verb:
        case "factures_recues", _:
            return Party.DESTINATAIRE
        case "factures_a_valider", _:
            return Party.VALIDEUR
        case "factures_travaux", "refuser" | "suspendre" | "demander_recyclage":
            return cadre.addressee
        case "factures_travaux", "prendre_en_compte" | "affecter_instructeur":
            return cadre.addressee
        case "factures_travaux", "traiter_rejet":
            return Party.DEPOSANT
        case "factures_travaux", _ if verb in _OF_DEPOSITORS:
            return Party.DEPOSANT
        case _:
            return cadre.depositor


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = open_office(tmp_path / "data", tmp_path)
    with office.store:
        yield office


def calls(office: Office) -> dict[str, Callable[[], object]]:
    """One call of each method, ready to succeed."""
    ready: dict[str, Callable[[], object]] = {}
    for deed in DEEDS:
        if deed.method not in ready:
            act = call(deed, office, a_piece_of(deed, office))
            ready[deed.method] = partial(act, "alice")
    said: dict[str, Any] = {"subject": "alice", "application": "factures_travaux"}
    lists = office.invoicing
    return ready | {
        "search": lambda: lists.search(**said, criteria=Criteria()).pieces,
        "list_to_process": lambda: lists.list_to_process(**said, criteria=ToProcess()).pieces,
        "get_dashboard": lambda: lists.get_dashboard(**said, role=Party.MOA),
        "export": lambda: lists.export(**said, criteria=Criteria()),
    }


def test_k3_denied_or_unanswered_no_method_changes_or_shows_anything(
    office: Office, figure: Figure
) -> None:
    portal = Portal()
    office.invoicing = replace(office.invoicing, guard=Guard(portal))
    prepared = calls(office)

    assert [*faults_as_it_runs(prepared, [Invoicing], portal, office.kept)] == []
    figure(f"{len(prepared)} methods: denied or unanswered, none changes or shows anything")
