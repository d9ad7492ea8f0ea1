"""Two companions on one database of PostgreSQL: what one has kept, the other goes on from."""

from pathlib import Path

import pytest

from habilis_companion.calling import Acting, Looking
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Draft
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat
from tests.invoicing.service.office import MB, NICOLAS, companion, office
from tests.storage.server import Server

pytestmark = pytest.mark.xdist_group("postgresql")


def test_two_companions_share_a_database_and_its_files(tmp_path: Path, server: Server) -> None:
    where = ("--database", server.database(), "--files", str(tmp_path / "files"))
    with (
        office(tmp_path, *where) as desk,
        companion(tmp_path, desk.habilis_address, *where) as (_, other),
        InvoicingClient(other) as elsewhere,
    ):
        first = desk.deposit("alice", Cadre.A4, NICOLAS)
        draft: Draft = desk.draft("julie", Cadre.A15, MB, previous=first.id)
        terms: Acting = {"subject": "julie", "request_id": "once"}
        second = elsewhere.deposit(draft, **terms)
        again = desk.client.deposit(draft, **terms)
        look: Looking = {"subject": "alice", "application": "factures_travaux"}
        told = desk.client.get_billing_file(first.id, **look)
        file = told[0].piece.file
        assert file is not None
        content = elsewhere.download_file(first.id, file.sha256, **look)

    assert second == again
    assert [each.piece.etat for each in told] == [Etat.ASSOCIEE, Etat.MISE_A_DISPOSITION_MOA]
    assert content.startswith(b"%PDF")
