"""Looking at one solicitation: what it says, what became of it, its files."""

from pathlib import Path
from typing import Annotated

import typer

from habilis.v1 import soliciting_pb2
from habilis_companion.command_line.documents import fetch
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json
from habilis_companion.command_line.place import asking
from habilis_companion.command_line.shapes import shape_of
from habilis_soliciting.cli.page import tell_history, tell_solicitation
from habilis_soliciting.cli.place import Looker, Place
from habilis_soliciting.model.shown import Received

__all__ = ["IdArgument", "app", "download", "history", "solicitation"]

app = typer.Typer(add_completion=False)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The solicitation.")]


@app.command("solicitation")
@spread
def solicitation(
    identifier: IdArgument, looker: Looker, place: Place, *, json: Json = False
) -> None:
    """Print a solicitation."""
    with asking(place, json=json) as client:
        seen = client.get_solicitation(identifier, **looker.terms(place))
    if json:
        as_json(shape_of(seen, soliciting_pb2.Solicitation()))
    else:
        tell_solicitation(seen)


@app.command("history")
@spread
def history(identifier: IdArgument, looker: Looker, place: Place, *, json: Json = False) -> None:
    """Print what happened to a solicitation."""
    with asking(place, json=json) as client:
        lines = client.get_solicitation_history(identifier, **looker.terms(place))
    if json:
        as_json({"lines": [shape_of(line, soliciting_pb2.SolicitationLine()) for line in lines]})
    else:
        tell_history(lines)


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
    """Write the files of a solicitation; one that is there already is left as it is."""
    to.mkdir(parents=True, exist_ok=True)
    with asking(place, json=False) as client:
        terms = looker.terms(place)
        seen = client.get_solicitation(identifier, **terms)
        prepared = seen.answer_attachments if isinstance(seen, Received) else ()
        files = (*seen.attachments, *prepared)
        fetch(files, to, lambda sha256: client.download_attachment(identifier, sha256, **terms))
