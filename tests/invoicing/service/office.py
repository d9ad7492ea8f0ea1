"""A portal where people deposit invoices: Habilis and the companion, each a process of its own."""

import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_companion.store import Store
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.flows.ticking import tick
from habilis_invoicing.model.asked import Draft, Outcome
from habilis_invoicing.model.cadres import PAYABLE, WORKS, Cadre
from habilis_invoicing.model.piece import Amounts
from habilis_invoicing.store.schema import FORM
from tests.companion.documents import a_pdf
from tests.companion.portal import Portal, portal
from tests.companion.portal import companion as started

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
]

_PACKAGE: Final = "habilis_invoicing"

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
class Office(Portal[InvoicingClient]):
    """What people of the portal do with invoices."""

    def upload(self, subject: str, cadre: Cadre, deposant: Perimeter, **how: Any) -> FileRef:
        content = how.pop("content", None) or a_pdf(note=f"{cadre} {next(self.numbers)}")
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
        with Store.open(self.data, FORM) as store:
            tick(store, at or datetime.now(UTC))

    def received(self, subject: str, cadre: Cadre, deposant: Perimeter, **said: Any) -> Outcome:
        """A piece that has reached its payer; the outcome has its present version."""
        sent = self.deposit(subject, cadre, deposant, **said)
        self.tick()
        self.tick()
        return replace(sent, version=sent.version + 2)


def companion(
    folder: Path, habilis: str, *options: str
) -> AbstractContextManager[tuple["subprocess.Popen[str]", str]]:
    """Another invoices companion, as `tests.companion.portal` starts one."""
    return started(_PACKAGE, folder, habilis, *options)


def office(folder: Path, *options: str) -> AbstractContextManager[Office]:
    """Both servers, on the facts of the policy's cases, until the block ends."""
    return portal(Office, InvoicingClient, _PACKAGE, folder, *options)
