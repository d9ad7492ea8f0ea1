"""Without an answer of Habilis nothing moves; cut in the middle, nothing is half done."""

import signal
from collections.abc import Callable, Generator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from habilis.errors import UnansweredError
from habilis_companion.terms import Acting, ExportFormat, Looking
from habilis_soliciting.cli.main import app
from habilis_soliciting.client import SolicitingClient
from habilis_soliciting.model.asked import Criteria
from habilis_soliciting.model.message import Message
from tests.cli.shell import called
from tests.companion.at_once import AT_ONCE, cut_by_a_kill
from tests.companion.keeping import nothing_changes
from tests.conftest import Figure
from tests.invoicing.service.office import NICOLAS, office
from tests.service.process import serving
from tests.soliciting.service.acts import ACTS
from tests.soliciting.service.office import ALICE, EMISES, Desk, companion, desk_beside

pytestmark = pytest.mark.xdist_group("soliciting")


@pytest.fixture
def doomed(tmp_path: Path) -> Generator[Desk]:
    """A portal of which a test may kill what it likes."""
    (tmp_path / "desk").mkdir()
    with office(tmp_path) as opened, desk_beside(opened, tmp_path / "desk") as desk:
        yield desk


def test_without_habilis_only_the_two_public_methods_do_and_show_anything(
    doomed: Desk, figure: Figure
) -> None:
    client, draft = doomed.client, doomed.draft()
    held = [(act, act.made(doomed)) for act in ACTS]
    one = doomed.sent()
    doomed.habilis.kill()
    doomed.habilis.wait()
    soon: Acting = {"subject": "alice", "deadline": 0.2}
    look: Looking = {"application": EMISES, "subject": "alice", "deadline": 0.2}
    calls: list[Callable[[], object]] = [
        lambda: client.save_solicitation_draft(draft, **soon),
        lambda: client.submit_solicitation(draft, **soon),
        lambda: client.upload_attachment(b"x", name="x.txt", emetteur=NICOLAS, **soon),
        lambda: client.get_solicitation(one.id, **look),
        lambda: client.get_solicitation_history(one.id, **look),
        lambda: client.download_attachment(one.id, "0" * 64, **look),
        lambda: client.list_solicitations_to_process(**look),
        lambda: client.search_solicitations(**look),
        lambda: client.get_solicitation_dashboard(**look),
        lambda: client.get_solicitation_statistics(**look),
        lambda: client.export_solicitations(Criteria(), ExportFormat.CSV, BytesIO(), **look),
    ]

    def tried(call: Callable[[], object]) -> None:
        with pytest.raises(UnansweredError):
            call()

    with nothing_changes(doomed.kept):
        for call in calls:
            tried(call)
        for act, kept in held:
            terms: dict[str, Any] = {**act.given, "subject": act.who, "deadline": 0.2}
            tried(partial(act.on(doomed), kept, **terms))
    message = Message(
        category="GESTION_COMPTE",
        subcategory="CONNEXION",
        contact_email="a@example.org",
        title="t",
        description="d",
    )
    assert client.list_categories()
    client.submit_anonymously(message)
    with serving(doomed.folder.parent, listen=doomed.habilis_address):
        back = client.submit_solicitation(draft, subject="alice", deadline=20)
    assert back.etat == "AFFECTEE"
    figure(f"{len(calls) + len(held)} calls without Habilis: UNAVAILABLE, nothing moved")


def test_killed_amid_what_is_sent_it_has_done_each_or_nothing_of_it(
    doomed: Desk, figure: Figure
) -> None:
    """Submissions with files, the companion killed under them; offered again, each comes once."""
    drafts = [doomed.draft(attachments=(doomed.upload(),)) for _ in range(AT_ONCE)]

    def submit(number: int) -> object:
        terms: Acting = {"subject": "alice", "request_id": f"cut-{number}", "deadline": 5.0}
        with SolicitingClient(doomed.address) as client:
            return client.submit_solicitation(drafts[number], **terms)

    heard = cut_by_a_kill(doomed, submit)
    with (
        companion(doomed.folder, doomed.habilis_address) as (process, address),
        SolicitingClient(address) as client,
    ):
        again = [
            client.submit_solicitation(draft, subject="alice", request_id=f"cut-{number}")
            for number, draft in enumerate(drafts)
        ]
        found = client.search_solicitations(**ALICE).solicitations
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

    numbers = sorted(each.number for each in again)
    assert sorted(each.number for each in found) == numbers
    assert len(set(numbers)) == AT_ONCE
    assert [each for each in heard if each is not None and each not in again] == []
    figure(f"{heard.count(None)} of {len(heard)} submissions cut by a kill, none half done")


def test_a_database_and_a_tick_of_the_command(tmp_path: Path) -> None:
    made = called(app, "habilis-soliciting", "db", "upgrade", "--data", tmp_path)
    again = called(app, "habilis-soliciting", "db", "upgrade", "--data", tmp_path)
    ticked = called(app, "habilis-soliciting", "tick", "--data", tmp_path, "--json")
    alone = called(app, "habilis-soliciting", "tick", "--data", tmp_path, "--as", "samir")

    assert "now; it had none" in made.out
    assert "nothing was done" in again.out
    assert ticked.out == '{"notices": 0, "sent": 0, "waiting": 0}\n'
    assert (alone.code, alone.err) == (2, "`--habilis` and `--as` go together\n")
