"""Where the facts are kept: a folder of this machine, or a database that others share."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_server.journal import Journal, JournalError, Snapshots

__all__ = ["DataFolder", "DatabaseUrl", "SnapshotFolder", "Storage", "open_journal", "storage_of"]

_HEADING: Final = "Where the facts are kept"
_VARIABLE: Final = "HABILIS_DATABASE"
_SNAPSHOTS: Final = "snapshots"

DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", help="In a folder of this machine.", rich_help_panel=_HEADING
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="In a database of PostgreSQL, such as postgresql://user@host/name."
        f" Without either option: in the one that {_VARIABLE} names.",
        rich_help_panel=_HEADING,
    ),
]
SnapshotFolder = Annotated[
    Path | None,
    typer.Option(
        "--snapshots",
        metavar="DIR",
        help="Where snapshots are; without it: beside the facts, if they are in a folder.",
        rich_help_panel=_HEADING,
    ),
]


@dataclass(frozen=True, slots=True)
class Storage:
    """A folder, or the URL of a database; where snapshots are, if anywhere."""

    target: Path | str
    snapshots: Snapshots | None = None

    def __str__(self) -> str:
        """Its name, without what nobody should read over one's shoulder."""
        if isinstance(self.target, Path):
            return str(self.target)
        parts = urlsplit(self.target)
        return f"postgresql://{parts.hostname or ''}{parts.path}"


def storage_of(data: Path | None, database: str | None, snapshots: Path | None = None) -> Storage:
    """What the options name; raises Failure where they name nothing, or two things."""
    if data is None and database is None:
        database = os.environ.get(_VARIABLE)
    if (data is None) == (database is None):
        raise Failure(ExitCode.USAGE, "give `--data DIR` or `--database URL`, one of them")
    if data is None:
        kept = None if snapshots is None else Snapshots(snapshots)
        return Storage(database or "", kept)
    if data.exists() and not data.is_dir():
        raise Failure(ExitCode.USAGE, f"`{data}` is no folder; give `--data` one")
    return Storage(data, Snapshots(snapshots or data / _SNAPSHOTS))


@contextmanager
def open_journal(storage: Storage, *, create: bool = False) -> Generator[Journal]:
    """The journal kept there; with `create`, made there if there is none yet.

    Raises Failure where it cannot be used, now or while it is open.
    """
    target = storage.target
    if isinstance(target, Path) and not target.exists() and not create:
        raise Failure(ExitCode.USAGE, f"no folder `{target}`; import facts into it first")
    try:
        with _opened(storage, create=create) as journal:
            yield journal
    except JournalError as error:
        raise Failure(ExitCode.UNAVAILABLE, f"`{storage}`: {error}") from error


def _opened(storage: Storage, *, create: bool) -> Journal:
    try:
        return Journal.create(storage.target) if create else Journal.open(storage.target)
    except OSError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"`{storage}` cannot be used: {error.strerror or error}"
        ) from error
