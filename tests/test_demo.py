"""The demonstration: real answers, refusals that teach, and a failure when an answer changes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from habilis import Reason
from habilis_server.cli.demo.cast import PEOPLE
from habilis_server.cli.demo.chapters import CHAPTERS
from habilis_server.cli.demo.scene import Act, Import
from habilis_server.rulebook.loading import read_files
from habilis_server.rulebook.manifest import MANIFEST, seal
from tests.cli.shell import copy_policy, habilis
from tests.conftest import Figure

SCENES = [scene for chapter in CHAPTERS for scene in chapter.scenes]
LINES = [line for scene in SCENES for line in scene.lines]
ACTS = [act for scene in SCENES for act in scene.acts if isinstance(act, Act)]
LESSONS = {
    Reason.PROFILE_MISSING,
    Reason.NOT_ATTACHED,
    Reason.SERVICE_OUT_OF_SCOPE,
    Reason.SERVICE_INACTIVE,
    Reason.STRUCTURE_INACTIVE,
    Reason.ACCOUNT_INACTIVE,
    Reason.PRINCIPAL_MANAGER_ONLY,
    Reason.SUPPORT_ONLY,
    Reason.CONDITION_NOT_MET,
    Reason.DENIED_BY_RULE,
    Reason.UNKNOWN_SUBJECT,
    Reason.UNKNOWN_ACTION,
    Reason.UNKNOWN_RESOURCE,
}


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_policy(tmp_path_factory.mktemp("demo") / "policy")


def without(folder: Path, file: str, rule: str) -> None:
    """Take the rule out of the policy, and seal what is left."""
    path = folder / "rules" / file
    text = path.read_text(encoding="utf-8")
    shorter = re.sub(rf"  - id: {rule}\n(    .*\n)+\n?", "", text)
    assert len(shorter) < len(text)
    path.write_text(shorter, encoding="utf-8")
    (folder / MANIFEST).write_text(seal(read_files(folder)), encoding="utf-8")


def test_it_asks_at_least_forty_questions_and_all_are_answered_as_the_portal_would(
    policy: Path, figure: Figure
) -> None:
    said = habilis("demo", "--policy", policy, "--json")
    told: dict[str, Any] = said.json()

    assert said.code == 0
    assert told.keys() == {
        *("commands", "imported", "done", "refused"),
        *("questions", "allowed", "denied", "unexpected", "seconds", "token", "note"),
    }
    assert len(told["commands"]) == told["done"] + told["refused"] == len(ACTS)
    assert told["refused"] == sum(bool(act.expect) for act in ACTS) >= 8
    assert len(told["questions"]) == told["allowed"] + told["denied"] >= 40
    assert told["allowed"] >= 20
    assert told["denied"] >= 20
    assert told["unexpected"] == 0
    assert all(each["basis"] for each in told["questions"] if each["rule"])
    assert all(each["rule"] for each in told["questions"] if each["allowed"])
    figure(
        f"{len(told['commands'])} commands of the demo: {told['done']} done,"
        f" {told['refused']} refused as expected, 0 not as expected"
    )
    figure(
        f"{len(told['questions'])} questions of the demo: {told['allowed']} allowed,"
        f" {told['denied']} denied, 0 not as expected, {told['seconds']:.1f} s"
    )


def test_it_reads_in_100_columns_without_colour_where_there_is_no_terminal(policy: Path) -> None:
    said = habilis("demo", "--policy", policy)

    assert said.code == 0
    assert said.err == ""
    assert max(map(len, said.out.splitlines())) <= 100
    assert "\x1b" not in said.out
    assert f"\n{len(ACTS)} commands: " in said.out
    assert f"\n{len(LINES)} questions: " in said.out
    assert said.out.count("0 not as expected") == 2
    assert "SIRET (40512377900010) is not in the source deck" in said.out
    assert f"\n {len(LINES)}  " in said.out
    for number, act in enumerate(ACTS, start=1):
        line = f"{number:>3} {act.who:<8} {act.says:<58} {act.expect or 'fait'}"
        assert f"\n{line}" in said.out
    for words in ("Déposer la pièce suivante du dossier", "PROFILE_MISSING", "R118", "yes", "no"):
        assert words in said.out


def test_it_tells_the_dossier_as_the_portal_dates_it() -> None:
    whens = [scene.when for scene in SCENES]
    numbers = {line.on.id for line in LINES}

    assert {
        "12/05/2022 02:59:54",
        "12/05/2022 03:12:13",
        "12/05/2022 03:12:15",
        "30/05/2022 10:07:07",
        "30/05/2022 10:16:39",
    } <= set(whens)
    assert {"20220094", "EA1+F20220094", "F001_ACL_lot04"} <= numbers


def test_its_refusals_teach_every_reason_that_a_person_can_meet() -> None:
    assert {line.expect for line in LINES} == LESSONS | {Reason.ALLOWED}
    assert sum(bool(line.lesson) for line in LINES) >= 40
    assert {line.who for line in LINES} == set(PEOPLE)


def test_its_world_is_made_by_commands_and_the_page_says_what_is_not(policy: Path) -> None:
    imports = [act for scene in SCENES for act in scene.acts if isinstance(act, Import)]
    kinds = [json.loads(line) for each in imports for line in each.facts.splitlines()]

    assert {each["id"] for each in kinds if each["kind"] == "account"} == {
        *("samir", "viviane", "denis", "bernard"),
    }
    assert {act.command for act in ACTS} >= {
        *("request_account", "approve_account", "approve_many", "create_service"),
        *("request_attachment", "approve", "refuse", "request_entitlement_change"),
        *("transfer_principal_manager", "detach_user", "deactivate_structure"),
    }
    assert {act.expect for act in ACTS} >= {"", "COMMENT_REQUIRED", "REASON_REQUIRED"}


def test_it_fails_when_a_command_no_longer_comes_to_what_the_portal_gives(tmp_path: Path) -> None:
    altered = copy_policy(tmp_path / "policy")
    without(altered, "organisation.yaml", "organisation-refuser")
    said = habilis("demo", "--policy", altered, "--json")
    wrong = [each for each in said.json()["commands"] if not each["as_expected"]]

    assert said.code == 1
    assert {each["command"] for each in wrong} == {"refuse"}
    assert all(each["refusal"] != each["expected"] for each in wrong)


@pytest.mark.parametrize(
    ("file", "rule", "flips"),
    [
        ("factures_travaux.yaml", "travaux-refuser-moa", "ALLOWED"),
        (
            "factures_travaux.yaml",
            "travaux-interdit-suite-payeur-exclusivement-moa",
            "DENIED_BY_RULE",
        ),
    ],
)
def test_it_fails_when_an_answer_is_no_longer_what_the_portal_gives(
    file: str, rule: str, flips: str, tmp_path: Path
) -> None:
    altered = copy_policy(tmp_path / "policy")
    without(altered, file, rule)
    said, told = (
        habilis("demo", "--policy", altered),
        habilis("demo", "--policy", altered, "--json"),
    )

    assert (said.code, told.code) == (1, 1)
    assert "EXPECTED" in said.out
    assert ", 0 not as expected;" not in said.out
    wrong = [each for each in told.json()["questions"] if not each["as_expected"]]
    assert len(wrong) == told.json()["unexpected"] > 0
    assert flips in {each["expected"] for each in wrong}


def test_it_tells_why_its_server_did_not_start(
    policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habilis_companion.command_line.beside.sys.executable", "/bin/false")
    said = habilis("demo", "--policy", policy)

    assert said.code == 4
    assert "the server did not start" in said.err
