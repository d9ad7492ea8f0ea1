"""The data folder that a command works on, and what can be wrong with it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from habilis_server.cli.exits import ExitCode, Failure
from habilis_server.journal import Journal, JournalError

__all__ = ["open_journal"]


@contextmanager
def open_journal(folder: Path, *, create: bool = False) -> Generator[Journal]:
    """The journal of the folder; with `create`, made there if there is none yet.

    Raises Failure where it cannot be used, now or while it is open.
    """
    if folder.exists() and not folder.is_dir():
        raise Failure(ExitCode.USAGE, f"`{folder}` is no folder; give `--data` one")
    if not folder.exists() and not create:
        raise Failure(ExitCode.USAGE, f"no folder `{folder}`; import facts into it first")
    try:
        with _opened(folder, create=create) as journal:
            yield journal
    except JournalError as error:
        raise Failure(ExitCode.UNAVAILABLE, f"`{folder}`: {error}") from error


def _opened(folder: Path, *, create: bool) -> Journal:
    try:
        return Journal.create(folder) if create else Journal.open(folder)
    except OSError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"`{folder}` cannot be used: {error.strerror or error}"
        ) from error
