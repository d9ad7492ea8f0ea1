"""Whoever alters the file past its guards is found out, and the first bad revision is named."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from habilis_server.journal import Journal, JournalBrokenError, Seal
from habilis_server.journal.changes import FIRST_HASH, Row, hash_of
from habilis_server.journal.guards import SQLITE_GUARDS
from habilis_server.journal.journal import FILE_NAME
from tests.journal.some_records import account, put

LENGTH = 12
COLUMNS = Row._fields

Tamper = Callable[[sqlite3.Connection], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A journal of twelve changes in six requests."""
    with Journal.create(tmp_path) as journal:
        for number in range(0, LENGTH, 2):
            put(journal, account(number), account(number + 1), name=f"r{number}")
    return tmp_path


def tampered(folder: Path, tamper: Tamper, *, seal: Seal | None = None) -> list[str]:
    """What `verify` says once `tamper` had its way, with the guards out of the way meanwhile."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        for name in SQLITE_GUARDS:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        tamper(connection)
        for name, does in SQLITE_GUARDS.items():
            connection.execute(f"CREATE TRIGGER {name} {does}")
        connection.commit()
    with Journal.open(folder) as journal:
        return journal.verify(seal=seal)


def rows(connection: sqlite3.Connection) -> list[Row]:
    names = ", ".join(Row._fields)
    found = connection.execute(f"SELECT {names} FROM change ORDER BY revision")  # noqa: S608  # names alone
    return [Row(*cells) for cells in found]


def rewrite(connection: sqlite3.Connection, kept: list[Row]) -> None:
    """Leave exactly the rows `kept`, and no trace in what else remembers them."""
    connection.execute("DELETE FROM change")
    connection.execute("DELETE FROM request")
    endings = {row.request_id: row for row in kept}
    connection.executemany(
        "INSERT INTO request VALUES (?, ?, '', ?, '')",
        [(name, row.actor, row.revision) for name, row in endings.items()],
    )
    marks = ", ".join("?" * len(COLUMNS))
    connection.executemany(f"INSERT INTO change VALUES ({marks})", kept)  # noqa: S608  # marks alone
    connection.execute(
        "UPDATE sqlite_sequence SET seq = (SELECT max(revision) FROM change) WHERE name = 'change'"
    )


def chained(given: list[Row], *, start: int = 1) -> list[Row]:
    """The rows numbered and chained again, as one who knows the secretless hash can."""
    forged: list[Row] = []
    previous = FIRST_HASH
    for revision, row in enumerate(given, start=start):
        changed = row._replace(revision=revision, previous_hash=previous)
        forged.append(changed._replace(hash=hash_of(changed)))
        previous = forged[-1].hash
    return forged


def test_a_journal_left_alone_is_whole(folder: Path) -> None:
    assert tampered(folder, lambda _: None) == []


# Another value for each column, of the kind it holds.
ANOTHER = {
    "recorded_at": "2026-03-03T12:00:00.000001Z",
    "effective_at": "2027-03-03T12:00:00.000000Z",
    "actor": "mallory",
    "request_id": "other",
    "ordinal": 7,
    "command": "Approve",
    "cause": "approval-1",
    "kind": "structure",
    "payload": '{"kind":"account","id":"mallory","email":"m@x","state":"active","support":true}',
    "previous_hash": "f" * 64,
    "hash": "f" * 64,
}


@pytest.mark.parametrize("revision", [1, 6, LENGTH])
@pytest.mark.parametrize(("column", "value"), ANOTHER.items(), ids=ANOTHER)
def test_an_altered_cell_is_found(folder: Path, column: str, value: object, revision: int) -> None:
    problems = tampered(
        folder,
        lambda connection: connection.execute(
            f"UPDATE change SET {column} = ? WHERE revision = ?",  # noqa: S608  # a known column
            (value, revision),
        ),
    )

    assert problems[0].startswith(f"revision {revision} ")


@pytest.mark.parametrize("revision", range(1, LENGTH + 1))
def test_one_flipped_letter_is_found(folder: Path, revision: int) -> None:
    problems = tampered(
        folder,
        lambda connection: connection.execute(
            "UPDATE change SET payload = replace(payload, 'active', 'activé') WHERE revision = ?",
            (revision,),
        ),
    )

    assert problems == [f"revision {revision} was altered: its hash does not fit its content"]


MISSING = {
    "the first": ([1], "revision 1 is missing"),
    "one in the middle": ([6], "revision 6 is missing"),
    "several in the middle": ([6, 7, 8], "revisions 6 to 8 are missing"),
    "the last": ([LENGTH], "revision 12 is missing: the end of the journal was cut off"),
    "the last five": (
        [8, 9, 10, 11, 12],
        "revisions 8 to 12 are missing: the end of the journal was cut off",
    ),
    "all": (
        list(range(1, LENGTH + 1)),
        "revisions 1 to 12 are missing: the end of the journal was cut off",
    ),
}


@pytest.mark.parametrize(("revisions", "said"), MISSING.values(), ids=MISSING)
def test_a_removed_row_is_found(folder: Path, revisions: list[int], said: str) -> None:
    problems = tampered(
        folder,
        lambda connection: connection.executemany(
            "DELETE FROM change WHERE revision = ?", [(revision,) for revision in revisions]
        ),
    )

    assert problems[0] == said


def test_a_removed_row_is_found_though_the_others_close_the_gap(folder: Path) -> None:
    def close_the_gap(connection: sqlite3.Connection) -> None:
        kept = [row for row in rows(connection) if row.revision != 6]
        rewrite(connection, [row._replace(revision=n) for n, row in enumerate(kept, start=1)])

    assert tampered(folder, close_the_gap)[0] == (
        "revision 6 does not follow what stands before it"
    )


@pytest.mark.parametrize("place", [1, 6, LENGTH])
def test_a_row_put_in_is_found(folder: Path, place: int) -> None:
    """Even one that bears the right hashes itself: what follows it cannot."""

    def put_in(connection: sqlite3.Connection) -> None:
        true = rows(connection)
        forged = true[place - 1]._replace(request_id="forged", ordinal=0)
        before = true[: place - 1]
        moved = [row._replace(revision=row.revision + 1) for row in true[place - 1 :]]
        rewrite(connection, [*chained([*before, forged]), *moved])

    assert tampered(folder, put_in)[0].startswith(f"revision {place + 1} ")


def test_rows_in_another_order_are_found(folder: Path) -> None:
    def exchange(connection: sqlite3.Connection) -> None:
        true = rows(connection)
        true[3], true[8] = (
            true[8]._replace(revision=true[3].revision),
            true[3]._replace(revision=true[8].revision),
        )
        rewrite(connection, true)

    assert tampered(folder, exchange)[0] == "revision 4 does not follow what stands before it"


def test_exchanged_contents_are_found(folder: Path) -> None:
    def exchange(connection: sqlite3.Connection) -> None:
        true = rows(connection)
        first, second = true[3], true[8]
        true[3] = first._replace(payload=second.payload)
        true[8] = second._replace(payload=first.payload)
        rewrite(connection, true)

    assert tampered(folder, exchange) == [
        "revision 4 was altered: its hash does not fit its content",
        "revision 9 was altered: its hash does not fit its content",
    ]


def test_half_a_request_is_found_though_the_chain_is_forged(folder: Path) -> None:
    def halve(connection: sqlite3.Connection) -> None:
        rewrite(connection, chained([row for row in rows(connection) if row.revision != 5]))

    assert tampered(folder, halve) == ["revision 5 stands apart from the rest of its request"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"payload": "{}"}, "revision 5 cannot be read: not a record: `{}`"),
        ({"kind": "structure"}, "revision 5 is not of the kind it says"),
        ({"recorded_at": "yesterday"}, "revision 5 cannot be read: "),
    ],
    ids=["no record", "another kind", "no time"],
)
def test_nonsense_is_found_though_the_chain_is_forged(
    folder: Path, cells: dict[str, str], said: str
) -> None:
    def forge(connection: sqlite3.Connection) -> None:
        true = rows(connection)
        true[4] = true[4]._replace(**cells)  # type: ignore[arg-type]  # all these are text
        rewrite(connection, chained(true))

    assert tampered(folder, forge)[0].startswith(said)


def test_a_forged_past_is_found_by_a_seal_alone(folder: Path) -> None:
    """Who rewrites all that follows makes a true chain: only what was noted elsewhere tells."""
    with Journal.open(folder) as journal:
        early = Seal(6, list(journal.changes())[5].hash)
        late = journal.seal()

    def forge(connection: sqlite3.Connection) -> None:
        true = rows(connection)
        true[8] = true[8]._replace(actor="mallory")
        rewrite(connection, chained(true))

    assert tampered(folder, forge) == []
    with Journal.open(folder) as journal:
        assert journal.verify(seal=late) == ["revision 12 is not the one that was sealed"]
        assert journal.verify(seal=early) == []


def test_an_end_cut_off_without_a_trace_is_found_by_a_seal(folder: Path) -> None:
    with Journal.open(folder) as journal:
        seal = journal.seal()

    def cut_off(connection: sqlite3.Connection) -> None:
        rewrite(connection, rows(connection)[:10])

    assert tampered(folder, cut_off) == []
    with Journal.open(folder) as journal:
        assert journal.verify(seal=seal) == [
            "revisions 11 to 12 are missing: the end of the journal was cut off"
        ]


def test_an_end_put_on_behind_the_database_is_found(folder: Path) -> None:
    def forget(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE sqlite_sequence SET seq = 10")

    assert tampered(folder, forget) == ["revisions 11 to 12 are never given out by the database"]


def test_nothing_is_appended_to_an_end_that_was_cut_off(folder: Path) -> None:
    tampered(folder, lambda connection: connection.execute("DELETE FROM change WHERE revision > 9"))

    with (
        Journal.open(folder) as journal,
        pytest.raises(Exception, match="a change takes the revision after the last"),
    ):
        put(journal, account(1), name="next")


@pytest.mark.parametrize("guard", SQLITE_GUARDS)
def test_a_guard_taken_away_is_told(folder: Path, guard: str) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute(f"DROP TRIGGER {guard}")
    with Journal.open(folder) as journal:
        assert journal.verify() == [f"the guard `{guard}` is missing or altered"]


def test_a_guard_made_harmless_is_told(folder: Path) -> None:
    guard = "change_is_never_removed"
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute(f"DROP TRIGGER {guard}")
        connection.execute(f"CREATE TRIGGER {guard} BEFORE DELETE ON change BEGIN SELECT 1; END")
    with Journal.open(folder) as journal:
        assert journal.verify() == [f"the guard `{guard}` is missing or altered"]


def punch(path: Path, pages: Callable[[int], range]) -> None:
    """Spoil the start of some pages of the file; `pages` chooses them, given their number."""
    content = bytearray(path.read_bytes())
    for page in pages(len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xa5" * 200
    path.write_bytes(content)


def test_a_file_with_holes_is_told(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        page = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'change'"
        ).fetchone()[0]
    punch(folder / FILE_NAME, lambda _: range(page - 1, page))
    with Journal.open(folder) as journal:
        assert any("damaged" in problem for problem in journal.verify())


def test_a_file_with_holes_everywhere_is_not_opened(folder: Path) -> None:
    punch(folder / FILE_NAME, lambda count: range(1, count))
    with pytest.raises(JournalBrokenError, match="damaged"):
        Journal.open(folder)


def test_the_first_of_many_problems_are_told_and_the_rest_is_mentioned(tmp_path: Path) -> None:
    with Journal.create(tmp_path) as journal:
        put(journal, *map(account, range(50)), name="many")
    problems = tampered(tmp_path, lambda file: file.execute("UPDATE change SET actor = 'mallory'"))

    assert problems[0].startswith("revision 1 was altered")
    assert len(problems) == 21
    assert problems[-1] == "there are more problems; only the first are told"


# What `request` remembers of the six requests, altered past its guards.
FORGOTTEN = {
    "a request forgotten": (
        "DELETE FROM request WHERE request_id = 'r4'",
        "the request that ends at revision 6 is not remembered as it is",
    ),
    "the last request forgotten": (
        "DELETE FROM request WHERE request_id = 'r10'",
        "the request that ends at revision 12 is not remembered as it is",
    ),
    "another actor": (
        "UPDATE request SET actor = 'mallory' WHERE request_id = 'r4'",
        "the request that ends at revision 6 is not remembered as it is",
    ),
    "another name": (
        "UPDATE request SET request_id = 'other' WHERE request_id = 'r4'",
        "the request that ends at revision 6 is not remembered as it is",
    ),
    "one too many": (
        "INSERT INTO request VALUES ('forged', 'paul', '', 5, '')",
        "a request is remembered at revision 5 that ends nowhere",
    ),
}


@pytest.mark.parametrize(("statement", "said"), FORGOTTEN.values(), ids=FORGOTTEN)
def test_requests_that_are_remembered_otherwise_are_found(
    folder: Path, statement: str, said: str
) -> None:
    assert tampered(folder, lambda file: file.execute(statement)) == [said]
