"""The dossier 20220094 by the service: the pieces, and the states of each, that the deck prints."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.invoicing.service.office import Office

pytestmark = pytest.mark.xdist_group("invoicing")

# As the deck prints it (R142), its first « Mise à disposition » of the A19 read as R143 does.
MONTHLY = [
    ("A4", "20220094", ["Mise à disposition de la MOE", "Associée"]),
    ("A15", "EA1+F20220094", ["Brouillon", "Mise à disposition de la MOA", "Associée"]),
    (
        "A19",
        "F001_ACL_lot04",
        [
            "Brouillon",
            "Déposée",
            "En cours d'acheminement vers le destinataire",
            "Mise à disposition du destinataire",
        ],
    ),
]
# The end of a contract (§4.3), and its payment (§3.4).
FINAL = [
    ("A7", "20220094-DF", ["Mise à disposition de la MOE", "Associée"]),
    ("A17", "PDG+20220094", ["Brouillon", "Mise à disposition de la MOA", "Associée"]),
    ("A20", "DG_ACL_lot04", ["Brouillon", "Mise à disposition du fournisseur", "Associée"]),
    (
        "A8",
        "20220094-DGD",
        [
            "Brouillon",
            "Déposée",
            "En cours d'acheminement vers le destinataire",
            "Mise à disposition du destinataire",
            "Service fait",
            "Mandatée",
            "Mise en paiement",
        ],
    ),
]
MOMENTS = ["12/05/2022 02:59:54", "12/05/2022 03:12:13", "30/05/2022 10:07:03"]


def demo(desk: Office, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "habilis_invoicing", "demo", "--habilis"]
    return subprocess.run(
        [*command, desk.habilis_address, *options], capture_output=True, text=True, check=False
    )


def test_both_billing_files_come_to_what_the_portal_printed(desk: Office) -> None:
    told = demo(desk)

    assert told.returncode == 0, told.stdout + told.stderr
    assert read(told.stdout) == [MONTHLY, FINAL]
    assert [moment for moment in MOMENTS if moment not in told.stdout] == []


def test_each_state_has_its_actor_and_the_decision_that_allowed_it(desk: Office) -> None:
    told = demo(desk, "--json")
    files = [json.loads(line) for line in told.stdout.splitlines()]
    lines = [line for file in files for piece in file["pieces"] for line in piece["lines"]]
    clock = {"EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"}

    assert [file["as_told"] for file in files] == [True, True]
    for line in lines:
        by_somebody = line["etat"] not in clock
        assert ("decision_id" in line) == ("rule_id" in line) == by_somebody, line
    assert {line.get("actor") for line in lines} == {None, "alice", "julie", "claire", "karim"}


def read(text: str) -> list[list[tuple[str, str, list[str]]]]:
    """The billing files as they are printed: cadre, number, states in their order."""
    files: list[list[tuple[str, str, list[str]]]] = []
    for line in text.splitlines():
        match line.split(" n° "):
            case ["Dossier de facturation", _]:
                files.append([])
            case [cadre, number]:
                files[-1].append((cadre, number, []))
            case _ if line.startswith("  ") and line[2:4].isdecimal():
                files[-1][-1][2].append(line[2:].partition("  ")[2])
            case _:
                pass
    return files


def test_a_habilis_without_its_people_is_told_as_such(tmp_path: Any) -> None:
    command = [sys.executable, "-m", "habilis_invoicing", "demo", "--habilis", "127.0.0.1:1"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)

    assert told.returncode == 4
    assert "127.0.0.1:1" in told.stderr
