"""The file behind the journal: who may open it, in which mode, and what it refuses by itself."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from habilis_companion.databases import PATIENCE, sqlite
from habilis_companion.databases.sqlite import journal_mode, open_engine
from habilis_companion.errors import StoreUnsafeError
from habilis_server.journal import (
    Journal,
    JournalBrokenError,
    JournalBusyError,
    JournalError,
    JournalForeignError,
    JournalMissingError,
    JournalNewerError,
    JournalUnsafeError,
)
from habilis_server.journal.journal import FILE_NAME
from habilis_server.journal.schema import kept
from tests.journal.some_records import ANNA, account, put


@contextmanager
def raw(folder: Path) -> Generator[sqlite3.Connection]:
    """The file opened past the journal, each statement committed by itself."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds a journal of three changes."""
    with Journal.create(tmp_path / "data") as journal:
        for number in range(3):
            put(journal, account(number), name=f"r{number}")
    return tmp_path / "data"


# Reliability, finding 8: the write-ahead log may be corrupted from 3.7.0 to 3.51.2.
MODES = {
    (3, 7, 0): "delete",
    (3, 31, 1): "delete",
    (3, 40, 1): "delete",
    (3, 44, 6): "delete",
    (3, 50, 7): "delete",
    (3, 51, 0): "delete",
    (3, 51, 1): "delete",
    (3, 51, 2): "delete",
    (3, 51, 3): "wal",
    (3, 51, 4): "wal",
    (3, 52, 0): "delete",  # withdrawn by its makers
    (3, 52, 1): "wal",
    (3, 53, 4): "wal",
    (4, 0, 0): "wal",
}


@pytest.mark.parametrize(("library", "mode"), MODES.items(), ids=str)
def test_a7_an_affected_library_never_writes_ahead(
    library: tuple[int, int, int], mode: str
) -> None:
    assert journal_mode(library) == mode


@pytest.mark.parametrize(("mode", "synchronous"), [("delete", 3), ("wal", 2)])
def test_a_connection_keeps_its_promises(tmp_path: Path, mode: str, synchronous: int) -> None:
    engine, _ = open_engine(tmp_path / FILE_NAME, mode=mode)
    with engine.connect() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == mode
        assert pragma("synchronous") == synchronous
        assert pragma("foreign_keys") == pragma("recursive_triggers") == 1
        assert pragma("busy_timeout") == PATIENCE * 1000
    engine.dispose()


def test_a7_a_file_that_nobody_uses_is_taken_out_of_mode_wal(folder: Path) -> None:
    with raw(folder) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    with Journal.open(folder) as journal:
        assert put(journal, ANNA, name="next") == 4
    with raw(folder) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == (journal_mode(),)


def test_a7_an_affected_library_stays_away_from_a_file_used_in_mode_wal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    with raw(folder) as other:
        other.execute("PRAGMA journal_mode = wal")
        other.execute("SELECT count(*) FROM change").fetchone()
        engine, _ = open_engine(folder / FILE_NAME, mode="delete")

        with pytest.raises(StoreUnsafeError, match=r"in mode wal, which sqlite .* could corrupt"):
            engine.connect()
        engine.dispose()
        monkeypatch.setattr(sqlite, "journal_mode", lambda: "delete")
        with pytest.raises(JournalUnsafeError, match="could corrupt"):
            Journal.open(folder)


def test_a_sound_library_puts_up_with_a_file_kept_in_mode_delete(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    with raw(folder) as other:
        other.execute("PRAGMA journal_mode = delete")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM change").fetchone()
        engine, _ = open_engine(folder / FILE_NAME, mode="wal")
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3
        engine.dispose()


def test_a_journal_is_found_again(folder: Path) -> None:
    with Journal.open(folder) as opened:
        assert opened.head() == 3
    with Journal.create(folder) as created:
        assert created.head() == 3


def test_a_folder_without_a_journal_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(JournalMissingError, match="no journal in"):
        Journal.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("once upon a time " * 100)

    with pytest.raises(JournalForeignError, match="not a database"):
        Journal.open(tmp_path)
    assert (tmp_path / FILE_NAME).read_text().startswith("once upon a time")


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with raw(tmp_path) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")

    with pytest.raises(JournalForeignError, match="the database of something else"):
        Journal.create(tmp_path)


def test_a_newer_journal_is_refused_and_left_as_it_is(folder: Path) -> None:
    with raw(folder) as connection:
        connection.execute("UPDATE journal_form SET version_num = '9999'")
    before = (folder / FILE_NAME).read_bytes()

    for enter in (Journal.open, Journal.create):
        with pytest.raises(JournalNewerError, match="form 9999, and this Habilis"):
            enter(folder)
    assert (folder / FILE_NAME).read_bytes() == before


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()

    with pytest.raises(JournalError, match="cannot be read or written: unable to open"):
        Journal.create(tmp_path)


def test_many_may_create_one_journal_at_once(tmp_path: Path) -> None:
    heads: list[int] = []

    def create() -> None:
        with Journal.create(tmp_path / "data") as journal:
            heads.append(journal.head())

    threads = [Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heads == [0] * 8


def insert(revision: int, verb: str = "INSERT", **other: str) -> str:
    """A statement that puts in the second row once more, as `revision` and with `other` cells."""
    names = [column.name for column in kept][1:]
    cells = ", ".join(other.get(name, name) for name in names)
    return f"{verb} INTO change SELECT {revision}, {cells} FROM change WHERE revision = 2"  # noqa: S608  # the test's own


LAST = "(SELECT hash FROM change ORDER BY revision DESC LIMIT 1)"

# What the database itself refuses, whoever asks.
FORBIDDEN = {
    "an update": ("UPDATE change SET actor = 'x'", "never altered"),
    "an update of one row": ("UPDATE change SET payload = '' WHERE revision = 1", "never altered"),
    "a removal": ("DELETE FROM change WHERE revision = 3", "never removed"),
    "a row in the place of another": (
        insert(2, "INSERT OR REPLACE"),
        "the revision after the last",
    ),
    "a gap": (insert(9), "takes the revision after the last"),
    "a row before the first": (insert(0), "takes the revision after the last"),
    "a broken chain": (insert(4), "bears the hash of the last"),
    "a request in the place of another": (
        insert(4, "INSERT OR REPLACE", previous_hash=LAST),
        "a request is recorded once",
    ),
    "an effect before its recording": (
        insert(4, previous_hash=LAST, request_id="'new'", effective_at="'2020'"),
        "CHECK constraint failed",
    ),
}


@pytest.mark.parametrize(("statement", "said"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_database_refuses_what_would_alter_the_past(
    folder: Path, statement: str, said: str
) -> None:
    with raw(folder) as connection, pytest.raises(sqlite3.IntegrityError, match=said):
        connection.execute(statement)
    with Journal.open(folder) as journal:
        assert journal.verify() == []
        assert journal.head() == 3


def test_a_writer_who_waits_too_long_is_told_to_try_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    with Journal.open(folder) as journal, raw(folder) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBusyError, match="try again"):
            put(journal, ANNA, name="late")
        other.execute("ROLLBACK")

        assert put(journal, ANNA, name="late") == 4


def test_a_failed_request_leaves_nothing_behind(folder: Path) -> None:
    with raw(folder) as connection:
        connection.execute(
            "CREATE TRIGGER full AFTER INSERT ON change WHEN NEW.ordinal = 2"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    with Journal.open(folder) as journal:
        with pytest.raises(JournalError, match="the disk is full"):
            put(journal, *map(account, range(5)), name="five")

        assert journal.head() == 3


def test_a_row_that_cannot_be_read_is_named(folder: Path) -> None:
    with raw(folder) as connection:
        connection.execute("DROP TRIGGER change_is_never_altered")
        connection.execute("UPDATE change SET payload = '{}' WHERE revision = 2")
    with Journal.open(folder) as journal:
        reading = journal.changes()
        next(reading)

        with pytest.raises(JournalBrokenError, match="revision 2 cannot be read"):
            next(reading)
