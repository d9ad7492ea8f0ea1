"""The past is not altered; and whoever alters it past its guards is found out, on both alike."""

import psycopg
import pytest

from habilis_server.journal import Journal, Seal
from habilis_server.journal.changes import FIRST_HASH, Row, hash_of
from tests.conftest import Figure
from tests.journal.some_records import account, put
from tests.storage.places import Place

LENGTH = 12


@pytest.fixture
def full(place: Place) -> Place:
    """Twelve changes, in six requests of two."""
    with place.open() as journal:
        for number in range(0, LENGTH, 2):
            put(journal, account(number), account(number + 1), name=f"r{number}")
    return place


def verified(place: Place, *, seal: Seal | None = None) -> list[str]:
    with place.open() as journal:
        return journal.verify(seal=seal)


COLUMNS = ", ".join(Row._fields[1:])


def row(revision: int, **other: str) -> str:
    """A statement that puts in the second row once more, as `revision` and with `other` cells."""
    cells = ", ".join(other.get(name, name) for name in Row._fields[1:])
    return (
        f"INSERT INTO change (revision, {COLUMNS})"  # noqa: S608  # the test's own
        f" SELECT {revision}, {cells} FROM change WHERE revision = 2"
    )


LAST = "(SELECT hash FROM change ORDER BY revision DESC LIMIT 1)"
REQUEST = "INSERT INTO request (request_id, actor, digest, revision, made) VALUES "

# What the database itself refuses, whoever asks.
FORBIDDEN = {
    "a change altered": ("UPDATE change SET actor = 'x'", "never altered"),
    "a cell altered": ("UPDATE change SET payload = '' WHERE revision = 1", "never altered"),
    "a change removed": ("DELETE FROM change WHERE revision = 12", "never removed"),
    "all removed": ("DELETE FROM change", "never removed"),
    "a gap": (row(20), "takes the revision after the last"),
    "before the first": (row(0), "takes the revision after the last"),
    "a place taken": (row(5), "takes the revision after the last"),
    "a broken chain": (row(13), "bears the hash of the last"),
    "a request twice": (row(13, previous_hash=LAST), "once|change_of_request"),
    "an effect before": (
        row(13, previous_hash=LAST, request_id="'new'", effective_at="'2020'"),
        "CHECK|effect_follows_recording",
    ),
    "half a hash": (
        row(13, previous_hash=LAST, request_id="'new'", hash="'abc'"),
        "CHECK|hash_is_whole",
    ),
    "a request altered": ("UPDATE request SET actor = 'x'", "never altered"),
    "a request removed": ("DELETE FROM request WHERE revision = 12", "never removed"),
    "a request without changes": (f"{REQUEST} ('new', 'x', '', 12, '')", "after the last one|uni"),
    "a request ahead": (f"{REQUEST} ('new', 'x', '', 13, '')", "ends with the last change"),
    "a request remembered twice": (f"{REQUEST} ('r2', 'x', '', 12, '')", "once|after the last one"),
}


@pytest.mark.parametrize(("statement", "said"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_database_refuses_what_would_alter_the_past(
    full: Place, statement: str, said: str
) -> None:
    with pytest.raises(Exception, match=said):
        full.run(statement)
    with full.open() as journal:
        assert journal.verify() == []
        assert journal.head() == LENGTH


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["change", "request"])
def test_postgresql_refuses_to_empty_a_table(full: Place, table: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never removed"):
        full.run(f"TRUNCATE {table}")
    assert verified(full) == []


# Another value for each column, and what is said of revision 6.
CELLS = {
    "recorded_at": "'2026-03-03T11:59:59.999999Z'",
    "effective_at": "'2027-03-03T12:00:00.000000Z'",
    "actor": "'mallory'",
    "request_id": "'other'",
    "ordinal": "7",
    "command": "'Approve'",
    "cause": "'approval-1'",
    "kind": "'structure'",
    "payload": "replace(payload, 'active', 'activé')",
    "previous_hash": f"'{'f' * 64}'",
    "hash": f"'{'f' * 64}'",
}


@pytest.mark.parametrize(("column", "value"), CELLS.items(), ids=CELLS)
def test_an_altered_cell_is_found(full: Place, column: str, value: str) -> None:
    full.tamper(f"UPDATE change SET {column} = {value} WHERE revision = 6")  # noqa: S608  # the test's own

    assert verified(full)[0].startswith("revision 6 ")


REMOVED = {
    "the first": ("revision = 1", "revision 1 is missing"),
    "one in the middle": ("revision = 6", "revision 6 is missing"),
    "several": ("revision BETWEEN 6 AND 8", "revisions 6 to 8 are missing"),
    "the last": ("revision = 12", "revision 12 is missing: the end of the journal was cut off"),
    "the last five": ("revision > 7", "revisions 8 to 12 are missing: the end of the journal was"),
    "all": ("revision > 0", "revisions 1 to 12 are missing: the end of the journal was cut off"),
}


@pytest.mark.parametrize(("which", "said"), REMOVED.values(), ids=REMOVED)
def test_a_removed_row_is_found(full: Place, which: str, said: str) -> None:
    full.tamper(f"DELETE FROM change WHERE {which}")  # noqa: S608  # the test's own

    assert verified(full)[0].startswith(said)


def quoted(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def rewrite(place: Place, rows: list[Row]) -> None:
    """Leave exactly these rows, and no trace in what else remembers them."""
    put_in = [
        f"INSERT INTO change (revision, {COLUMNS}) VALUES ({', '.join(map(quoted, each))})"  # noqa: S608  # the test's own
        for each in rows
    ]
    endings = {each.request_id: each for each in rows}
    remembered = [
        f"{REQUEST} ({quoted(name)}, {quoted(each.actor)}, '', {each.revision}, '')"
        for name, each in endings.items()
    ]
    place.tamper("DELETE FROM change", "DELETE FROM request", *put_in, *remembered)


def chained(rows: list[Row]) -> list[Row]:
    """The rows numbered and chained again, as one who knows the secretless hash can."""
    forged: list[Row] = []
    previous = FIRST_HASH
    for revision, each in enumerate(rows, start=1):
        changed = each._replace(revision=revision, previous_hash=previous)
        forged.append(changed._replace(hash=hash_of(changed)))
        previous = forged[-1].hash
    return forged


def rows_of(place: Place) -> list[Row]:
    with place.open() as journal:
        return list(journal.rows())


@pytest.mark.parametrize("at", [1, 6, LENGTH])
def test_a_row_put_in_is_found(full: Place, at: int) -> None:
    """Even one that bears the right hashes itself: what follows it cannot."""
    true = rows_of(full)
    forged = true[at - 1]._replace(request_id="forged", ordinal=0)
    moved = [each._replace(revision=each.revision + 1) for each in true[at - 1 :]]
    rewrite(full, [*chained([*true[: at - 1], forged]), *moved])

    assert verified(full)[0].startswith(f"revision {at + 1} ")


@pytest.mark.parametrize(("one", "other"), [(1, 2), (4, 9), (11, 12)])
def test_rows_in_another_order_are_found(full: Place, one: int, other: int) -> None:
    rows = rows_of(full)
    first, second = rows[one - 1], rows[other - 1]
    rows[one - 1], rows[other - 1] = (
        second._replace(revision=one),
        first._replace(revision=other),
    )
    rewrite(full, rows)

    assert verified(full)[0] == f"revision {one} does not follow what stands before it"


def test_half_a_request_is_found_though_the_chain_is_forged(full: Place) -> None:
    rewrite(full, chained([each for each in rows_of(full) if each.revision != 5]))

    assert verified(full)[0] == "revision 5 stands apart from the rest of its request"


def test_a_forged_past_is_found_by_a_seal_alone(full: Place) -> None:
    with full.open() as journal:
        seal = journal.seal()
    rows = rows_of(full)
    rows[8] = rows[8]._replace(cause="approval-1")
    rewrite(full, chained(rows))

    assert verified(full) == []
    assert verified(full, seal=seal) == ["revision 12 is not the one that was sealed"]


def test_a_forgotten_request_is_found(full: Place) -> None:
    full.tamper("DELETE FROM request WHERE request_id = 'r4'")

    assert verified(full) == ["the request that ends at revision 6 is not remembered as it is"]


def test_every_guard_that_is_taken_away_is_told(full: Place, figure: Figure) -> None:
    assert verified(full) == []
    for guard in full.guards:
        full.unguard(guard)
    assert verified(full) == [f"the guard `{guard}` is missing or altered" for guard in full.guards]
    figure(f"{len(full.guards)} guards, each missed when it is gone")


HARMLESS = {
    "put to sleep": "ALTER TABLE change DISABLE TRIGGER change_is_never_removed",
    "made harmless": "CREATE OR REPLACE FUNCTION change_is_never_removed() RETURNS trigger"
    " LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
}


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", HARMLESS.values(), ids=HARMLESS)
def test_a_guard_of_postgresql_that_does_not_guard_is_told(full: Place, statement: str) -> None:
    full.run(statement)

    assert verified(full) == ["the guard `change_is_never_removed` is missing or altered"]


def test_nothing_is_appended_to_an_end_that_was_cut_off(full: Place) -> None:
    full.tamper("DELETE FROM change WHERE revision > 9")

    with full.open() as journal, pytest.raises(Exception, match="after the last"):
        put(journal, account(1), name="next")
    with full.open() as journal:
        assert journal.head() == 9


def test_whole_is_whole(full: Place) -> None:
    with full.open() as journal:
        assert journal.verify(seal=journal.seal()) == []
        assert Journal.verify(journal) == []
