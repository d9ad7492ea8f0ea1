"""The commands that look after the facts: verify, snapshot, backup, restore, db upgrade."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from habilis_server.journal.journal import FILE_NAME
from habilis_server.journal.schema import FORM
from tests.cli.shell import habilis, serving

ACCOUNT = '{"kind":"account","id":"ana","email":"ana@example.org","state":"active"}\n'


@pytest.fixture
def folder(policy: Path, tmp_path: Path) -> Path:
    """The facts of the cases, in a folder."""
    folder, facts = tmp_path / "data", policy / "cases" / "facts.jsonl"
    assert habilis("import", facts, "--data", folder, "--policy", policy).code == 0
    return folder


def test_a_whole_journal_is_called_whole_and_sealed(folder: Path) -> None:
    said = habilis("verify", "--data", folder)
    told = habilis("verify", "--data", folder, "--json").json()

    assert said.code == 0
    assert said.out == (
        f"whole, up to revision {told['revision']}\nseal {told['revision']}:{told['hash']}\n"
    )
    assert told["problems"] == []


def test_a_forged_journal_is_told_by_its_seal(folder: Path) -> None:
    said = habilis("verify", "--data", folder, "--seal", f"3:{'0' * 64}")

    assert said.code == 1
    assert said.out.startswith("revision 3 is not the one that was sealed\n")


def test_an_altered_change_is_told(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute("DROP TRIGGER change_is_never_altered")
        connection.execute("UPDATE change SET actor = 'mallory' WHERE revision = 4")
        connection.commit()
    said = habilis("verify", "--data", folder)

    assert said.code == 1
    assert said.out.startswith("revision 4 was altered: its hash does not fit its content\n")
    assert "the guard `change_is_never_altered` is missing or altered" in said.out


def test_a_snapshot_is_taken_used_and_verified(folder: Path) -> None:
    before = habilis("export", "--data", folder).out
    told = habilis("snapshot", "--data", folder, "--json").json()
    path = Path(told["file"])

    assert path.stat().st_size == told["bytes"]
    assert habilis("verify", "--data", folder).code == 0
    assert habilis("export", "--data", folder).out == before
    path.write_bytes(path.read_bytes()[:-1])
    verified = habilis("verify", "--data", folder)
    assert verified.code == 1
    assert f"snapshot `{path.name}` is not whole: its checksum does not fit" in verified.out
    exported = habilis("export", "--data", folder)
    assert (exported.code, exported.out) == (0, before)


def test_a_folder_without_a_change_has_nothing_to_set_aside(tmp_path: Path) -> None:
    assert habilis("db", "upgrade", "--data", tmp_path).code == 0
    said = habilis("snapshot", "--data", tmp_path)

    assert said.code == 1
    assert "holds no change yet" in said.err


def test_a_server_sets_the_facts_aside(folder: Path, policy: Path) -> None:
    kept = folder.parent / "kept"
    words = ("--data", folder, "--policy", policy, "--snapshots", kept)
    with serving(*words, "--snapshot-every", "1"):
        pass
    assert not kept.exists()  # it looks every half minute, and was stopped before
    assert habilis("snapshot", "--data", folder, "--snapshots", kept).code == 0
    with serving(*words):
        pass
    assert len(list(kept.iterdir())) == 1


def test_a_backup_is_restored_elsewhere(folder: Path, tmp_path: Path) -> None:
    copied = habilis("backup", "--data", folder, "--to", tmp_path / "copy", "--json").json()
    said = habilis("restore", "--from", tmp_path / "copy", "--data", tmp_path / "again")

    assert said.code == 0
    assert said.out == (
        f"restored, up to revision {copied['revision']}\n"
        f"seal {copied['revision']}:{copied['hash']}\n"
    )
    exported = [habilis("export", "--data", tmp_path / name).out for name in ("copy", "again")]
    assert exported == [habilis("export", "--data", folder).out] * 2


def test_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    habilis("backup", "--data", folder, "--to", tmp_path / "copy")
    again = habilis("backup", "--data", folder, "--to", tmp_path / "copy")
    over = habilis("restore", "--from", tmp_path / "copy", "--data", folder)

    assert (again.code, over.code) == (4, 4)
    assert "holds a journal already; name another folder" in again.err
    assert "a journal is restored into an empty one" in over.err


def test_a_backup_that_is_none_is_told(tmp_path: Path) -> None:
    said = habilis("restore", "--from", tmp_path, "--data", tmp_path / "again")

    assert said.code == 4
    assert "no journal in" in said.err


def test_the_form_is_told_and_an_older_one_refused(folder: Path) -> None:
    told = habilis("db", "upgrade", "--data", folder, "--json").json()
    assert told == {"former": FORM.present, "present": FORM.present}
    assert "nothing was done" in habilis("db", "upgrade", "--data", folder).out


UNREACHABLE = "postgresql://anna:secret@127.0.0.1:1/portal"


@pytest.mark.parametrize("command", [["export"], ["verify"], ["db", "upgrade"]], ids=" ".join)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HABILIS_DATABASE", UNREACHABLE)
    for said in (habilis(*command), habilis(*command, "--database", UNREACHABLE)):
        assert said.code == 4
        assert said.err.startswith("`postgresql://127.0.0.1/portal`: the database cannot be reach")
        assert "secret" not in said.err
        assert "Traceback" not in said.err


@pytest.mark.parametrize("url", ["mysql://x/y", "portal", "postgresql:/x", "sqlite:///x"])
def test_what_is_no_database_of_postgresql_is_told(url: str) -> None:
    said = habilis("verify", "--database", url)

    assert said.code == 4
    assert "this is no URL of a database; one reads `postgresql://" in said.err
