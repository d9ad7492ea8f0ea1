"""Where the companion keeps and listens, and who asks it: its options in its words."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from habilis_companion.command_line import keeping, place
from habilis_companion.command_line.reaching import tls_of
from habilis_soliciting.client import SolicitingClient

__all__ = ["SERVER", "SOLICITATION", "Kept", "Looker", "Place"]

SOLICITATION: Final = "solicitation"
SERVER: Final = place.server_option("habilis-soliciting", "HABILIS_SOLICITING")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(keeping.Kept):
    """Where solicitations and files are kept."""

    variable: ClassVar[str] = "HABILIS_SOLICITING_DATABASE"
    database: Annotated[str | None, keeping.database_option(variable)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(place.Place[SolicitingClient]):
    """Where the solicitations companion listens."""

    server: Annotated[str, SERVER]

    def client(self) -> SolicitingClient:
        return SolicitingClient(self.server, tls=tls_of(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker(place.Looker):
    """Who looks, as those who receive or as those who wrote."""

    application: Annotated[str, place.application_option("sollicitations_emises")] = (
        "sollicitations_recues"
    )
