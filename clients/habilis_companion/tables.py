"""A table for people, as CSV or as a workbook: what a text says is text, and nothing is lost.

    table = Table(
        title="Services",
        columns=(Column("Code"), Column("Actif depuis", Kind.DATE)),
        rows=[("SFACT", date(2022, 2, 21))],
    )
    with path.open("wb") as stream:
        write_xlsx(table, stream)

The whole table is looked through before a single byte is written: either the
stream receives all of it, or `TableError` tells every problem.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import BinaryIO, Final, TypeAlias

import xlsxwriter

__all__ = ["MOST_ROWS", "Cell", "Column", "Kind", "Table", "TableError", "write_csv", "write_xlsx"]

MOST_ROWS: Final = 1_048_575
"""What a sheet of a workbook holds beneath its headings."""

_MOST_COLUMNS: Final = 16_384
_LONGEST_TEXT: Final = 32_767  # in a cell of a workbook, in units of UTF-16
_MOST_DIGITS: Final = 15  # that a number of a workbook keeps
_FIRST_YEAR: Final = 1900  # of a workbook's calendar
_TOLD: Final = 20

Cell: TypeAlias = str | int | Decimal | date | datetime | None
"""None is an empty cell, of any kind."""


class Kind(StrEnum):
    """What the cells of a column hold.

    TEXT a `str`; NUMBER an `int` or a finite `Decimal`; MONEY the same, in
    euros; DATE a `date`; DATETIME a `datetime`, written as its own clock shows
    it, whose heading says which clock that is. An identifier made of digits is
    a text.
    """

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings, as many cells a row as there are columns."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]


class TableError(ValueError):
    """The table cannot be written, and nothing of it was; the message has each place at fault."""


def write_csv(table: Table, stream: BinaryIO) -> None:
    """As French spreadsheets read it: UTF-8 with its mark, `;`, a decimal comma, ISO dates.

    A text that a spreadsheet would run as a formula gets a `'` before it.
    Raises TableError, and then has written nothing.
    """
    _need(_flaws(table))
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([_harmless(column.heading) for column in table.columns])
        shown = [_SHOWN[column.kind] for column in table.columns]
        for row in table.rows:
            cells = zip(shown, row, strict=True)
            writer.writerow(["" if cell is None else show(cell) for show, cell in cells])
    finally:
        text.detach()  # the stream stays its owner's to close


def write_xlsx(table: Table, stream: BinaryIO) -> None:
    """A workbook of one sheet: typed cells, the headings frozen, no formula and no link.

    Rows go by a temporary file, so memory does not grow with them. Raises
    TableError, and then has written nothing: more than MOST_ROWS rows do not
    fit on a sheet.
    """
    _need(_sizes(table))
    _need(_flaws(table, workbook=True))
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    book.set_properties({"title": table.title})
    sheet = book.add_worksheet(_sheet_name(table.title))
    bold = book.add_format({"bold": True})
    formats = [book.add_format(_FORMATS[column.kind]) for column in table.columns]
    writers = [getattr(sheet, _WRITERS[column.kind]) for column in table.columns]
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(table, place))
        sheet.write_string(0, place, column.heading, bold)
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            if cell is not None:
                writers[place](number, place, cell, formats[place])
    book.close()


_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}
_FORMATS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.TEXT: {"num_format": "@"},
    Kind.NUMBER: {},
    Kind.MONEY: {"num_format": "#,##0.00 €"},
    Kind.DATE: {"num_format": "dd/mm/yyyy"},
    Kind.DATETIME: {"num_format": "dd/mm/yyyy hh:mm:ss"},
}
_WRITERS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "write_string",
    Kind.NUMBER: "write_number",
    Kind.MONEY: "write_number",
    Kind.DATE: "write_datetime",
    Kind.DATETIME: "write_datetime",
}
_TYPES: Final[Mapping[Kind, tuple[type, ...]]] = {
    Kind.TEXT: (str,),
    Kind.NUMBER: (int, Decimal),
    Kind.MONEY: (int, Decimal),
    Kind.DATE: (date,),
    Kind.DATETIME: (datetime,),
}

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # what a spreadsheet set to Chinese or Japanese runs
"""What a text that a spreadsheet runs begins with."""


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_RUNS) else text


def _decimal_comma(number: object) -> str:
    return f"{number:f}".replace(".", ",") if isinstance(number, Decimal) else str(number)


_SHOWN: Final[Mapping[Kind, Callable[[object], str]]] = {
    Kind.TEXT: lambda text: _harmless(str(text)),
    Kind.NUMBER: _decimal_comma,
    Kind.MONEY: _decimal_comma,
    Kind.DATE: str,
    Kind.DATETIME: lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}",
}


def _need(flaws: Iterator[str]) -> None:
    found = list(islice(flaws, _TOLD + 1))
    if found:
        more = "; and more" if len(found) > _TOLD else ""
        raise TableError(f"nothing was written: {'; '.join(found[:_TOLD])}{more}")


def _sizes(table: Table) -> Iterator[str]:
    if len(table.rows) > MOST_ROWS:
        count = len(table.rows)
        yield f"{count} rows, and a sheet holds {MOST_ROWS}: narrow the list, or write CSV"
    if len(table.columns) > _MOST_COLUMNS:
        yield f"{len(table.columns)} columns, and a sheet holds {_MOST_COLUMNS}"


def _flaws(table: Table, *, workbook: bool = False) -> Iterator[str]:
    """What keeps the table from being written, each with its row and column, from 1."""
    if not table.columns:
        yield "the table has no column"
    for place, column in enumerate(table.columns, start=1):
        flaw = _flaw(column.heading, Kind.TEXT, workbook=workbook)
        if flaw:
            yield f"the heading of column {place} {flaw}"
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.columns):
            yield f"row {number} has {len(row)} cells for {len(table.columns)} columns"
            continue
        for cell, column in zip(row, table.columns, strict=True):
            flaw = _flaw(cell, column.kind, workbook=workbook)
            if flaw:
                yield f"row {number}, `{column.heading}` {flaw}"


def _flaw(cell: object, kind: Kind, *, workbook: bool) -> str:
    """What is wrong with a cell; "" if nothing is."""
    if cell is None:
        return ""
    timed = isinstance(cell, datetime)
    if (
        not isinstance(cell, _TYPES[kind])
        or isinstance(cell, bool)
        or (kind is Kind.DATE and timed)
    ):
        return f"is no {kind}"
    match cell:
        case str():
            return _flaw_of_text(cell, workbook=workbook)
        case Decimal() if not cell.is_finite():
            return "is not a finite number"
        case int() | Decimal() if workbook and _digits(cell) > _MOST_DIGITS:
            return f"has more than the {_MOST_DIGITS} digits that a workbook keeps"
        case date() if workbook and cell.year < _FIRST_YEAR:
            return f"is before {_FIRST_YEAR}, where a workbook's calendar begins"
        case _:
            return ""


def _flaw_of_text(text: str, *, workbook: bool) -> str:
    try:
        units = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        return "holds half a character"
    if workbook and units > _LONGEST_TEXT:
        return f"is longer than the {_LONGEST_TEXT} characters that a workbook's cell holds"
    return ""


def _digits(number: int | Decimal) -> int:
    return len(Decimal(number).normalize().as_tuple().digits)


def _width(table: Table, place: int) -> int:
    """Wide enough for the heading and for what the first rows hold, within reason."""
    if table.columns[place].kind is not Kind.TEXT:
        return max(len(table.columns[place].heading) + 2, 20)
    seen = (str(row[place] or "") for row in table.rows[:200])
    longest = max(map(len, (table.columns[place].heading, *seen)))
    return min(max(longest + 2, 8), 60)


def _sheet_name(title: str) -> str:
    """The title as far as the name of a sheet may say it; the workbook bears it whole."""
    kept = "".join(" " if letter in "[]:*?/\\" else letter for letter in title)
    name = kept.encode("utf-16-le")[: 31 * 2].decode("utf-16-le", errors="ignore").strip(" '")
    return name if name and name.casefold() != "history" else "Tableau"
