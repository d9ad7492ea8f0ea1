"""Tables as CSV and as workbooks: read back whole by other libraries, and never run as formulas."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from habilis_companion import tables
from habilis_companion.tables import (
    MOST_ROWS,
    Cell,
    Column,
    Kind,
    Table,
    TableError,
    write_csv,
    write_xlsx,
)

COLUMNS: Final = (
    Column("SIRET"),
    Column("Nombre", Kind.NUMBER),
    Column("Montant", Kind.MONEY),
    Column("Jour", Kind.DATE),
    Column("Moment (UTC)", Kind.DATETIME),
)
NOON: Final = datetime(2026, 3, 3, 12, 30, 15, tzinfo=UTC)
ROW: Final[Sequence[Cell]] = ("00123456700014", -7, Decimal("1234.50"), date(2026, 3, 3), NOON)
EMPTY: Final[Sequence[Cell]] = (None,) * 5


def of(*rows: Sequence[Cell], columns: tuple[Column, ...] = COLUMNS, title: str = "Essai") -> Table:
    return Table(title=title, columns=columns, rows=rows)


def texts(*cells: str) -> Table:
    return of(*((cell,) for cell in cells), columns=(Column("Texte"),))


def as_csv(table: Table) -> list[list[str]]:
    stream = io.BytesIO()
    write_csv(table, stream)
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    return list(
        csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline=""), delimiter=";")
    )


def as_sheet(table: Table) -> Any:
    stream = io.BytesIO()
    write_xlsx(table, stream)
    return load_workbook(stream)


def test_a_csv_is_read_back_as_french_spreadsheets_expect_it() -> None:
    assert as_csv(of(ROW, EMPTY)) == [
        ["SIRET", "Nombre", "Montant", "Jour", "Moment (UTC)"],
        ["00123456700014", "-7", "1234,50", "2026-03-03", "2026-03-03 12:30:15"],
        [""] * 5,
    ]


def test_a_workbook_is_read_back_with_its_types() -> None:
    sheet = as_sheet(of(ROW, EMPTY)).active

    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert [cell.value for cell in sheet[2]] == [
        *("00123456700014", -7, 1234.5, datetime(2026, 3, 3)),  # noqa: DTZ001  # a workbook has no zones
        NOON.replace(tzinfo=None),
    ]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n", "d", "d"]
    assert sheet.max_row in {2, 3}
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width > len("00123456700014")


RUNS: Final = {
    "a sum": "=1+1",
    "a command": "=cmd|' /C calc'!A0",
    "a link": '=HYPERLINK("http://example.org","x")',
    "a plus": "+33 4 67 00 00 00",
    "a minus": "-1+1",
    "an at": "@SUM(1)",
    "a tab": "\t=1+1",
    "a return": "\r=1+1",
    "a new line": "\n=1+1",
    "a full width sign": "＝1+1",  # noqa: RUF001  # the sign itself is the case
    "a sign alone": "=",
}
HARMLESS: Final = (
    "a=1",
    " =1",
    "'=1",
    "http://example.org",
    "12",
    "-" * 0,
    "é;è",
    'say "x"',
    "a\nb",
)


@pytest.mark.parametrize("text", RUNS.values(), ids=RUNS)
def test_what_a_spreadsheet_would_run_is_a_text(text: str) -> None:
    assert as_csv(texts(text))[1] == [f"'{text}"]

    cell = as_sheet(texts(text)).active["A2"]
    assert (unescape(cell.value), cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("text", RUNS.values(), ids=RUNS)
def test_a_heading_is_a_text_too(text: str) -> None:
    assert as_csv(of(columns=(Column(text),))) == [[f"'{text}"]]
    assert as_sheet(of(columns=(Column(text),))).active["A1"].data_type == "s"


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_is_left_as_it_is(text: str) -> None:
    assert as_csv(texts(text))[1] == [text]

    cell = as_sheet(texts(text)).active["A2"]
    assert (cell.value, cell.hyperlink) == (text, None)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=5))
def test_every_text_comes_back_whole(cells: list[str]) -> None:
    wanted = [f"'{cell}" if cell.startswith(tables._RUNS) else cell for cell in cells]

    assert [cell for (cell,) in as_csv(texts(*cells))[1:]] == wanted


BAD: Final[dict[str, tuple[Table, str]]] = {
    "no column": (of(columns=()), "no column"),
    "a cell too few": (of(ROW[1:]), "row 1 has 4 cells for 5 columns"),
    "a cell too many": (of(ROW, (*ROW, "x")), "row 2 has 6 cells for 5 columns"),
    "a number for a text": (of((1, *ROW[1:])), "row 1, `SIRET` is no text"),
    "a text for a number": (of(("x", "7", *ROW[2:])), "row 1, `Nombre` is no number"),
    "a truth for a number": (of(("x", True, *ROW[2:])), "`Nombre` is no number"),
    "no number": (of(("x", 1, Decimal("NaN"), *ROW[3:])), "`Montant` is not a finite number"),
    "no end": (of(("x", 1, Decimal("Infinity"), *ROW[3:])), "`Montant` is not a finite"),
    "a moment for a day": (of((*ROW[:3], NOON, NOON)), "`Jour` is no date"),
    "a day for a moment": (of((*ROW[:3], date(2026, 1, 1), date(2026, 1, 1))), "is no datetime"),
    "half a character": (texts("a\ud800"), "`Texte` holds half a character"),
    "half a heading": (of(columns=(Column("\udfff"),)), "heading of column 1 holds half"),
}
TOO_MUCH: Final[dict[str, tuple[Table, str]]] = {
    "a long text": (texts("x" * 32_768), "longer than the 32767 characters"),
    "a long text of pairs": (texts("😀" * 16_384), "longer than the 32767 characters"),
    "many digits": (of(("x", 2**53, *ROW[2:])), "more than the 15 digits"),
    "an old day": (of((*ROW[:3], date(1899, 12, 31), NOON)), "before 1900"),
    "many columns": (of(columns=(Column("x"),) * 16_385), "16385 columns"),
}
WRITERS: Final[tuple[Callable[[Table, BinaryIO], None], ...]] = (write_csv, write_xlsx)


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("write", WRITERS)
def test_what_cannot_be_written_is_told_and_nothing_is_written(
    write: Callable[[Table, BinaryIO], None], what: str
) -> None:
    table, told = BAD[what]
    stream = io.BytesIO()
    with pytest.raises(TableError, match="nothing was written") as caught:
        write(table, stream)

    assert told in str(caught.value)
    assert stream.getvalue() == b""


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_no_workbook_holds_is_told_and_a_csv_takes_it(what: str) -> None:
    table, told = TOO_MUCH[what]
    stream = io.BytesIO()
    with pytest.raises(TableError) as caught:
        write_xlsx(table, stream)

    assert told in str(caught.value)
    assert stream.getvalue() == b""
    write_csv(table, stream)
    assert stream.getvalue()


class Endless(Sequence[Sequence[Cell]]):
    """More rows than a sheet has room for, which nobody has to make."""

    def __len__(self) -> int:
        return MOST_ROWS + 1

    def __getitem__(self, place: Any) -> Any:
        raise AssertionError("a table that is too long is not read")


def test_more_rows_than_a_sheet_holds_are_told_before_any_is_read() -> None:
    stream = io.BytesIO()
    with pytest.raises(TableError, match=r"1048576 rows, and a sheet holds 1048575"):
        write_xlsx(Table(title="x", columns=COLUMNS, rows=Endless()), stream)

    assert stream.getvalue() == b""


def test_every_problem_is_told_up_to_twenty() -> None:
    with pytest.raises(TableError) as caught:
        write_csv(of(*([("x",)] * 30)), io.BytesIO())

    assert str(caught.value).count("cells for") == 20
    assert str(caught.value).endswith("; and more")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Habilitations", "Habilitations"),
        ("Habilitations de 17340430200015/DSI", "Habilitations de 17340430200015"),
        ("a[b]:c*d?e/f\\g", "a b  c d e f g"),
        ("'History'", "Tableau"),
        ("", "Tableau"),
        ("😀" * 20, "😀" * 15),
    ],
)
def test_the_sheet_is_named_by_the_title_as_far_as_it_may_be(title: str, name: str) -> None:
    book = as_sheet(of(title=title))

    assert book.sheetnames == [name]
    assert (book.properties.title or "") == title


def test_the_stream_stays_its_owners() -> None:
    for write in WRITERS:
        stream = io.BytesIO()
        write(of(ROW), stream)
        assert not stream.closed


def test_the_kinds_have_all_that_is_needed_to_write_them() -> None:
    for table in (tables._FORMATS, tables._WRITERS, tables._TYPES, tables._SHOWN):
        assert set(table) == set(Kind)
