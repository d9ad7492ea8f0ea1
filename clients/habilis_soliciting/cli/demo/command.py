"""`habilis-soliciting demo`: solicitations written, answered and closed, told from both sides."""

from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import typer

from habilis import Client
from habilis.organisation.reader import OrganisationReader
from habilis_companion.command_line.beside import served_beside
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.stage import HabilisOption, document, open_stage, replay
from habilis_companion.organisation import HabilisAddresses
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Draft
from habilis_invoicing.model.piece import Amounts
from habilis_soliciting.cli.demo.page import shape_of_play, tell_play
from habilis_soliciting.cli.demo.play import as_told, play
from habilis_soliciting.cli.demo.story import INVOICE, STORIES
from habilis_soliciting.client import SolicitingClient
from habilis_soliciting.flows.objects import InvoicingObjects
from habilis_soliciting.reference.reading import read_categories
from habilis_soliciting.service.assembly import companion_with

__all__ = ["app", "demo"]

_FACTS: Final = Path(__file__).with_name("facts.jsonl")
_READER: Final = "sophie"
"""Manages the structure that receives, so she may read the addresses of its people."""
_DEADLINE: Final = 30.0
_AMOUNTS: Final = Amounts(
    excluding_tax=Decimal("1200.00"),
    vat=Decimal("240.00"),
    including_tax=Decimal("1440.00"),
    to_pay=Decimal("1440.00"),
)

app = typer.Typer(add_completion=False)


@app.command()
def demo(*, habilis: HabilisOption = None, json: Json = False) -> None:
    """Write about an invoice, answer, close; and re-route what went to the wrong service.

    Exit 1 if a step, a history or a mail is not as the portal would have it.
    """
    replay(habilis, _FACTS, lambda address: _replayed(address, json=json))


def _replayed(address: str, *, json: bool) -> bool:
    """Whether each story came to what it tells."""
    well: list[bool] = []
    with (
        _invoices(address) as invoices,
        open_stage(
            companion_with(read_categories(), InvoicingObjects(invoices)),
            SolicitingClient,
            address,
        ) as stage,
        Client(address) as client,
        OrganisationReader(address) as reader,
    ):
        _deposit(invoices)
        addresses = HabilisAddresses(client, reader, _READER)
        for story in STORIES:
            played = play(stage, story, addresses)
            well.append(as_told(story, played))
            if json:
                as_json({**shape_of_play(played), "as_told": well[-1]})
                continue
            tell_play(story, played)
            say("as told\n" if well[-1] else "NOT AS TOLD\n")
    return all(well)


@contextmanager
def _invoices(habilis: str) -> Generator[InvoicingClient]:
    """An invoices companion beside, which asks the same Habilis."""
    with TemporaryDirectory(prefix="habilis-invoicing-demo-") as folder:
        kept = ("--data", folder, "--habilis", habilis)
        with (
            served_beside("habilis_invoicing", Path(folder) / "log", *kept) as address,
            InvoicingClient(address) as client,
        ):
            yield client


def _deposit(client: InvoicingClient) -> None:
    """The invoice that is written about."""
    cadre, deposant = INVOICE.cadre, INVOICE.fournisseur
    file = client.upload_file(
        document(INVOICE.number),
        name="facture.pdf",
        cadre=cadre,
        deposant=deposant,
        subject=INVOICE.who,
        deadline=_DEADLINE,
    )
    draft = Draft(
        cadre=cadre,
        deposant=deposant,
        fournisseur=deposant,
        destinataire=INVOICE.destinataire,
        number=INVOICE.number,
        commitment_number=INVOICE.commitment_number,
        amounts=_AMOUNTS,
        file=file,
    )
    client.deposit(draft, subject=INVOICE.who, deadline=_DEADLINE)
