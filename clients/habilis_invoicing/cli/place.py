"""Where the companion keeps its pieces and listens, and who asks it: its options in its words."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from habilis_companion.command_line import keeping, place
from habilis_companion.command_line.reaching import tls_of
from habilis_invoicing.client import InvoicingClient

__all__ = ["PIECE", "Kept", "Looker", "PieceOption", "Place"]

PIECE: Final = "piece"

PieceOption = Annotated[str, place.ref_option(PIECE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(keeping.Kept):
    """Where pieces and files are kept."""

    variable: ClassVar[str] = "HABILIS_INVOICING_DATABASE"
    database: Annotated[str | None, keeping.database_option(variable)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(place.Place[InvoicingClient]):
    """Where the invoices companion listens."""

    server: Annotated[str, place.server_option("habilis-invoicing", "HABILIS_INVOICING")]

    def client(self) -> InvoicingClient:
        return InvoicingClient(self.server, tls=tls_of(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker(place.Looker):
    """Who looks, and through which of the applications of invoices."""

    application: Annotated[str, place.application_option("factures_recues")] = "factures_travaux"
