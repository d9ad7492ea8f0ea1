"""K3 at the doors: no method of the contract without a guarded flow, and no action left unasked."""

import pytest

import habilis_invoicing
from habilis_companion.guard import actions_of
from habilis_invoicing.flows import Invoicing
from habilis_invoicing.service.servicer import SERVICE, InvoicingServicer
from habilis_server.locations import policy_directory
from habilis_server.rulebook import Rulebook, load
from tests.companion.coverage import faults_of_code, faults_of_doors, faults_of_flows
from tests.conftest import Figure

APPLICATIONS = (
    "factures_emises",
    "factures_recues",
    "factures_a_valider",
    "factures_travaux",
    "frais_justice",
    "remboursements_taxes",
)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load(policy_directory())


def test_every_method_of_the_contract_is_served_by_a_guarded_flow() -> None:
    assert [*faults_of_doors(InvoicingServicer, SERVICE, [Invoicing])] == []


def test_every_action_of_the_six_applications_is_asked_and_none_beyond(
    rulebook: Rulebook, figure: Figure
) -> None:
    asked = {action for actions in actions_of(Invoicing).values() for action in actions}

    assert [*faults_of_flows([Invoicing], rulebook, APPLICATIONS)] == []
    assert {action.partition(".")[0] for action in asked} == set(APPLICATIONS)
    figure(f"{len(SERVICE.methods)} methods, {len(asked)} actions")


def test_nothing_goes_past_the_guard_or_the_store() -> None:
    assert [*faults_of_code(habilis_invoicing, clock="flows/ticking.py")] == []
