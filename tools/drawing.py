"""A circuit as a page to read: the diagram of its states, and the table that it is drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Diagram", "page", "table"]


@dataclass(frozen=True, slots=True)
class Diagram:
    """States by their names and labels, and one arrow between two, with all that leads along it.

    `arrows` have for each act the parties that do it; "" before: the beginning.
    """

    labels: Mapping[str, str]
    arrows: dict[tuple[str, str], dict[str, dict[str, None]]] = field(
        default_factory=dict[tuple[str, str], dict[str, dict[str, None]]]
    )

    def arrow(self, before: str, after: str, act: str, party: str) -> None:
        """Somebody leads from one state to another; nobody by name, if the party is ""."""
        along = self.arrows.setdefault((before, after), {})
        along.setdefault(act, {}).update({party: None} if party else {})

    def lines(self) -> Iterable[str]:
        """The diagram in Mermaid's words, states in the order in which they were met."""
        named = dict.fromkeys(etat for both in self.arrows for etat in both if etat)
        yield from ("```mermaid", "stateDiagram-v2")
        yield from (f"    {etat} : {self.labels[etat]}" for etat in named)
        for (before, after), told in self.arrows.items():
            by = [
                f"{act} ({', '.join(parties)})" if parties else act for act, parties in told.items()
            ]
            yield f"    {before or '[*]'} --> {after} : {', '.join(by)}"
        yield "```"


def page(title: str, tables: str, *parts: Iterable[str]) -> str:
    """A page of these parts; `tables` is where what it is drawn from stands."""
    drawn = (
        f"Drawn by `python -m tools.circuits` from the tables of `{tables}`;"
        " a change of a table changes this page."
    )
    lines = [f"# {title}", "", drawn, ""]
    for part in parts:
        lines += [*part, ""]
    return "\n".join(lines)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """A table; an empty cell is told by a dash."""
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(cell or '–' for cell in row)} |"
