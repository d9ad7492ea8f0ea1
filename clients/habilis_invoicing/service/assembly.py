"""The companion put together: its store, its files, and the Habilis server that it asks."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from habilis import Client, Tls
from habilis.organisation.reader import OrganisationReader
from habilis_companion.files import Files
from habilis_companion.guard import Guard
from habilis_companion.pdf import PdfReading
from habilis_companion.store import Store
from habilis_invoicing.flows import Invoicing
from habilis_invoicing.flows.directory import HabilisDirectory

__all__ = ["assembled", "now"]


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def assembled(
    store: Store,
    files: Path,
    habilis: str,
    tls: Tls | None = None,
    *,
    clock: Callable[[], datetime] = now,
) -> Generator[Invoicing]:
    """What people do with invoices, asked of the Habilis server at HOST:PORT."""
    with (
        Client(habilis, tls=tls) as client,
        OrganisationReader(habilis, tls=tls) as reader,
        PdfReading() as reading,
    ):
        yield Invoicing(
            store=store,
            guard=Guard(client),
            directory=HabilisDirectory(reader),
            files=Files(files, reading),
            clock=clock,
        )
