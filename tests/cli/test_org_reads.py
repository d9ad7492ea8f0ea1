"""`habilis org` reads whole lists: a table, JSON, spreadsheets; the same by both doors."""

import csv
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import load_workbook
from typer.main import get_command

from habilis.organisation import HistoryEvent, Moa, StructureType
from habilis.organisation.facts import AccountState, ApprovalObject, ApprovalState
from habilis.v1 import organisation_pb2
from habilis_companion.command_line.exits import ExitCode
from habilis_server.cli.org.app import app
from habilis_server.cli.org.columns import LISTS
from habilis_server.cli.org.labels import label
from habilis_server.cli.org.words import READS
from tests.cli.shell import habilis

SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
MOA: Final = "17340430200015"
STATE: Final = "11000201100044"
KEYS: Final = {
    *("read", "subject", "outcome", "records", "pending", "token", "decision", "refusal"),
}
# Who, the read, how many records, and what a table says of them.
LISTED: Final = [
    ("claire", ["show-structure", "--structure", MOA], 1, "exclusivement MOA"),
    ("zoe", ["search", "--name", "académie"], 2, "17130430600011"),
    ("zoe", ["search", "--name", "nowhere"], 0, "0 records"),
    ("hugo", ["services", "--structure", STATE], 3, "inactif"),
    ("delphine", ["attachments", "--perimeter", MOA], 7, "ancien gestionnaire"),
    ("karim", ["entitlements"], 1, "factures_recues:consultation"),
    ("delphine", ["entitlements", "--account", "oscar"], 1, "factures_travaux:modification"),
    ("delphine", ["approvals", "--state", "requested"], 3, "rattachement-zoe"),
    ("delphine", ["approvals", "--structure", MOA], 4, "3 await a decision"),
    ("nadia", ["my-requests"], 1, "habilitation-nadia"),
    ("delphine", ["history", "--perimeter", MOA], 11, "rattachement"),
]


@pytest.mark.parametrize(("who", "words", "count", "told"), LISTED)
def test_a_list_is_the_same_by_both_doors(
    who: str, words: list[str], count: int, told: str, server: str, data: Path, policy: Path
) -> None:
    here = ("--as", who, "--data", data, "--policy", policy)
    there = ("--as", who, "--server", server, "--deadline", "60")
    said, shown = habilis("org", *words, *here, "--json"), habilis("org", *words, *here)

    assert (said.code, said.err, shown.code) == (0, "", 0)
    assert said == habilis("org", *words, *there, "--json")
    assert said.json().keys() == KEYS
    assert len(said.json()["records"]) == count
    assert told in shown.out
    assert max(map(len, shown.out.splitlines())) <= 100


def test_a_record_has_the_fields_of_the_contract(data: Path, policy: Path) -> None:
    here = ("--data", data, "--policy", policy, "--json")
    told = habilis("org", "services", "--structure", STATE, "--as", "hugo", *here).json()
    asked = habilis("org", "approvals", "--structure", MOA, "--as", "delphine", *here).json()

    assert told["records"][0] == {
        "perimeter": {"structure": STATE, "service": "CGF0000034"},
        "name": "CGF (fermé)",
        "active": False,
        "description": "",
        "commitment_required": False,
    }
    first = asked["records"][0]
    assert (first["state"], first["requester"]["account"]) == ("approved", "claire")
    assert asked["pending"] == 3


@pytest.mark.parametrize("size", [1, 3])
def test_every_page_is_fetched(
    size: int, data: Path, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("attachments", "--perimeter", MOA, "--as", "delphine")
    here = ("--data", data, "--policy", policy, "--json")
    whole = habilis("org", *words, *here)
    monkeypatch.setattr("habilis_server.cli.org.reading._PAGE", size)

    assert habilis("org", *words, *here) == whole


@pytest.mark.parametrize(
    ("who", "words"), [(who, words) for who, words, count, _ in LISTED if count]
)
def test_the_files_have_every_column_and_every_line(
    who: str, words: list[str], data: Path, policy: Path, tmp_path: Path
) -> None:
    plain, book = tmp_path / "list.csv", tmp_path / "list.xlsx"
    files = ("--csv", plain, "--xlsx", book)
    said = habilis("org", *words, "--as", who, "--data", data, "--policy", policy, *files, "--json")
    with plain.open(encoding="utf-8-sig", newline="") as stream:
        head, *lines = csv.reader(stream, delimiter=";")
    sheet = load_workbook(book).worksheets[0]
    headings, *rows = sheet.iter_rows(values_only=True)
    shown = LISTS.get(words[0]) or LISTS["search"]

    assert said.code == 0
    assert head == list(headings) == [column.heading for column in shown.columns]
    assert len(lines) == len(rows) >= len(said.json()["records"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv", "list.xlsx"]


def test_a_line_of_entitlements_is_what_the_portal_shows(
    data: Path, policy: Path, tmp_path: Path
) -> None:
    target = tmp_path / "habilitations.csv"
    words = ("entitlements", "--account", "gaelle", "--as", "gaelle", "--csv", target)
    habilis("org", *words, "--data", data, "--policy", policy)
    with target.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream, delimiter=";"))

    assert {line["Habilitation"].partition(":")[2] for line in lines} == {"consultation"}
    assert {(line["Utilisateur"], line["Service"], line["État du service"]) for line in lines} == {
        ("gaelle@example.org", "FAC0000034", "actif")
    }


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["history", "--perimeter", MOA, "--as", "zoe"], 3, "denied: the account is not attached"),
        (["attachments", "--perimeter", MOA, "--as", "nobody"], 3, "reason  UNKNOWN_SUBJECT"),
        (["show-structure", "--structure", "nothing", "--as", "zoe"], 3, "UNKNOWN_RESOURCE"),
        (["approvals", "--structure", MOA, "--as", "sophie"], 3, "denied: "),
    ],
)
def test_what_one_may_not_see_is_denied_with_its_reason(
    words: list[str], code: int, told: str, data: Path, policy: Path
) -> None:
    here = ("--data", data, "--policy", policy)
    said, shape = habilis("org", *words, *here), habilis("org", *words, *here, "--json")

    assert (said.code, shape.code, said.err) == (code, code, "")
    assert told in said.out
    assert shape.json().keys() == KEYS
    assert shape.json()["records"] == []


MISTAKES: Final = [
    (["search"], "missing option `--as`"),
    (["search", "--as", "", "HERE"], "the question is malformed: `subject.id`"),
    (["search", "--as", "z\x1b[2Joe", "HERE"], "the question is malformed: `subject.id`"),
    (["search", "--as", "z\udcffoe", "HERE"], "the question is malformed"),
    (["search", "--as", "zoe"], "give `--server HOST:PORT`"),
    (["search", "--as", "zoe", "--at", "soon", "HERE"], "write a date and time"),
    (["search", "--as", "zoe", "--at", "2999-01-01T00:00:00Z", "HERE"], "in the future"),
    (["search", "--as", "zoe", "--at-least", "x", "HERE"], "write DIGEST:REVISION"),
    (["attachments", "--as", "zoe", "--perimeter", "/S", "HERE"], "STRUCTURE/SERVICE"),
    (["attachments", "--as", "zoe", "HERE"], "missing option `--perimeter`"),
    (["approvals", "--as", "delphine", "--state", "open", "HERE"], "`--state`"),
    (["history", "--as", "zoe", "--perimeter", MOA, "--at", "x", "HERE"], "no such option"),
    (["my-requests", "--as", "nadia", "HERE", "--csv", "/none/x"], "`/none/x` cannot be written"),
    (["my-requests", "--as", "nadia", "HERE", "--csv", "x", "--xlsx", "x"], "both name `x`"),
    (["my-requests", "--as", "nadia", "HERE", "--xlsx", "/"], "`/` cannot be written"),
]


@pytest.mark.parametrize(
    ("words", "told"), MISTAKES, ids=[f"{at}-{words[0]}" for at, (words, _) in enumerate(MISTAKES)]
)
def test_a_read_that_is_not_understood_prints_nothing(
    words: list[str], told: str, data: Path, policy: Path
) -> None:
    here = f"--data {data} --policy {policy}".split()
    said = habilis("org", *(w for each in words for w in (here if each == "HERE" else [each])))

    assert (said.code, said.out) == (ExitCode.USAGE, "")
    assert told in said.err
    assert "\x1b" not in said.err


def test_no_server_is_no_list() -> None:
    words = ("search", "--as", "zoe", "--server", "127.0.0.1:1", "--deadline", "0.2")
    said = habilis("org", *words)

    assert (said.code, said.out) == (ExitCode.UNAVAILABLE, "")
    assert "no answer from `127.0.0.1:1`" in said.err


def test_every_read_of_the_contract_has_its_command_line_and_every_field_its_option() -> None:
    group: Any = get_command(app)
    methods = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", each.name).lower(): each.input_type.fields
        for each in SERVICE.methods
        if "request_id" not in each.input_type.fields_by_name
    }
    said_otherwise = {"consistency": "at_least", "subject": "as", "type": "structure_type"}

    assert sorted(READS.values()) == sorted(methods)
    for read, method in READS.items():
        options = {option for each in group.commands[read].params for option in each.opts}
        names = {each.name for each in methods[method]} - {"page_size", "page_token"}
        wanted = {said_otherwise.get(name, name).replace("_", "-") for name in names}
        assert options >= {f"--{name}" for name in wanted} | {"--csv", "--xlsx", "--json"}


def test_every_word_has_its_label() -> None:
    kinds = (StructureType, Moa, AccountState, ApprovalObject, ApprovalState, HistoryEvent)

    assert all(label(word) for kind in kinds for word in kind)


def test_json_is_one_line_of_utf_8(data: Path, policy: Path) -> None:
    here = ("--data", data, "--policy", policy, "--json")
    said = habilis("org", "services", "--structure", STATE, "--as", "hugo", *here)

    assert said.out.count("\n") == 1
    assert "fermé" in said.out
    assert json.loads(said.out)["token"].keys() == {"policy_digest", "revision"}
