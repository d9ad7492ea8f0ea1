"""A portal for tests: `habilis serve` and a companion's `serve`, each a process of its own.

@dataclass(frozen=True, kw_only=True)
class Office(Portal[InvoicingClient]):
    def deposit(self, subject: str, cadre: Cadre) -> Outcome: ...

with portal(Office, InvoicingClient, "habilis_invoicing", tmp_path) as office:
    office.deposit("alice", Cadre.A4)
"""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Generic, TypeVar

from habilis.connection import Connection
from tests.service.process import listening, prepared, serving

__all__ = ["Portal", "companion", "portal"]

_Client = TypeVar("_Client", bound=Connection)
_Portal = TypeVar("_Portal")

_Kept = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Portal(Generic[_Client]):
    """Who acts finds the companion here, and Habilis behind it. `numbers` are never the same."""

    client: _Client
    address: str
    folder: Path
    habilis: "subprocess.Popen[str]"
    process: "subprocess.Popen[str]"
    habilis_address: str
    numbers: Iterator[int]

    @property
    def data(self) -> Path:
        """Where the companion keeps everything, unless it was told another place."""
        return self.folder / "companion"

    def kept(self) -> dict[str, _Kept]:
        """Every row of every table, read past the companion, and the names of its files."""
        [path] = self.data.glob("*.sqlite3")
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            rows = {
                name: tuple(connection.execute(f'SELECT * FROM "{name}" ORDER BY 1'))  # noqa: S608  # names of our own tables
                for (name,) in tables.fetchall()
            }
        files = sorted(each for each in (self.data / "files").rglob("*") if each.is_file())
        return {**rows, "files": tuple((str(each),) for each in files)}


def companion(
    package: str, folder: Path, habilis: str, *options: str
) -> AbstractContextManager[tuple["subprocess.Popen[str]", str]]:
    """The process, and the address that it says it listens on; killed when the block ends.

    Without options it keeps everything in the folder's `companion`.
    """
    command = [sys.executable, "-m", f"{package}.cli.main", "serve"]
    command += ["--listen", "127.0.0.1:0", "--habilis", habilis]
    command += options or ("--data", str(folder / "companion"))
    return listening(command, folder / "companion-errors")


@contextmanager
def portal(
    kind: Callable[..., _Portal],
    client: Callable[[str], Connection],
    package: str,
    folder: Path,
    *options: str,
) -> Generator[_Portal]:
    """Both servers, on the facts of the policy's cases, until the block ends."""
    with ExitStack() as stack:
        habilis, habilis_address = stack.enter_context(serving(prepared(folder)))
        beside = companion(package, folder, habilis_address, *options)
        process, address = stack.enter_context(beside)
        yield kind(
            client=stack.enter_context(client(address)),
            address=address,
            folder=folder,
            habilis=habilis,
            process=process,
            habilis_address=habilis_address,
            numbers=count(1),
        )
