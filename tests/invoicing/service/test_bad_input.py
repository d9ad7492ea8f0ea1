"""What cannot be taken, through the service: each has its own clear error, and changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import grpc
import pytest

from habilis import AccessDenied, Perimeter
from habilis.organisation import OrganisationClient
from habilis.v1 import invoicing_pb2
from habilis_companion.refusals import RefusedError
from habilis_companion.wire import fill
from habilis_invoicing.model.asked import Draft
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.piece import Amounts, VatLine
from habilis_invoicing.service.servicer import SERVICE
from tests.companion.documents import a_pdf, locked_pdf
from tests.companion.hostile import sent_in_parts, told_of_hostile_texts
from tests.companion.keeping import nothing_changes
from tests.conftest import Figure
from tests.invoicing.service.office import (
    ACADEMIE,
    AMOUNTS,
    BATI_SUD,
    MB,
    NICOLAS,
    SETE,
    Office,
)

pytestmark = pytest.mark.xdist_group("invoicing")

CLOSED = Perimeter("11000201100044", "CGF0000034")


def amounts(**said: str) -> Amounts:
    told: dict[str, Any] = {name: Decimal(amount) for name, amount in said.items()}
    return replace(AMOUNTS, **told)


def lines(*told: tuple[str, str, str]) -> Amounts:
    made = (
        VatLine(rate=Decimal(rate), base=Decimal(base), amount=Decimal(amount))
        for rate, base, amount in told
    )
    return replace(AMOUNTS, vat_lines=tuple(made))


INVOICES: dict[str, tuple[dict[str, Any], str]] = {
    "amounts that do not add up": ({"amounts": amounts(vat="1999.99")}, "AMOUNTS_DISAGREE"),
    "more to pay than is due": ({"amounts": amounts(to_pay="12000.01")}, "AMOUNTS_DISAGREE"),
    "VAT lines that do not add up": (
        {"amounts": lines(("20", "10000", "1999"))},
        "AMOUNTS_DISAGREE",
    ),
    "a third decimal": (
        {"amounts": amounts(excluding_tax="10000.001", including_tax="12000.001")},
        "AMOUNT_NOT_EXACT",
    ),
    "more than a ledger holds": (
        {"amounts": amounts(excluding_tax="9" * 15, including_tax="9" * 15)},
        "AMOUNT_OUT_OF_RANGE",
    ),
    "no amounts": ({"amounts": None}, "AMOUNTS_REQUIRED"),
    "no number": ({"number": ""}, "NUMBER_REQUIRED"),
    "a number of 21 characters": ({"number": "N" * 21}, "TEXT_NOT_ALLOWED"),
    "today's date for a number": (
        {"number": f"{datetime.now(UTC):%d/%m/%Y}"},
        "NUMBER_IS_A_DATE",
    ),
    "no document": ({"file": None}, "FILE_REQUIRED"),
    "no recipient": ({"destinataire": None}, "PARTY_REQUIRED"),
    "a recipient that nobody knows": (
        {"destinataire": Perimeter("99999999999999")},
        "STRUCTURE_UNKNOWN",
    ),
    "a service that nobody knows": (
        {"destinataire": Perimeter("11000201100044", "NULLE-PART")},
        "SERVICE_UNKNOWN",
    ),
    "a service that is closed": ({"destinataire": CLOSED}, "SERVICE_INACTIVE"),
    "a recipient that never pays": ({"destinataire": ACADEMIE}, "MOA_ONLY_STRUCTURE"),
    "a MOE on an invoice": ({"moe": MB}, "PARTY_NOT_EXPECTED"),
    "a commitment of 51 characters": ({"commitment_number": "E" * 51}, "TEXT_NOT_ALLOWED"),
    "a piece before an invoice": ({"previous": "0" * 32}, "PIECE_UNKNOWN"),
    "a number with a control character": ({"number": "N\x001"}, "FIELD_INVALID"),
    "a comment of 100 kB": ({"comment": "x" * 100_000}, "FIELD_INVALID"),
    "a text that reads backwards": ({"comment": "\u202eabc"}, "FIELD_INVALID"),
}


@pytest.mark.parametrize(("said", "code"), INVOICES.values(), ids=list(INVOICES))
def test_an_invoice_that_cannot_be_sent(desk: Office, said: dict[str, Any], code: str) -> None:
    draft = desk.draft("alice", Cadre.A1, NICOLAS, **said)
    before = desk.kept()

    with pytest.raises(RefusedError) as refused:
        desk.client.deposit(draft, subject="alice")

    assert code in {problem.code for problem in refused.value.problems}, refused.value
    assert desk.kept() == before


def test_several_faults_are_told_at_once(desk: Office) -> None:
    said = {"number": "", "amounts": amounts(vat="1"), "destinataire": ACADEMIE}
    draft = desk.draft("alice", Cadre.A1, NICOLAS, **said)

    with pytest.raises(RefusedError) as refused:
        desk.client.deposit(draft, subject="alice")

    told = {problem.code for problem in refused.value.problems}
    assert told >= {"NUMBER_REQUIRED", "AMOUNTS_DISAGREE", "MOA_ONLY_STRUCTURE"}


def test_a_private_recipient_is_the_policy_s_to_refuse(desk: Office) -> None:
    draft = desk.draft("alice", Cadre.A1, NICOLAS, destinataire=MB)
    before = desk.kept()

    with pytest.raises(AccessDenied) as denied:
        desk.client.deposit(draft, subject="alice")

    assert denied.value.rule_id == "emises-interdit-destinataire-prive"
    assert desk.kept() == before


def test_a_number_serves_once_in_a_year(desk: Office) -> None:
    first = desk.deposit("alice", Cadre.A1, NICOLAS)
    again = desk.draft("alice", Cadre.A1, NICOLAS, number=first.number)

    with pytest.raises(RefusedError) as refused:
        desk.client.deposit(again, subject="alice")

    assert [problem.code for problem in refused.value.problems] == ["NUMBER_ALREADY_USED"]


def test_what_the_recipient_demands_has_to_be_there(desk: Office) -> None:
    with OrganisationClient(desk.habilis_address) as organisation:
        organisation.modify_structure(
            structure=SETE.structure,
            fields={"commitment_required": True, "service_code_required": True},
            subject="mireille",
        )
    draft = desk.draft("alice", Cadre.A1, NICOLAS, destinataire=SETE)

    with pytest.raises(RefusedError) as refused:
        desk.client.deposit(draft, subject="alice")

    told = {problem.code for problem in refused.value.problems}
    assert told == {"COMMITMENT_REQUIRED", "SERVICE_CODE_REQUIRED"}
    complete = replace(
        draft, commitment_number="E1", destinataire=Perimeter(SETE.structure, "TRAVAUX")
    )
    assert desk.client.deposit(complete, subject="alice").number == draft.number


def test_a_framework_is_deposited_by_the_part_that_it_names(desk: Office) -> None:
    file = desk.upload("alice", Cadre.A4, NICOLAS)
    draft = desk.draft("alice", Cadre.A15, NICOLAS, file=file)
    before = desk.kept()

    with pytest.raises((RefusedError, AccessDenied)):
        desk.client.deposit(draft, subject="alice")
    assert desk.kept() == before


LINKED: dict[str, tuple[Callable[[Office], Draft], str]] = {
    "a piece that nobody knows": (
        lambda desk: desk.draft("julie", Cadre.A15, MB, previous="0" * 32),
        "PIECE_UNKNOWN",
    ),
    "a dossier of another supplier": (
        lambda desk: desk.draft(
            *("julie", Cadre.A15, MB),
            previous=desk.deposit("alice", Cadre.A4, NICOLAS).id,
            fournisseur=BATI_SUD,
        ),
        "NOT_ACTOR_OF_FILE",
    ),
    "a framework that does not follow": (
        lambda desk: desk.draft(
            "julie", Cadre.A17, MB, previous=desk.deposit("alice", Cadre.A4, NICOLAS).id
        ),
        "FRAMEWORK_DOES_NOT_FOLLOW",
    ),
    "a sub-contractor without validator": (
        lambda desk: desk.draft("alice", Cadre.A9, NICOLAS),
        "PARTY_REQUIRED",
    ),
}


@pytest.mark.parametrize(("made", "code"), LINKED.values(), ids=list(LINKED))
def test_a_piece_that_cannot_follow(
    desk: Office, made: Callable[[Office], Draft], code: str
) -> None:
    draft = made(desk)
    before = desk.kept()

    with pytest.raises(RefusedError) as refused:
        desk.client.deposit(draft, subject="alice" if draft.deposant == NICOLAS else "julie")

    assert code in {problem.code for problem in refused.value.problems}, refused.value
    assert desk.kept() == before


def test_one_piece_alone_follows_another(desk: Office) -> None:
    first = desk.deposit("alice", Cadre.A4, NICOLAS)
    desk.deposit("julie", Cadre.A15, MB, previous=first.id)
    second = desk.draft("julie", Cadre.A15, MB, previous=first.id)
    before = desk.kept()

    with pytest.raises((RefusedError, AccessDenied)):
        desk.client.deposit(second, subject="julie")
    assert desk.kept() == before


def test_a_file_that_somebody_else_sent_is_not_one_s_own(desk: Office) -> None:
    theirs = desk.upload("julie", Cadre.A15, MB)
    draft = desk.draft("alice", Cadre.A1, NICOLAS, file=theirs)

    with pytest.raises(RefusedError) as refused:
        desk.client.deposit(draft, subject="alice")

    assert [problem.code for problem in refused.value.problems] == ["FILE_UNKNOWN"]


UPLOADS: dict[str, tuple[dict[str, Any], str]] = {
    "a name of 51 characters": ({"name": f"{'n' * 47}.pdf"}, "name"),
    "a name without extension": ({"name": "facture"}, "name"),
    "a program": ({"name": "facture.exe"}, "name"),
    "a path": ({"name": "../../facture.pdf"}, "name"),
    "a path of another system": ({"name": "c:\\facture.pdf"}, "name"),
    "no PDF": ({"content": b"%PDF-1.7 not at all"}, "content"),
    "another thing under a PDF's name": ({"content": b"PK\x03\x04" + b"0" * 999}, "content"),
    "a locked PDF": ({"content": locked_pdf()}, "content"),
    "more than 10 MB": ({"content": b"0" * (10 * 1024 * 1024 + 1), "name": "x.txt"}, "content"),
}


@pytest.mark.parametrize(("how", "field"), UPLOADS.values(), ids=list(UPLOADS))
def test_a_file_that_cannot_be_kept(desk: Office, how: dict[str, Any], field: str) -> None:
    before = desk.kept()

    with pytest.raises(RefusedError) as refused:
        desk.upload("alice", Cadre.A1, NICOLAS, **how)

    [problem] = refused.value.problems
    assert (problem.code, problem.field) == ("FILE_REFUSED", field)
    assert desk.kept() == before


def test_a_file_for_a_structure_that_is_not_one_s_own_is_denied(desk: Office) -> None:
    before = desk.kept()

    with pytest.raises(AccessDenied):
        desk.upload("alice", Cadre.A15, MB)
    assert desk.kept() == before


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [invoicing_pb2.UploadFileRequest()],
        [invoicing_pb2.UploadFileRequest(chunk=b"first")],
        "header twice",
        "cut in the middle",
        "another digest",
    ],
    ids=str,
)
def test_an_upload_that_is_not_what_its_header_says_is_not_kept(desk: Office, parts: Any) -> None:
    header = invoicing_pb2.UploadFileRequest()
    said = {
        "subject": "alice",
        "request_id": "an-upload",
        "cadre": Cadre.A1,
        "deposant": NICOLAS,
        "name": "facture.pdf",
        "sha256": "0" * 64,
    }
    fill(header, {"header": said})
    chunk = invoicing_pb2.UploadFileRequest(chunk=a_pdf(note="a")[:200])
    if isinstance(parts, str):
        parts = [header, header] if parts == "header twice" else [header, chunk]
    before = desk.kept()

    code, told = sent_in_parts(SERVICE, "UploadFile", desk.address, parts)

    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert told.problems
    assert desk.kept() == before


def test_every_text_of_every_request_is_held_to_its_alphabet(desk: Office, figure: Figure) -> None:
    """Each text of each method in turn: too long, invisible, and of another shape than its own."""
    with nothing_changes(desk.kept):
        told = list(told_of_hostile_texts(SERVICE, desk.address))

    taken = {grpc.StatusCode.OK, grpc.StatusCode.INTERNAL}
    assert [where for where, code in told if code in taken] == []
    figure(f"{len(told)} hostile texts, each refused, nothing changed")
