"""Where pieces and files are kept: in a folder, or in a database with a folder of files."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.errors import StoreError
from habilis_companion.store import Store
from habilis_invoicing.store.schema import FORM

__all__ = ["Kept", "opened", "store_errors"]

_HEADING: Final = "Where it is kept"
_VARIABLE: Final = "HABILIS_INVOICING_DATABASE"
_FILES: Final = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the options name. A database has no room for files: they need a folder."""

    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="DIR", help="In a folder of this machine.", rich_help_panel=_HEADING
        ),
    ] = None
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help="In a database of PostgreSQL, such as postgresql://user@host/name.",
            envvar=_VARIABLE,
            rich_help_panel=_HEADING,
        ),
    ] = None
    files: Annotated[
        Path | None,
        typer.Option(
            "--files",
            metavar="DIR",
            help="Where deposited files are; without it: in the folder of --data.",
            rich_help_panel=_HEADING,
        ),
    ] = None

    @property
    def target(self) -> Path | str:
        """The folder or the database; raises Failure where the options name none, or both."""
        if self.data is not None and (self.database is None or _from_environment(self.database)):
            return self.data
        if self.data is None and self.database is not None:
            return self.database
        raise Failure(ExitCode.USAGE, "give `--data DIR` or `--database URL`, one of them")

    @property
    def folder(self) -> Path:
        """The folder of the files; raises Failure where none is named."""
        if self.files is not None:
            return self.files
        if self.data is None:
            raise Failure(ExitCode.USAGE, "`--files DIR` is missing: a database keeps no files")
        return self.data / _FILES


def _from_environment(database: str) -> bool:
    return os.environ.get(_VARIABLE) == database


@contextmanager
def opened(kept: Kept) -> Generator[Store]:
    """The store; raises Failure where it cannot be used, now or while it is open."""
    with store_errors(), Store.open(kept.target, FORM) as store:
        yield store


@contextmanager
def store_errors() -> Generator[None]:
    """What a database refuses, told as the command line tells it."""
    try:
        yield
    except StoreError as error:
        raise Failure(ExitCode.UNAVAILABLE, str(error)) from error
