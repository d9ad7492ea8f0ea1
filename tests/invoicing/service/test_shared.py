"""Two companions on one database of PostgreSQL: each goes on from what the other has kept."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from habilis_companion.store import Store
from habilis_companion.terms import Looking
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.flows.ticking import tick
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.store.schema import FORM
from tests.companion.at_once import AT_ONCE, together
from tests.companion.documents import a_pdf
from tests.conftest import Figure
from tests.invoicing.service.office import MB, NICOLAS, Office, companion, office
from tests.storage.server import Server

pytestmark = pytest.mark.xdist_group("postgresql")

LOOK: Looking = {"subject": "julie", "application": "factures_travaux"}


@dataclass(frozen=True, kw_only=True)
class Two:
    """A desk at the first companion, and clients of both."""

    desk: Office
    clients: Sequence[InvoicingClient]
    database: str

    def together(self, call: Callable[[InvoicingClient, int], object]) -> Counter[object]:
        """What so many calls at the same time come to, half of them at each companion."""
        return together(self.clients, call)


@pytest.fixture(scope="module")
def two(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder: Path = tmp_path_factory.mktemp("two")
    (folder / "other").mkdir()
    database = server.database()
    where = ("--database", database, "--files", str(folder / "files"))
    with (
        office(folder, *where) as desk,
        companion(folder / "other", desk.habilis_address, *where) as (_, other),
        InvoicingClient(other) as elsewhere,
    ):
        yield Two(desk=desk, clients=(desk.client, elsewhere), database=database)


def test_each_goes_on_from_what_the_other_has_kept(two: Two) -> None:
    desk, elsewhere = two.desk, two.clients[1]
    first = desk.deposit("alice", Cadre.A4, NICOLAS)
    draft = desk.draft("julie", Cadre.A15, MB, previous=first.id)
    second = elsewhere.deposit(draft, subject="julie", request_id="once")
    again = desk.client.deposit(draft, subject="julie", request_id="once")
    told = desk.client.get_billing_file(first.id, **LOOK)
    file = told[0].piece.file
    assert file is not None

    assert second == again
    assert [each.piece.etat for each in told] == [Etat.ASSOCIEE, Etat.MISE_A_DISPOSITION_MOA]
    assert elsewhere.download_file(first.id, file.sha256, **LOOK).startswith(b"%PDF")


def a_deposit(two: Two) -> Callable[[InvoicingClient, int], object]:
    draft = two.desk.draft("alice", Cadre.A4, NICOLAS)
    return lambda client, _: client.deposit(draft, subject="alice", request_id="deposit")


def a_draft(two: Two) -> Callable[[InvoicingClient, int], object]:
    draft = two.desk.draft("alice", Cadre.A4, NICOLAS)
    return lambda client, _: client.save_draft(draft, subject="alice", request_id="draft")


def an_upload(_: Two) -> Callable[[InvoicingClient, int], object]:
    content = a_pdf(note="handed in by all")
    what: dict[str, Any] = {"name": "piece.pdf", "cadre": Cadre.A4, "deposant": NICOLAS}
    return lambda client, _: client.upload_file(content, subject="alice", **what)


def a_download(two: Two) -> Callable[[InvoicingClient, int], object]:
    draft = two.desk.draft("alice", Cadre.A4, NICOLAS)
    sent = two.desk.client.deposit(draft, subject="alice")
    assert draft.file is not None
    digest = draft.file.sha256
    return lambda client, _: client.download_file(sent.id, digest, **LOOK)


@pytest.mark.parametrize("deed", [a_deposit, a_draft, an_upload, a_download])
def test_the_same_at_once_is_done_once_and_told_to_all(
    two: Two, deed: Callable[[Two], Callable[[InvoicingClient, int], object]]
) -> None:
    told = two.together(deed(two))

    assert list(told.values()) == [AT_ONCE], told
    assert None not in told


def test_what_only_one_can_have_one_gets(two: Two, figure: Figure) -> None:
    desk = two.desk
    number = desk.draft("alice", Cadre.A4, NICOLAS)
    first = desk.deposit("alice", Cadre.A4, NICOLAS)
    follow = [desk.draft("julie", Cadre.A15, MB, previous=first.id) for _ in range(AT_ONCE)]
    told = [
        two.together(lambda client, _: client.deposit(number, subject="alice")),
        two.together(lambda client, which: client.deposit(follow[which], subject="julie")),
    ]

    assert [each[None] for each in told] == [AT_ONCE - 1] * 2
    figure(f"{2 * AT_ONCE} rival deposits at two companions, 2 done")


def test_clocks_that_tick_at_once_move_each_piece_once(two: Two) -> None:
    invoices = [two.desk.deposit("alice", Cadre.A1, NICOLAS) for _ in range(3)]
    now = datetime.now(UTC)

    def moved(_: InvoicingClient, __: int) -> int:
        with Store.open(two.database, FORM) as store:
            return tick(store, now).moved

    told = two.together(moved)

    # From sent to on its way, then there: one step a round, whoever's round it is.
    moves = sum(count * times for count, times in told.items() if isinstance(count, int))
    lines = [
        len(two.desk.client.get_history(each.id, subject="alice", application="factures_emises"))
        for each in invoices
    ]
    assert moves >= len(invoices)
    assert sum(lines) == moves + len(invoices), (told, lines)
