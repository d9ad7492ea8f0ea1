"""Deposits of the invoices companion, end to end: its callers, itself and Habilis apart."""

import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_bytes
from typing import Final
from uuid import uuid4

from pypdf import PdfWriter

from benchmarks.processes import run, served
from habilis import Client, Decision, Perimeter, Question, Token
from habilis.answers import PerimeterList
from habilis_companion.assembly import assembled
from habilis_companion.attachments import FileRef
from habilis_companion.guard import Guard
from habilis_companion.store import Store
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Draft
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.piece import Amounts
from habilis_invoicing.service.assembly import flows_of
from habilis_invoicing.store.schema import FORM

__all__ = ["measure_deposits"]

_CALLERS: Final = 8
_ALONE: Final = 200
_SECONDS: Final = 10.0
_PORTAL_PEAK: Final = 42
"""Deposits a second: the portal's busiest hour, by its published figures."""
_FACTS: Final = Path(__file__).resolve().parents[1] / "policy" / "cases" / "facts.jsonl"

_NICOLAS: Final = Perimeter("40512377900010")
_MB_INGENIERIE: Final = Perimeter("43155257900051")
_ACADEMIE: Final = Perimeter("17340430200015")
_CSP: Final = Perimeter("11000201100044", "RECCHOR034")
_AMOUNTS: Final = Amounts(
    excluding_tax=Decimal("10000.00"),
    vat=Decimal("2000.00"),
    including_tax=Decimal("12000.00"),
    to_pay=Decimal("12000.00"),
)


def measure_deposits() -> None:
    """Prints deposits per second by several callers, and the share of one spent asking."""
    print(f"\nDeposits end to end, SQLite, {_CALLERS} callers, {_SECONDS:.0f} s each")
    print(f"{'':44} {'a second':>10} {'p50 ms':>9} {'p99 ms':>9}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        data = Path(folder)
        run("import", str(_FACTS), "--data", str(data / "facts"))
        habilis = servers.enter_context(served(data / "facts")).address
        asking = ("--habilis", habilis)
        companion = servers.enter_context(
            served(data / "companion", *asking, program="habilis_invoicing")
        ).address
        for title, deposit in (
            ("an invoice, its file sent before", _invoice),
            ("an invoice and its file", _invoice_and_file),
            ("an A4, then the A15 that follows it", _two_pieces),
        ):
            _tell(title, _measured(companion, deposit))
        print(f"{'the portal at its peak':44} {_PORTAL_PEAK:10d}")
        _tell_asking(data / "alone", habilis)


def _measured(address: str, deposit: Callable[[InvoicingClient, FileRef], int]) -> list[float]:
    """Seconds of each deposit, all the callers together."""
    until = time.monotonic() + _SECONDS

    def call(_caller: int) -> list[float]:
        with InvoicingClient(address) as client:
            file = _upload(client, "alice", Cadre.A1, _NICOLAS)
            took: list[float] = []
            while time.monotonic() < until:
                started = time.perf_counter()
                pieces = deposit(client, file)
                took += [(time.perf_counter() - started) / pieces] * pieces
            return took

    with ThreadPoolExecutor(_CALLERS) as callers:
        return [each for found in callers.map(call, range(_CALLERS)) for each in found]


def _tell(title: str, took: Sequence[float]) -> None:
    ordered = sorted(took)
    p50, p99 = (ordered[int(len(ordered) * part)] * 1000 for part in (0.5, 0.99))
    print(f"{title:44} {len(took) / _SECONDS:10.1f} {p50:9.1f} {p99:9.1f}")


def _tell_asking(data: Path, habilis: str) -> None:
    """One caller, no wire before the companion: what of a deposit is spent asking Habilis."""
    with (
        Store.open(data, FORM) as store,
        assembled(store, data / "files", habilis) as parts,
        Client(habilis) as client,
    ):
        asking = _Asking(client)
        timed = replace(flows_of(parts), guard=Guard(asking))
        content = _pdf()
        file = timed.upload_file(
            subject="alice",
            request_id=uuid4().hex,
            cadre=Cadre.A1,
            deposant=_NICOLAS,
            name="facture.pdf",
            sha256=sha256(content).hexdigest(),
            content=content,
        )
        asking.took.clear()
        started = time.perf_counter()
        for _ in range(_ALONE):
            draft = _draft(Cadre.A1, _NICOLAS, file)
            timed.deposit(subject="alice", request_id=uuid4().hex, draft=draft)
        total = time.perf_counter() - started
    share = sum(asking.took) / total
    each = len(asking.took) / _ALONE
    print(
        f"one caller: {total / _ALONE * 1000:.1f} ms a deposit,"
        f" {share:.0%} of it asking Habilis, {each:.0f} times"
    )


class _Asking:
    """A Habilis client that notes how long each answer took."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.took: list[float] = []

    def check_many(
        self, questions: Sequence[Question], *, at_least: Token | None = None
    ) -> tuple[Decision, ...]:
        started = time.perf_counter()
        decisions = self._client.check_many(questions, at_least=at_least, deadline=5.0)
        self.took.append(time.perf_counter() - started)
        return decisions

    def list_perimeters(
        self, *, subject: str, action: str, resource_type: str = "", at_least: Token | None = None
    ) -> PerimeterList:
        return self._client.list_perimeters(
            subject=subject, action=action, resource_type=resource_type, at_least=at_least
        )


def _invoice(client: InvoicingClient, file: FileRef) -> int:
    client.deposit(_draft(Cadre.A1, _NICOLAS, file), subject="alice", deadline=60.0)
    return 1


def _invoice_and_file(client: InvoicingClient, _file: FileRef) -> int:
    return _invoice(client, _upload(client, "alice", Cadre.A1, _NICOLAS))


def _two_pieces(client: InvoicingClient, file: FileRef) -> int:
    first = client.deposit(_draft(Cadre.A4, _NICOLAS, file), subject="alice", deadline=60.0)
    answer = _draft(Cadre.A15, _MB_INGENIERIE, _upload(client, "julie", Cadre.A15, _MB_INGENIERIE))
    client.deposit(replace(answer, previous=first.id), subject="julie", deadline=60.0)
    return 2


def _draft(cadre: Cadre, deposant: Perimeter, file: FileRef) -> Draft:
    works = cadre is not Cadre.A1
    return Draft(
        cadre=cadre,
        deposant=deposant,
        number=uuid4().hex[:20],
        fournisseur=_NICOLAS,
        moe=_MB_INGENIERIE if works else None,
        moa=_ACADEMIE if works else None,
        destinataire=_ACADEMIE if works else _CSP,
        amounts=_AMOUNTS,
        file=file,
    )


def _upload(client: InvoicingClient, subject: str, cadre: Cadre, deposant: Perimeter) -> FileRef:
    return client.upload_file(
        _pdf(), name="facture.pdf", cadre=cadre, deposant=deposant, subject=subject
    )


def _pdf() -> bytes:
    """A page, and 100 kB like no other: what an invoice weighs."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_attachment("detail.bin", token_bytes(100_000))
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
