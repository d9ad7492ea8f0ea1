"""How pieces read: lines of a list, a piece on a page, a billing file as the portal prints it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from habilis.v1 import invoicing_pb2
from habilis_companion.command_line.outcome import tell_done
from habilis_companion.command_line.output import escaped, say, table
from habilis_companion.command_line.shapes import shape_of
from habilis_companion.paris import printed
from habilis_invoicing.cli.place import PIECE
from habilis_invoicing.model.asked import DashboardRow, Outcome, Tracked
from habilis_invoicing.model.etats import LABELS, Group
from habilis_invoicing.model.piece import Piece, StateLine

__all__ = [
    "dossier_shape",
    "tell_dashboard",
    "tell_dossier",
    "tell_history",
    "tell_outcome",
    "tell_piece",
    "tell_pieces",
]

_PARTIES: Final = (
    *("fournisseur", "moe", "moa", "destinataire", "valideur", "valideur_2", "deposant"),
)


def tell_outcome(outcome: Outcome, *, json: bool) -> None:
    tell_done(outcome, what=PIECE, label=LABELS[outcome.etat], json=json)


def tell_pieces(pieces: Iterable[Piece]) -> None:
    """One line a piece, in the columns of « Synthèse » that a terminal has room for (R113)."""
    table(
        ("number", "cadre", "state", "since", "HT", "recipient", "piece"),
        [
            (
                escaped(piece.number or "-"),
                piece.cadre,
                LABELS[piece.etat],
                printed(piece.state_at),
                _euros(piece.amounts.excluding_tax if piece.amounts else None),
                str(piece.destinataire or "-"),
                f"{piece.id}@{piece.version}",
            )
            for piece in pieces
        ],
    )


def tell_piece(piece: Piece) -> None:
    """What a piece says, a line a field; a field without a value has none."""
    amounts = piece.amounts
    told = {
        "piece": f"{piece.id}@{piece.version}",
        "number": piece.number,
        "cadre": f"{piece.cadre} – {piece.framework.label}",
        "state": f"{LABELS[piece.etat]}, since {printed(piece.state_at)}",
        **{party: str(getattr(piece, party) or "") for party in _PARTIES},
        "contract": piece.contract_number,
        "commitment": piece.commitment_number,
        "HT": _euros(amounts.excluding_tax) if amounts else "",
        "VAT": _euros(amounts.vat) if amounts else "",
        "TTC": _euros(amounts.including_tax) if amounts else "",
        "to pay": _euros(amounts.to_pay) if amounts else "",
        "files": ", ".join(file.name for file in (piece.file, *piece.attachments) if file),
        "dossier": piece.dossier_number,
        "case officer": piece.case_officer,
        "mandate": piece.mandate_number,
        "deposited": printed(piece.deposited_at),
        "comment": piece.comment,
    }
    table(("", ""), [(name, escaped(value)) for name, value in told.items() if value])


def tell_history(lines: Sequence[StateLine]) -> None:
    table(
        ("when", "state", "by", "as", "reason", "comment"),
        [
            (
                printed(line.at),
                LABELS[line.etat],
                escaped(line.actor or "the clock"),
                line.acting_as,
                line.reason,
                escaped(line.comment),
            )
            for line in lines
        ],
    )


def tell_dossier(number: str, pieces: Sequence[Tracked]) -> None:
    """The billing file as the portal prints it: pieces, and the states of each (R142)."""
    say(escaped(f"Dossier de facturation n° {number}"))
    for each in pieces:
        say(escaped(f"{each.piece.cadre} n° {each.piece.number}"))
        for line in each.lines:
            say(f"  {printed(line.at)}  {LABELS[line.etat]}")


def dossier_shape(number: str, pieces: Sequence[Tracked]) -> dict[str, object]:
    """The same as JSON."""
    told = [
        {
            **shape_of(each.piece, invoicing_pb2.Piece()),
            "lines": [shape_of(line, invoicing_pb2.StateLine()) for line in each.lines],
        }
        for each in pieces
    ]
    return {"number": number, "pieces": told}


def tell_dashboard(rows: Iterable[DashboardRow]) -> None:
    """One row a structure, one column a group of states (R115)."""
    table(
        ("structure", *(group.value for group in Group)),
        [
            (row.structure, *(str(row.counts.get(group, 0) or "") for group in Group))
            for row in rows
        ],
    )


def _euros(amount: Decimal | None) -> str:
    return "-" if amount is None else f"{amount:,.2f} €".replace(",", "\u202f").replace(".", ",")
