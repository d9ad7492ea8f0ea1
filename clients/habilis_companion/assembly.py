"""A companion put together: its store, its files, and the Habilis server that it asks."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from google.protobuf.descriptor import ServiceDescriptor

from habilis import Client, Tls
from habilis.organisation.reader import OrganisationReader
from habilis_companion.door import Behaviour
from habilis_companion.files import Files
from habilis_companion.forms import Form
from habilis_companion.guard import Guard
from habilis_companion.pdf import PdfReading
from habilis_companion.store import Store

__all__ = ["Companion", "Parts", "assembled", "now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the flows of a companion need: where it keeps, whom it asks, and what time it is."""

    store: Store
    guard: Guard
    organisation: OrganisationReader
    files: Files
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """What makes a companion what it is.

    `command` is what people call, such as `habilis-invoicing`; `form` that of
    its store; `servicer` makes what has a behaviour for each method of its
    `service`, under that method's name.
    """

    command: str
    form: Form
    service: ServiceDescriptor
    servicer: Callable[[Parts], object]

    @property
    def package(self) -> str:
        """Its code, which bears the name of its command."""
        return self.command.replace("-", "_")

    def behaviours(self, parts: Parts) -> Mapping[str, Behaviour]:
        """The behaviour of each method of the contract, made of these parts."""
        servicer = self.servicer(parts)
        return {method.name: getattr(servicer, method.name) for method in self.service.methods}


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
) -> Generator[Parts]:
    """The parts, asking the Habilis server at HOST:PORT, until the block ends."""
    with (
        Client(habilis, tls=tls) as client,
        OrganisationReader(habilis, tls=tls) as organisation,
        PdfReading() as reading,
    ):
        yield Parts(
            store=store,
            guard=Guard(client),
            organisation=organisation,
            files=Files(files, reading),
            clock=clock,
        )
