"""`habilis backup`: the journal copied whole, while it is in use."""

from pathlib import Path
from typing import Annotated

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_server.cli.storage import DatabaseUrl, DataFolder, open_journal, storage_of
from habilis_server.journal import back_up

__all__ = ["app", "backup"]

app = typer.Typer(add_completion=False)


@app.command()
def backup(
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="The folder of the copy; made if missing.")
    ],
    data: DataFolder = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Copy the facts and their whole history to a folder, while a server goes on using them.

    The copy is a folder like any other: `--data` reads it, and `habilis restore` brings it back.
    """
    storage = storage_of(data, database)
    with open_journal(storage) as journal:
        try:
            seal = back_up(journal, to)
        except OSError as error:
            raise Failure(ExitCode.UNAVAILABLE, f"`{to}`: {error.strerror or error}") from error
    if json:
        as_json({"folder": str(to), "revision": seal.revision, "hash": seal.hash})
    else:
        say(f"{to} holds all up to revision {seal.revision}")
        say(f"seal {seal.revision}:{seal.hash}")
