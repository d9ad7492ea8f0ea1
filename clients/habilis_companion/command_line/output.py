"""What a command prints: tables and sentences for people, JSON for programs, UTF-8 for both."""

import io
import json
import os
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.box import ASCII, SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from habilis_companion.command_line.exits import ExitCode, Failure

__all__ = [
    "PLAIN_WIDTH",
    "as_json",
    "aside",
    "complain",
    "console",
    "escaped",
    "say",
    "table",
    "use_utf8",
]

PLAIN_WIDTH: Final = 100
"""Columns of what is printed elsewhere than on a terminal, where `COLUMNS` says no other."""


def use_utf8() -> None:
    """Print UTF-8 whatever the locale: what another program reads must not depend on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def console(*, stderr: bool = False) -> Console:
    """Where tables go: coloured and as wide as a terminal, or plain and of one width."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False, soft_wrap=False)


def say(text: str = "") -> None:
    """Print a line on stdout, as it is."""
    sys.stdout.write(f"{text}\n")


def as_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on one line."""
    say(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))


def complain(text: str) -> None:
    """Print on stderr, what could move a terminal's cursor escaped."""
    sys.stderr.write(f"{escaped(text)}\n")


def escaped(text: str) -> str:
    """The text as it is safe to show: what could move a terminal's cursor is spelled out."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text
    )


@contextmanager
def aside(path: Path) -> Generator[Path]:
    """A place to write beside the file, which takes its place: a file that is there is whole."""
    part = path.parent / f".{path.name}.part"
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise Failure(
            ExitCode.USAGE, f"`{path}` cannot be written: {error.strerror or error}"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str | Text]], *, unbroken: bool = False
) -> None:
    """Print rows under their heads; a long text folds, none is cut.

    `unbroken`: the first column holds names to be copied, which do not fold.
    """
    target = console()
    lines = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    drawn = Table(box=ASCII if target.options.ascii_only else SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(heads):
        drawn.add_column(head, overflow="fold", no_wrap=unbroken and place == 0)
    for row in lines:
        drawn.add_row(*row)
    target.print(drawn)
