"""Snapshots and backups: what a copy says is what the journal says, or the copy is not used."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from habilis_companion.outbox import Notice
from habilis_server.journal import (
    Journal,
    JournalError,
    Keeper,
    Known,
    Snapshots,
    Timeline,
    back_up,
    broken_snapshots,
    restore,
)
from habilis_server.journal.effects import Effects
from habilis_server.world import Record, World
from tests.conftest import Figure
from tests.journal.some_records import ANNA, AT_DESK, GONE, account, minutes, put
from tests.storage.places import Place

NOW = minutes(10)


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def lived(journal: Journal) -> Journal:
    """A journal with something that is still awaited."""
    put(journal, ANNA, AT_DESK, name="r1")
    put(journal, *map(account, range(20)), name="r2", at=1)
    put(journal, GONE, name="r3", at=2, counts=30)
    return journal


def set_aside(journal: Journal, snapshots: Snapshots) -> Path:
    known = Timeline(journal).known(NOW)
    return snapshots.save(known, journal.hash_at(known.head))


def facts(world: World) -> list[object]:
    return [world.revision, *world.records()]


def read_from(journal: Journal, snapshots: Snapshots) -> list[str]:
    """From which moments on a timeline that starts with these snapshots reads the journal."""
    starts: list[str] = []
    reads = Effects.records

    def noted(self: Effects, after: tuple[str, int], until: str, head: int) -> Iterator[Record]:
        starts.append(after[0])
        return reads(self, after, until, head)

    asked = [minutes(minute) for minute in (12, 29, 30, 31)]
    whole = [facts(Timeline(journal).current(moment)) for moment in asked]
    latest = facts(Timeline(journal).latest())
    with patch.object(Effects, "records", noted):
        started = Timeline(journal, snapshots=snapshots)
        assert [facts(started.current(moment)) for moment in asked] == whole
        assert facts(started.latest()) == latest
    return starts


def test_a_start_reads_the_snapshot_and_what_followed(
    lived: Journal, snapshots: Snapshots, caplog: pytest.LogCaptureFixture
) -> None:
    set_aside(lived, snapshots)
    put(lived, account(50), name="r4", at=11)

    assert read_from(lived, snapshots)[0] == "2026-03-03T12:01:00.000000Z"
    assert "" not in read_from(lived, snapshots)
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_a_clock_behind_the_snapshot_is_answered_from_the_journal(
    lived: Journal, snapshots: Snapshots
) -> None:
    known = Timeline(lived).known(minutes(31))
    snapshots.save(known, lived.hash_at(known.head))
    started = Timeline(lived, snapshots=snapshots)

    assert facts(started.current(minutes(5))) == facts(Timeline(lived).current(minutes(5)))
    assert facts(started.at(minutes(31))) == facts(known.world)


def spoil_nothing(path: Path) -> None:
    path.write_bytes(b"")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def flip_the_checksum(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def put_something_else(path: Path) -> None:
    path.write_text("once upon a time\n" * 100)


SPOILT = [spoil_nothing, cut_off, flip, flip_the_checksum, put_something_else]


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda each: each.__name__)
def test_a_bad_snapshot_is_passed_over_with_a_word(
    lived: Journal,
    snapshots: Snapshots,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Path], None],
) -> None:
    path = set_aside(lived, snapshots)
    spoil(path)
    expected = facts(Timeline(lived).current(NOW))

    with caplog.at_level(logging.WARNING):
        assert facts(Timeline(lived, snapshots=snapshots).current(NOW)) == expected
    assert f"`{path.name}` is not whole" in caplog.text
    (problem,) = broken_snapshots(lived, snapshots)
    assert f"snapshot `{path.name}` is not whole" in problem


def test_the_newest_good_snapshot_is_used(lived: Journal, snapshots: Snapshots) -> None:
    older = set_aside(lived, snapshots)
    put(lived, account(50), name="r4", at=3)
    newer = set_aside(lived, snapshots)
    assert list(snapshots) == [newer, older]
    flip(newer)

    started = snapshots.newest(lived.hash_at)
    assert started is not None
    assert started.head == int(older.stem)


def test_a_snapshot_of_another_journal_is_passed_over(
    lived: Journal,
    snapshots: Snapshots,
    caplog: pytest.LogCaptureFixture,
    blank: Callable[[], Place],
) -> None:
    with blank().create() as other:
        put(other, *map(account, range(100, 130)), name="r1")
        set_aside(other, snapshots)
    with caplog.at_level(logging.WARNING):
        world = Timeline(lived, snapshots=snapshots).current(NOW)

    assert "u100" not in world.accounts
    assert "is of another journal" in caplog.text
    assert len(list(broken_snapshots(lived, snapshots))) == 1


def test_a_snapshot_that_lies_is_found_by_making_it_anew(
    lived: Journal, snapshots: Snapshots
) -> None:
    """Its checksum fits and its hash is the journal's: only the facts themselves tell."""
    known = Timeline(lived).known(NOW)
    forged = replace(ANNA, support=True)
    lie = Known(until=known.until, head=known.head, world=known.world.after([forged], known.head))
    snapshots.save(lie, lived.hash_at(known.head))
    (problem,) = broken_snapshots(lived, snapshots)

    assert '"support":true' in problem
    assert '"support":false' in problem


def test_few_snapshots_are_kept_and_no_part_is_left(lived: Journal, snapshots: Snapshots) -> None:
    path = set_aside(lived, snapshots)
    for number in range(4):
        put(lived, account(60 + number), name=f"more{number}", at=3)
        set_aside(lived, snapshots)
    failing = patch("habilis_server.journal.snapshots.pack", side_effect=OSError("disk full"))
    with failing, pytest.raises(OSError, match="disk full"):
        set_aside(lived, snapshots)

    assert len(list(snapshots)) == 2
    assert set(path.parent.iterdir()) == set(snapshots)
    assert list(broken_snapshots(lived, snapshots)) == []


def test_worlds_are_set_aside_while_the_service_runs(lived: Journal, snapshots: Snapshots) -> None:
    keeper = Keeper(lived, Timeline(lived), snapshots, lambda: NOW, every=10)
    saved = threading.Event()
    save = Snapshots.save

    def noted(self: Snapshots, known: Known, sealed: str) -> Path:
        path = save(self, known, sealed)
        saved.set()
        return path

    with patch.object(Snapshots, "save", noted), keeper.running(pause=0.01):
        assert saved.wait(30)
    assert keeper.keep() is None
    assert list(broken_snapshots(lived, snapshots)) == []


def notice(journal: Journal) -> None:
    with journal.write() as session:
        session.record(
            [(account(70), None)],
            actor="paul",
            request_id="told",
            recorded_at=minutes(5),
            command="X",
            digest="d",
            notices=[Notice(event="e", recipient="r@example.org", template="t")],
        )


def test_a8_what_is_restored_is_what_was_there(
    lived: Journal, tmp_path: Path, blank: Callable[[], Place], figure: Figure
) -> None:
    notice(lived)
    seal = lived.seal()
    assert back_up(lived, tmp_path / "copy") == seal
    put(lived, account(80), name="afterwards", at=6)
    different = 0
    with blank().create() as other:
        assert restore(tmp_path / "copy", other) == seal
        assert other.verify(seal=seal) == []
        assert list(other.rows()) == list(lived.rows(until=seal.revision))
        for minute in range(-1, 33):
            there = facts(Timeline(other).at(minutes(minute)))
            with Journal.open(tmp_path / "copy") as copy:
                different += facts(Timeline(copy).at(minutes(minute))) != there
        assert other.outbox.waiting() == 1
        assert other.outbox.claim(NOW, lease=minutes(1) - minutes(0))[0].event == "e"
        notice_again = put(other, account(81), name="next", at=6)
        assert notice_again == seal.revision + 1
        with other.write() as session:
            assert session.outcome("told", actor="paul", digest="d") is not None
    figure(f"{seal.revision} changes restored, 34 Worlds compared, {different} different")
    assert different == 0


def test_a8_a_backup_under_load_is_whole(place: Place, tmp_path: Path, figure: Figure) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        with place.open() as journal:
            while not stop.is_set():
                number = len(written)
                written.append(put(journal, account(1), account(2), name=f"r{number}"))

    with place.open() as journal:
        thread = threading.Thread(target=write)
        thread.start()
        try:
            seals = [back_up(journal, tmp_path / str(number)) for number in range(5)]
        finally:
            stop.set()
            thread.join()
        for number, seal in enumerate(seals):
            assert seal.revision % 2 == 0
            assert journal.hash_at(seal.revision) == (seal.hash if seal.revision else "")
            with Journal.open(tmp_path / str(number)) as copy:
                assert copy.verify(seal=seal) == []
    figure(f"5 backups while {len(written)} requests were written, at {[s[0] for s in seals]}")


def test_a_backup_never_overwrites_and_a_restore_never_mixes(
    lived: Journal, tmp_path: Path
) -> None:
    back_up(lived, tmp_path / "copy")
    with pytest.raises(JournalError, match="holds a journal already"):
        back_up(lived, tmp_path / "copy")
    with pytest.raises(JournalError, match="into an empty one"):
        restore(tmp_path / "copy", lived)
    assert lived.verify() == []


def test_a_backup_that_was_altered_is_not_restored(
    lived: Journal, tmp_path: Path, blank: Callable[[], Place]
) -> None:
    back_up(lived, tmp_path / "copy")
    Place(tmp_path / "copy").tamper("UPDATE change SET actor = 'mallory' WHERE revision = 2")
    with blank().create() as other:
        with pytest.raises(JournalError, match="is not whole, and is not restored: revision 2"):
            restore(tmp_path / "copy", other)
        assert other.head() == 0


def test_a_backup_that_fails_leaves_no_journal(kind: str, lived: Journal, tmp_path: Path) -> None:
    step = {"sqlite": "_copy_file", "postgresql": "_copy_changes"}[kind]
    failing = patch(f"habilis_server.journal.backup.{step}", side_effect=OSError("disk full"))
    with failing, pytest.raises(OSError, match="disk full"):
        back_up(lived, tmp_path / "copy")

    assert not (tmp_path / "copy" / "habilis.sqlite3").exists()
    assert back_up(lived, tmp_path / "copy") == lived.seal()
