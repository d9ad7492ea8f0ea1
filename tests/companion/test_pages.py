"""Pages: together the whole list, once each, and a token of nothing else."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from habilis import Perimeter
from habilis_companion.columns import TEXT, Moment
from habilis_companion.digests import digest_of
from habilis_companion.errors import InvalidRequestError, PageTokenError
from habilis_companion.pages import MOST_ROWS, PAGE, Paging, every_row
from habilis_companion.store import ReadSession, Store
from tests.conftest import Figure
from tests.differential.dice import Dice

START = datetime(2026, 3, 3, tzinfo=UTC)

entry = Table(
    "entry",
    MetaData(),
    Column("id", TEXT, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("place", Integer, nullable=False),
)


@pytest.fixture
def session(store: Store) -> Iterator[ReadSession]:
    """A transaction in which the test has a table of its own, and that leaves nothing."""
    with store._database.writing.connect() as connection:
        entry.create(connection)
        yield ReadSession(connection)
        connection.rollback()


def add(session: ReadSession, *numbers: int) -> None:
    if not numbers:
        return
    # Several at one moment: the moment alone does not tell them apart.
    rows = [
        {"id": f"é'{number}", "at": START + timedelta(days=number // 3), "place": number}
        for number in numbers
    ]
    session.connection.execute(insert(entry), rows)


def paging(size: int = 0, token: str = "", said: str = "list") -> Paging:
    return Paging(said, "anna", by=(entry.c.at, entry.c.id), size=size, token=token)


def walk(
    session: ReadSession, size: int, between: Callable[[], None] = lambda: None
) -> list[list[int]]:
    """The places of each page, one page after the other."""
    pages: list[list[int]] = []
    token = ""
    while token or not pages:
        page = paging(size, token).of(session, select(entry))
        pages.append([row["place"] for row in page.rows])
        token = page.next_token
        between()
    return pages


@pytest.mark.parametrize("count", [0, 1, 2, 7, 60])
def test_the_pages_of_any_size_are_the_whole_list(session: ReadSession, count: int) -> None:
    add(session, *range(count))
    ordered = select(entry.c.place).order_by(entry.c.at.desc(), entry.c.id.desc())
    whole = [row.place for row in session.connection.execute(ordered)]

    for size in range(1, count + 3):
        pages = walk(session, size)
        assert [place for page in pages for place in page] == whole
        assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert len(walk(session, 0)[0]) == min(count, PAGE)


def test_what_is_added_or_taken_meanwhile_disturbs_nothing_else(
    session: ReadSession, figure: Figure
) -> None:
    walks = seen = 0
    for seed in range(20):
        dice = Dice("pages", seed)
        session.connection.execute(entry.delete())
        numbers = dice.shuffled(range(200))
        there, coming = numbers[:60], iter(numbers[60:])
        add(session, *there)
        gone: set[int] = set()

        def change(dice: Dice = dice, coming: Iterator[int] = coming) -> None:
            add(session, *(next(coming) for _ in range(dice.number(1, 3))))  # this walk's
            place = dice.one(there)  # noqa: B023  # this walk's
            gone.add(place)  # noqa: B023  # this walk's
            session.connection.execute(entry.delete().where(entry.c.place == place))

        told = [place for page in walk(session, dice.number(3, 20), change) for place in page]
        assert len(set(told)) == len(told)
        assert {*there} - gone <= {*told}
        walks, seen = walks + 1, seen + len(told)
    figure(f"{walks} lists that changed while they were read, {seen} rows, none twice, none lost")


def forgeries(token: str, other: str) -> Iterator[str]:
    """Tokens that were never given for this list."""
    yield from ("x", "AAAA", "%%%", "é", " " + token, token + "=", token + "A", "A" * 5_000, other)
    yield token[:-1] + ("A" if token[-1] != "A" else "B")
    yield token[5:]
    digest, *after = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    written: list[object] = [
        [digest, "2099-01-01T00:00:00.000000Z", after[1]],
        [digest, *after, "more"],
        [digest],
        [],
        {},
        [digest, None, after[1]],
        [[digest], *after],
    ]
    for forged in written:
        yield base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")


def test_a_token_of_anything_else_is_refused(session: ReadSession, figure: Figure) -> None:
    add(session, *range(5))
    token = paging(2).of(session, select(entry)).next_token
    other = paging(2, said="other").of(session, select(entry)).next_token
    refused = 0

    for forged in forgeries(token, other):
        with pytest.raises(PageTokenError, match="begin at the first page"):
            paging(2, forged)
        refused += 1
    assert len(paging(2, token).of(session, select(entry)).rows) == 2
    figure(f"{refused} forged tokens refused")


@pytest.mark.parametrize(
    "after", [[1, 2], ["x"], [{}, "x"], ["x", True], ["x", "\0"], ["\ud800", "x"]]
)
def test_a_token_well_forged_still_begins_with_what_a_row_can_be(after: list[object]) -> None:
    said = digest_of("list", "anna")
    text = json.dumps([digest_of(said, str(after)), *after])
    with pytest.raises(PageTokenError):
        paging(2, base64.urlsafe_b64encode(text.encode()).decode())


@pytest.mark.parametrize("size", [-1, MOST_ROWS + 1, 2**40])
def test_a_page_has_a_size(size: int) -> None:
    with pytest.raises(InvalidRequestError, match="`page_size` is"):
        paging(size)


@dataclass(frozen=True)
class Said:
    a: object
    b: object = None


@dataclass(frozen=True)
class Other:
    a: object
    b: object = None


def test_two_things_said_differently_never_have_the_same_name() -> None:
    said: list[tuple[object, ...]] = [
        (),
        (None,),
        ("",),
        ((),),
        ({},),
        ("a", "b"),
        ("ab",),
        (("a", "b"),),
        ({"a": "b"},),
        (("a", ("b",)),),
        (frozenset({"a", "b"}),),
        (1,),
        ("1",),
        (True,),
        (Decimal(1),),
        (Decimal("1.0"),),
        (b"1",),
        (date(2026, 1, 1),),
        (datetime(2026, 1, 1, tzinfo=UTC),),
        (datetime(2026, 1, 1, 1, tzinfo=UTC),),
        (Said("a"),),
        (Other("a"),),
        (Said("a", "b"),),
        (Said("b", "a"),),
        (Perimeter("S", None),),
        (Perimeter("S", ""),),
        ("\ud800",),
        ({"mapping": []},),
        ({"bytes": "31"},),
    ]

    assert len({digest_of(*each) for each in said}) == len(said)
    assert digest_of({"b": 1, "a": {2, 1}}) == digest_of({"a": {1, 2}, "b": 1})
    with pytest.raises(TypeError, match="not a part of what can be said"):
        digest_of(object())


@pytest.mark.parametrize("size", [1, 2, 7, MOST_ROWS])
def test_every_row_is_told_once_whatever_is_held_in_memory(session: ReadSession, size: int) -> None:
    add(session, *range(7))
    found = every_row(session, select(entry), (entry.c.at, entry.c.id), size)

    assert [row["place"] for row in found] == [6, 5, 4, 3, 2, 1, 0]
