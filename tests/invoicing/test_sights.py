"""The columns of the lists beside the policy; what awaits somebody beside the circuits."""

from habilis_invoicing.model.awaited import AWAITED
from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.circuits import TABLES
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import action_of
from habilis_invoicing.store.sights import SIGHTS
from habilis_server.rulebook import build
from habilis_server.rulebook.rulebook import Source
from tests.differential.policies import SHIPPED


def test_the_columns_tell_all_that_the_policy_can_ask_of_a_piece() -> None:
    attributes = build(SHIPPED).vocabulary.attributes
    for sight in SIGHTS:
        told = {
            name
            for name, attribute in attributes.items()
            if sight.resource_type in attribute.resources
            and (attribute.source is Source.PROPERTY or attribute.field == "structure.id")
        }
        assert told <= {*sight.attributes}


NOT_AWAITED = {
    # The four states of a payment are facultative (§3.4), and a suspension waits for its author.
    ("factures_recues", Party.DESTINATAIRE, Etat.SUSPENDUE),
    ("factures_recues", Party.DESTINATAIRE, Etat.MISE_A_DISPOSITION_COMPTABLE),
    ("factures_recues", Party.DESTINATAIRE, Etat.COMPTABILISEE),
    # Who takes another's place, or opens or closes the tacit procedure, chooses to (R102).
    ("factures_travaux", Party.MOA, Etat.MISE_A_DISPOSITION_MOE),
    ("factures_travaux", Party.MOA, Etat.MISE_A_DISPOSITION_FOURNISSEUR),
    ("factures_travaux", Party.MOE, Etat.MISE_A_DISPOSITION_MOA),
    ("factures_travaux", Party.FOURNISSEUR, Etat.MISE_A_DISPOSITION_MOE),
    ("factures_travaux", Party.FOURNISSEUR, Etat.MISE_A_DISPOSITION_MOA),
    # A draft awaits its depositor, whichever part he plays.
    *(
        ("factures_travaux", party, Etat.BROUILLON)
        for party in (Party.FOURNISSEUR, Party.MOE, Party.MOA)
    ),
}


def test_what_awaits_somebody_is_what_a_circuit_lets_him_do() -> None:
    acts = {
        (action_of(row.event, cadre).partition(".")[0], row.party, row.before)
        for row in TABLES
        if row.party is not None and row.before is not None
        for cadre in row.cadres
    }
    awaited = {
        (application, party, etat)
        for application, parties in AWAITED.items()
        for party, etats in parties.items()
        for etat in etats
    }

    assert awaited == acts - NOT_AWAITED
    assert acts >= NOT_AWAITED
