"""What Habilis would be asked about each row, by either side, as the policy names it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, null, true

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


def _sight(etat: ColumnElement[Any], resource: Callable[[Solicitation], Resource]) -> Sight:
    def asked(row: RowMapping) -> Resource:
        return resource(solicitation_of(row))

    return Sight(
        resource_type="sollicitation",
        table=solicitation,
        rows=true(),
        key=solicitation.c.id,
        parties=PARTIES,
        attributes={
            "sollicitation.etat": etat,
            "sollicitation.etat_emetteur": solicitation.c.etat_emetteur,
        },
        resource=asked,
    )


RECEIVED: Final = _sight(solicitation.c.etat, resource_of)

# What the sender is not told is no part of what he asks.
SENT: Final = _sight(null(), resource_sent)
