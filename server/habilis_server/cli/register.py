"""The national register that a command line names: a stock file, an index, or INSEE itself."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_server.insee import (
    OFFICIAL,
    NoRegistry,
    Registry,
    SireneApi,
    Stock,
    StockFileError,
    UnusableError,
)

__all__ = ["Insee", "InseeKeyFile", "opened_register", "told_of_files"]

_API: Final = "api"
_KEY: Final = "HABILIS_INSEE_KEY"

Insee = Annotated[
    str | None,
    typer.Option(
        "--insee",
        metavar="FILE|api",
        help="The register of SIRETs: an index, a stock file (CSV or Parquet), or INSEE's API."
        " Without it: no SIRET is taken.",
    ),
]
InseeKeyFile = Annotated[
    Path | None,
    typer.Option(
        "--insee-key-file",
        metavar="FILE",
        help=f"Where the key of INSEE's API is. Without it: in the variable {_KEY}.",
    ),
]


@contextmanager
def opened_register(insee: str | None, key_file: Path | None = None) -> Generator[Registry]:
    """The register until the block ends; without a name, the one that vouches for nothing."""
    if insee is None:
        yield NoRegistry()
        return
    with told_of_files(ExitCode.USAGE):
        register = _named(insee, key_file)
    with register:
        yield register


@contextmanager
def told_of_files(code: ExitCode) -> Generator[None]:
    """What is wrong with a file of the register ends the command."""
    try:
        yield
    except (StockFileError, UnusableError) as error:
        raise Failure(code, str(error)) from error
    except OSError as error:
        told = f"`{error.filename}` cannot be read: {error.strerror or error}"
        raise Failure(ExitCode.USAGE, told) from error


def _named(insee: str, key_file: Path | None) -> SireneApi | Stock:
    if insee == _API:
        return _api(OFFICIAL, key_file)
    return _api(insee, key_file) if "://" in insee else Stock.open(Path(insee))


def _api(base: str, key_file: Path | None) -> SireneApi:
    key = os.environ.get(_KEY, "")
    if key_file is not None:
        key = key_file.read_text(encoding="utf-8", errors="replace")
    if not key.strip():
        told = f"INSEE's API wants a key: give `--insee-key-file FILE`, or set `{_KEY}`"
        raise Failure(ExitCode.USAGE, told)
    return SireneApi(key.strip(), base)
