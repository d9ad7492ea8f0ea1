"""The invoice that is written about: looked up in the invoices companion, as its author may."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from habilis import AccessDenied
from habilis.errors import UnansweredError
from habilis_invoicing.model.cadres import Cadre
from habilis_soliciting.client import SolicitingClient
from tests.companion.keeping import codes_of, nothing_changes
from tests.invoicing.service.office import BATI_SUD, MB, NICOLAS
from tests.soliciting.service.office import ALICE, LEA, Desk, companion

pytestmark = pytest.mark.xdist_group("soliciting")


def deposited(desk: Desk, number: str = "", **said: Any) -> str:
    """The id of an invoice of alice's; with a number of its own, unless one is said."""
    if number:
        said["number"] = number
    return desk.office.deposit("alice", Cadre.A1, NICOLAS, **said).id


def test_it_is_found_by_its_number_and_by_its_id_and_told_to_both_sides(desk: Desk) -> None:
    number = f"LINKED-{next(desk.numbers)}"
    invoice = deposited(desk, number)

    names = (
        {"object_number": number},
        {"object_id": invoice},
        {"object_number": number, "object_id": invoice},
    )
    for said in names:
        sent = desk.sent(desk.draft(**said))
        for look in (ALICE, LEA):
            seen = desk.seen(sent, look)
            assert (seen.object_type, seen.object_number, seen.object_id) == (
                "FACTURE",
                number,
                invoice,
            )


def test_a_works_piece_is_found_through_the_application_of_its_category(desk: Desk) -> None:
    piece = desk.office.deposit("alice", Cadre.A4, NICOLAS)
    works = {"category": "FACTURES_TRAVAUX", "subcategory": "REFUS_PIECE", "object_id": piece.id}
    sent = desk.sent(desk.draft(**works))

    assert desk.seen(sent, ALICE).object_type == "PIECE_TRAVAUX"


def theirs(desk: Desk) -> dict[str, str]:
    """An invoice of somebody else."""
    piece = desk.office.deposit("sara", Cadre.A1, BATI_SUD, fournisseur=BATI_SUD)
    return {"object_id": piece.id}


def of_two(desk: Desk) -> dict[str, str]:
    """A number that two pieces bear, of two suppliers of whom victor writes for both."""
    number = f"TWICE-{next(desk.numbers)}"
    deposited(desk, number)
    desk.office.deposit("sara", Cadre.A1, BATI_SUD, fournisseur=BATI_SUD, number=number)
    return {"object_number": number}


WRONG: dict[str, tuple[str, Callable[[Desk], dict[str, str]], tuple[str, str]]] = {
    "a number that is nowhere": (
        "alice",
        lambda _: {"object_number": "NOWHERE-1"},
        ("OBJECT_UNKNOWN", "object_number"),
    ),
    "an id that is nowhere": (
        "alice",
        lambda _: {"object_id": "0" * 32},
        ("OBJECT_UNKNOWN", "object_id"),
    ),
    "one that she may not consult": ("alice", theirs, ("OBJECT_UNKNOWN", "object_id")),
    "an id, and the number of another": (
        "alice",
        lambda desk: {"object_id": deposited(desk), "object_number": "ANOTHER"},
        ("OBJECT_UNKNOWN", "object_id"),
    ),
    "a number of several": ("victor", of_two, ("OBJECT_AMBIGUOUS", "object_id")),
    "where nothing can be": (
        "alice",
        lambda _: {
            "category": "STRUCTURES",
            "subcategory": "DESACTIVATION",
            "object_number": "F-1",
        },
        ("OBJECT_NOT_EXPECTED", "object_number"),
    ),
}


@pytest.mark.parametrize(("who", "about", "problem"), WRONG.values(), ids=list(WRONG))
def test_one_that_cannot_be_is_told(
    desk: Desk, who: str, about: Callable[[Desk], dict[str, str]], problem: tuple[str, str]
) -> None:
    draft = desk.draft(**about(desk))
    if draft.category == "STRUCTURES":
        draft = replace(draft, recepteur=None)

    with nothing_changes(desk.kept):
        told = codes_of(lambda: desk.client.submit_solicitation(draft, subject=who))

    assert told == [problem]


def test_who_may_not_write_does_not_learn_what_there_is(desk: Desk) -> None:
    draft = desk.draft(emetteur=MB, object_number="NOWHERE-1")
    with nothing_changes(desk.kept), pytest.raises(AccessDenied):
        desk.client.submit_solicitation(draft, subject="alice")


def test_without_an_invoices_companion_nothing_can_be_linked(desk: Desk, tmp_path: Path) -> None:
    invoice = deposited(desk)
    with (
        companion(tmp_path, desk.habilis_address) as (_, address),
        SolicitingClient(address) as client,
    ):
        told = codes_of(
            lambda: client.submit_solicitation(desk.draft(object_id=invoice), subject="alice")
        )
        sent = client.submit_solicitation(desk.draft(), subject="alice")

    assert told == [("OBJECT_UNAVAILABLE", "object_id")]
    assert sent.etat == "AFFECTEE"


def test_where_the_invoices_companion_does_not_answer_nothing_is_sent(
    desk: Desk, tmp_path: Path
) -> None:
    kept = ("--data", str(tmp_path / "companion"), "--invoicing", "127.0.0.1:1")
    with (
        companion(tmp_path, desk.habilis_address, *kept) as (_, address),
        SolicitingClient(address) as client,
    ):
        draft = desk.draft(object_number="F-1")
        with pytest.raises(UnansweredError):
            client.submit_solicitation(draft, subject="alice", deadline=1.5)
        found = client.search_solicitations(**ALICE).solicitations

    assert found == ()


def test_an_address_without_its_companion_is_told(tmp_path: Path) -> None:
    words = ["habilis_soliciting.cli.main", "serve", "--listen", "127.0.0.1:0"]
    words += ["--data", str(tmp_path), "--habilis", "127.0.0.1:1", "--invoicing-ca", "ca.pem"]
    called = [sys.executable, "-m", *words]
    told = subprocess.run(called, capture_output=True, text=True, check=False)

    assert told.returncode == 2
    assert "--invoicing HOST:PORT" in told.stderr
