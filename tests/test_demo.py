"""The demonstration: real answers, refusals that teach, and a failure when an answer changes."""

import re
from pathlib import Path
from typing import Any

import pytest

from habilis import Reason
from habilis_server.cli.demo.story import PEOPLE, STORY
from habilis_server.rulebook.loading import read_files
from habilis_server.rulebook.manifest import MANIFEST, seal
from tests.cli.shell import copy_policy, habilis
from tests.conftest import Figure

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
        *("questions", "allowed", "denied", "unexpected", "seconds", "token", "note"),
    }
    assert len(told["questions"]) == told["allowed"] + told["denied"] >= 40
    assert told["allowed"] >= 20
    assert told["denied"] >= 20
    assert told["unexpected"] == 0
    assert told["seconds"] < 60
    assert all(each["basis"] for each in told["questions"] if each["rule"])
    assert all(each["rule"] for each in told["questions"] if each["allowed"])
    figure(
        f"{len(told['questions'])} questions of the demo: {told['allowed']} allowed,"
        f" {told['denied']} denied, 0 not as expected, {told['seconds']:.1f} s"
    )


def test_it_reads_in_100_columns_without_colour_where_there_is_no_terminal(policy: Path) -> None:
    said = habilis("demo", "--policy", policy)
    count = sum(len(scene.lines) for scene in STORY)

    assert said.code == 0
    assert said.err == ""
    assert max(map(len, said.out.splitlines())) <= 100
    assert "\x1b" not in said.out
    assert f"\n{count} questions: " in said.out
    assert "0 not as expected" in said.out
    assert "SIRET (40512377900010) is not in the source deck" in said.out
    assert f"\n {count}  " in said.out
    for words in ("Déposer la pièce suivante du dossier", "PROFILE_MISSING", "R118", "yes", "no"):
        assert words in said.out


def test_it_tells_the_dossier_as_the_portal_dates_it() -> None:
    whens = [scene.when for scene in STORY]
    numbers = {line.on.id for scene in STORY for line in scene.lines}

    assert {
        "12/05/2022 02:59:54",
        "12/05/2022 03:12:13",
        "12/05/2022 03:12:15",
        "30/05/2022 10:07:07",
        "30/05/2022 10:16:39",
    } <= set(whens)
    assert {"20220094", "EA1+F20220094", "F001_ACL_lot04"} <= numbers


def test_its_refusals_teach_every_reason_that_a_person_can_meet() -> None:
    lines = [line for scene in STORY for line in scene.lines]

    assert {line.expect for line in lines} == LESSONS | {Reason.ALLOWED}
    assert sum(bool(line.lesson) for line in lines) >= 40
    assert {line.who for line in lines} == set(PEOPLE)


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
    assert "0 not as expected" not in said.out
    wrong = [each for each in told.json()["questions"] if not each["as_expected"]]
    assert len(wrong) == told.json()["unexpected"] > 0
    assert flips in {each["expected"] for each in wrong}


def test_it_tells_why_its_server_did_not_start(
    policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habilis_server.cli.demo.stage.sys.executable", "/bin/false")
    said = habilis("demo", "--policy", policy)

    assert said.code == 4
    assert "the server did not start" in said.err
