"""What Habilis would be asked about each row, by either side, as the policy names it."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import RowMapping, null

from habilis import Resource
from habilis_companion.visibility import Party, Sight
from habilis_soliciting.model.solicitation import Solicitation, resource_of, resource_sent
from habilis_soliciting.store.rows import solicitation_of
from habilis_soliciting.store.schema import solicitation

__all__ = ["PARTIES", "RECEIVED", "SENT"]

PARTIES: Final[Mapping[str, Party]] = {
    party: Party(solicitation.c[f"{party}_structure"], solicitation.c[f"{party}_service"])
    for party in ("emetteur", "recepteur")
}


def _asked(resource: Callable[[Solicitation], Resource]) -> Callable[[RowMapping], Resource]:
    return lambda row: resource(solicitation_of(row))


RECEIVED: Final = Sight(
    resource_type="sollicitation",
    table=solicitation,
    rows=solicitation.c.id.is_not(None),
    key=solicitation.c.id,
    parties=PARTIES,
    attributes={
        "sollicitation.etat": solicitation.c.etat,
        "sollicitation.etat_emetteur": solicitation.c.etat_emetteur,
    },
    resource=_asked(resource_of),
)

SENT: Final = Sight(
    resource_type="sollicitation",
    table=solicitation,
    rows=solicitation.c.id.is_not(None),
    key=solicitation.c.id,
    parties=PARTIES,
    attributes={
        # What the sender is not told is no part of what he asks.
        "sollicitation.etat": null(),
        "sollicitation.etat_emetteur": solicitation.c.etat_emetteur,
    },
    resource=_asked(resource_sent),
)
