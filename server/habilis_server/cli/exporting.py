"""`habilis export`: the facts of a folder, as portable JSON lines in their canonical order."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from habilis_companion.command_line.output import say
from habilis_companion.command_line.reading import moment_of
from habilis_server.cli.storage import (
    DatabaseUrl,
    DataFolder,
    SnapshotFolder,
    open_journal,
    storage_of,
)
from habilis_server.journal import Timeline
from habilis_server.world import write_portable

__all__ = ["app", "export"]

app = typer.Typer(add_completion=False)


@app.command()
def export(
    data: DataFolder = None,
    database: DatabaseUrl = None,
    snapshots: SnapshotFolder = None,
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
    storage = storage_of(data, database, snapshots)
    with open_journal(storage) as journal:
        timeline = Timeline(journal, snapshots=storage.snapshots)
        world = timeline.current(datetime.now(UTC)) if moment is None else timeline.at(moment)
    for line in write_portable(world):
        say(line)
