"""`habilis export`: the facts of a folder, as portable JSON lines in their canonical order."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from habilis_server.cli.data import open_journal
from habilis_server.cli.output import say
from habilis_server.cli.question import moment_of
from habilis_server.journal import Timeline
from habilis_server.world import write_portable

__all__ = ["app", "export"]

app = typer.Typer(add_completion=False)


@app.command()
def export(
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="Where the facts are kept.")],
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="ISO", help="The facts in effect at this moment; without it: now."
        ),
    ] = None,
    _json: Annotated[
        bool,
        typer.Option(
            "--json", metavar="", help="Print JSON, for programs; facts always are JSON lines."
        ),
    ] = False,
) -> None:
    """Print the facts, one JSON object a line: what `import` reads."""
    moment = moment_of(at)
    with open_journal(data) as journal:
        timeline = Timeline(journal)
        world = timeline.current(datetime.now(UTC)) if moment is None else timeline.at(moment)
    for line in write_portable(world):
        say(line)
