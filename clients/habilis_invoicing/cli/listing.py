"""The lists: every page of them on the screen, as JSON, or as a file of a spreadsheet."""

from typing import Annotated, BinaryIO, Final

import typer

from habilis.v1 import invoicing_pb2
from habilis_companion.command_line.lists import PAGE, Files, Things, tell_list
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json
from habilis_companion.command_line.place import asking
from habilis_companion.command_line.reading import perimeter_of
from habilis_companion.terms import ExportFormat
from habilis_invoicing.cli.page import tell_dashboard, tell_pieces
from habilis_invoicing.cli.place import Looker, Place
from habilis_invoicing.model.asked import Criteria, Page, ToProcess
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import Etat

__all__ = ["app", "dashboard", "search", "to_process"]

app = typer.Typer(add_completion=False)

_PIECES: Final = Things(name="pieces", message=invoicing_pb2.Piece, tell=tell_pieces)


@app.command("to-process")
@spread
def to_process(
    looker: Looker,
    place: Place,
    files: Files,
    *,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="PLACE", help="Only what awaits this structure or service."),
    ] = None,
    hide_old_rejections: Annotated[
        bool, typer.Option("--hide-old-rejections", help="Without rejections of over 10 days.")
    ] = False,
    hide_downloaded: Annotated[
        bool, typer.Option("--hide-downloaded", help="Without what was downloaded.")
    ] = False,
    json: Json = False,
) -> None:
    """« Synthèse »: what awaits an action."""
    criteria = ToProcess(
        perimeter=None if of is None else perimeter_of("--of", of),
        hide_old_rejections=hide_old_rejections,
        hide_downloaded=hide_downloaded,
    )
    with asking(place, json=json) as client:
        terms = looker.terms(place)

        def page(token: str) -> Page:
            return client.list_to_process(criteria, page_size=PAGE, page_token=token, **terms)

        def export(file_format: ExportFormat, stream: BinaryIO) -> int:
            return client.export(criteria, file_format, stream, **terms)

        tell_list(_PIECES, files, page, export, json=json)


@app.command("search")
@spread
def search(
    looker: Looker,
    place: Place,
    files: Files,
    *,
    role: Annotated[
        Party | None, typer.Option("--role", metavar="ROLE", help="The part of one's structure.")
    ] = None,
    number: Annotated[str, typer.Option("--number", metavar="NUMBER", help="Its number.")] = "",
    dossier: Annotated[
        str, typer.Option("--dossier", metavar="NUMBER", help="The number of its billing file.")
    ] = "",
    cadre: Annotated[
        list[Cadre] | None, typer.Option("--cadre", metavar="CADRE", help="One of these cadres.")
    ] = None,
    etat: Annotated[
        list[Etat] | None, typer.Option("--etat", metavar="ETAT", help="In one of these states.")
    ] = None,
    only_without_next: Annotated[
        bool, typer.Option("--only-without-next", help="Only pieces that none follows.")
    ] = False,
    json: Json = False,
) -> None:
    """« Rechercher »: what meets the criteria, of all that one may see."""
    criteria = Criteria(
        role=role,
        number=number,
        dossier_number=dossier,
        cadres=tuple(cadre or ()),
        etats=tuple(etat or ()),
        only_without_next=only_without_next,
    )
    with asking(place, json=json) as client:
        terms = looker.terms(place)

        def page(token: str) -> Page:
            return client.search(criteria, page_size=PAGE, page_token=token, **terms)

        def export(file_format: ExportFormat, stream: BinaryIO) -> int:
            return client.export(criteria, file_format, stream, **terms)

        tell_list(_PIECES, files, page, export, json=json)


@app.command("dashboard")
@spread
def dashboard(
    looker: Looker,
    place: Place,
    *,
    role: Annotated[
        Party, typer.Option("--role", metavar="ROLE", help="The part of one's structures.")
    ],
    json: Json = False,
) -> None:
    """« Tableau de bord »: how many pieces each structure has, by group of states."""
    with asking(place, json=json) as client:
        rows = client.get_dashboard(role=role, **looker.terms(place))
    if json:
        told = {
            row.structure: {group.name: count for group, count in row.counts.items()}
            for row in rows
        }
        as_json({"structures": told})
    else:
        tell_dashboard(rows)
