"""What people hand in and take home by commands: forms as JSON, and files."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer
from google.protobuf import json_format
from google.protobuf.message import Message

from habilis_companion.attachments import FileRef
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.output import say
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Acting
from habilis_companion.wire import read_value

__all__ = [
    "AttachOption",
    "FileOption",
    "ReplacesOption",
    "SavedOption",
    "fetch",
    "form_of",
    "form_option",
    "handed_in",
    "need_one",
]

_STDIN: Final = Path("-")

_Value = TypeVar("_Value")

FileOption = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help="The document; it is sent first."),
]
AttachOption = Annotated[
    list[Path] | None,
    typer.Option("--attach", metavar="FILE", help="A file that goes with it; several may."),
]

SavedOption = Annotated[
    str | None,
    typer.Option("--saved", metavar="ID@VERSION", help="The draft that is sent, as it is."),
]
ReplacesOption = Annotated[
    str | None,
    typer.Option("--replaces", metavar="ID@VERSION", help="The draft that it changes."),
]


def need_one(form: Path | None, saved: str | None) -> None:
    """Return only if one of the form and the saved draft is given; raises Failure."""
    if (saved is None) == (form is None):
        raise Failure(ExitCode.USAGE, "give `--form FILE` or `--saved ID@VERSION`, one of them")


def form_option(message: str) -> Any:  # noqa: ANN401  # typer's own type
    """`--form`, a message of the contract as `form_of` reads it."""
    return typer.Option(
        "--form",
        metavar="FILE",
        help=f"The form, as JSON in the words of the contract's {message};"
        " `-` reads it from stdin.",
    )


def form_of(form: Path, kind: type[_Value], message: Message) -> _Value:
    """The dataclass that the JSON of its message tells; raises Failure with every flaw."""
    text = sys.stdin.read() if form == _STDIN else form.read_text(encoding="utf-8")
    try:
        return read_value(kind, json_format.Parse(text, message))
    except json_format.ParseError as error:
        raise Failure(ExitCode.USAGE, f"`{form}` is no form: {error}") from error
    except RefusedError as refused:
        lines = "\n".join(f"`{form}`: {problem}" for problem in refused.problems)
        raise Failure(ExitCode.USAGE, lines) from refused


def handed_in(
    paths: Iterable[Path], upload: Callable[[bytes, str, Acting], FileRef], terms: Acting
) -> list[FileRef]:
    """The files as `upload` has handed them in: their bytes, under their names, on these terms.

    Each has a request of its own, which the act's name tells: the act offered
    again hands nothing in twice.
    """
    sent: list[FileRef] = []
    for number, path in enumerate(paths, start=1):
        own = terms.copy()
        own["request_id"] = f"{terms.get('request_id', '')}-{number}"
        sent.append(upload(path.read_bytes(), path.name, own))
    return sent


def fetch(files: Iterable[FileRef], to: Path, download: Callable[[str], bytes]) -> None:
    """Write each file, as `download` gives it by its digest, into the folder; say where.

    One that is there already is left as it is, which raises OSError.
    """
    for file in files:
        content = download(file.sha256)
        target = to / Path(file.name).name
        with target.open("xb") as stream:
            stream.write(content)
        say(str(target))
