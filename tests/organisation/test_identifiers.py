"""The identifiers of structures (domain §1.4): each type, written right and wrong."""

import pytest

from habilis.organisation import RefusalCode
from habilis_server.organisation import CommandRefused
from habilis_server.organisation.identifiers import check_identifier, check_vat
from habilis_server.world.fields import IDENTIFIER_TYPES

RIGHT = [
    ("SIRET", "73282932000074", ""),
    ("SIRET", "11000201100044", ""),
    ("SIRET", "35600000000048", ""),  # La Poste's seat keeps the common key …
    ("SIRET", "35600000000001", ""),  # … and its offices their own: a sum of 5, 10, 15 …
    ("SIRET", "35600000049837", ""),
    ("UE_HORS_FRANCE", "DE136695976", ""),
    ("UE_HORS_FRANCE", "DE136695976", "DE"),
    ("UE_HORS_FRANCE", "EL094259216", "GR"),
    ("UE_HORS_FRANCE", "BE0428759497", "BE"),
    ("HORS_UE", "CHMusterfirma AG", ""),
    ("HORS_UE", "CHMusterfirma AG", "CH"),
    ("HORS_UE", "GBA", "GB"),
    ("HORS_UE", "US" + "x" * 16, "US"),
    ("HORS_UE", "FRWF" + "x" * 14, ""),
    ("HORS_UE", "FRWFA", "WF"),
    ("RIDET", "123456789", ""),
    ("RIDET", "1234567890", ""),
    ("TAHITI", "A12345", ""),
    ("TAHITI", "012345678", ""),
    ("AUTRE", "whatever it is", ""),
    ("PARTICULIER", "18503DUPONTJEAN", ""),
]
WRONG = [
    ("SIRET", "73282932000075", ""),  # the key
    ("SIRET", "7328293200007", ""),
    ("SIRET", "732829320000740", ""),
    ("SIRET", "732829320", ""),  # a SIREN is a filter, not an identifier
    ("SIRET", "732 829 320 00074", ""),
    ("SIRET", "7328293200007A", ""),
    (
        "SIRET",
        "\u0667\u0663\u0662\u0668\u0662\u0669\u0663\u0662\u0660\u0660\u0660\u0660\u0667\u0664",
        "",
    ),  # digits, and no ASCII digits
    ("SIRET", "35600000000002", ""),  # La Poste's, with neither key
    ("SIRET", "", ""),
    ("UE_HORS_FRANCE", "DE136695977", ""),
    ("UE_HORS_FRANCE", "FR40303265045", ""),
    ("UE_HORS_FRANCE", "DE136695976", "FR"),
    ("UE_HORS_FRANCE", "DE136695976", "US"),
    ("UE_HORS_FRANCE", "de136695976", ""),
    ("UE_HORS_FRANCE", "DE 136695976", ""),
    ("UE_HORS_FRANCE", "EU372000041", ""),  # of a seller from outside
    ("UE_HORS_FRANCE", "XI980780684", ""),  # Northern Ireland is no member state
    ("UE_HORS_FRANCE", "136695976", ""),
    ("HORS_UE", "DEMusterfirma AG", ""),
    ("HORS_UE", "FRDupont", ""),
    ("HORS_UE", "ZZDupont", ""),  # no country
    ("HORS_UE", "chMusterfirma", ""),
    ("HORS_UE", "CHMusterfirma", "US"),
    ("HORS_UE", "CH", ""),
    ("HORS_UE", "US" + "x" * 17, ""),
    ("HORS_UE", "FRWF" + "x" * 15, ""),
    ("HORS_UE", "FRWF", ""),
    ("HORS_UE", "CHa/b", ""),
    ("RIDET", "12345678", ""),
    ("RIDET", "12345678901", ""),
    ("RIDET", "12345678A", ""),
    ("RIDET", "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", ""),
    ("TAHITI", "A1234", ""),
    ("TAHITI", "A1234567", ""),
    ("TAHITI", "a12345", ""),
    ("TAHITI", "A\u0661\u0662\u0663\u0664\u0665", ""),
    ("AUTRE", "", ""),
    ("AUTRE", "a/b", ""),
    ("AUTRE", " a", ""),
    ("AUTRE", "a\u200b", ""),
    ("PARTICULIER", "a\nb", ""),
    ("PARTICULIER", "x" * 257, ""),
]


@pytest.mark.parametrize(("kind", "identifier", "country"), RIGHT)
def test_it_is_written_as_its_type_demands(kind: str, identifier: str, country: str) -> None:
    check_identifier(kind, identifier, country, "identifier")


@pytest.mark.parametrize(("kind", "identifier", "country"), WRONG)
def test_it_is_not(kind: str, identifier: str, country: str) -> None:
    with pytest.raises(CommandRefused) as refusal:
        check_identifier(kind, identifier, country, "identifier")

    assert refusal.value.code is RefusalCode.IDENTIFIER_INVALID
    assert refusal.value.field == "identifier"


def test_each_type_is_here_both_ways() -> None:
    assert {kind for kind, *_ in RIGHT} == {kind for kind, *_ in WRONG} == {*IDENTIFIER_TYPES}


@pytest.mark.parametrize("kind", ["SIREN", "siret", "NUMERO_TAHITI", "", "UE"])
def test_no_other_type_is_known(kind: str) -> None:
    with pytest.raises(CommandRefused) as refusal:
        check_identifier(kind, "73282932000074", "", "identifier")

    assert (refusal.value.code, refusal.value.field) == (
        RefusalCode.IDENTIFIER_INVALID,
        "identifier_type",
    )


@pytest.mark.parametrize("number", ["FR40303265045", "DE136695976"])
def test_a_vat_number_is_of_a_member_state(number: str) -> None:
    check_vat(number)


@pytest.mark.parametrize("number", ["FR00303265045", "CHE107787577", "x", ""])
def test_another_is_none(number: str) -> None:
    with pytest.raises(CommandRefused):
        check_vat(number)
