"""Facts in and out: all of a file or none of it, once, and the same back."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from habilis_server.journal import Journal
from habilis_server.journal.journal import FILE_NAME
from tests.cli.shell import Said, habilis

CLOSED = (
    '{"kind":"structure","id":"40512377900010","identifier_type":"SIRET","type":"private",'
    '"name":"NICOLAS","active":false,"moa":"none","principal_manager":"paul"}\n'
)
BAD = """\
{"kind":"account","id":"ana","email":"ana@example.org","state":"active"}
{"kind":"account","id":"bob","email":"bob@example.org","state":"awake"}

{"kind":"acount","id":"eva"}
{"kind":"attachment","account":"ana","structure":"17340430200015","service":null}
not JSON
{"kind":"account","id":"ana","email":"ana@example.org","state":"active"}
"""


@pytest.fixture
def facts(policy: Path) -> Path:
    return policy / "cases" / "facts.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def take(policy: Path, folder: Path, file: Path | str, *words: str, given: str = "") -> Said:
    return habilis("import", file, "--data", folder, "--policy", policy, *words, given=given)


def test_import_records_the_facts_and_prints_their_counts_and_the_token(
    policy: Path, folder: Path, facts: Path
) -> None:
    lines = facts.read_text(encoding="utf-8").splitlines()
    accounts = sum('"kind":"account"' in line for line in lines)
    said = take(policy, folder, facts)

    assert said.code == 0
    assert said.err == ""
    assert f"{accounts:>7} accounts\n" in said.out
    assert said.out.rstrip().endswith(f":{len(lines)}")


def test_the_same_content_imported_again_records_nothing(
    policy: Path, folder: Path, facts: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(facts.read_bytes())
    first, again = take(policy, folder, facts, "--json"), take(policy, folder, copy, "--json")

    assert first.json().keys() == {"records", "token", "already_imported"}
    assert first.json() == {**again.json(), "already_imported": False}
    assert again.json()["already_imported"] is True
    assert "nothing was recorded" in take(policy, folder, facts).out
    with Journal.open(folder) as journal:
        assert journal.head() == first.json()["token"]["revision"]


def test_the_journal_says_who_imported(policy: Path, folder: Path, facts: Path) -> None:
    take(policy, folder, facts, "--actor", "odette")

    with Journal.open(folder) as journal:
        assert {change.actor for change in journal.changes()} == {"odette"}


def test_the_content_that_another_imported_is_told(policy: Path, folder: Path, facts: Path) -> None:
    take(policy, folder, facts, "--actor", "odette")
    said = take(policy, folder, facts, "--actor", "swann")

    assert said.code == 1
    assert "was imported before by another actor than `swann`; nothing was recorded" in said.err


def test_every_bad_line_is_told_by_its_number_and_nothing_is_imported(
    policy: Path, folder: Path, facts: Path, tmp_path: Path
) -> None:
    take(policy, folder, facts)
    before = habilis("export", "--data", folder)
    file = tmp_path / "bad.jsonl"
    file.write_text(BAD, encoding="utf-8")
    said = take(policy, folder, file)

    assert said.code == 1
    assert said.out == ""
    told = said.err.splitlines()
    assert told[0] == f"`{file}`:"
    assert {line.split(":")[0] for line in told[1:-1]} >= {"line 2", "line 4", "line 6", "line 7"}
    assert "did you mean `account`?" in said.err
    assert told[-1].endswith("nothing was taken")
    assert habilis("export", "--data", folder) == before


def test_bytes_that_are_no_text_are_told_by_their_line(
    policy: Path, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "latin.jsonl"
    file.write_bytes(b'{"kind":"account","id":"zo\xeb","email":"z@example.org","state":"active"}\n')
    said = take(policy, folder, file)

    assert said.code == 1
    assert "line 1: " in said.err


def test_an_empty_file_holds_no_facts(policy: Path, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.touch()
    said = take(policy, folder, file)

    assert said.code == 1
    assert "no record was found" in said.err


def test_import_reads_stdin(policy: Path, folder: Path, facts: Path) -> None:
    said = take(policy, folder, "-", given=facts.read_text(encoding="utf-8"))

    assert said.code == 0


def test_export_gives_back_what_import_took(
    policy: Path, folder: Path, facts: Path, tmp_path: Path
) -> None:
    take(policy, folder, facts)
    said = habilis("export", "--data", folder)
    file, other = tmp_path / "export.jsonl", tmp_path / "other"
    file.write_text(said.out, encoding="utf-8")
    take(policy, other, file)

    assert said.code == 0
    assert sorted(map(_fields, said.out.splitlines())) == sorted(
        map(_fields, facts.read_text(encoding="utf-8").splitlines())
    )
    assert habilis("export", "--data", other, "--json") == said


def _fields(line: str) -> list[tuple[str, str]]:
    absent = {"support": False, "legacy_secondary_manager": False}
    fields = {**absent, **json.loads(line)}
    if isinstance(profiles := fields.get("profiles"), list):
        fields["profiles"] = sorted(profiles)
    return sorted((name, json.dumps(value)) for name, value in fields.items())


def test_export_gives_the_facts_of_a_past_moment(
    policy: Path, folder: Path, facts: Path, tmp_path: Path
) -> None:
    take(policy, folder, facts)
    before, then = habilis("export", "--data", folder), datetime.now(UTC)
    change = tmp_path / "change.jsonl"
    change.write_text(CLOSED, encoding="utf-8")
    take(policy, folder, change)

    assert habilis("export", "--data", folder) != before
    assert habilis("export", "--data", folder, "--at", then.isoformat()) == before
    assert habilis("export", "--data", folder, "--at", "2020-01-01T00:00:00Z").out == ""


def test_a_journal_of_a_newer_habilis_is_left_alone(
    policy: Path, folder: Path, facts: Path
) -> None:
    take(policy, folder, facts)
    with sqlite3.connect(folder / FILE_NAME) as connection:
        connection.execute("UPDATE journal_form SET version_num = '9999'")
    connection.close()

    for said in (habilis("export", "--data", folder), take(policy, folder, facts)):
        assert said.code == 4
        assert "use the Habilis that wrote it, or a newer one" in said.err
        assert said.out == ""


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
def test_a_file_that_is_no_journal_is_told(folder: Path, policy: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(content)
    said = habilis(
        *("check", "--data", folder, "--policy", policy, "--subject", "claire"),
        *("--action", "annuaire.consulter", "--resource", "structure:17340430200015"),
    )

    assert said.code == 4
    assert "Traceback" not in said.err
