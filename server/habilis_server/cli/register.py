"""The national register that a command line names: a stock file, or an index of one."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_server.insee import NoRegistry, Registry, Stock, StockFileError

__all__ = ["opened_register", "told_of_files"]


@contextmanager
def opened_register(insee: Path | None) -> Generator[Registry]:
    """The register until the block ends; without a name, the one that vouches for nothing."""
    if insee is None:
        yield NoRegistry()
        return
    with told_of_files(ExitCode.USAGE):
        stock = Stock.open(insee)
    with stock:
        yield stock


@contextmanager
def told_of_files(code: ExitCode) -> Generator[None]:
    """What is wrong with a file of the register ends the command."""
    try:
        yield
    except StockFileError as error:
        raise Failure(code, str(error)) from error
    except OSError as error:
        told = f"`{error.filename}` cannot be read: {error.strerror or error}"
        raise Failure(ExitCode.USAGE, told) from error
