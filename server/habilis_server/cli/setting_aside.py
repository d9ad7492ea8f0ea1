"""`habilis snapshot`: the facts set aside, so that the next start is quick."""

from datetime import UTC, datetime

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_server.cli.storage import (
    DatabaseUrl,
    DataFolder,
    SnapshotFolder,
    open_journal,
    storage_of,
)
from habilis_server.journal import Timeline

__all__ = ["app", "snapshot"]

app = typer.Typer(add_completion=False)


@app.command()
def snapshot(
    data: DataFolder = None,
    database: DatabaseUrl = None,
    snapshots: SnapshotFolder = None,
    json: Json = False,
) -> None:
    """Set the facts aside as they are now; a start reads them from there, and then what followed.

    Snapshots may be thrown away at any time.
    """
    storage = storage_of(data, database, snapshots)
    kept = storage.snapshots
    if kept is None:
        raise Failure(ExitCode.USAGE, "give `--snapshots DIR`: a database has no folder of its own")
    with open_journal(storage) as journal:
        known = Timeline(journal, snapshots=kept).known(datetime.now(UTC))
        if not known.head:
            raise Failure(ExitCode.PROBLEMS, f"`{storage}` holds no change yet; import facts first")
        path = kept.save(known, journal.hash_at(known.head))
    size = path.stat().st_size
    if json:
        as_json({"file": str(path), "revision": known.head, "bytes": size})
    else:
        say(f"revision {known.head} is set aside in {path} ({size:,} bytes)")
