"""Where a request may go: the settings of R106 to R111, and what a recipient wants named (§3.8)."""

from dataclasses import replace
from typing import Any, Final

import pytest

from habilis import Perimeter
from habilis_invoicing.model.cadres import CADRES, PAYABLE, WORKS, Cadre, Party
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.model.refusals import Code
from habilis_invoicing.model.routing import (
    Known,
    Moa,
    Reference,
    ServiceFacts,
    StructureFacts,
    problems_of_routing,
    received_in,
    references_of,
)
from tests.invoicing.pieces import MOA, PAYER, SUPPLIER, a_piece

STATE: Final = StructureFacts(id=PAYER.structure, identifier_type="SIRET", public=True, active=True)
ACADEMY: Final = replace(STATE, id=MOA.structure, moa=Moa.ONLY)
COMPANY: Final = replace(STATE, id=SUPPLIER.structure, public=False)
CSP: Final = ServiceFacts(perimeter=PAYER, active=True)


def known(**changes: Any) -> Known:
    """The payer with these settings, the academy, the supplier."""
    payer = replace(STATE, **changes)
    structures = {each.id: each for each in (payer, ACADEMY, COMPANY)}
    return Known(structures, {PAYER: CSP})


def told(piece: Piece, facts: Known) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in problems_of_routing(piece, facts)]


SETTINGS: Final = [
    # setting, pieces for the MOA, pieces to be paid, ordinary invoices (§2.12)
    (Moa.WITH, "factures_travaux", "factures_recues", "factures_recues"),
    (Moa.ONLY, "factures_travaux", None, None),
    (Moa.NONE, None, "factures_recues", "factures_recues"),
]


@pytest.mark.parametrize(("setting", "for_moa", "paid", "ordinary"), SETTINGS)
def test_r106_to_r111_the_setting_opens_the_circuit(
    setting: Moa, for_moa: str | None, paid: str | None, ordinary: str | None
) -> None:
    expected = {
        cadre: (
            ordinary
            if cadre not in WORKS
            else paid
            if cadre in PAYABLE
            else for_moa
            if CADRES[cadre].addressee is Party.MOA
            else "factures_travaux"
        )
        for cadre in Cadre
    }

    assert {cadre: received_in(cadre, setting) for cadre in Cadre} == expected


@pytest.mark.parametrize(
    "cadre", [cadre for cadre in Cadre if cadre not in WORKS or cadre in PAYABLE]
)
def test_r108_a_structure_that_is_a_moa_and_nothing_else_is_never_paid_to(cadre: Cadre) -> None:
    found = told(a_piece(cadre), known(moa=Moa.ONLY))

    assert found == [(Code.MOA_ONLY_STRUCTURE, "parties.destinataire")]


@pytest.mark.parametrize("cadre", ["A5", "A15", "A17", "A22"])
def test_r109_a_structure_without_moa_receives_no_piece_for_a_moa(cadre: str) -> None:
    piece = a_piece(cadre, moa=PAYER)

    assert told(piece, known()) == [(Code.MOA_NOT_PRESENT, "parties.moa")]
    assert told(piece, known(moa=Moa.WITH)) == []


# The three flags, then what is wanted: both, service, commitment, or either.
BOTH: Final = {Reference.SERVICE, Reference.COMMITMENT}
WANTED: Final = [
    ((False, False, False), set[Reference]()),
    ((True, False, False), {Reference.SERVICE}),
    ((False, True, False), {Reference.COMMITMENT}),
    ((True, True, False), BOTH),
    ((False, False, True), {Reference.EITHER}),
    ((True, False, True), {Reference.EITHER}),
    ((False, True, True), {Reference.EITHER}),
    ((True, True, True), {Reference.EITHER}),
]


@pytest.mark.parametrize(("flags", "expected"), WANTED)
def test_what_a_recipient_wants_is_read_in_the_order_of_the_portal(
    flags: tuple[bool, bool, bool], expected: set[Reference]
) -> None:
    service, commitment, either = flags
    structure = replace(
        STATE,
        service_code_required=service,
        commitment_required=commitment,
        service_or_commitment_required=either,
    )
    demanding = replace(CSP, commitment_required=True)

    assert references_of(structure, None) == expected
    assert references_of(structure, demanding) == expected | {Reference.COMMITMENT}


WHOLE: Final = Perimeter(PAYER.structure)
SERVICE_ERROR: Final = (Code.SERVICE_CODE_REQUIRED, "parties.destinataire")
COMMITMENT_ERROR: Final = (Code.COMMITMENT_REQUIRED, "commitment_number")
NAMED: Final = [
    # what the recipient wants, who is named, the commitment, the errors
    ("service_code_required", WHOLE, "", [SERVICE_ERROR]),
    ("service_code_required", PAYER, "", []),
    ("commitment_required", PAYER, "", [COMMITMENT_ERROR]),
    ("commitment_required", WHOLE, "EJ-1", []),
    ("service_or_commitment_required", WHOLE, "", [SERVICE_ERROR]),
    ("service_or_commitment_required", PAYER, "", []),
    ("service_or_commitment_required", WHOLE, "EJ-1", []),
]


@pytest.mark.parametrize("cadre", ["A1", "A3", "A19", "A8"])
@pytest.mark.parametrize(("flag", "recipient", "commitment", "errors"), NAMED)
def test_a_missing_service_or_commitment_is_told(
    cadre: str, flag: str, recipient: Perimeter, commitment: str, errors: list[tuple[Code, str]]
) -> None:
    piece = a_piece(cadre, destinataire=recipient, commitment_number=commitment)

    assert told(piece, known(**{flag: True})) == errors


def test_a_service_may_want_the_commitment_where_its_structure_does_not() -> None:
    demanding = Known({PAYER.structure: STATE}, {PAYER: replace(CSP, commitment_required=True)})

    assert told(a_piece("A1"), demanding) == [COMMITMENT_ERROR]


CLOSED: Final = [
    ("A1", Known({PAYER.structure: None}), Code.STRUCTURE_UNKNOWN, "parties.destinataire"),
    ("A4", Known({SUPPLIER.structure: None}), Code.STRUCTURE_UNKNOWN, "parties.fournisseur"),
    (
        *("A1", Known({PAYER.structure: STATE}, {PAYER: None})),
        *(Code.SERVICE_UNKNOWN, "parties.destinataire"),
    ),
    ("A1", known(active=False), Code.STRUCTURE_INACTIVE, "parties.destinataire"),
    (
        *("A1", Known({PAYER.structure: STATE}, {PAYER: replace(CSP, active=False)})),
        *(Code.SERVICE_INACTIVE, "parties.destinataire"),
    ),
    ("A1", known(public=False), Code.RECIPIENT_NOT_PUBLIC, "parties.destinataire"),
    (
        *("A9", Known({SUPPLIER.structure: replace(COMPANY, identifier_type="PARTICULIER")})),
        *(Code.VALIDATOR_IS_A_PERSON, "parties.valideur"),
    ),
    (
        *("A10", Known({SUPPLIER.structure: replace(COMPANY, active=False)})),
        *(Code.STRUCTURE_INACTIVE, "parties.valideur"),
    ),
    (
        "A15",
        Known({MOA.structure: replace(ACADEMY, active=False)}),
        Code.STRUCTURE_INACTIVE,
        "parties.moa",
    ),
]


@pytest.mark.parametrize(("cadre", "facts", "code", "field"), CLOSED)
def test_what_cannot_receive_or_validate_is_told(
    cadre: str, facts: Known, code: Code, field: str
) -> None:
    assert told(a_piece(cadre), facts) == [(code, field)]


def test_what_the_depositor_may_not_read_is_left_to_habilis() -> None:
    assert told(a_piece("A9"), Known()) == []
