"""Lists on a command line: every page of them, or the files of spreadsheets that hold them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final, Generic, Protocol, TypeVar

import typer
from google.protobuf.message import Message

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.shapes import shape_of
from habilis_companion.terms import ExportFormat

__all__ = ["PAGE", "Files", "Things", "tell_list"]

PAGE: Final = 200
"""What a command asks for at once; it prints every page."""


class _Page(Protocol):
    @property
    def next_page_token(self) -> str: ...


_Found = TypeVar("_Found", bound=_Page)
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Things(Generic[_Thing]):
    """What a companion lists: `name` is how its pages and its JSON call them, `pieces`.

    `message` is theirs in the contract; `tell` prints them.
    """

    name: str
    message: type[Message]
    tell: Callable[[Iterable[_Thing]], None]


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


def tell_list(
    things: Things[Any],
    files: Files,
    ask: Callable[[str], _Page],
    export: Callable[[ExportFormat, BinaryIO], int],
    *,
    json: bool,
) -> None:
    """The whole list: in the files that are named, by `export`; else printed, page after page.

    `ask` gives the page of a token, "" for the first. A file that is there
    already is not written over, which raises Failure; one that did not come
    whole is not left behind.
    """
    wanted = ((files.csv, ExportFormat.CSV), (files.xlsx, ExportFormat.XLSX))
    named = [(path, file_format) for path, file_format in wanted if path is not None]
    for path, file_format in named:
        rows = _exported(path, file_format, export)
        say(f"{rows} {things.name} written to {path}")
    if named:
        return
    found = [each for page in _pages(ask) for each in getattr(page, things.name)]
    if json:
        as_json({things.name: [shape_of(each, things.message()) for each in found]})
    else:
        things.tell(found)


def _pages(ask: Callable[[str], _Found]) -> Iterator[_Found]:
    token = ""
    while True:
        page = ask(token)
        yield page
        token = page.next_page_token
        if not token:
            return


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
