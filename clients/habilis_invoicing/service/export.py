"""A list of pieces as a table for people, in the columns of « Synthèse » (R113)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from habilis_companion.paris import in_paris
from habilis_companion.tables import Cell, Column, Kind, Table
from habilis_invoicing.model.etats import LABELS
from habilis_invoicing.model.piece import Piece

__all__ = ["table_of"]


def table_of(pieces: Sequence[Piece]) -> Table:
    """The pieces in their order, one a row."""
    return Table(
        title="Demandes de paiement",
        columns=tuple(_COLUMNS),
        rows=[[cell(piece) for cell in _COLUMNS.values()] for piece in pieces],
    )


def _there(moment: datetime | None) -> datetime | None:
    """By the clock of the portal."""
    return None if moment is None else in_paris(moment)


def _place(party: str) -> Callable[[Piece], Cell]:
    def cell(piece: Piece) -> Cell:
        perimeter = getattr(piece, party)
        return None if perimeter is None else str(perimeter)

    return cell


def _amount(name: str) -> Callable[[Piece], Cell]:
    def cell(piece: Piece) -> Cell:
        found: Cell = None if piece.amounts is None else getattr(piece.amounts, name)
        return found

    return cell


_COLUMNS: Final[Mapping[Column, Callable[[Piece], Cell]]] = {
    Column("Numéro"): lambda piece: piece.number or None,
    Column("Cadre"): lambda piece: piece.cadre.value,
    Column("Dossier"): lambda piece: piece.dossier_number or None,
    Column("Marché"): lambda piece: piece.contract_number or None,
    Column("Montant HT", Kind.MONEY): _amount("excluding_tax"),
    Column("Montant TTC", Kind.MONEY): _amount("including_tax"),
    Column("Destinataire"): _place("destinataire"),
    Column("Fournisseur"): _place("fournisseur"),
    Column("MOE"): _place("moe"),
    Column("MOA"): _place("moa"),
    Column("Date de dépôt (Paris)", Kind.DATETIME): lambda piece: _there(piece.deposited_at),
    Column("État courant"): lambda piece: LABELS[piece.etat],
    Column("Date de l'état (Paris)", Kind.DATETIME): lambda piece: _there(piece.state_at),
    Column("Engagement"): lambda piece: piece.commitment_number or None,
    Column("Instructeur"): lambda piece: piece.case_officer or None,
    Column("Identifiant"): lambda piece: piece.id,
}
