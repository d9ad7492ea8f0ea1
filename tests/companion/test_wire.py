"""Values and messages: what goes out comes back the same; what is malformed is told by field."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from habilis import Perimeter
from habilis.v1 import invoicing_pb2
from habilis_companion.attachments import FileRef
from habilis_companion.refusals import RefusedError
from habilis_companion.wire import MALFORMED, fill, read_value
from habilis_invoicing.model.asked import Criteria, Draft, ServiceScope
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import Etat, Group
from habilis_invoicing.model.piece import Amounts, VatLine

BARE = Draft(cadre=Cadre.A4, deposant=Perimeter("40512377900010"))
AMOUNTS = Amounts(
    excluding_tax=Decimal("1000.00"),
    vat=Decimal("200.50"),
    including_tax=Decimal("1200.50"),
    to_pay=Decimal(-1),
    vat_lines=(VatLine(rate=Decimal("5.5"), base=Decimal("0.01"), amount=Decimal(0)),),
)
WHOLE = replace(
    BARE,
    number="20220094",
    fournisseur=Perimeter("40512377900010"),
    moe=Perimeter("53210987600021", "Agence du Midi"),
    destinataire=Perimeter("11000201100044", "RECCHOR034"),
    valideur_2=Perimeter("1"),
    amounts=AMOUNTS,
    file=FileRef(name="décompte.pdf", sha256="0" * 64, size=3),
    attachments=(FileRef(name="a.xlsx", sha256="1" * 64, size=1),),
    comment="deux\nlignes",
    previous="f" * 32,
)
CRITERIA = Criteria(
    role=Party.MOA,
    moas=(Perimeter("17340430200015"), Perimeter("1", "2")),
    services=ServiceScope.WITHOUT,
    cadres=(Cadre.A15, Cadre.A19),
    etats=(Etat.ASSOCIEE,),
    group=Group.REFUSEE,
    deposited_from=datetime(2022, 5, 12, 2, 59, 54, 123456, tzinfo=UTC),
    including_tax_to=Decimal("99.99"),
    only_without_next=True,
)


@pytest.mark.parametrize("draft", [BARE, WHOLE])
def test_a_draft_comes_back_as_it_went(draft: Draft) -> None:
    message = invoicing_pb2.SaveDraftRequest()
    fill(message, {"draft": draft})

    assert read_value(Draft, message.draft) == draft


@pytest.mark.parametrize("criteria", [Criteria(), CRITERIA])
def test_criteria_come_back_as_they_went(criteria: Criteria) -> None:
    message = invoicing_pb2.SearchRequest()
    fill(message, {"criteria": criteria})

    assert read_value(Criteria, message.criteria) == criteria


def test_every_malformed_field_is_told_at_once_with_its_place() -> None:
    message = invoicing_pb2.Draft(cadre="A11", number="2022\x000094", comment="a\u202eb")
    message.amounts.excluding_tax = "1e9"
    message.amounts.vat = "NaN"
    message.amounts.to_pay = "١٢"
    message.amounts.vat_lines.add(rate="20", base="1.5", amount="0,3")
    message.destinataire.structure = "x" * 100_000
    message.attachments.add(name="a.pdf")

    with pytest.raises(RefusedError) as refused:
        read_value(Draft, message)

    assert {problem.field for problem in refused.value.problems} == {
        "cadre",
        "number",
        "comment",
        "amounts.excluding_tax",
        "amounts.vat",
        "amounts.including_tax",
        "amounts.to_pay",
        "amounts.vat_lines[0].amount",
        "destinataire",
        "deposant",
        "attachments[0].sha256",
        "attachments[0].size",
    }
    assert {problem.code for problem in refused.value.problems} == {MALFORMED}
    assert max(len(problem.message) for problem in refused.value.problems) < 300


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", 6),
        ("role", -1),
        ("group", 11),
        ("services", 99),
        ("etats", ["associee"]),
        ("etats", [""]),
        ("cadres", ["A1", "A26"]),
        ("including_tax_from", "1."),
        ("including_tax_from", " 1"),
        ("including_tax_from", "9" * 16),
        ("number", " 1"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_refused(field: str, value: object) -> None:
    kind: Any = invoicing_pb2.Criteria
    message = kind(**{field: value})

    with pytest.raises(RefusedError) as refused:
        read_value(Criteria, message)

    [problem] = refused.value.problems
    assert problem.field.startswith(field)


@pytest.mark.parametrize("year", [-62_135_596_801, 253_402_300_800])
def test_a_moment_outside_the_calendar_is_refused(year: int) -> None:
    message = invoicing_pb2.Criteria()
    message.state_to.seconds = year

    with pytest.raises(RefusedError, match="state_to"):
        read_value(Criteria, message)


def test_one_text_is_not_taken_for_several() -> None:
    with pytest.raises(TypeError, match="etats"):
        fill(invoicing_pb2.Criteria(), {"etats": "ASSOCIEE"})
