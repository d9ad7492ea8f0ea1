"""The flows as people use them: a billing file from first piece to payment, and the detours."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from habilis import AccessDenied, Perimeter
from habilis_companion.errors import StaleVersionError
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Reference
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat
from habilis_server.world import StructureChange
from tests.companion.documents import a_pdf
from tests.invoicing.office import BODY, Office, open_office
from tests.invoicing.pieces import MOE, PAYER, SUPPLIER

SETE: Final = Perimeter("21340301700014")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = open_office(tmp_path / "data", tmp_path)
    with office.store:
        yield office


def test_r142_the_dossier_is_replayed_through_the_flows(office: Office) -> None:
    a4 = office.deposit("A4", "20220094")
    office.clock.forward(minutes=12, seconds=19)
    a15 = office.deposit("A15", "EA1+F20220094", previous=a4.id)
    office.clock.forward(days=18)
    a19 = office.deposit("A19", "F001_ACL_lot04", previous=a15.id)
    assert office.tick(minutes=9) == 1
    assert office.piece(a19.id).etat is Etat.EN_COURS_ACHEMINEMENT
    assert office.tick(hours=5) == 1

    assert {each.number: office.states(each.id) for each in (a4, a15, a19)} == {
        "20220094": ["MISE_A_DISPOSITION_MOE", "ASSOCIEE"],
        "EA1+F20220094": ["BROUILLON", "MISE_A_DISPOSITION_MOA", "ASSOCIEE"],
        "F001_ACL_lot04": ["BROUILLON", "DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"],
    }
    file = office.invoicing.get_billing_file(
        subject="karim", application="factures_recues", piece=a19.id
    )
    assert [each.piece.number for each in file] == ["20220094", "EA1+F20220094", "F001_ACL_lot04"]
    assert {each.piece.dossier_number for each in file} == {"20220094"}


def test_the_end_of_a_contract_goes_from_a7_to_a8(office: Office) -> None:
    a7 = office.deposit("A7", "F-1")
    a17 = office.deposit("A17", "F-1-PDG", previous=a7.id)
    a20 = office.deposit("A20", "F-1-DG", previous=a17.id)
    a8 = office.deposit("A8", "F-1-DGD", previous=a20.id)
    office.tick(minutes=1)
    office.tick(minutes=1)

    assert [office.states(each.id) for each in (a7, a17, a20, a8)] == [
        ["MISE_A_DISPOSITION_MOE", "ASSOCIEE"],
        ["BROUILLON", "MISE_A_DISPOSITION_MOA", "ASSOCIEE"],
        ["BROUILLON", "MISE_A_DISPOSITION_FOURNISSEUR", "ASSOCIEE"],
        ["BROUILLON", "DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"],
    ]


def test_each_state_says_who_brought_it_by_which_decision(office: Office) -> None:
    a4 = office.deposit("A4", "F-1")
    office.act("refuse_piece", "julie", a4, reason="AUTRE", comment="lot 5")
    sent, refused = office.lines(a4.id)

    assert (sent.actor, sent.action, sent.acting_as) == (
        *("alice", "factures_travaux.deposer", "fournisseur"),
    )
    assert (refused.actor, refused.rule_id, refused.reason, refused.comment) == (
        *("julie", "travaux-refuser-moe", "AUTRE", "lot 5"),
    )
    assert refused.decision_id.startswith("decision-")
    assert refused.policy_digest == office.habilis.judge.token.policy_digest


def test_two_validators_agree_one_after_the_other(office: Office) -> None:
    a9 = office.deposit("A9", "ST-1", valideur_2=MOE)
    a9 = office.act("validate", "alice", a9)
    assert a9.validator == MOE
    a9 = office.act("refuse_validation", "julie", a9, reason="MAUVAIS_VALIDEUR")
    a9 = office.act("correct_validator", "sara", a9, valideur=SUPPLIER)
    a9 = office.act("validate", "alice", a9)

    assert office.states(a9.id) == [
        *("A_VALIDER_1", "VALIDEE_1", "A_VALIDER_2", "ERREUR_COTRAITANT_SUR_VALIDEUR"),
        *("A_VALIDER_2", "VALIDEE_2", "DEPOSEE"),
    ]


def test_a_validator_who_is_silent_for_fifteen_days_agrees(office: Office) -> None:
    a10 = office.deposit("A10", "ST-1")
    assert office.tick(days=15, seconds=-1) == 0
    assert office.tick(seconds=1) == 1
    a10 = office.act("take_note", "julie", a10)

    assert office.states(a10.id) == [
        *("A_VALIDER_1", "ABSENCE_VALIDATION_1_HORS_DELAI", "MISE_A_DISPOSITION_MOE"),
        "PRISE_EN_COMPTE_MOE",
    ]
    assert [line.actor for line in office.lines(a10.id)] == ["sara", "", "", "julie"]


def test_a_badly_routed_piece_is_the_same_piece_recycled(office: Office) -> None:
    a4 = office.deposit("A4", "F-1")
    a15 = office.deposit("A15", "EA-1", previous=a4.id)
    office.act("refuse_piece", "claire", a15, reason="MAUVAISE_MOA")
    a15 = office.act("recycle", "julie", a15, moa=SETE)

    assert (a15.moa, a15.destinataire, a15.number) == (SETE, SETE, "EA-1")
    assert office.states(a15.id)[-2:] == ["ERREUR_MOE_SUR_MOA", "MISE_A_DISPOSITION_MOA"]
    assert office.piece(a4.id).etat is Etat.ASSOCIEE


def test_a_refused_piece_is_issued_anew_in_its_place(office: Office) -> None:
    a4 = office.deposit("A4", "F-1")
    a15 = office.deposit("A15", "EA-1", previous=a4.id)
    a15 = office.act("refuse_piece", "claire", a15, reason="AUTRE", comment="avance oubliée")
    office.act("acknowledge_rejection", "julie", a15)
    again = office.deposit("A15", "EA-1b", previous=a4.id, duplicate_of=a15.id)
    office.deposit("A19", "EAV-1", previous=again.id)

    assert office.states(a15.id)[-3:] == ["REFUSEE_MOA", "REFUSEE_MOA", "DUPLIQUE_APRES_REFUS"]
    assert office.piece(a15.id).acknowledged_at is not None
    assert (again.dossier, again.previous, again.duplicate_of) == (a4.id, a4.id, a15.id)
    assert office.states(a4.id) == ["MISE_A_DISPOSITION_MOE", "ASSOCIEE"]
    assert office.states(again.id)[-1] == "ASSOCIEE"


def test_a_suspended_piece_comes_back_completed_to_who_held_it(office: Office) -> None:
    a4 = office.deposit("A4", "F-1")
    office.act("suspend_piece", "julie", a4, comment="RIB")
    rib = office.document("alice", Cadre.A4, SUPPLIER, a_pdf(note="rib"), "rib.pdf")
    # Who names a file need not say how big it is.
    a4 = office.act("complete", "alice", a4, attachments=(replace(rib, size=0),))

    assert office.states(a4.id)[-3:] == ["SUSPENDUE", "COMPLETEE", "MISE_A_DISPOSITION_MOE"]
    assert a4.attachments == (rib,)


def test_the_piece_before_is_corrected_and_keeps_its_successor(office: Office) -> None:
    a4 = office.deposit("A4", "F-1")
    a15 = office.deposit("A15", "EA-1", previous=a4.id)
    office.act("request_recycling", "claire", a15, comment="MOE fermée")
    a4 = office.act("recycle", "alice", a4, commitment_number="EJ-7")

    assert office.states(a4.id)[-3:] == [
        *("ASSOCIEE", "EN_ATTENTE_RECYCLAGE_FOURNISSEUR", "ASSOCIEE"),
    ]
    assert office.piece(a15.id).etat is Etat.MISE_A_DISPOSITION_MOA


def test_after_seven_days_of_silence_the_supplier_goes_on_and_the_moe_does_not(
    office: Office,
) -> None:
    a4 = office.deposit("A4", "F-1")
    assert office.tick(days=7) == 1
    with pytest.raises(AccessDenied):
        office.deposit("A15", "EA-1", previous=a4.id)
    a5 = office.deposit("A5", "F-1-EA", previous=a4.id)

    assert office.states(a4.id)[-2:] == ["ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE", "ASSOCIEE"]
    assert a5.etat is Etat.MISE_A_DISPOSITION_MOA


def test_the_tacit_procedure_opens_at_its_dates(office: Office) -> None:
    a7 = office.deposit("A7", "F-1")
    office.clock.forward(days=29)
    with pytest.raises(RefusedError, match="2022-06-11"):
        office.deposit("A22", "F-1-T", previous=a7.id)
    office.clock.forward(days=1)
    a22 = office.deposit("A22", "F-1-T", previous=a7.id)
    with pytest.raises(RefusedError, match="2022-06-21"):
        office.deposit("A23", "F-1-DGD", previous=a22.id)
    office.clock.forward(days=10)
    with pytest.raises(RefusedError, match="tacit"):
        office.deposit("A20", "F-1-DG", previous=a22.id)
    a23 = office.deposit("A23", "F-1-DGD", previous=a22.id)

    assert office.states(a7.id)[-1] == "REMPLACEE_PAR_A22"
    assert (office.states(a22.id)[-1], a23.etat) == ("ASSOCIEE", Etat.DEPOSEE)


def test_r77_a_hidden_payment_is_told_to_the_payer_and_not_to_the_supplier(office: Office) -> None:
    office.after(StructureChange(id=PAYER.structure, fields={"payment_status_hidden": True}))
    a1 = office.deposit("A1", "F-1")
    office.tick(minutes=1)
    office.tick(minutes=1)
    mandated = office.act("mandate", "karim", a1, mandate_number="M-1")
    office.clock.forward(days=3)
    office.act("issue_payment", "karim", a1)

    def told(who: str, application: str) -> tuple[object, ...]:
        said: dict[str, Any] = {"subject": who, "application": application, "piece": a1.id}
        piece = office.invoicing.get_piece(**said)
        lines = office.invoicing.get_history(**said)
        return piece.etat, piece.version, piece.state_at, lines[-1].etat

    at = mandated.state_at
    assert told("alice", "factures_emises") == (Etat.MANDATEE, mandated.version, at, Etat.MANDATEE)
    assert told("karim", "factures_recues")[0] is Etat.MISE_EN_PAIEMENT


def test_a_draft_is_changed_and_deleted_by_its_depositor_and_seen_by_nobody_else(
    office: Office,
) -> None:
    a4 = office.deposit("A4", "F-1")
    office.clock.forward(minutes=1)
    draft = office.draft("A15", "EA-1", previous=a4.id)
    said: dict[str, Any] = {"subject": "julie", "request_id": "one"}
    kept = office.invoicing.save_draft(**said, draft=draft)
    ref = Reference(kept.id, kept.version)
    changed = replace(draft, number="EA-2")
    kept = office.invoicing.save_draft(
        subject="julie", request_id="two", draft=changed, replaces=ref
    )

    def numbers(who: str) -> list[str]:
        said: dict[str, Any] = {"subject": who, "application": "factures_travaux", "piece": a4.id}
        return [each.piece.number for each in office.invoicing.get_billing_file(**said)]

    assert (numbers("julie"), numbers("alice")) == (["F-1", "EA-2"], ["F-1"])
    gone = office.act("delete_draft", "julie", office.piece(kept.id))
    assert (gone.etat, numbers("julie")) == (Etat.SUPPRIMEE, ["F-1"])
    assert office.piece(a4.id).etat is Etat.MISE_A_DISPOSITION_MOE


def test_a_justice_claim_goes_the_simple_way(office: Office) -> None:
    a3 = office.deposit("A3", "MEM-1")
    office.tick(minutes=1)
    office.tick(minutes=1)
    # The policy would let the court suspend it; no button would let its author complete it.
    with pytest.raises(RefusedError, match="leads nowhere"):
        office.act("suspend", "karim", a3, comment="RIB")
    office.act("certify_service", "karim", a3)
    a3 = office.act("issue_payment", "karim", a3)

    assert a3.etat is Etat.MISE_EN_PAIEMENT


def test_a_download_is_noted_and_gives_the_file_as_it_was_sent(office: Office) -> None:
    a4 = office.deposit("A4", "F-1")
    assert a4.file is not None
    file, content = office.invoicing.download_file(
        subject="julie", application="factures_travaux", piece=a4.id, sha256=a4.file.sha256
    )

    assert (file, content) == (a4.file, BODY)


def test_of_two_who_answer_at_once_one_is_told_to_read_again(office: Office) -> None:
    a4 = office.deposit("A4", "F-1")
    ref = Reference(a4.id, a4.version)
    said: dict[str, Any] = {"subject": "julie", "piece": ref, "comment": "RIB"}
    office.invoicing.suspend_piece(request_id="one", **said)
    with pytest.raises((StaleVersionError, AccessDenied)):
        office.invoicing.suspend_piece(request_id="two", **said)
