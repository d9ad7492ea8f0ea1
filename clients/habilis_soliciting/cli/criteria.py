"""« Rechercher » on a command line: an option for each criterion, by which counts narrow too."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from habilis_companion.command_line.reading import moment_of, perimeter_of
from habilis_soliciting.model.asked import Criteria

__all__ = ["Narrowed"]

_HEADING: Final = "What to look for"


def _option(name: str, metavar: str, told: str) -> Any:  # noqa: ANN401  # typer's own type
    return typer.Option(name, metavar=metavar, help=told, rich_help_panel=_HEADING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What narrows a search; an option that may be repeated is met by any of what it says."""

    emetteur: Annotated[
        list[str] | None, _option("--emetteur", "PLACE", "Written by it, or by a service of it.")
    ] = None
    recepteur: Annotated[
        list[str] | None, _option("--recepteur", "PLACE", "For it, or for a service of it.")
    ] = None
    category: Annotated[list[str] | None, _option("--category", "CODE", "About one of these.")] = (
        None
    )
    subcategory: Annotated[
        list[str] | None, _option("--subcategory", "CODE", "About one of these.")
    ] = None
    etat: Annotated[
        list[str] | None, _option("--etat", "ETAT", "In one of these states of one's side.")
    ] = None
    number: Annotated[str, _option("--number", "NUMBER", "Its number.")] = ""
    about: Annotated[str, _option("--about", "NUMBER", "That of the document concerned.")] = ""
    assignee: Annotated[
        str, _option("--assignee", "ACCOUNT", "Whom it is assigned to; for receivers.")
    ] = ""
    submitted_from: Annotated[
        str | None, _option("--from", "ISO", "Sent at this moment or after it.")
    ] = None
    submitted_to: Annotated[str | None, _option("--to", "ISO", "Sent before this moment.")] = None

    def criteria(self) -> Criteria:
        """Raises Failure for a place or a moment that cannot be."""
        return Criteria(
            emetteurs=tuple(perimeter_of("--emetteur", each) for each in self.emetteur or ()),
            recepteurs=tuple(perimeter_of("--recepteur", each) for each in self.recepteur or ()),
            categories=tuple(self.category or ()),
            subcategories=tuple(self.subcategory or ()),
            etats=tuple(self.etat or ()),
            number=self.number,
            object_number=self.about,
            assignee=self.assignee,
            submitted_from=moment_of(self.submitted_from, "--from"),
            submitted_to=moment_of(self.submitted_to, "--to"),
        )
