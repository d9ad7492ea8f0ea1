"""What a payment request must hold: each fault has its own error, and all are told at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_companion.refusals import CommonCode, Fault
from habilis_invoicing.model.amounts import LARGEST, problems_of_amounts
from habilis_invoicing.model.cadres import CADRES, PAYABLE, WORKS, Cadre
from habilis_invoicing.model.deposit import (
    problems_to_follow,
    problems_to_reissue,
    problems_to_save,
    problems_to_send,
)
from habilis_invoicing.model.etats import LOST, Etat
from habilis_invoicing.model.following import next_form
from habilis_invoicing.model.piece import Amounts, Piece, VatLine
from habilis_invoicing.model.refusals import Code, problem
from tests.invoicing.pieces import AMOUNTS, DOCUMENT, MOA, MOE, PAYER, SUPPLIER, a_piece

TODAY: Final = date(2022, 5, 12)
OTHER: Final = Perimeter("38877120600017")


def told(piece: Piece) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in problems_to_send(piece, TODAY)]


@pytest.mark.parametrize("cadre", Cadre)
def test_a_whole_piece_may_be_sent(cadre: Cadre) -> None:
    assert told(a_piece(cadre)) == []


def a_file(name: str, size: int = 1000) -> FileRef:
    return replace(DOCUMENT, name=name, size=size)


FAULTS: Final = [
    ("A4", {"number": ""}, Code.NUMBER_REQUIRED, "number"),
    ("A4", {"number": "N" * 21}, Code.TEXT_NOT_ALLOWED, "number"),
    ("A4", {"number": " 7"}, Code.TEXT_NOT_ALLOWED, "number"),
    ("A4", {"number": "7\n8"}, Code.TEXT_NOT_ALLOWED, "number"),
    ("A4", {"number": "7\u200b8"}, Code.TEXT_NOT_ALLOWED, "number"),
    ("A4", {"number": "20220512"}, Code.NUMBER_IS_A_DATE, "number"),
    ("A4", {"number": "12/05/2022"}, Code.NUMBER_IS_A_DATE, "number"),
    ("A4", {"number": "12-05-22"}, Code.NUMBER_IS_A_DATE, "number"),
    ("A4", {"contract_number": "M" * 51}, Code.TEXT_NOT_ALLOWED, "contract_number"),
    ("A4", {"commitment_number": "E" * 51}, Code.TEXT_NOT_ALLOWED, "commitment_number"),
    ("A4", {"comment": "C" * 256}, Code.TEXT_NOT_ALLOWED, "comment"),
    ("A4", {"comment": "a\x00b"}, Code.TEXT_NOT_ALLOWED, "comment"),
    ("A4", {"fournisseur": None}, Code.PARTY_REQUIRED, "parties.fournisseur"),
    ("A4", {"moe": None}, Code.PARTY_REQUIRED, "parties.moe"),
    ("A4", {"moa": None}, Code.PARTY_REQUIRED, "parties.moa"),
    ("A19", {"destinataire": None}, Code.PARTY_REQUIRED, "parties.destinataire"),
    ("A19", {"fournisseur": None}, Code.PARTY_REQUIRED, "parties.fournisseur"),
    ("A1", {"destinataire": None}, Code.PARTY_REQUIRED, "parties.destinataire"),
    ("A9", {"valideur": None}, Code.PARTY_REQUIRED, "parties.valideur"),
    ("A15", {"deposant": SUPPLIER}, Code.WRONG_ROLE_FOR_FRAMEWORK, "parties.deposant"),
    ("A19", {"deposant": MOE}, Code.WRONG_ROLE_FOR_FRAMEWORK, "parties.deposant"),
    ("A4", {"deposant": MOA}, Code.WRONG_ROLE_FOR_FRAMEWORK, "parties.deposant"),
    ("A1", {"deposant": PAYER}, Code.WRONG_ROLE_FOR_FRAMEWORK, "parties.deposant"),
    ("A1", {"moe": MOE}, Code.PARTY_NOT_EXPECTED, "parties.moe"),
    ("A3", {"moa": MOA}, Code.PARTY_NOT_EXPECTED, "parties.moa"),
    ("A1", {"valideur": SUPPLIER}, Code.PARTY_NOT_EXPECTED, "parties.valideur"),
    ("A4", {"valideur": SUPPLIER}, Code.PARTY_NOT_EXPECTED, "parties.valideur"),
    ("A12", {"valideur_2": OTHER}, Code.PARTY_NOT_EXPECTED, "parties.valideur_2"),
    ("A1", {"previous": "0" * 32}, Code.FRAMEWORK_DOES_NOT_FOLLOW, "previous"),
    ("A1", {"duplicate_of": "0" * 32}, Code.FRAMEWORK_DOES_NOT_FOLLOW, "duplicate_of"),
    ("A4", {"file": None}, Code.FILE_REQUIRED, "file"),
    ("A4", {"file": a_file("situation.docx")}, Code.FILE_NOT_PDF, "file"),
    ("A4", {"attachments": (a_file("SITUATION.pdf"),)}, Code.FILE_NAME_REPEATED, "attachments"),
    (
        "A4",
        {"attachments": tuple(a_file(f"{n}.zip", 10 * 2**20) for n in range(12))},
        *(Code.DEPOSIT_TOO_BIG, "attachments"),
    ),
    ("A4", {"amounts": None}, Code.AMOUNTS_REQUIRED, "amounts"),
    ("A2", {"amounts": AMOUNTS}, Code.AMOUNTS_DISAGREE, "amounts.to_pay"),
]


@pytest.mark.parametrize(("cadre", "changes", "code", "field"), FAULTS)
def test_a_fault_has_its_own_error_and_its_field(
    cadre: str, changes: dict[str, Any], code: Code, field: str
) -> None:
    assert told(a_piece(cadre, **changes)) == [(code, field)]


def test_all_faults_are_told_at_once() -> None:
    piece = a_piece("A15", number="", moa=None, amounts=None, file=None, deposant=SUPPLIER)

    assert {code for code, _ in told(piece)} == {
        Code.WRONG_ROLE_FOR_FRAMEWORK,
        Code.NUMBER_REQUIRED,
        Code.PARTY_REQUIRED,
        Code.FILE_REQUIRED,
        Code.AMOUNTS_REQUIRED,
    }


def test_a_draft_may_lack_all_but_its_depositor() -> None:
    bare = a_piece(
        *("A4", Etat.BROUILLON),
        number="",
        moe=None,
        moa=None,
        destinataire=None,
        amounts=None,
        file=None,
    )

    assert list(problems_to_save(bare)) == []


def test_a_service_of_the_depositor_deposits_for_its_structure() -> None:
    piece = a_piece("A4", deposant=Perimeter(SUPPLIER.structure, "LOT04"))

    assert told(piece) == []


def amounts(ht: str, vat: str, ttc: str, to_pay: str, *lines: tuple[str, str, str]) -> Amounts:
    return Amounts(
        excluding_tax=Decimal(ht),
        vat=Decimal(vat),
        including_tax=Decimal(ttc),
        to_pay=Decimal(to_pay),
        vat_lines=tuple(
            VatLine(rate=Decimal(rate), base=Decimal(base), amount=Decimal(amount))
            for rate, base, amount in lines
        ),
    )


AMOUNTS_AND_PROBLEMS: Final = [
    (amounts("100", "20", "120", "120"), []),
    (amounts("100.10", "20.02", "120.12", "0"), []),
    (amounts("0", "0", "0", "0"), []),
    (amounts("100", "20", "120", "120", ("20", "100", "20")), []),
    (amounts("150", "22.75", "172.75", "1", ("20", "100", "20"), ("5.5", "50", "2.75")), []),
    (amounts("33.33", "6.67", "40", "40", ("20", "33.33", "6.67")), []),
    (amounts("100", "20", "120.01", "120"), ["including_tax"]),
    (amounts("100", "20", "120", "120.01"), ["to_pay"]),
    (amounts("100", "20", "120", "120", ("20", "100", "19")), ["vat", "vat_lines[0].amount"]),
    (
        amounts("100", "20", "120", "120", ("20", "99", "20")),
        ["excluding_tax", "vat_lines[0].amount"],
    ),
    (amounts("100", "20", "120", "120", ("10", "100", "20")), ["vat_lines[0].amount"]),
    (amounts("100.001", "20", "120.001", "0"), ["excluding_tax", "including_tax"]),
    (amounts("-100", "-20", "-120", "-120"), ["excluding_tax", "vat", "including_tax", "to_pay"]),
    (amounts("NaN", "20", "Infinity", "0"), ["excluding_tax", "including_tax"]),
    (amounts("1e30", "0", "1e30", "0"), ["excluding_tax", "including_tax"]),
    (amounts("100", "0", "100", "0", ("120", "100", "0")), ["vat_lines[0].rate"]),
]


@pytest.mark.parametrize(("said", "fields"), AMOUNTS_AND_PROBLEMS)
def test_amounts_that_do_not_add_up_are_told(said: Amounts, fields: list[str]) -> None:
    found = [each.field for each in problems_of_amounts(said, Cadre.A1)]

    assert found == [f"amounts.{field}" for field in fields]


CENTS: Final = st.decimals(min_value=0, max_value=LARGEST / 4, places=2)


@given(CENTS, CENTS, CENTS)
def test_amounts_hold_exactly_where_they_add_up(ht: Decimal, vat: Decimal, ttc: Decimal) -> None:
    said = Amounts(excluding_tax=ht, vat=vat, including_tax=ttc, to_pay=Decimal(0))

    assert (list(problems_of_amounts(said, Cadre.A1)) == []) == (ht + vat == ttc)


# A next piece, from whom it should be.


def following(cadre: str, **changes: Any) -> Piece:
    return a_piece(cadre, id="2" * 32, previous="1" * 32, number="EA1+F20220094", **changes)


PREVIOUS: Final = a_piece("A4", Etat.MISE_A_DISPOSITION_MOE)
FOLLOWERS: Final[list[tuple[Piece, list[Piece], list[tuple[Code, str]]]]] = [
    (following("A15"), [], []),
    (following("A15"), [following("A15")], []),
    (following("A15"), [following("A16", etat=Etat.BROUILLON) for _ in "ab"], []),
    *(
        (following("A15"), [replace(following("A15"), id="3" * 32, etat=lost)], [])
        for lost in sorted(LOST)
    ),
    (
        following("A15"),
        [replace(following("A15"), id="3" * 32, etat=Etat.MISE_A_DISPOSITION_MOA)],
        [(Code.ALREADY_FOLLOWED, "previous")],
    ),
    (following("A17"), [], [(Code.FRAMEWORK_DOES_NOT_FOLLOW, "cadre")]),
    (following("A15", fournisseur=OTHER), [], [(Code.NOT_ACTOR_OF_FILE, "parties.fournisseur")]),
    (following("A15", moe=OTHER), [], [(Code.NOT_ACTOR_OF_FILE, "parties.moe")]),
    (following("A15", moa=OTHER), [], [(Code.NOT_ACTOR_OF_FILE, "parties.moa")]),
    (following("A15", moa=None), [], [(Code.NOT_ACTOR_OF_FILE, "parties.moa")]),
    (
        following("A15", moe=Perimeter(MOE.structure, "AGENCE34")),
        [],
        [(Code.NOT_ACTOR_OF_FILE, "parties.moe")],
    ),
]


@pytest.mark.parametrize(("coming", "successors", "expected"), FOLLOWERS)
def test_a_next_piece_is_of_the_same_file_and_the_only_one(
    coming: Piece, successors: list[Piece], expected: list[tuple[Code, str]]
) -> None:
    found = problems_to_follow(PREVIOUS, coming, successors)

    assert [(each.code, each.field) for each in found] == expected


def test_a_stranger_does_not_make_himself_the_moe_of_a_file_that_has_none() -> None:
    a22 = a_piece("A22", Etat.MISE_A_DISPOSITION_MOA, moe=None)
    a24 = following("A24", moe=OTHER, deposant=OTHER)

    found = [(each.code, each.field) for each in problems_to_follow(a22, a24, [])]

    assert found == [(Code.NOT_ACTOR_OF_FILE, "parties.moe")]


REISSUED: Final[list[tuple[Callable[[Piece], Piece], list[str]]]] = [
    (lambda piece: piece, []),
    (lambda piece: replace(piece, previous=None), ["duplicate_of"]),
    (lambda piece: replace(piece, cadre=Cadre.A17), ["duplicate_of"]),
    (lambda piece: replace(piece, deposant=OTHER), ["duplicate_of"]),
    (lambda piece: replace(piece, fournisseur=OTHER), ["parties.fournisseur"]),
]


@pytest.mark.parametrize(("change", "fields"), REISSUED)
def test_what_is_issued_anew_takes_the_place_of_the_refused_one(
    change: Callable[[Piece], Piece], fields: list[str]
) -> None:
    refused = following("A15", etat=Etat.REFUSEE_MOA)

    found = problems_to_reissue(refused, change(replace(refused, id="4" * 32)))

    assert [each.field for each in found] == fields


def test_the_next_form_is_filled_from_the_previous_piece_and_the_payer_is_to_be_named() -> None:
    a15 = a_piece("A15", Etat.MISE_A_DISPOSITION_MOA, contract_number="M-2022-04")

    form = next_form(a15, Cadre.A19)

    draft = form.draft
    assert (draft.fournisseur, draft.moe, draft.moa, draft.deposant) == (SUPPLIER, MOE, MOA, MOA)
    assert (draft.amounts, draft.contract_number, draft.previous) == (AMOUNTS, "M-2022-04", a15.id)
    assert (draft.destinataire, form.to_replace) == (MOA, ("destinataire",))


def test_every_form_asks_for_the_payer_exactly_where_the_next_piece_is_paid() -> None:
    for cadre in WORKS:
        for coming in CADRES[cadre].followed_by:
            form = next_form(a_piece(cadre, Etat.ASSOCIEE), coming)
            assert bool(form.to_replace) == (coming in PAYABLE)


def test_a_code_says_what_kind_of_fault_it_is() -> None:
    faults = {code: problem(code, "", "").fault for code in Code}

    assert faults[Code.PIECE_UNKNOWN] is Fault.MISSING
    assert faults[Code.NUMBER_ALREADY_USED] is Fault.TAKEN
    assert faults[Code.INVALID_TRANSITION] is Fault.STATE
    assert faults[Code.AMOUNTS_DISAGREE] is Fault.INVALID


def test_the_rules_that_every_companion_keeps_are_published_among_its_own() -> None:
    assert {*CommonCode} <= {*Code}
