"""The circuits of the invoices companion, and its frameworks, as pages to read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from habilis_invoicing.model.cadres import CADRES, Cadre
from habilis_invoicing.model.circuits import Condition, Transition
from habilis_invoicing.model.circuits.invoices import INVOICES
from habilis_invoicing.model.circuits.validation import VALIDATION
from habilis_invoicing.model.circuits.works import PIECES
from habilis_invoicing.model.etats import LABELS
from habilis_invoicing.model.events import CLOCK
from tools.drawing import Diagram, page, table

__all__ = ["pages"]

_TABLES: Final = "clients/habilis_invoicing/model/"
_CIRCUITS: Final[Mapping[str, tuple[str, tuple[Transition, ...]]]] = {
    "invoices.md": (
        "Invoices, claims and refunds, and what a payer does with any of them",
        INVOICES,
    ),
    "validation.md": ("Requests that a validator agrees to first", VALIDATION),
    "works.md": ("The pieces of a works billing file", PIECES),
}


def pages() -> dict[str, str]:
    """Each page by its name in docs/invoicing/."""
    drawn = {name: _circuit(title, rows) for name, (title, rows) in _CIRCUITS.items()}
    return {**drawn, "cadres.md": _cadres()}


def _circuit(title: str, rows: tuple[Transition, ...]) -> str:
    heads = ("row", "frameworks", "from", "act", "by", "to", "if")
    return page(title, _TABLES, _diagram(rows).lines(), table(heads, map(_row, rows)))


def _diagram(rows: Iterable[Transition]) -> Diagram:
    drawn = Diagram({etat.value: label for etat, label in LABELS.items()})
    for row in rows:
        before = row.before.value if row.before else ""
        party = row.party.value if row.party else ""
        drawn.arrow(before, row.after.value, row.event.value, party)
    return drawn


def _row(row: Transition) -> Sequence[str]:
    return (
        row.id,
        _listed(row.cadres),
        LABELS[row.before] if row.before else "",
        row.event.value,
        row.party.value if row.party else "the clock" if row.event in CLOCK else "",
        LABELS[row.after],
        "; ".join(_ifs(row)),
    )


def _ifs(row: Transition) -> Iterable[str]:
    if row.following:
        yield f"followed by {_listed(row.following)}"
    if row.motif is not None:
        yield f"because of {row.motif}"
    if row.condition is not Condition.NONE:
        yield row.condition.value
    if row.opens_after is not None:
        yield f"from {_days(row.opens_after)} on"
    if row.closes_after is not None:
        yield f"within {_days(row.closes_after)}"


def _days(delay: timedelta) -> str:
    return f"{delay.days} days"


def _listed(cadres: Iterable[Cadre]) -> str:
    return ", ".join(sorted(cadres, key=lambda cadre: int(cadre[1:])))


def _cadres() -> str:
    heads = ("code", "document", "deposited by", "goes to", "followed by", "validated", "through")
    rows = (
        (
            str(cadre),
            each.label,
            str(each.depositor),
            str(each.addressee),
            _listed(each.followed_by),
            str(each.validation),
            f"`{each.application}`",
        )
        for cadre, each in CADRES.items()
    )
    return page("The billing frameworks", _TABLES, table(heads, rows))
