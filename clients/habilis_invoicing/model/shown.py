"""What the supplier's side is told where the payer hides « Mise en paiement » (R77)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.piece import Piece, StateLine

__all__ = ["as_seen", "lines_seen", "moved", "of_supplier_side"]


def moved(piece: Piece, etat: Etat, at: datetime, *, payment_hidden: bool = False) -> Piece:
    """The piece in its new state; with `payment_hidden` its supplier still sees the former one."""
    if etat is Etat.MISE_EN_PAIEMENT and payment_hidden:
        return replace(piece, etat=etat, state_at=at)
    return replace(piece, etat=etat, state_at=at, shown=etat, shown_at=at)


def of_supplier_side(piece: Piece, party: Party) -> bool:
    """Whether who plays this part is told no more than the supplier is.

    The supplier, a depositor in his role, and the validator, who answers for
    the same contract on the same side.
    """
    match party:
        case Party.FOURNISSEUR | Party.VALIDEUR:
            return True
        case Party.DEPOSANT:
            return piece.framework.depositor is Party.FOURNISSEUR
        case _:
            return False


def as_seen(piece: Piece, party: Party) -> Piece:
    """The piece as it is told to who plays this part: nothing in it tells a hidden payment."""
    if piece.shown is piece.etat or not of_supplier_side(piece, party):
        return piece
    # A payment is the last thing that happens: one version ago it had not.
    return replace(piece, etat=piece.shown, state_at=piece.shown_at, version=piece.version - 1)


def lines_seen(piece: Piece, lines: Iterable[StateLine], party: Party) -> Iterator[StateLine]:
    """The history as it is told to who plays this part."""
    hidden = piece.shown is not piece.etat and of_supplier_side(piece, party)
    return (line for line in lines if not (hidden and line.etat is Etat.MISE_EN_PAIEMENT))
