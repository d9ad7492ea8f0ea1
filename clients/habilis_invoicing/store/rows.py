"""Between a piece and its row: amounts in cents, parties in columns, nothing lost on the way."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import RowMapping

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import LOST, Etat
from habilis_invoicing.model.piece import Amounts, Piece, StateLine, VatLine
from habilis_invoicing.store.schema import PLACES

__all__ = ["cents", "line_of", "piece_of", "row_of"]

_CENT: Final = Decimal("0.01")
_AMOUNTS: Final = ("excluding_tax", "vat", "including_tax", "to_pay")
_UNSENT: Final = frozenset({Etat.BROUILLON, Etat.SUPPRIMEE})
_AS_THEY_ARE: Final = (
    *("id", "version", "number", "dossier", "dossier_number", "previous", "duplicate_of"),
    *("contract_number", "commitment_number", "mandate_number", "case_officer", "comment"),
    *("created_at", "state_at", "shown_at", "deposited_at", "acknowledged_at"),
)


def row_of(piece: Piece) -> dict[str, object]:
    """The piece as its row, what is derived from it included.

    Raises ValueError for an amount that is not in whole cents.
    """
    sent = piece.deposited_at is not None and piece.etat not in _UNSENT
    row: dict[str, object] = {name: getattr(piece, name) for name in _AS_THEY_ARE}
    row |= {"cadre": piece.cadre.value, "etat": piece.etat.value, "shown": piece.shown.value}
    for place in PLACES:
        perimeter: Perimeter | None = getattr(piece, place)
        row[f"{place}_structure"] = perimeter.structure if perimeter else None
        row[f"{place}_service"] = (perimeter.service or "") if perimeter else ""
    amounts = piece.amounts
    for name in _AMOUNTS:
        row[name] = None if amounts is None else cents(getattr(amounts, name))
    return row | {
        "vat_lines": [_told(line) for line in amounts.vat_lines] if amounts else [],
        "file": asdict(piece.file) if piece.file else None,
        "attachments": [asdict(file) for file in piece.attachments],
        "numbered": piece.deposited_at.year if sent and piece.deposited_at else None,
        "continues": piece.previous if sent and piece.etat not in LOST else None,
    }


def piece_of(row: RowMapping) -> Piece:
    places: dict[str, Any] = {
        place: Perimeter(row[f"{place}_structure"], row[f"{place}_service"] or None)
        for place in PLACES
        if place != "validator" and row[f"{place}_structure"] is not None
    }
    return Piece(
        cadre=Cadre(row["cadre"]),
        etat=Etat(row["etat"]),
        shown=Etat(row["shown"]),
        amounts=_amounts(row),
        file=FileRef(**row["file"]) if row["file"] else None,
        attachments=tuple(FileRef(**file) for file in row["attachments"]),
        **places,
        **{name: row[name] for name in _AS_THEY_ARE},
    )


def line_of(row: RowMapping) -> StateLine:
    said: dict[str, Any] = {name: row[name] for name in StateLine.__dataclass_fields__}
    said["etat"] = Etat(row["etat"])
    return StateLine(**said)


def cents(amount: Decimal) -> int:
    """The amount in cents; raises ValueError where that is not exact."""
    counted = amount / _CENT
    if not amount.is_finite() or counted != counted.to_integral_value():
        raise ValueError(f"{amount} is not in whole cents")
    return int(counted)


def _amounts(said: RowMapping) -> Amounts | None:
    if said["to_pay"] is None:
        return None
    lines = (
        VatLine(**{name: Decimal(text) for name, text in line.items()})
        for line in said["vat_lines"]
    )
    told = {name: (said[name] * _CENT).quantize(_CENT) for name in _AMOUNTS}
    return Amounts(**told, vat_lines=tuple(lines))


def _told(line: VatLine) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(line).items()}
