"""`habilis restore`: a backup brought back, into a folder or into a database."""

from pathlib import Path
from typing import Annotated

import typer

from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_server.cli.storage import DatabaseUrl, DataFolder, open_journal, storage_of
from habilis_server.journal import restore

__all__ = ["app", "restore_"]

app = typer.Typer(add_completion=False)


@app.command("restore")
def restore_(
    source: Annotated[
        Path, typer.Option("--from", metavar="DIR", help="The folder of the backup.")
    ],
    data: DataFolder = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Bring a backup back where nothing is yet: all of it or nothing, verified first.

    From a folder into a database, it is the way from one machine to many.
    """
    with open_journal(storage_of(data, database), create=True) as journal:
        seal = restore(source, journal)
    if json:
        as_json({"revision": seal.revision, "hash": seal.hash})
    else:
        say(f"restored, up to revision {seal.revision}")
        say(f"seal {seal.revision}:{seal.hash}")
