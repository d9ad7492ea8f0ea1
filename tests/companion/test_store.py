"""The store: nothing is read or written but by what the guard gave, and nothing late (F8, K4)."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert

from habilis import AccessDenied, Resource
from habilis.errors import UnansweredError
from habilis_companion import forms
from habilis_companion.errors import (
    ConflictError,
    InvalidRequestError,
    RequestIdReusedError,
    RequestUnderWayError,
    StaleVersionError,
    StoreError,
    StoreForeignError,
    StoreNewerError,
    StoreOlderError,
)
from habilis_companion.guard import Guard, Permit, UnaskedError, asks
from habilis_companion.store import ReadSession, Store
from tests.companion.answering import Habilis, everyone, nobody
from tests.companion.shelf import FORM, Shelf, put, thing, things_of
from tests.conftest import Figure

INVOICE = Resource(type="facture", id="F1")
REVOCATIONS = 250


def move(
    shelf: Shelf, state: str = "DEPOSEE", *, version: int = 1, request_id: str = "r1"
) -> object:
    return shelf.move("anna", "F1", state, version=version, request_id=request_id)


def test_what_is_allowed_is_read_and_written(shelf: Shelf) -> None:
    put(shelf.store, "F1")

    assert shelf.show("anna", "F1") == "BROUILLON"
    assert move(shelf) == {"name": "F1", "version": 2}
    assert things_of(shelf.store) == [("F1", "DEPOSEE", 2)]


def doors(store: Store, guard: Guard) -> dict[str, Callable[[], AbstractContextManager[object]]]:
    class Other:
        @asks("dume.consulter")
        def permit(self) -> Permit:
            return guard.ask("anna", "dume.consulter", INVOICE)

    stranger = Other().permit()
    return {
        "asking": store.asking,
        "reading": lambda: store.reading(stranger),
        "writing": lambda: store.writing(guard, stranger),
        "writing with nothing": lambda: store.writing(guard),
    }


def test_a_store_does_not_open_without_what_the_guard_gave(store: Store, habilis: Habilis) -> None:
    found = doors(store, Guard(habilis))

    for open_door in found.values():
        with pytest.raises(UnaskedError), open_door():
            raise AssertionError("it opened")
    marked = {name: door for name, door in found.items() if name != "asking"}
    for open_door in marked.values():

        @asks("dume.consulter")
        def method(door: Callable[[], AbstractContextManager[object]] = open_door) -> None:
            with door():
                raise AssertionError("it opened")

        with pytest.raises(UnaskedError):
            method()


def test_who_may_read_cannot_write(shelf: Shelf) -> None:
    put(shelf.store, "F1")

    @asks("factures_emises.consulter")
    def writes(*, allowed: bool) -> None:
        permit = shelf.guard.ask("anna", "factures_emises.consulter", INVOICE)
        with shelf.store.reading(permit) if allowed else shelf.store.asking() as session:
            row = {"name": "F2", "state": "BROUILLON", "version": 1}
            session.connection.execute(insert(thing), row)

    for allowed in (True, False):
        with pytest.raises(StoreError, match=r"(readonly|read-only)"):
            writes(allowed=allowed)
    assert things_of(shelf.store) == [("F1", "BROUILLON", 1)]
    assert move(shelf) == {"name": "F1", "version": 2}


def test_a_session_ends_with_its_block(shelf: Shelf) -> None:
    put(shelf.store, "F1")
    kept: list[ReadSession] = []

    @asks("factures_emises.consulter")
    def keeps() -> None:
        permit = shelf.guard.ask("anna", "factures_emises.consulter", INVOICE)
        with shelf.store.reading(permit) as session:
            kept.append(session)

    keeps()
    with pytest.raises(Exception, match="closed"):
        kept[0].connection.execute(thing.select())


def test_a_change_names_what_its_transaction_rests_on(shelf: Shelf) -> None:
    @asks("factures_emises.deposer")
    def needs() -> None:
        permit, other = (
            shelf.guard.ask("anna", "factures_emises.deposer", INVOICE) for _ in range(2)
        )
        with shelf.store.writing(shelf.guard, permit) as session:
            session.need(permit)
            session.need(other)

    with pytest.raises(UnaskedError, match="rests on a permit of its own transaction"):
        needs()


# F8: a right lost between the question and the commit.


def revoked(shelf: Shelf, habilis: Habilis, after: int) -> None:
    """The right is lost at the `after`-th halt of the move."""
    halts = iter(range(100))

    def between() -> None:
        if next(halts) == after:
            habilis.says = nobody

    habilis.says = everyone
    shelf.between = between


@pytest.mark.parametrize("after", [0, 1])
def test_f8_a_right_lost_before_the_commit_leaves_nothing(
    shelf: Shelf, habilis: Habilis, after: int, figure: Figure
) -> None:
    put(shelf.store, "F1")
    late = 0
    for number in range(REVOCATIONS):
        revoked(shelf, habilis, after)
        with pytest.raises(AccessDenied):
            move(shelf, request_id=f"r{number}")
        late += things_of(shelf.store) != [("F1", "BROUILLON", 1)]
    assert late == 0
    shelf.between = lambda: None
    habilis.says = everyone
    assert move(shelf, request_id="r0") == {"name": "F1", "version": 2}
    figure(f"{REVOCATIONS} rights lost, {late} late writes")


def asks_nothing(_guard: Guard, _permits: object) -> None: ...


def test_f8_without_the_second_question_the_late_write_would_be_seen(
    shelf: Shelf, habilis: Habilis, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shelf.store, "F1")
    monkeypatch.setattr(Guard, "again", asks_nothing)
    revoked(shelf, habilis, 1)

    move(shelf)
    assert things_of(shelf.store) == [("F1", "DEPOSEE", 2)]


def test_no_answer_before_the_commit_leaves_nothing(shelf: Shelf, habilis: Habilis) -> None:
    put(shelf.store, "F1")
    halts = iter([False, True])

    def between() -> None:
        habilis.gone = next(halts)

    shelf.between = between
    with pytest.raises(UnansweredError):
        move(shelf)
    assert things_of(shelf.store) == [("F1", "BROUILLON", 1)]


def test_what_fails_on_the_way_leaves_nothing(shelf: Shelf) -> None:
    put(shelf.store, "F1")
    halts = iter(range(2))

    def between() -> None:
        if next(halts):
            raise RuntimeError("on the way")

    shelf.between = between
    with pytest.raises(RuntimeError, match="on the way"):
        move(shelf)
    assert things_of(shelf.store) == [("F1", "BROUILLON", 1)]


# K4: a request offered again.


def test_k4_a_request_offered_again_gives_what_it_gave_and_does_nothing(shelf: Shelf) -> None:
    put(shelf.store, "F1")
    first = move(shelf)

    assert [move(shelf) for _ in range(3)] == [first] * 3
    assert things_of(shelf.store) == [("F1", "DEPOSEE", 2)]


def test_k4_what_it_gave_is_told_by_the_same_right_and_by_no_other(
    shelf: Shelf, habilis: Habilis
) -> None:
    put(shelf.store, "F1")
    move(shelf)
    habilis.asked.clear()
    move(shelf)
    [asked] = habilis.asked
    assert (asked.action, asked.resource.properties) == (
        "factures_emises.deposer",
        {"etat": "BROUILLON"},
    )

    habilis.says = nobody
    with pytest.raises(AccessDenied):
        move(shelf)


def test_k4_another_request_under_the_same_name_is_refused(shelf: Shelf) -> None:
    put(shelf.store, "F1")
    move(shelf)

    attempts: list[Callable[[], object]] = [
        lambda: move(shelf, "REJETEE"),
        lambda: move(shelf, version=2),
        lambda: shelf.move("paul", "F1", "DEPOSEE", version=1, request_id="r1"),
    ]
    for attempt in attempts:
        with pytest.raises(RequestIdReusedError):
            attempt()
    assert things_of(shelf.store) == [("F1", "DEPOSEE", 2)]


@pytest.mark.parametrize("name", ["", "x" * 129, "a\nb", "a\0"])
def test_k4_what_names_nothing_is_no_name(shelf: Shelf, name: str) -> None:
    with pytest.raises(InvalidRequestError, match="`request_id`"):
        move(shelf, request_id=name)


def test_k4_the_same_request_twice_at_once_is_done_once(shelf: Shelf, figure: Figure) -> None:
    put(shelf.store, "F1")
    barrier = threading.Barrier(6)
    told: list[object] = []
    passed = threading.local()

    def between() -> None:
        if not getattr(passed, "once", False):
            passed.once = True
            barrier.wait()

    def offer() -> None:
        try:
            told.append(move(shelf))
        except RequestUnderWayError:
            told.append(None)

    shelf.between = between
    threads = [threading.Thread(target=offer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=str) == [None] * 5 + [{"name": "F1", "version": 2}]
    assert things_of(shelf.store) == [("F1", "DEPOSEE", 2)]
    shelf.between = lambda: None
    assert move(shelf) == {"name": "F1", "version": 2}
    figure(f"6 at once, {6 - told.count(None)} done")


def test_of_two_who_read_the_same_version_one_writes(shelf: Shelf) -> None:
    put(shelf.store, "F1")
    move(shelf, "DEPOSEE")

    with pytest.raises(StaleVersionError):
        move(shelf, "REJETEE", request_id="r2")
    assert things_of(shelf.store) == [("F1", "DEPOSEE", 2)]


def test_a_request_that_came_to_something_meanwhile_is_not_done_twice(shelf: Shelf) -> None:
    put(shelf.store, "F1")
    other = Shelf(shelf.store, shelf.guard)
    halts = iter([True, False])

    def between() -> None:
        if next(halts):
            move(other)

    shelf.between = between
    with pytest.raises(RequestUnderWayError):
        move(shelf)
    assert things_of(shelf.store) == [("F1", "DEPOSEE", 2)]


def test_what_there_can_be_only_one_of_is_a_conflict(store: Store) -> None:
    put(store, "F1")

    with pytest.raises(ConflictError, match="somebody else was quicker"):
        put(store, "F2", "F1")
    assert things_of(store) == [("F1", "BROUILLON", 1)]


# The form of the database.


def test_what_the_migrations_make_is_what_the_tables_say(store: Store) -> None:
    with store._database.writing.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": FORM.table, "compare_type": True}
        )
        assert compare_metadata(context, FORM.metadata) == []


def test_what_is_kept_is_found_again(target: Path | str) -> None:
    with Store.open(target, FORM) as store:
        put(store, "F1")
    with Store.open(target, FORM) as store:
        assert things_of(store) == [("F1", "BROUILLON", 1)]


def test_upgrading_makes_what_is_missing_and_else_does_nothing(target: Path | str) -> None:
    assert Store.upgrade(target, FORM) == ("", "0001")
    assert Store.upgrade(target, FORM) == ("0001", "0001")


def other_form(*revisions: str) -> forms.Form:
    return forms.Form(
        name="shelf",
        metadata=FORM.metadata,
        migrations=FORM.migrations,
        revisions=revisions,
        upgrade="shelf db upgrade",
    )


def test_another_form_is_refused_with_the_remedy_and_left_alone(target: Path | str) -> None:
    Store.open(target, FORM).close()

    with pytest.raises(StoreOlderError, match="then run `shelf db upgrade`"):
        Store.open(target, other_form("0001", "0002"))
    for attempt in (Store.open, Store.upgrade):
        with pytest.raises(StoreNewerError, match="the form 0001, and this version knows"):
            attempt(target, other_form("0000"))
    Store.open(target, FORM).close()


def test_the_database_of_something_else_is_left_alone(target: Path | str) -> None:
    with Store.open(target, FORM) as store:
        put(store, "F1")
        with store._database.writing.begin() as connection:
            connection.exec_driver_sql("DROP TABLE shelf_form")

    for attempt in (Store.open, Store.upgrade):
        with pytest.raises(StoreForeignError, match="the database of something else"):
            attempt(target, FORM)


def test_stores_opened_at_once_in_a_new_place_all_open(target: Path | str) -> None:
    failed: list[BaseException] = []

    def open_it() -> None:
        try:
            Store.open(target, FORM).close()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test tells it
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "", "sqlite:///file"])
def test_what_is_no_url_of_a_database_is_told(url: str) -> None:
    with pytest.raises(StoreError, match="one reads `postgresql://"):
        Store.open(url, FORM)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "shelf.sqlite3").write_bytes(b"this is a letter\n" * 100)

    with pytest.raises(StoreForeignError, match="not a database"):
        Store.open(tmp_path, FORM)
