"""Where a companion keeps things: in a folder, or in a database with a folder of files."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.errors import StoreError
from habilis_companion.forms import Form
from habilis_companion.store import Store

__all__ = ["Kept", "database_option", "opened", "store_errors"]

_HEADING: Final = "Where it is kept"
_FILES: Final = "files"


def database_option(variable: str) -> Any:  # noqa: ANN401  # typer's own type
    """`--database`, which this variable of the environment names as well."""
    return typer.Option(
        "--database",
        metavar="URL",
        help="In a database of PostgreSQL, such as postgresql://user@host/name.",
        envvar=variable,
        rich_help_panel=_HEADING,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the options name. A database has no room for files: they need a folder.

    A companion names the variable of its own:

        class KeptHere(Kept):
            variable: ClassVar[str] = "HABILIS_INVOICING_DATABASE"
            database: Annotated[str | None, database_option(variable)] = None
    """

    variable: ClassVar[str]

    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="DIR", help="In a folder of this machine.", rich_help_panel=_HEADING
        ),
    ] = None
    database: str | None = None
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
        from_environment = self.database == os.environ.get(self.variable)
        if self.data is not None and (self.database is None or from_environment):
            return self.data
        if self.database is not None and self.data is None:
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


@contextmanager
def opened(kept: Kept, form: Form) -> Generator[Store]:
    """The store; raises Failure where it cannot be used, now or while it is open."""
    with store_errors(), Store.open(kept.target, form) as store:
        yield store


@contextmanager
def store_errors() -> Generator[None]:
    """What a database refuses, told as the command line tells it."""
    try:
        yield
    except StoreError as error:
        raise Failure(ExitCode.UNAVAILABLE, str(error)) from error
