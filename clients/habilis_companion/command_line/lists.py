"""Lists on a command line: every page of them, or the files of spreadsheets that hold them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Protocol, TypeVar

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.output import say
from habilis_companion.terms import ExportFormat

__all__ = ["PAGE", "Files", "pages", "write_lists"]

PAGE: Final = 200
"""What a command asks for at once; it prints every page."""


class _Page(Protocol):
    @property
    def next_page_token(self) -> str: ...


_Found = TypeVar("_Found", bound=_Page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files to write in place of what is printed."""

    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the whole list to this file, as CSV."),
    ] = None
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help="Write the whole list to this workbook."),
    ] = None


def pages(ask: Callable[[str], _Found]) -> Iterator[_Found]:
    """Every page of a list, the first one asked by the token ""."""
    token = ""
    while True:
        page = ask(token)
        yield page
        token = page.next_page_token
        if not token:
            return


def write_lists(
    files: Files, export: Callable[[ExportFormat, BinaryIO], int], *, things: str
) -> bool:
    """Write each file that is named, and say how many `things` are in it; whether one is named.

    A file that is there already is not written over, which raises Failure; one
    that did not come whole is not left behind.
    """
    wanted = ((files.csv, ExportFormat.CSV), (files.xlsx, ExportFormat.XLSX))
    named = [(path, file_format) for path, file_format in wanted if path is not None]
    for path, file_format in named:
        say(f"{_exported(path, file_format, export)} {things} written to {path}")
    return bool(named)


def _exported(
    path: Path, file_format: ExportFormat, export: Callable[[ExportFormat, BinaryIO], int]
) -> int:
    if path.exists():
        raise Failure(ExitCode.USAGE, f"`{path}` is there already; it is not written over")
    with ExitStack() as undo:
        undo.callback(path.unlink, missing_ok=True)
        with path.open("xb") as stream:
            rows = export(file_format, stream)
        undo.pop_all()
    return rows
