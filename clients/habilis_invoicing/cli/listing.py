"""The lists: every page of them on the screen, as JSON, or as a file of a spreadsheet."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from habilis.v1 import invoicing_pb2
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.terms import ExportFormat
from habilis_invoicing.cli.page import shape_of, tell_dashboard, tell_pieces
from habilis_invoicing.cli.place import Looker, Place, asking, perimeter_of
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Criteria, Page, ToProcess
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.piece import Piece

__all__ = ["Files", "app", "dashboard", "search", "to_process"]

_PAGE: Final = 200

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The file to write in place of what is printed."""

    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the whole list to this file, as CSV."),
    ] = None
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help="Write the whole list to this workbook."),
    ] = None


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
        perimeter=None if of is None else perimeter_of(of),
        hide_old_rejections=hide_old_rejections,
        hide_downloaded=hide_downloaded,
    )
    with asking(place, json=json) as client:
        terms = looker.terms(place)

        def page(token: str) -> Page:
            return client.list_to_process(criteria, page_size=_PAGE, page_token=token, **terms)

        _list(client, criteria, looker, place, files, page, json=json)


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
            return client.search(criteria, page_size=_PAGE, page_token=token, **terms)

        _list(client, criteria, looker, place, files, page, json=json)


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


def _list(  # a list is asked for, then told in one of four ways
    client: InvoicingClient,
    criteria: ToProcess | Criteria,
    looker: Looker,
    place: Place,
    files: Files,
    page: Callable[[str], Page],
    *,
    json: bool,
) -> None:
    if files.csv is None and files.xlsx is None:
        pieces = list(_pieces(page))
        if json:
            as_json({"pieces": [shape_of(each, invoicing_pb2.Piece()) for each in pieces]})
        else:
            tell_pieces(pieces)
        return
    wanted = ((files.csv, ExportFormat.CSV), (files.xlsx, ExportFormat.XLSX))
    for path, file_format in wanted:
        if path is not None:
            rows = _exported(client, criteria, file_format, path, looker, place)
            say(f"{rows} pieces written to {path}")


def _pieces(page: Callable[[str], Page]) -> Iterator[Piece]:
    token = ""
    while True:
        found = page(token)
        yield from found.pieces
        token = found.next_page_token
        if not token:
            return


def _exported(  # same reason
    client: InvoicingClient,
    criteria: ToProcess | Criteria,
    file_format: ExportFormat,
    path: Path,
    looker: Looker,
    place: Place,
) -> int:
    """How many pieces were written; a file that did not come whole is not left behind."""
    if path.exists():
        raise Failure(ExitCode.USAGE, f"`{path}` is there already; it is not written over")
    with ExitStack() as undo:
        undo.callback(path.unlink, missing_ok=True)
        with path.open("xb") as stream:
            rows = client.export(criteria, file_format, stream, **looker.terms(place))
        undo.pop_all()
    return rows
