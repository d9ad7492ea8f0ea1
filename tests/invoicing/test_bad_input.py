"""Bad input through the flows: each fault its own error, and nothing changed."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest

from habilis import Perimeter
from habilis_invoicing.model.refusals import Code
from tests.companion.keeping import codes_of, nothing_changes
from tests.invoicing.mistakes import (
    CENT,
    NO_SUCH_SERVICE,
    NOWHERE,
    SETE,
    UNKNOWN_FILE,
    Act,
    Scene,
    act,
    deposit,
)
from tests.invoicing.pieces import AMOUNTS, MOA, MOE, PAYER, SUPPLIER

REFUSED: Final[list[tuple[str, Act, Code, str]]] = [
    (
        "amounts that do not add up",
        deposit("A4", amounts=replace(AMOUNTS, including_tax=Decimal("1200.01"))),
        *(Code.AMOUNTS_DISAGREE, "amounts.including_tax"),
    ),
    (
        "more to pay than is asked",
        deposit("A4", amounts=replace(AMOUNTS, to_pay=AMOUNTS.including_tax + CENT)),
        *(Code.AMOUNTS_DISAGREE, "amounts.to_pay"),
    ),
    (
        "a third decimal",
        deposit("A4", amounts=replace(AMOUNTS, to_pay=Decimal("1.001"))),
        *(Code.AMOUNT_NOT_EXACT, "amounts.to_pay"),
    ),
    (
        "a negative amount",
        deposit("A4", amounts=replace(AMOUNTS, to_pay=Decimal(-1))),
        *(Code.AMOUNT_OUT_OF_RANGE, "amounts.to_pay"),
    ),
    ("no amounts", deposit("A4", amounts=None), Code.AMOUNTS_REQUIRED, "amounts"),
    ("no file", deposit("A4", file=None), Code.FILE_REQUIRED, "file"),
    ("a file of nobody", deposit("A4", file=UNKNOWN_FILE), Code.FILE_UNKNOWN, "file"),
    (
        "an attachment of nobody",
        deposit("A4", attachments=(UNKNOWN_FILE,)),
        *(Code.FILE_UNKNOWN, "attachments"),
    ),
    ("no number", deposit("A4", ""), Code.NUMBER_REQUIRED, "number"),
    ("a number too long", deposit("A4", "N" * 21), Code.TEXT_NOT_ALLOWED, "number"),
    ("today's date", deposit("A4", "20220512"), Code.NUMBER_IS_A_DATE, "number"),
    ("a number used this year", deposit("A4", "F-1"), Code.NUMBER_ALREADY_USED, "number"),
    (
        "the wrong framework for the role",
        deposit("A15", who="alice", deposant=SUPPLIER, after="a4"),
        *(Code.WRONG_ROLE_FOR_FRAMEWORK, "parties.deposant"),
    ),
    (
        "a second live successor",
        deposit("A15", after="answered"),
        *(Code.ALREADY_FOLLOWED, "previous"),
    ),
    (
        "the billing file of another supplier",
        deposit("A15", after="other"),
        *(Code.NOT_ACTOR_OF_FILE, "parties.fournisseur"),
    ),
    (
        "another MOA than the one of the billing file",
        deposit("A15", after="a4", moa=SETE),
        *(Code.NOT_ACTOR_OF_FILE, "parties.moa"),
    ),
    (
        "a framework that does not follow",
        deposit("A17", after="a4"),
        *(Code.FRAMEWORK_DOES_NOT_FOLLOW, "cadre"),
    ),
    (
        "an invoice in a billing file",
        deposit("A1", after="a4"),
        Code.FRAMEWORK_DOES_NOT_FOLLOW,
        "previous",
    ),
    ("no such previous piece", deposit("A15", previous="0" * 32), Code.PIECE_UNKNOWN, "previous"),
    ("no MOE", deposit("A4", moe=None), Code.PARTY_REQUIRED, "parties.moe"),
    ("no validator", deposit("A9", valideur=None), Code.PARTY_REQUIRED, "parties.valideur"),
    (
        "a validator that is none of the framework's",
        deposit("A1", valideur=MOE),
        *(Code.PARTY_NOT_EXPECTED, "parties.valideur"),
    ),
    (
        "an unknown structure",
        deposit("A1", destinataire=NOWHERE),
        *(Code.STRUCTURE_UNKNOWN, "parties.destinataire"),
    ),
    (
        "an unknown service",
        deposit("A1", destinataire=NO_SUCH_SERVICE),
        *(Code.SERVICE_UNKNOWN, "parties.destinataire"),
    ),
    (
        "a closed service",
        deposit("A1", destinataire=Perimeter(PAYER.structure, "CGF0000034")),
        *(Code.SERVICE_INACTIVE, "parties.destinataire"),
    ),
    (
        "an inactive structure",
        deposit("A1", destinataire=Perimeter("19340987700019")),
        *(Code.STRUCTURE_INACTIVE, "parties.destinataire"),
    ),
    (
        "a payer that is a MOA and nothing else",
        deposit("A19", destinataire=MOA),
        *(Code.MOA_ONLY_STRUCTURE, "parties.destinataire"),
    ),
    (
        "an invoice to a MOA and nothing else",
        deposit("A1", destinataire=MOA),
        *(Code.MOA_ONLY_STRUCTURE, "parties.destinataire"),
    ),
    (
        "a MOA that takes no part",
        deposit("A15", moa=PAYER),
        *(Code.MOA_NOT_PRESENT, "parties.moa"),
    ),
    (
        "no service code",
        deposit("A1", destinataire=SETE, commitment_number="EJ-1"),
        *(Code.SERVICE_CODE_REQUIRED, "parties.destinataire"),
    ),
    (
        "no commitment",
        deposit("A1", destinataire=Perimeter(SETE.structure, "TRAVAUX")),
        *(Code.COMMITMENT_REQUIRED, "commitment_number"),
    ),
    ("no reason", act("refuse_piece", "julie", "a4", reason=""), Code.REASON_REQUIRED, "reason"),
    (
        "an unknown reason",
        act("refuse_piece", "julie", "a4", reason="PARCE QUE"),
        *(Code.REASON_UNKNOWN, "reason"),
    ),
    (
        "the amount as a reason",
        act("refuse_piece", "julie", "a4", reason="ERREUR_DE_MONTANT"),
        *(Code.AMOUNT_IS_NO_REASON, "reason"),
    ),
    (
        "a reason of validators",
        act("refuse_piece", "julie", "a4", reason="MAUVAIS_VALIDEUR"),
        *(Code.REASON_UNKNOWN, "reason"),
    ),
    (
        "another reason without words",
        act("refuse_piece", "julie", "a4", reason="AUTRE"),
        *(Code.COMMENT_REQUIRED, "comment"),
    ),
    (
        "words too long",
        act("suspend_piece", "julie", "a4", comment="C" * 256),
        *(Code.TEXT_NOT_ALLOWED, "comment"),
    ),
    (
        "a suspension without words",
        act("suspend_piece", "julie", "a4", comment=" "),
        *(Code.COMMENT_REQUIRED, "comment"),
    ),
    (
        "a rejection without words",
        act("reject", "karim", "a19", comment=""),
        *(Code.COMMENT_REQUIRED, "comment"),
    ),
    (
        "a mandate without a number",
        act("mandate", "karim", "a19", mandate_number=""),
        *(Code.MANDATE_NUMBER_REQUIRED, "mandate_number"),
    ),
    (
        "a case officer without a code",
        act("assign_case_officer", "julie", "a4", case_officer=""),
        *(Code.CASE_OFFICER_REQUIRED, "case_officer"),
    ),
    (
        "a piece that continues none",
        act("request_recycling", "julie", "a4", comment="MOA"),
        *(Code.PREVIOUS_REQUIRED, "piece"),
    ),
    (
        "a validation refused for a wrong MOE",
        act("refuse_validation", "alice", "a9", reason="MAUVAISE_MOE"),
        *(Code.REASON_UNKNOWN, "reason"),
    ),
]


@pytest.mark.parametrize(
    ("act", "code", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_fault_has_its_own_error_and_changes_nothing(
    scene: Scene, act: Act, code: Code, field: str
) -> None:
    done = act(scene)
    with nothing_changes(scene.office.kept):
        assert codes_of(done) == [(code, field)]
