"""Looking at one piece: what it says, what became of it, its billing file, its files."""

from pathlib import Path
from typing import Annotated

import typer

from habilis.v1 import invoicing_pb2
from habilis_companion.command_line.documents import fetch
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json
from habilis_companion.command_line.place import asking
from habilis_companion.command_line.shapes import shape_of
from habilis_invoicing.cli.page import (
    dossier_shape,
    tell_dossier,
    tell_history,
    tell_piece,
)
from habilis_invoicing.cli.place import Looker, Place
from habilis_invoicing.model.asked import Criteria

__all__ = ["IdArgument", "app", "dossier", "download", "history", "piece"]

app = typer.Typer(add_completion=False)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The piece.")]


@app.command("piece")
@spread
def piece(identifier: IdArgument, looker: Looker, place: Place, *, json: Json = False) -> None:
    """Print a piece."""
    with asking(place, json=json) as client:
        found = client.get_piece(identifier, **looker.terms(place))
    if json:
        as_json(shape_of(found, invoicing_pb2.Piece()))
    else:
        tell_piece(found)


@app.command("history")
@spread
def history(identifier: IdArgument, looker: Looker, place: Place, *, json: Json = False) -> None:
    """Print the states that a piece went through."""
    with asking(place, json=json) as client:
        lines = client.get_history(identifier, **looker.terms(place))
    if json:
        as_json({"lines": [shape_of(line, invoicing_pb2.StateLine()) for line in lines]})
    else:
        tell_history(lines)


@app.command("dossier")
@spread
def dossier(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number of its first piece.")],
    looker: Looker,
    place: Place,
    *,
    json: Json = False,
) -> None:
    """Print a billing file: its pieces, and the states that each went through."""
    with asking(place, json=json) as client:
        terms = looker.terms(place)
        found = client.search(Criteria(dossier_number=number), **terms).pieces
        files = {each.dossier: each.id for each in found}
        if len(files) != 1:
            told = "none that you may see" if not files else f"{len(files)} of them"
            raise Failure(ExitCode.USAGE, f"no single billing file `{number}`: {told}")
        tracked = client.get_billing_file(*files.values(), **terms)
    if json:
        as_json(dossier_shape(number, tracked))
    else:
        tell_dossier(number, tracked)


@app.command("download")
@spread
def download(
    identifier: IdArgument,
    looker: Looker,
    place: Place,
    *,
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="The folder in which to write the files.")
    ],
) -> None:
    """Write the files of a piece; one that is there already is left as it is."""
    to.mkdir(parents=True, exist_ok=True)
    with asking(place, json=False) as client:
        terms = looker.terms(place)
        found = client.get_piece(identifier, **terms)
        files = [*([found.file] if found.file else []), *found.attachments]
        fetch(files, to, lambda sha256: client.download_file(identifier, sha256, **terms))
