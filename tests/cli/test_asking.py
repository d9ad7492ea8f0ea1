"""Questions on the command line: a server and a folder answer the same, in stable JSON."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from habilis import Reason, Token
from habilis_server.cli.enumerating import COLUMNS
from habilis_server.cli.question import token_of, token_text
from habilis_server.cli.reasons import MEANINGS
from tests.cli.shell import Said, habilis

MOA = "17340430200015"
PIECE = [
    *("--resource", "piece_travaux:EA1+F20220094", "--party", f"moa={MOA}"),
    *("--property", "etat=MISE_A_DISPOSITION_MOA", "--property", "cadre=A15"),
]
REFUSE = ["--action", "factures_travaux.refuser"]

DECISION = {"allowed", "reason", "rule", "acting_as", "token", "decision_id"}
TOKEN = {"policy_digest", "revision"}
CONSIDERED = {
    *("rule", "label", "because", "basis", "effect", "acting_as"),
    *("perimeter", "passed", "failed_check", "detail"),
}
PERMITTED = {
    *("resource_type", "perimeter", "acting_as", "rule", "effect", "conditions", "without"),
}

Ask = Callable[..., Said]


@pytest.fixture(params=["server", "folder"])
def ask(request: pytest.FixtureRequest, server: str, data: Path, policy: Path) -> Ask:
    """Ask the server, then the folder."""
    if request.param == "server":
        return lambda *words: habilis(*words, "--server", server, "--deadline", "30")
    return lambda *words: habilis(*words, "--data", data, "--policy", policy)


def both(server: str, data: Path, policy: Path, *words: str) -> tuple[Said, Said]:
    remote = habilis(*words, "--server", server, "--deadline", "30")
    return remote, habilis(*words, "--data", data, "--policy", policy)


@pytest.mark.parametrize(
    ("subject", "code", "reason"),
    [
        ("claire", 0, "ALLOWED"),
        ("nadia", 3, "PROFILE_MISSING"),
        ("karim", 3, "NOT_ATTACHED"),
        ("pierre", 3, "ACCOUNT_INACTIVE"),
        ("nobody", 3, "UNKNOWN_SUBJECT"),
    ],
)
def test_check_answers_and_its_exit_code_says_it(
    ask: Ask, subject: str, code: int, reason: str
) -> None:
    said = ask("check", "--subject", subject, *REFUSE, *PIECE)

    assert said.code == code
    assert said.out.startswith("allowed: " if code == 0 else "denied: ")
    assert f"reason  {reason}\n" in said.out
    assert said.err == ""


def test_check_prints_a_decision_as_json(ask: Ask) -> None:
    told = ask("check", "--subject", "claire", *REFUSE, *PIECE, "--json").json()

    assert told.keys() == DECISION
    assert told["token"].keys() == TOKEN
    assert (told["allowed"], told["reason"]) == (True, "ALLOWED")
    assert (told["rule"], told["acting_as"]) == ("travaux-refuser-moa", "moa")
    assert isinstance(told["token"]["revision"], int)


def test_what_a_decision_does_not_say_is_null(ask: Ask) -> None:
    told = ask("check", "--subject", "nobody", *REFUSE, *PIECE, "--json").json()

    assert (told["rule"], told["acting_as"]) == (None, None)


def test_explain_tells_how_far_each_rule_went(ask: Ask) -> None:
    words = ["explain", "--subject", "bernard", "--action", "organisation.approuver"]
    words += ["--resource", "approbation:habilitation-nadia"]
    said, told = ask(*words), ask(*words, "--json").json()

    assert said.code == 3
    assert "organisation-approuver (allow, as structure 17340430200015): " in said.out
    assert "lacks principal_manager" in said.out
    assert "§5.2" in said.out
    assert told.keys() == {"decision", "considered"}
    assert told["decision"].keys() == DECISION
    assert all(rule.keys() == CONSIDERED for rule in told["considered"])
    first = told["considered"][0]
    assert first["perimeter"] == {"structure": MOA, "service": None}
    assert (first["passed"], first["failed_check"]) == (False, "PRINCIPAL_MANAGER_ONLY")


def test_explain_says_when_no_rule_was_considered(ask: Ask) -> None:
    said = ask("explain", "--subject", "nobody", *REFUSE, *PIECE)

    assert (said.code, "no rule was considered" in said.out) == (3, True)


def test_actions_lists_what_check_would_allow(ask: Ask) -> None:
    said = ask("actions", "--subject", "nadia", *PIECE)
    told = ask("actions", "--subject", "nadia", *PIECE, "--json").json()

    assert said.code == 0
    assert told.keys() == {"subject", "resource", "actions", "token"}
    assert told["resource"] == {"type": "piece_travaux", "id": "EA1+F20220094"}
    assert all(item.keys() == {"action", "rule", "acting_as"} for item in told["actions"])
    names = [item["action"] for item in told["actions"]]
    assert "factures_travaux.consulter" in names
    assert "factures_travaux.refuser" not in names
    assert f"{len(names)} actions allowed" in said.out
    assert all(name in said.out for name in names)


def test_perimeters_lists_where_an_action_may_be_done(ask: Ask) -> None:
    words = ["perimeters", "--subject", "karim", "--action", "factures_recues.mandater"]
    said, told = ask(*words), ask(*words, "--json").json()

    assert said.code == 0
    assert told.keys() == {"subject", "action", "perimeters", "token"}
    assert all(item.keys() == PERMITTED for item in told["perimeters"])
    places = {json.dumps(item["perimeter"]) for item in told["perimeters"] if item["perimeter"]}
    assert places == {json.dumps({"structure": "11000201100044", "service": "RECCHOR034"})}
    assert "facture as destinataire, 11000201100044/RECCHOR034: recues-mandater (allow)" in said.out
    assert "    if demande.etat in " in said.out


def test_perimeters_may_be_of_one_type_alone(ask: Ask) -> None:
    words = ["perimeters", "--subject", "karim", "--action", "factures_recues.mandater"]
    told = ask(*words, "--type", "facture", "--json").json()

    assert {item["resource_type"] for item in told["perimeters"]} == {"facture"}


def test_who_may_do_nothing_gets_an_empty_list(ask: Ask) -> None:
    asked = ask("perimeters", "--subject", "nobody", *REFUSE, "--json")

    assert (asked.code, asked.json()["perimeters"]) == (0, [])
    assert "0 lines" in ask("perimeters", "--subject", "nobody", *REFUSE).out
    assert "0 actions" in ask("actions", "--subject", "nobody", *PIECE).out


def test_enumerate_writes_csv_and_says_that_it_is_whole(ask: Ask) -> None:
    said = ask("enumerate", "--subject", "karim")
    rows = list(csv.DictReader(said.out.splitlines()))

    assert said.code == 0
    assert said.err == f"{len(rows)} permissions; the list is whole\n"
    assert list(rows[0]) == list(COLUMNS)
    assert {row["subject"] for row in rows} == {"karim"}
    assert {row["effect"] for row in rows} == {"allow", "deny"}


@pytest.mark.parametrize("how", [["--json"], ["--format", "jsonl"]])
def test_enumerate_writes_json_lines_whose_last_one_says_that_they_are_whole(
    ask: Ask, how: list[str]
) -> None:
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in ask("enumerate", "--subject", "karim", *how).out.splitlines()
    ]

    assert all(line.keys() == {"subject", "action", *PERMITTED} for line in lines[:-1])
    assert lines[-1] == {"complete": {"permissions": len(lines) - 1}}


def test_enumerate_can_be_narrowed(ask: Ask) -> None:
    narrow = ["--action", "organisation.approuver", "--perimeter", MOA]
    lines = ask("enumerate", *narrow, "--json").out.splitlines()[:-1]
    told = [json.loads(line) for line in lines]

    assert {(line["subject"], line["effect"]) for line in told} >= {("delphine", "allow")}
    assert {line["action"] for line in told} == {"organisation.approuver"}


def test_enumerate_writes_a_file_once_everything_has_come(
    ask: Ask, tmp_path: Path, server: str
) -> None:
    target = tmp_path / "permissions.csv"
    said = ask("enumerate", "--subject", "karim", "--output", target)
    written = target.read_text(encoding="utf-8")
    cut = habilis("enumerate", "--server", "127.0.0.1:1", "--deadline", "0.1", "--output", target)

    assert said.code == 0
    assert said.out == ""
    assert written == ask("enumerate", "--subject", "karim").out
    assert cut.code == 4
    assert target.read_text(encoding="utf-8") == written
    assert list(tmp_path.iterdir()) == [target]


def test_enumerate_says_where_it_cannot_write(ask: Ask, tmp_path: Path) -> None:
    said = ask("enumerate", "--subject", "karim", "--output", tmp_path / "no" / "file")

    assert said.code == 2
    assert "cannot be written" in said.err


WORDS = [
    ["check", "--subject", "claire", *REFUSE, *PIECE],
    ["explain", "--subject", "claire", *REFUSE, *PIECE],
    ["actions", "--subject", "claire", *PIECE],
    ["perimeters", "--subject", "hugo", "--action", "factures_recues.rejeter"],
    ["enumerate", "--subject", "delphine"],
]


@pytest.mark.parametrize("words", WORDS, ids=[words[0] for words in WORDS])
def test_a_folder_answers_as_its_server_does(
    words: list[str], server: str, data: Path, policy: Path
) -> None:
    remote, local = both(server, data, policy, *words)

    assert remote == local
    assert remote.code == 0


def test_a_question_about_a_moment_before_the_facts_is_answered_with_those_of_then(
    ask: Ask,
) -> None:
    said = ask("check", "--subject", "claire", *REFUSE, *PIECE, "--at", "2020-01-01T00:00:00Z")

    assert said.code == 3
    assert "UNKNOWN_SUBJECT" in said.out


def test_a_question_about_a_moment_since_is_answered_with_those_of_then(ask: Ask) -> None:
    now = datetime.now(UTC).isoformat()

    assert ask("check", "--subject", "claire", *REFUSE, *PIECE, "--at", now).code == 0


def test_nobody_knows_the_facts_of_the_future(ask: Ask) -> None:
    said = ask("check", "--subject", "claire", *REFUSE, *PIECE, "--at", "2999-01-01T00:00:00Z")

    assert said.code == 2
    assert "in the future" in said.err


def test_a_token_that_was_printed_is_taken_back(ask: Ask) -> None:
    said = ask("check", "--subject", "claire", *REFUSE, *PIECE)
    [token] = [line.split()[1] for line in said.out.splitlines() if line.startswith("token")]

    assert ask("check", "--subject", "claire", *REFUSE, *PIECE, "--at-least", token).code == 0


def test_facts_older_than_the_token_allow_nothing(ask: Ask) -> None:
    said = ask("check", "--subject", "claire", *REFUSE, *PIECE, "--at-least", "x:999999")

    assert said.code == 3
    assert "STALE" in said.out


@pytest.mark.parametrize("where", ["server", "folder"])
def test_a_list_from_older_facts_is_no_list(
    where: str, server: str, data: Path, policy: Path
) -> None:
    there: list[str | Path] = ["--data", data, "--policy", policy]
    if where == "server":
        there = ["--server", server, "--deadline", "0.5"]  # it is asked again until then
    said = habilis("perimeters", *there, "--subject", "claire", *REFUSE, "--at-least", "x:999999")

    assert said.code == 4
    assert said.out == ""


def test_a_token_reads_as_it_is_written() -> None:
    token = Token("ab:cd", 12)

    assert token_of(token_text(token)) == token


def test_every_reason_has_its_meaning() -> None:
    assert set(MEANINGS) == set(Reason)
