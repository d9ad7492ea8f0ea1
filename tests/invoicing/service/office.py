"""A portal for tests: `habilis serve` and `habilis-invoicing serve`, each a process of its own."""

import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, Final

from pypdf import PdfWriter

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_companion.store import Store
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.flows.ticking import tick
from habilis_invoicing.model.asked import Draft, Outcome
from habilis_invoicing.model.cadres import PAYABLE, WORKS, Cadre
from habilis_invoicing.model.piece import Amounts
from habilis_invoicing.store.schema import FORM
from tests.service.process import prepared, serving

__all__ = [
    "ACADEMIE",
    "AMOUNTS",
    "BATI_SUD",
    "CSP",
    "MB",
    "NICOLAS",
    "SETE",
    "SFACT",
    "Office",
    "companion",
    "office",
    "pdf",
]

NICOLAS: Final = Perimeter("40512377900010")
MB: Final = Perimeter("43155257900051")
ACADEMIE: Final = Perimeter("17340430200015")
CSP: Final = Perimeter("11000201100044", "RECCHOR034")
SFACT: Final = Perimeter("11000201100044", "FAC0000034")
SETE: Final = Perimeter("21340301700014")
BATI_SUD: Final = Perimeter("51980446200025")

AMOUNTS: Final = Amounts(
    excluding_tax=Decimal("10000.00"),
    vat=Decimal("2000.00"),
    including_tax=Decimal("12000.00"),
    to_pay=Decimal("12000.00"),
)


@dataclass(frozen=True, kw_only=True)
class Office:
    """Who acts finds the companion here, and Habilis behind it."""

    client: InvoicingClient
    address: str
    folder: Path
    habilis: "subprocess.Popen[str]"
    process: "subprocess.Popen[str]"
    habilis_address: str
    numbers: Iterator[int]

    def upload(self, subject: str, cadre: Cadre, deposant: Perimeter, **how: Any) -> FileRef:
        content = how.pop("content", None) or pdf(f"{cadre} {next(self.numbers)}")
        name = how.pop("name", "piece.pdf")
        return self.client.upload_file(
            content, name=name, cadre=cadre, deposant=deposant, subject=subject, **how
        )

    def draft(self, subject: str, cadre: Cadre, deposant: Perimeter, **said: Any) -> Draft:
        """A draft that may be sent, with a file of its own and a number that nobody has used."""
        base = Draft(
            cadre=cadre,
            deposant=deposant,
            number=f"N{next(self.numbers)}",
            fournisseur=NICOLAS,
            destinataire=CSP,
            amounts=AMOUNTS,
        )
        if cadre in WORKS:
            recipient = CSP if cadre in PAYABLE else ACADEMIE
            base = replace(base, moe=MB, moa=ACADEMIE, destinataire=recipient)
        if "file" not in said:
            said["file"] = self.upload(subject, cadre, deposant)
        return replace(base, **said)

    def deposit(self, subject: str, cadre: Cadre, deposant: Perimeter, **said: Any) -> Outcome:
        return self.client.deposit(self.draft(subject, cadre, deposant, **said), subject=subject)

    def tick(self, at: datetime | None = None) -> None:
        """What time brings about, as the operator's timer does it beside the server."""
        with Store.open(self.folder / "companion", FORM) as store:
            tick(store, at or datetime.now(UTC))

    def received(self, subject: str, cadre: Cadre, deposant: Perimeter, **said: Any) -> Outcome:
        """A piece that has reached its payer; the outcome has its present version."""
        sent = self.deposit(subject, cadre, deposant, **said)
        self.tick()
        self.tick()
        return replace(sent, version=sent.version + 2)


def pdf(text: str) -> bytes:
    """A PDF of one page, unlike that of another text."""
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.add_metadata({"/Title": text})
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


@contextmanager
def companion(
    folder: Path, habilis: str, *options: str
) -> Generator[tuple["subprocess.Popen[str]", str]]:
    """The process, and the address that it says it listens on; killed when the block ends."""
    command = [sys.executable, "-m", "habilis_invoicing.cli.main", "serve"]
    command += ["--listen", "127.0.0.1:0", "--habilis", habilis]
    command += options or ("--data", str(folder / "companion"))
    with (
        (folder / "companion-errors").open("w+", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith("listening on "):
                process.wait()
                errors.seek(0)
                raise AssertionError(f"it does not listen: {line}{errors.read()}")
            yield process, line.split()[2]
        finally:
            process.kill()


@contextmanager
def office(folder: Path, *options: str) -> Generator[Office]:
    """Both servers, on the facts of the policy's cases, until the block ends."""
    with ExitStack() as stack:
        habilis, habilis_address = stack.enter_context(serving(prepared(folder)))
        process, address = stack.enter_context(companion(folder, habilis_address, *options))
        client = stack.enter_context(InvoicingClient(address))
        yield Office(
            client=client,
            address=address,
            folder=folder,
            habilis=habilis,
            process=process,
            habilis_address=habilis_address,
            numbers=count(1),
        )
