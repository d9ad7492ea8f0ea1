"""The lists: every page of them on the screen, as JSON, or as a file of a spreadsheet."""

from typing import BinaryIO, Final

import typer

from habilis.v1 import soliciting_pb2
from habilis_companion.command_line.lists import PAGE, Files, Things, tell_list
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.place import asking
from habilis_companion.terms import ExportFormat
from habilis_soliciting.cli.criteria import Narrowed
from habilis_soliciting.cli.page import tell_solicitations
from habilis_soliciting.cli.place import Looker, Place
from habilis_soliciting.model.asked import Page, ToProcess

__all__ = ["app", "search", "to_process"]

app = typer.Typer(add_completion=False)

_SOLICITATIONS: Final = Things(
    name="solicitations", message=soliciting_pb2.Solicitation, tell=tell_solicitations
)


@app.command("to-process")
@spread
def to_process(looker: Looker, place: Place, files: Files, *, json: Json = False) -> None:
    """« Synthèse », or « Actions requises »: what awaits an act of one's side."""
    with asking(place, json=json) as client:
        terms = looker.terms(place)

        def page(token: str) -> Page:
            return client.list_solicitations_to_process(page_size=PAGE, page_token=token, **terms)

        def export(file_format: ExportFormat, stream: BinaryIO) -> int:
            return client.export_solicitations(ToProcess(), file_format, stream, **terms)

        tell_list(_SOLICITATIONS, files, page, export, json=json)


@app.command("search")
@spread
def search(
    looker: Looker, place: Place, files: Files, narrowed: Narrowed, *, json: Json = False
) -> None:
    """« Rechercher »: what meets the criteria, of all that one may see."""
    criteria = narrowed.criteria()
    with asking(place, json=json) as client:
        terms = looker.terms(place)

        def page(token: str) -> Page:
            return client.search_solicitations(criteria, page_size=PAGE, page_token=token, **terms)

        def export(file_format: ExportFormat, stream: BinaryIO) -> int:
            return client.export_solicitations(criteria, file_format, stream, **terms)

        tell_list(_SOLICITATIONS, files, page, export, json=json)
