"""Without an answer of Habilis nothing moves; cut in the middle, nothing is half done."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from habilis.errors import UnansweredError
from habilis.v1 import invoicing_pb2
from habilis_companion.terms import Acting, Looking
from habilis_companion.wire import fill
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat
from tests.companion.at_once import AT_ONCE, cut_by_a_kill
from tests.companion.documents import a_pdf
from tests.conftest import Figure
from tests.invoicing.service.acts import ACTS
from tests.invoicing.service.office import MB, NICOLAS, Office, companion, office
from tests.service.process import serving

pytestmark = pytest.mark.xdist_group("invoicing")


@pytest.fixture
def doomed(tmp_path: Path) -> Generator[Office]:
    """A portal of which a test may kill what it likes."""
    with office(tmp_path) as opened:
        yield opened


def test_without_habilis_no_method_does_or_shows_anything(doomed: Office, figure: Figure) -> None:
    pieces = {act.name: act.made(doomed) for act in ACTS}
    draft = doomed.draft("julie", Cadre.A15, MB)
    one = next(iter(pieces.values()))
    look: Looking = {"application": "factures_travaux", "subject": "julie", "deadline": 0.4}
    before = doomed.kept()
    doomed.habilis.kill()
    doomed.habilis.wait()

    def asked(what: Callable[..., object], *args: Any, **terms: Any) -> None:
        with pytest.raises(UnansweredError):
            what(*args, **terms)

    for act in ACTS:
        method = getattr(doomed.client, act.name)
        asked(method, pieces[act.name], subject=act.who, deadline=0.4, **act.given)
    client = doomed.client
    soon: Acting = {"subject": "julie", "deadline": 0.4}
    asked(client.save_draft, draft, **soon)
    asked(client.deposit, draft, **soon)
    asked(client.prefill_next, one.id, cadre=Cadre.A15, **soon)
    asked(client.upload_file, a_pdf(note="x"), name="x.pdf", cadre=Cadre.A15, deposant=MB, **soon)
    for read in (client.get_piece, client.get_history):
        asked(read, one.id, **look)
    assert doomed.kept() == before
    figure(f"{len(ACTS) + 6} methods without Habilis: UNAVAILABLE, nothing moved")


def test_once_habilis_is_back_the_same_request_is_done(doomed: Office) -> None:
    draft = doomed.draft("alice", Cadre.A1, NICOLAS)
    port = doomed.habilis_address
    doomed.habilis.kill()
    doomed.habilis.wait()
    with pytest.raises(UnansweredError):
        doomed.client.deposit(draft, subject="alice", request_id="kept", deadline=0.6)

    with serving(doomed.folder, listen=port):
        done = doomed.client.deposit(draft, subject="alice", request_id="kept", deadline=20)
        again = doomed.client.deposit(draft, subject="alice", request_id="kept", deadline=20)

    assert done.etat is Etat.DEPOSEE
    assert done == again


def test_killed_amid_deposits_it_has_done_each_one_or_nothing_of_it(
    doomed: Office, figure: Figure
) -> None:
    """Linked deposits, the companion killed under them; offered again, each comes about once."""
    firsts = [doomed.deposit("alice", Cadre.A4, NICOLAS) for _ in range(AT_ONCE)]
    drafts = [doomed.draft("julie", Cadre.A15, MB, previous=first.id) for first in firsts]

    def deposit(number: int) -> object:
        terms: Acting = {"subject": "julie", "request_id": f"linked-{number}", "deadline": 5.0}
        with InvoicingClient(doomed.address) as client:
            return client.deposit(drafts[number], **terms)

    heard = cut_by_a_kill(doomed, deposit)
    with (
        companion(doomed.folder, doomed.habilis_address) as (_, address),
        InvoicingClient(address) as client,
    ):
        for number, (first, draft) in enumerate(zip(firsts, drafts, strict=True)):
            look: Looking = {"application": "factures_travaux", "subject": "alice"}
            before = client.get_piece(first.id, **look).etat
            file = client.get_billing_file(first.id, **look)
            assert (before is Etat.ASSOCIEE) == (len(file) == 2)
            done = client.deposit(draft, subject="julie", request_id=f"linked-{number}")
            assert done.etat is Etat.MISE_A_DISPOSITION_MOA
            assert len(client.get_billing_file(first.id, **look)) == 2

    figure(f"{heard.count(None)} of {len(heard)} deposits cut by a kill, none half done")


def test_an_upload_that_stops_in_the_middle_leaves_nothing(doomed: Office) -> None:
    header = invoicing_pb2.UploadFileRequest()
    told = {"subject": "alice", "request_id": "r", "cadre": Cadre.A1, "deposant": NICOLAS}
    fill(header, {"header": {**told, "name": "a.pdf", "sha256": "0" * 64}})
    going = threading.Event()

    def parts() -> Iterator[bytes]:
        yield header.SerializeToString()
        yield invoicing_pb2.UploadFileRequest(chunk=a_pdf(note="a")[:99]).SerializeToString()
        going.set()
        threading.Event().wait(20)

    before = doomed.kept()
    with grpc.insecure_channel(doomed.address) as channel:
        upload: Any = channel.stream_unary("/habilis.v1.InvoicingService/UploadFile")
        call = upload.future(parts())
        assert going.wait(20)
        call.cancel()

    assert doomed.deposit("alice", Cadre.A1, NICOLAS).etat is Etat.DEPOSEE
    names = {path for (path,) in doomed.kept()["files"]} - {path for (path,) in before["files"]}
    assert len(names) == 1, "the file of the deposit, and nothing of the upload"


def test_told_to_stop_it_ends_what_is_under_way(doomed: Office) -> None:
    drafts = [doomed.draft("alice", Cadre.A1, NICOLAS) for _ in range(4)]
    done: list[object] = []

    def deposit(number: int) -> None:
        with InvoicingClient(doomed.address) as client:
            done.append(client.deposit(drafts[number], subject="alice", deadline=20))

    threads = [threading.Thread(target=deposit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    doomed.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()

    assert len(done) == 4
    assert doomed.process.wait(timeout=30) == 0


def test_a_database_of_another_form_is_refused_with_the_remedy(tmp_path: Path) -> None:
    made = invoicing("db", "upgrade", "--data", tmp_path)
    again = invoicing("db", "upgrade", "--data", tmp_path)
    [path] = tmp_path.glob("*.sqlite3")
    with sqlite3.connect(path) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%version_num%'")
        [(form,)] = tables.fetchall()
        connection.execute(f"UPDATE {form} SET version_num = 'from-the-future'")  # noqa: S608  # our own table
    refused = invoicing("tick", "--data", tmp_path)

    assert "now; it had none" in made.stdout
    assert "nothing was done" in again.stdout
    assert refused.returncode == 4
    assert "newer" in refused.stderr


def invoicing(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "habilis_invoicing", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
