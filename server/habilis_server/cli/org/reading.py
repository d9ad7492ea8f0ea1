"""The reads of `habilis org`: every page of a list, for people, for programs, for spreadsheets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any, Final, get_type_hints

import typer

from habilis import AccessDenied, HabilisError, Perimeter, Token
from habilis.organisation import CommandRefused, OrganisationClient
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, aside, escaped, say, table
from habilis_companion.command_line.reaching import failure_of
from habilis_companion.command_line.reading import moment_of
from habilis_companion.command_line.shapes import token_shape
from habilis_companion.tables import Cell, Table, TableError, write_csv, write_xlsx
from habilis_server.cli.org.columns import LISTS
from habilis_server.cli.org.door import open_organisation
from habilis_server.cli.org.outcome import exit_of, refusal_shape, tell_refusal, word_of
from habilis_server.cli.org.parts import method_of, parts_of
from habilis_server.cli.question import AtLeast, Moment, token_of, token_text
from habilis_server.cli.shapes import perimeter_shape
from habilis_server.cli.where import Where

__all__ = ["Files", "Found", "Reader", "read_command", "read_whole"]

_HEADING: Final = "Output"
_PAGE: Final = 500
_STRUCTURE: Final = "search"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads."""

    subject: Annotated[str, typer.Option("--as", metavar="SUBJECT", help="The account that reads.")]


@dataclass(frozen=True, slots=True)
class Files:
    """The files to write beside what is printed."""

    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            help="Write every column of the list to this file, as French spreadsheets read it.",
            rich_help_panel=_HEADING,
        ),
    ] = None
    xlsx: Annotated[
        Path | None,
        typer.Option(
            "--xlsx",
            metavar="FILE",
            help="Write every column of the list to this workbook.",
            rich_help_panel=_HEADING,
        ),
    ] = None


@dataclass(slots=True)
class Found:
    """A whole list, of one state; `pending` None: the list counts nothing that awaits."""

    records: list[object] = field(default_factory=list)
    token: Token | None = None
    pending: int | None = None


def read_whole(client: OrganisationClient, read: str, **terms: Any) -> Found:  # noqa: ANN401  # the method's own
    """Every page of the list, one after the other; of `show-structure`, its one record."""
    method: Callable[..., Any] = getattr(client, method_of(read).__name__)
    found = Found()
    if "page_size" not in _terms(read):
        answer = method(**terms)
        return Found([answer.structure], answer.token)
    page_token = ""
    while True:
        page = method(page_size=_PAGE, page_token=page_token, **terms)
        found.records += page.records
        found.token, found.pending = page.token, getattr(page, "pending", None)
        page_token = page.next_page_token
        if not page_token:
            return found


def _terms(read: str) -> Mapping[str, object]:
    """What every read of this kind takes beside its own fields."""
    return get_type_hints(get_type_hints(method_of(read))["terms"].__args__[0])


def read_command(read: str) -> Callable[..., None]:
    """What typer calls: the options of the read, then those that all reads have."""
    parts = parts_of(read)

    def command(
        reader: Reader,
        files: Files,
        where: Where,
        json: Json = False,
        **given: Any,  # noqa: ANN401  # as typer read them
    ) -> None:
        if files.csv is not None and files.csv == files.xlsx:
            raise Failure(ExitCode.USAGE, f"`--csv` and `--xlsx` both name `{files.csv}`")
        terms = {part.field: part.read(given) for part in parts}
        terms = {name: value for name, value in terms.items() if value is not None}
        if "at" in given:
            terms["at"] = moment_of(given["at"])
        terms["at_least"] = token_of(given["at_least"])
        try:
            with open_organisation(where) as client:
                found = read_whole(
                    client, read, subject=reader.subject, deadline=where.deadline, **terms
                )
        except (AccessDenied, CommandRefused) as refusal:
            _tell_no(read, reader.subject, refusal, json)
            raise typer.Exit(exit_of(refusal)) from None
        except HabilisError as error:
            raise failure_of(error, str(where)) from error
        _write(read, found, files)
        if json:
            as_json(_shape(read, reader.subject, found))
        else:
            _tell(read, found)

    moments = {"at": Moment} if "at" in _terms(read) else {}
    hints = {**moments, "at_least": AtLeast}
    common = [
        Parameter("reader", Parameter.KEYWORD_ONLY, annotation=Reader),
        *(
            Parameter(name, Parameter.KEYWORD_ONLY, annotation=hint, default=None)
            for name, hint in hints.items()
        ),
        Parameter("files", Parameter.KEYWORD_ONLY, annotation=Files),
        Parameter("where", Parameter.KEYWORD_ONLY, annotation=Where),
        Parameter("json", Parameter.KEYWORD_ONLY, annotation=Json, default=False),
    ]
    options = [option for part in parts for option in part.options]
    vars(command)["__signature__"] = Signature([*options, *common])
    return spread(command)


def _tell_no(read: str, subject: str, refusal: AccessDenied | CommandRefused, json: bool) -> None:
    if json:
        as_json(
            {
                **_shape(read, subject, Found()),
                **refusal_shape(refusal),
                "outcome": str(word_of(refusal)),
            }
        )
    else:
        tell_refusal(refusal)


def _shape(read: str, subject: str, found: Found) -> dict[str, object]:
    """The list as `--json` prints it; docs/command-line.md promises these keys."""
    return {
        "read": read,
        "subject": subject,
        "outcome": "done",
        "records": [_plain(record) for record in found.records],
        "pending": found.pending,
        "token": None if found.token is None else token_shape(found.token),
        "decision": None,
        "refusal": None,
    }


def _plain(value: object) -> object:
    if isinstance(value, Perimeter):
        return perimeter_shape(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value


def _table(read: str, found: Found) -> Table:
    shown = LISTS.get(read) or LISTS[_STRUCTURE]
    rows = [line for record in found.records for line in shown.lines(record)]
    return Table(title=shown.title, columns=shown.columns, rows=rows)


def _write(read: str, found: Found, files: Files) -> None:
    for path, write in ((files.csv, write_csv), (files.xlsx, write_xlsx)):
        if path is None:
            continue
        try:
            with aside(path) as part, part.open("wb") as stream:
                write(_table(read, found), stream)
        except TableError as error:
            raise Failure(ExitCode.PROBLEMS, f"`{path}` cannot be written: {error}") from error


def _tell(read: str, found: Found) -> None:
    """The columns for which a terminal has room; of one structure all, one below another."""
    whole = _table(read, found)
    headings = [column.heading for column in whole.columns]
    if read not in LISTS:
        [row] = whole.rows
        table(("champ", "valeur"), zip(headings, map(_said, row), strict=True))
    elif whole.rows:
        brief = LISTS[read].brief
        places = [headings.index(heading) for heading in brief]
        rows = [[_said(row[place]) for place in places] for row in whole.rows]
        table(brief, rows, unbroken=True)
    waiting = "" if found.pending is None else f", {found.pending} await a decision"
    count = len(found.records)
    say(f"{count} record{'' if count == 1 else 's'}{waiting}")
    if found.token is not None:
        say(f"token   {token_text(found.token)}")


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else escaped(str(cell))
