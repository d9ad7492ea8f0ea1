"""`habilis db`: the form of the database that keeps the facts."""

from pathlib import Path

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_server.cli.storage import DatabaseUrl, DataFolder, storage_of
from habilis_server.journal import JournalError, upgrade

__all__ = ["app", "upgrade_"]

app = typer.Typer(add_completion=False)


@app.callback()
def _db() -> None:
    """Look after the database itself."""


@app.command("upgrade")
def upgrade_(data: DataFolder = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """Bring the database into the form that this Habilis needs, or make it if it is empty.

    Back it up first. All or nothing is done; an older Habilis cannot use it afterwards.
    """
    storage = storage_of(data, database)
    if isinstance(storage.target, Path) and not storage.target.exists():
        raise Failure(ExitCode.USAGE, f"no folder `{storage}`; import facts into it first")
    try:
        former, present = upgrade(storage.target)
    except JournalError as error:
        raise Failure(ExitCode.UNAVAILABLE, f"`{storage}`: {error}") from error
    if json:
        as_json({"former": former, "present": present})
    elif former == present:
        say(f"the database has the form {present} already; nothing was done")
    else:
        say(f"the database has the form {present} now; it had {former or 'none'}")
