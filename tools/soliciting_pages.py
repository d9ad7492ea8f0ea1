"""The circuit of the solicitations companion as a page to read: both suites of states."""

from collections.abc import Mapping, Sequence
from typing import Final

from habilis_soliciting.model.circuit import CIRCUIT, Act, Row
from habilis_soliciting.model.etats import LABELS, SENDER_LABELS
from tools.drawing import Diagram, page, table

__all__ = ["pages"]

_TABLES: Final = "clients/habilis_soliciting/model/"
_ROUTED: Final[Mapping[bool | None, str]] = {
    True: "the support receives it",
    False: "a service receives it",
    None: "",
}


def pages() -> dict[str, str]:
    """Each page by its name in docs/soliciting/."""
    heads = ("from", "act", "by", "to", "the sender is told", "if")
    title = "The circuit of a solicitation"
    return {
        "circuit.md": page(title, _TABLES, _diagram().lines(), table(heads, map(_row, CIRCUIT)))
    }


def _diagram() -> Diagram:
    """The receiver's states, in which the sender's are not all seen."""
    drawn = Diagram({etat.value: label for etat, label in LABELS.items()})
    for row in CIRCUIT:
        before = row.before.value if row.before else ""
        # Two steps may stay where they are: what moves then is what the sender is told.
        for etat in dict.fromkeys(step.etat.value for step in row.steps):
            drawn.arrow(before, etat, _named(row.act), row.actor.value)
            before = etat
    return drawn


def _row(row: Row) -> Sequence[str]:
    told = [SENDER_LABELS[step.told] if step.told else "nothing" for step in row.steps]
    return (
        LABELS[row.before] if row.before else "",
        f"`{row.act}`",
        row.actor.value,
        ", then ".join(LABELS[step.etat] for step in row.steps),
        ", then ".join(told),
        _ROUTED[row.to_support],
    )


def _named(act: Act) -> str:
    return act.partition(".")[2].replace("_", " ")
