"""`habilis verify`: is the journal what was written, and do the snapshots say the same?"""

import re
from typing import Annotated

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
from habilis_server.journal import Seal, broken_snapshots

__all__ = ["app", "verify"]

app = typer.Typer(add_completion=False)


@app.command()
def verify(
    data: DataFolder = None,
    database: DatabaseUrl = None,
    snapshots: SnapshotFolder = None,
    seal: Annotated[
        str | None,
        typer.Option(
            "--seal",
            metavar="REVISION:HASH",
            help="What an earlier `verify` printed: nothing up to there may have changed since.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Verify every change against the chain of hashes, and every snapshot against the changes.

    Exit 1 if anything is wrong. Note the seal it prints elsewhere: whoever rewrites the whole
    journal can forge the chain, but not a seal that he cannot reach.
    """
    sealed = _seal_of(seal)
    storage = storage_of(data, database, snapshots)
    with open_journal(storage) as journal:
        now = journal.seal()
        problems = journal.verify(seal=sealed)
        if not problems and storage.snapshots is not None:
            problems = list(broken_snapshots(journal, storage.snapshots))
    if json:
        as_json({"revision": now.revision, "hash": now.hash, "problems": problems})
    else:
        for problem in problems:
            say(problem)
        if not problems:
            say(f"whole, up to revision {now.revision}")
        say(f"seal {now.revision}:{now.hash}")
    raise typer.Exit(ExitCode.PROBLEMS if problems else ExitCode.OK)


def _seal_of(text: str | None) -> Seal | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text)
    if found is None:
        raise Failure(ExitCode.USAGE, "`--seal` reads `REVISION:HASH`, as `habilis verify` says it")
    return Seal(int(found[1]), found[2])
