"""Every reading, by the client: what one may see, page by page, and the same as a file."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from habilis import AccessDenied
from habilis.organisation import OrganisationClient
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import ExportFormat, Looking
from habilis_invoicing.model.asked import Criteria, ServiceScope, ToProcess
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import GROUPS, Etat, Group
from habilis_invoicing.model.piece import Piece
from tests.companion.documents import a_pdf
from tests.conftest import Figure
from tests.invoicing.service.office import ACADEMIE, CSP, MB, NICOLAS, SFACT, Office

pytestmark = pytest.mark.xdist_group("invoicing")

ALICE: Looking = {"subject": "alice", "application": "factures_emises"}
KARIM: Looking = {"subject": "karim", "application": "factures_recues"}
LEA: Looking = {"subject": "lea", "application": "factures_recues"}
JULIE: Looking = {"subject": "julie", "application": "factures_travaux"}
CLAIRE: Looking = {"subject": "claire", "application": "factures_travaux"}


@pytest.fixture(scope="module")
def town(desk: Office) -> Office:
    """Some of everything: a draft, invoices that have arrived, two billing files."""
    desk.client.save_draft(desk.draft("alice", Cadre.A1, NICOLAS), subject="alice")
    for _ in range(3):
        desk.received("alice", Cadre.A1, NICOLAS)
    desk.received("alice", Cadre.A1, NICOLAS, destinataire=SFACT)
    first = desk.deposit("alice", Cadre.A4, NICOLAS)
    second = desk.deposit("julie", Cadre.A15, MB, previous=first.id)
    desk.deposit("claire", Cadre.A19, ACADEMIE, previous=second.id)
    desk.deposit("alice", Cadre.A4, NICOLAS, contract_number="M-42")
    desk.tick()
    desk.tick()
    return desk


def every(desk: Office, criteria: Criteria, look: Looking, size: int) -> list[Piece]:
    found: list[Piece] = []
    token = ""
    while True:
        page = desk.client.search(criteria, page_size=size, page_token=token, **look)
        assert len(page.pieces) <= size
        found += page.pieces
        token = page.next_page_token
        if not token:
            return found


@pytest.mark.parametrize(
    "look", [ALICE, KARIM, JULIE, CLAIRE], ids=["alice", "karim", "julie", "claire"]
)
def test_a_list_is_what_may_be_consulted_whatever_the_size_of_its_pages(
    town: Office, look: Looking, figure: Figure
) -> None:
    at_once = every(town, Criteria(), look, 1_000)
    by_three = every(town, Criteria(), look, 3)

    assert at_once == by_three
    assert at_once
    for piece in at_once:
        seen = town.client.get_piece(piece.id, **look)
        assert (seen.id, seen.etat, seen.version) == (piece.id, piece.etat, piece.version)
    figure(f"{look['subject']} finds {len(at_once)} pieces, each of which may be consulted")


def test_nobody_finds_what_is_another_s(town: Office) -> None:
    for subject in ("zoe", "sara", "personne"):
        for application in ("factures_emises", "factures_recues", "factures_travaux"):
            look: Looking = {"subject": subject, "application": application}
            assert town.client.search(**look).pieces == ()
            assert town.client.list_to_process(**look).pieces == ()
            assert town.client.get_dashboard(role=Party.MOA, **look) == ()


def test_the_worklist_of_a_recipient_is_what_he_has_to_process(town: Office) -> None:
    waiting = town.client.list_to_process(page_size=1_000, **KARIM).pieces

    assert {piece.etat for piece in waiting} <= {
        *(Etat.MISE_A_DISPOSITION, Etat.SERVICE_FAIT, Etat.MANDATEE, Etat.COMPLETEE),
        *(Etat.MISE_A_DISPOSITION_COMPTABLE, Etat.COMPTABILISEE, Etat.SUSPENDUE),
    }
    assert {piece.destinataire for piece in waiting} == {CSP}
    narrowed = ToProcess(perimeter=SFACT)
    assert town.client.list_to_process(narrowed, **KARIM).pieces == ()


NARROWED: dict[str, tuple[Criteria, Callable[[Piece], bool]]] = {
    "a framework": (Criteria(cadres=(Cadre.A4,)), lambda piece: piece.cadre is Cadre.A4),
    "a state": (Criteria(etats=(Etat.ASSOCIEE,)), lambda piece: piece.etat is Etat.ASSOCIEE),
    "a group": (
        Criteria(group=Group.ASSOCIEE),
        lambda piece: piece.etat in GROUPS[Group.ASSOCIEE],
    ),
    "a contract": (
        Criteria(contract_number="M-42"),
        lambda piece: piece.contract_number == "M-42",
    ),
    "a MOA": (Criteria(moas=(ACADEMIE,)), lambda piece: piece.moa == ACADEMIE),
    "a MOA without its services": (
        Criteria(moas=(ACADEMIE,), services=ServiceScope.WITHOUT),
        lambda piece: piece.moa == ACADEMIE,
    ),
    "a part": (Criteria(role=Party.MOE), lambda piece: piece.moe == MB),
    "no successor": (
        Criteria(only_without_next=True),
        lambda piece: piece.etat is not Etat.ASSOCIEE,
    ),
}


@pytest.mark.parametrize(("criteria", "holds"), NARROWED.values(), ids=list(NARROWED))
def test_each_criterion_keeps_what_meets_it(
    town: Office, criteria: Criteria, holds: Callable[[Piece], bool]
) -> None:
    everything = every(town, Criteria(), JULIE, 100)
    found = every(town, criteria, JULIE, 100)

    assert found
    assert [piece for piece in found if not holds(piece)] == []
    assert {piece.id for piece in found} <= {piece.id for piece in everything}


def test_a_search_of_the_future_finds_nothing(town: Office) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    assert town.client.search(Criteria(deposited_from=tomorrow), **JULIE).pieces == ()


def test_the_dashboard_counts_what_the_search_finds(town: Office) -> None:
    rows = town.client.get_dashboard(role=Party.MOA, **CLAIRE)

    assert [row.structure for row in rows] == [ACADEMIE.structure]
    for group in Group:
        found = every(town, Criteria(role=Party.MOA, group=group), CLAIRE, 100)
        assert rows[0].counts.get(group, 0) == len(found), group


def test_an_export_is_the_list(town: Office) -> None:
    listed = every(town, Criteria(), CLAIRE, 100)
    text, book = io.BytesIO(), io.BytesIO()

    rows = town.client.export(Criteria(), ExportFormat.CSV, text, **CLAIRE)
    town.client.export(Criteria(), ExportFormat.XLSX, book, **CLAIRE)
    lines = list(csv.DictReader(io.StringIO(text.getvalue().decode("utf-8-sig")), delimiter=";"))
    [heads, *cells] = openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True)
    of_book = [dict(zip(heads, row, strict=True))["Identifiant"] for row in cells]

    assert rows == len(listed)
    assert [line["Identifiant"] for line in lines] == [piece.id for piece in listed]
    assert of_book == [piece.id for piece in listed]
    assert [line["Cadre"] for line in lines] == [piece.cadre.value for piece in listed]


def test_an_export_of_the_worklist_is_the_worklist(town: Office) -> None:
    listed = town.client.list_to_process(page_size=1_000, **KARIM).pieces
    text = io.BytesIO()

    assert town.client.export(ToProcess(), ExportFormat.CSV, text, **KARIM) == len(listed)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"page_token": "no-token"}, "PAGE_TOKEN_INVALID"),
        ({"page_token": "x" * 9_999}, "FIELD_INVALID"),
        ({"page_size": 1_001}, "FIELD_INVALID"),
        ({"application": "factures"}, "WRONG_APPLICATION"),
        ({"application": "organisation"}, "WRONG_APPLICATION"),
    ],
    ids=str,
)
def test_a_list_that_cannot_be_asked_for(town: Office, what: dict[str, Any], code: str) -> None:
    asked: dict[str, Any] = {**CLAIRE, **what}
    with pytest.raises(RefusedError) as refused:
        town.client.search(**asked)

    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_page_token_is_of_one_list_and_one_reader(town: Office) -> None:
    token = town.client.search(page_size=1, **CLAIRE).next_page_token

    assert town.client.search(page_size=1, page_token=token, **CLAIRE).pieces
    with pytest.raises(RefusedError):
        town.client.search(page_size=1, page_token=token, **JULIE)
    other = Criteria(cadres=(Cadre.A4,))
    with pytest.raises(RefusedError):
        town.client.search(other, page_size=1, page_token=token, **CLAIRE)
    with pytest.raises(RefusedError):
        town.client.list_to_process(page_size=1, page_token=token, **CLAIRE)


def test_a_file_comes_back_as_it_was_sent_to_those_who_may_have_it(town: Office) -> None:
    content = a_pdf(note="to be read back")
    file = town.upload("alice", Cadre.A1, NICOLAS, content=content, name="facture été.pdf")
    sent = town.received("alice", Cadre.A1, NICOLAS, file=file)

    assert town.client.download_file(sent.id, file.sha256, **ALICE) == content
    assert town.client.download_file(sent.id, file.sha256, **KARIM) == content
    with pytest.raises(AccessDenied):
        town.client.download_file(
            sent.id, file.sha256, subject="lea", application="factures_recues"
        )
    with pytest.raises(RefusedError):
        town.client.download_file(sent.id, "0" * 64, **ALICE)
    assert sent.id not in {
        piece.id
        for piece in town.client.list_to_process(
            ToProcess(hide_downloaded=True), page_size=1_000, **KARIM
        ).pieces
    }


def test_a_draft_is_seen_by_its_depositor_s_structure_alone(town: Office) -> None:
    draft = town.client.save_draft(town.draft("julie", Cadre.A15, MB), subject="julie")

    assert town.client.get_piece(draft.id, **JULIE).etat is Etat.BROUILLON
    for look in (CLAIRE, ALICE, KARIM):
        with pytest.raises(AccessDenied):
            town.client.get_piece(draft.id, **look)
        assert draft.id not in {piece.id for piece in every(town, Criteria(), look, 1_000)}


def test_a_payment_that_is_hidden_tells_its_supplier_nothing(town: Office) -> None:
    """Before and after the payment, the supplier's side is told the same, wherever it looks."""
    with OrganisationClient(town.habilis_address) as organisation:
        organisation.modify_structure(
            structure=CSP.structure, fields={"payment_status_hidden": True}, subject="sophie"
        )
    sent = town.received("alice", Cadre.A1, NICOLAS, destinataire=SFACT)
    before = told_of(town, sent.id, ALICE)
    paid = town.client.issue_payment(sent, subject="lea")

    assert paid.etat is Etat.MISE_EN_PAIEMENT
    assert told_of(town, sent.id, ALICE) == before
    assert town.client.get_piece(sent.id, **LEA).etat is Etat.MISE_EN_PAIEMENT


def told_of(desk: Office, piece: str, look: Looking) -> dict[str, object]:
    """Everything that a reader is told that has to do with a piece."""
    text = io.BytesIO()
    desk.client.export(Criteria(), ExportFormat.CSV, text, **look)
    return {
        "piece": desk.client.get_piece(piece, **look),
        "history": desk.client.get_history(piece, **look),
        "found": every(desk, Criteria(), look, 1_000),
        "paid": every(desk, Criteria(group=Group.MISE_EN_PAIEMENT), look, 1_000),
        "waiting": desk.client.list_to_process(page_size=1_000, **look),
        "counted": desk.client.get_dashboard(role=Party.FOURNISSEUR, **look),
        "exported": text.getvalue(),
    }
