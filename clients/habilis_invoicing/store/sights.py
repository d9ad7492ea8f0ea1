"""What Habilis would be asked about each row, invoice or works piece, as the policy names it."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, null

from habilis import Resource
from habilis_companion.visibility import Party as Columns
from habilis_companion.visibility import Sight
from habilis_invoicing.model.cadres import WORKS, Party
from habilis_invoicing.model.piece import resource_of
from habilis_invoicing.store.rows import piece_of
from habilis_invoicing.store.schema import piece

__all__ = ["INVOICES", "PARTIES", "SIGHTS", "WORKS_PIECES"]


def _columns(place: str) -> Columns:
    return Columns(piece.c[f"{place}_structure"], piece.c[f"{place}_service"])


def _asked(row: RowMapping) -> Resource:
    return resource_of(piece_of(row))


PARTIES: Final[Mapping[Party, Columns]] = {
    party: _columns("validator" if party is Party.VALIDEUR else party.value) for party in Party
}
"""Who plays each part now."""

_WORKS: Final = piece.c.cadre.in_([cadre.value for cadre in WORKS])
_STRUCTURES: Final[Mapping[str, ColumnElement[Any]]] = {
    f"{party}.structure": PARTIES[party].structure for party in Party
}

INVOICES: Final = Sight(
    resource_type="facture",
    table=piece,
    rows=~_WORKS,
    key=piece.c.id,
    parties={
        party.value: PARTIES[party]
        for party in (Party.FOURNISSEUR, Party.DESTINATAIRE, Party.VALIDEUR)
    },
    attributes={
        **_STRUCTURES,
        "demande.etat": piece.c.etat,
        "facture.etat": piece.c.etat,
        "facture.cadre": piece.c.cadre,
    },
    resource=_asked,
)

WORKS_PIECES: Final = Sight(
    resource_type="piece_travaux",
    table=piece,
    rows=_WORKS,
    key=piece.c.id,
    parties={party.value: PARTIES[party] for party in Party},
    attributes={
        **_STRUCTURES,
        "demande.etat": piece.c.etat,
        "piece.etat": piece.c.etat,
        "piece.cadre": piece.c.cadre,
        # No piece of a list has one to come.
        "piece.cadre_suivant": null(),
    },
    resource=_asked,
)

SIGHTS: Final = (INVOICES, WORKS_PIECES)
