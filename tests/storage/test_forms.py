"""The form of a database: made whole or not at all, told when it is another."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

import habilis_server.journal.versions
from habilis_server.journal import (
    Journal,
    JournalForeignError,
    JournalMissingError,
    JournalNewerError,
    JournalOlderError,
    store,
    upgrade,
)
from habilis_server.journal import journal as module
from habilis_server.journal.schema import FORM, metadata
from tests.conftest import Figure
from tests.journal.some_records import ANNA, minutes, put
from tests.storage.places import Place


def test_what_the_migrations_make_is_what_the_tables_say(journal: Journal) -> None:
    with journal.store.database.writing.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": FORM.table, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_every_form_has_its_migration() -> None:
    versions = Path(habilis_server.journal.versions.__file__).parent
    scripts = ScriptDirectory(str(versions), version_locations=[str(versions)])

    assert [each.revision for each in scripts.walk_revisions()][::-1] == list(FORM.revisions)


def test_an_empty_database_holds_no_journal(blank: Callable[[], Place]) -> None:
    place = blank()
    with pytest.raises(JournalMissingError):
        place.open()
    with place.create() as journal:
        assert put(journal, ANNA, name="r") == 1
    with place.open() as journal:
        assert journal.head() == 1


def test_upgrading_makes_what_is_missing_and_else_does_nothing(
    blank: Callable[[], Place],
) -> None:
    place = blank()

    assert upgrade(place.target) == ("", FORM.present)
    assert upgrade(place.target) == (FORM.present, FORM.present)
    with place.open() as journal:
        assert journal.verify() == []


def test_a_newer_form_is_refused_and_left_alone(place: Place) -> None:
    place.run("UPDATE journal_form SET version_num = '9999'")

    for attempt in (place.open, place.create, lambda: upgrade(place.target)):
        with pytest.raises(JournalNewerError, match="form 9999, and this Habilis knows forms up"):
            attempt()
    assert place.run("SELECT version_num FROM journal_form") == [("9999",)]


def test_an_older_form_is_refused_with_the_remedy(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "FORM", replace(FORM, revisions=(*FORM.revisions, "9999")))

    for attempt in (place.open, place.create):
        with pytest.raises(JournalOlderError, match="run `habilis db upgrade`"):
            attempt()


def test_notices_of_the_first_form_wait_as_they_did(blank: Callable[[], Place]) -> None:
    place = blank()
    former = module._database(place.target)
    with former.writing.begin() as connection:
        replace(FORM, revisions=("0001",)).bring_up(connection)
    former.close()
    names = "event, revision, recipient, template, context, created_at, attempts, next_attempt_at"
    moment = "2026-03-03T12:00:00.000000Z"
    columns = f"'e', 1, 'r@example.org', 't', '{{}}', '{moment}', 2, '{moment}', 'busy'"
    place.run(f"INSERT INTO notice ({names}, last_error) VALUES ({columns})")  # noqa: S608  # our own text

    assert upgrade(place.target) == ("0001", FORM.present)
    with place.open() as journal:
        (notice,) = journal.outbox.claim(minutes(0), lease=timedelta(minutes=1))
        assert (notice.event, notice.attempts, notice.tried_since) == ("e", 3, minutes(0))
        assert journal.outbox.handing(notice.id, 3, minutes(0), lease=timedelta(minutes=1))
        assert journal.verify() == []


@pytest.mark.parametrize("table", ["change", "request", "notice"])
def test_a_database_of_something_else_is_refused(blank: Callable[[], Place], table: str) -> None:
    place = blank()
    place.run(f"CREATE TABLE {table} (name text)")

    for attempt in (place.open, place.create, lambda: upgrade(place.target)):
        with pytest.raises(JournalForeignError, match="the database of something else"):
            attempt()


def test_other_tables_stand_in_the_way_of_a_file_alone(
    kind: str, blank: Callable[[], Place]
) -> None:
    place = blank()
    place.run("CREATE TABLE recipe (name text)")
    if kind == "sqlite":
        with pytest.raises(JournalForeignError):
            place.create()
    else:
        with place.create() as journal:
            assert journal.head() == 0


def test_many_may_create_one_journal_at_once(blank: Callable[[], Place]) -> None:
    place = blank()
    heads: list[int] = []

    def create() -> None:
        with place.create() as journal:
            heads.append(journal.head())

    threads = [Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heads == [0] * 4


def test_a9_a_migration_cut_off_at_any_step_leaves_nothing_and_is_done_again(
    blank: Callable[[], Place], figure: Figure
) -> None:
    """At every third statement, for there are many; a kill at any of them rolls back alike."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    place, steps, step = blank(), 0, 0
    while True:
        step += 3
        if made := interrupted(place, step):
            break
        steps += 1
        with pytest.raises(JournalMissingError):
            place.open()
    assert made == ("", FORM.present)
    with place.open() as journal:
        assert journal.verify() == []
    figure(f"{steps} steps at which the migration was cut off, 0 left anything behind")
    assert steps > 3


def interrupted(place: Place, step: int) -> tuple[str, str] | None:
    """Upgrade, and fail at the given statement; None if it did."""
    database = module._database(place.target)
    seen = 0

    def the_same(_: object) -> object:
        return database

    def fail(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == step:
            raise InterruptedError

    event.listen(database.writing, "after_cursor_execute", fail)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_database", the_same)
        try:
            return upgrade(place.target)
        except InterruptedError:
            return None
