"""The flows as people use them: a billing file from first piece to payment, and the detours."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.invoicing.office import Office, open_office


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
