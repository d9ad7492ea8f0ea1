"""The circuits as pages to read: each table with the diagram that is drawn from it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from habilis_invoicing.model.cadres import CADRES, Cadre
from habilis_invoicing.model.circuits import Condition, Transition
from habilis_invoicing.model.circuits.invoices import INVOICES
from habilis_invoicing.model.circuits.validation import VALIDATION
from habilis_invoicing.model.circuits.works import PIECES
from habilis_invoicing.model.etats import LABELS, Etat
from habilis_invoicing.model.events import CLOCK, Event

__all__ = ["pages"]

_DRAWN: Final = (
    "Drawn by `python -m tools.circuits` from the tables of"
    " `clients/habilis_invoicing/model/`; a change of a table changes this page."
)
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
    return "\n".join(
        (
            f"# {title}",
            "",
            _DRAWN,
            "",
            "```mermaid",
            "stateDiagram-v2",
            *_edges(rows),
            "```",
            "",
            "| row | frameworks | from | act | by | to | if |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *map(_row, rows),
            "",
        )
    )


def _edges(rows: Iterable[Transition]) -> Iterable[str]:
    """One arrow between two states, with all the acts that lead along it."""
    acts: dict[tuple[str, str], dict[Event, dict[str, None]]] = {}
    named: dict[Etat, None] = {}
    for row in rows:
        before = "[*]" if row.before is None else row.before.value
        named |= {etat: None for etat in (row.before, row.after) if etat is not None}
        along = acts.setdefault((before, row.after.value), {})
        along.setdefault(row.event, {}).update({row.party.value: None} if row.party else {})
    yield from (f"    {etat.value} : {LABELS[etat]}" for etat in named)
    for (before, after), told in acts.items():
        by = [f"{act} ({', '.join(parties)})" if parties else act for act, parties in told.items()]
        yield f"    {before} --> {after} : {', '.join(by)}"


def _row(row: Transition) -> str:
    cells = (
        row.id,
        _listed(row.cadres),
        "–" if row.before is None else LABELS[row.before],
        row.event.value,
        row.party.value if row.party else "the clock" if row.event in CLOCK else "–",
        LABELS[row.after],
        "; ".join(_ifs(row)) or "–",
    )
    return f"| {' | '.join(cells)} |"


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
    rows = (
        f"| {cadre} | {each.label} | {each.depositor} | {each.addressee} |"
        f" {_listed(each.followed_by) or '–'} | {each.validation} | `{each.application}` |"
        for cadre, each in CADRES.items()
    )
    return "\n".join(
        (
            "# The billing frameworks",
            "",
            _DRAWN,
            "",
            "| code | document | deposited by | goes to | followed by | validated | through |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
        )
    )
