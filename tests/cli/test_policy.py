"""The commands that read a policy: lint and its seal, the cases, the matrix."""

import re
from pathlib import Path

import pytest

from habilis_server.analysis.matrix import render
from habilis_server.rulebook import load
from habilis_server.rulebook.manifest import MANIFEST
from tests.cli.shell import copy_policy, habilis

RULE = "rules/annuaire.yaml"


@pytest.fixture
def bent(tmp_path: Path) -> Path:
    """A policy that the test may bend; it keeps a few cases, for speed."""
    folder = copy_policy(tmp_path / "policy")
    for path in (folder / "cases").glob("*.yaml"):
        if path.stem not in {"annuaire", "dume"}:
            path.unlink()
    return folder


def bend(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def spoil(folder: Path) -> None:
    """Three problems, in three files."""
    bend(folder / RULE, "because:", "becuase:")
    bend(folder / "rules" / "dume.yaml", "as: structure", "as: strukture")
    bend(folder / "rules" / "signature.yaml", "signature.consulter]", "signature.consulte]")


def test_a_sound_policy_has_no_problem(policy: Path) -> None:
    said, told = habilis("lint", policy), habilis("lint", policy, "--json").json()

    assert said.code == 0
    assert re.fullmatch(
        rf"{policy}: 0 problems; \d+ actions, \d+ rules, \d+ cases, digest \w{{12}}\n", said.out
    )
    assert told.keys() == {"policy", "digest", "rules", "cases", "sealed", "problems"}
    assert (told["sealed"], told["problems"]) == (True, [])
    assert told["rules"] > 100
    assert told["cases"] > 300


def test_every_problem_is_told_with_a_path_that_an_editor_opens(bent: Path) -> None:
    spoil(bent)
    said, told = habilis("lint", bent), habilis("lint", bent, "--json").json()
    lines = said.out.splitlines()

    assert said.code == 1
    for file in ("annuaire", "dume", "signature"):
        [line, *_] = [line for line in lines if f"rules/{file}.yaml" in line]
        place = re.match(r"(.+?):(\d+):(\d+): \S", line)
        assert place is not None
        assert Path(place[1]).is_file()
    assert lines[-1] == f"{bent}: {len(lines) - 1} problems"
    assert "did you mean `structure`?" in said.out
    assert told["digest"] is None
    assert told["sealed"] is False
    assert len(told["problems"]) == len(lines) - 1
    assert all(
        problem.keys() == {"file", "line", "column", "message"} for problem in told["problems"]
    )


@pytest.mark.parametrize(
    "words", [["test"], ["matrix"], ["demo", "--policy"]], ids=["test", "matrix", "demo"]
)
def test_nothing_is_read_from_a_policy_with_problems(words: list[str], bent: Path) -> None:
    spoil(bent)
    said = habilis(*words, bent)

    assert said.code == 1
    assert said.out == ""
    assert f"{bent}/{RULE}:" in said.err
    assert "nothing was loaded" in said.err


def test_a_policy_whose_seal_is_broken_is_told_and_can_be_sealed(bent: Path) -> None:
    bend(bent / RULE, "because: ", "because: Or, ")
    broken, sealed, again = (
        habilis("lint", bent),
        habilis("lint", bent, "--seal"),
        habilis("lint", bent),
    )

    assert broken.code == 1
    assert "differs from its seal" in broken.out
    assert (sealed.code, again.code) == (0, 0)
    assert sealed.out == again.out


def test_a_policy_without_a_seal_is_told_and_can_be_sealed(bent: Path) -> None:
    (bent / MANIFEST).unlink()

    assert "no manifest" in habilis("lint", bent).out
    assert habilis("lint", bent, "--seal").code == 0
    assert (bent / MANIFEST).is_file()
    assert [path.name for path in bent.glob(".*")] == []


def test_a_policy_with_problems_is_not_sealed(bent: Path) -> None:
    spoil(bent)
    before = (bent / MANIFEST).read_bytes()
    said = habilis("lint", bent, "--seal")

    assert said.code == 1
    assert (bent / MANIFEST).read_bytes() == before


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("annuaire.yaml", "expect: ALLOWED", "expect: PERHAPS", "PERHAPS"),
        ("annuaire.yaml", "rule: annuaire-consulter", "rule: annuaire", "annuaire"),
        ("facts.jsonl", '"kind":"account"', '"kind":"acount"', "acount"),
    ],
)
def test_what_is_wrong_with_the_cases_is_a_problem_of_the_policy(
    bent: Path, file: str, old: str, new: str, told: str
) -> None:
    bend(bent / "cases" / file, old, new)
    linted, tested = habilis("lint", bent), habilis("test", bent)

    assert (linted.code, tested.code) == (1, 1)
    assert f"{bent}/cases/{file}:" in linted.out
    assert told in linted.out
    assert told in tested.err


def test_a_policy_without_facts_for_its_cases_is_told(bent: Path) -> None:
    (bent / "cases" / "facts.jsonl").unlink()

    assert "cases/facts.jsonl:1:1: cannot be read" in habilis("lint", bent).out
    assert habilis("test", bent).code == 1


def test_an_empty_folder_is_no_policy(tmp_path: Path) -> None:
    said = habilis("lint", tmp_path)

    assert said.code == 1
    assert "no policy here; give its folder" in said.out


def test_a_case_that_does_not_hold_is_told_with_what_was_expected(bent: Path) -> None:
    path = bent / "cases" / "annuaire.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("expect: ALLOWED", "expect: NOT_ATTACHED", 1),
        encoding="utf-8",
    )
    said, told = habilis("test", bent), habilis("test", bent, "--json").json()

    assert said.code == 1
    assert re.match(rf"{bent}/cases/annuaire\.yaml:\d+:\d+: ", said.out)
    assert "expected NOT_ATTACHED" in said.out
    assert "got ALLOWED by `annuaire-consulter`" in said.out
    assert said.out.endswith(": 1 not as expected\n")
    [failed] = told["failed"]
    assert failed.keys() == {
        *("file", "line", "subject", "action", "resource", "expected", "answered"),
    }
    assert failed["expected"]["reason"] == "NOT_ATTACHED"
    assert failed["answered"] == {"reason": "ALLOWED", "rule": "annuaire-consulter"}


def test_the_matrix_is_printed_as_it_is_rendered(policy: Path) -> None:
    rendered = render(load(policy))

    assert habilis("matrix", policy).out == rendered
    assert habilis("matrix", policy, "--json").json() == {
        "policy": str(policy),
        "matrix": rendered,
    }


def test_the_matrix_is_written_then_fresh_then_stale_after_a_change(bent: Path) -> None:
    (bent / "matrix.md").write_text("old\n", encoding="utf-8")
    stale = habilis("matrix", bent, "--check")
    written = habilis("matrix", bent, "--write", "--json")
    fresh = habilis("matrix", bent, "--check", "--json")
    again = habilis("matrix", bent, "--write")

    assert stale.code == 1
    assert "-old" in stale.out
    assert f"accept it with `habilis matrix --write {bent}`" in stale.out
    assert (written.code, written.json()["fresh"], written.json()["written"]) == (0, False, True)
    assert (fresh.code, fresh.json()["fresh"]) == (0, True)
    assert again.out == f"{bent / 'matrix.md'}: unchanged\n"

    bend(bent / RULE, "annuaire-consulter", "annuaire-lire")
    bend(bent / "cases" / "annuaire.yaml", "annuaire-consulter", "annuaire-lire")
    assert habilis("lint", bent, "--seal").code == 0

    assert habilis("matrix", bent, "--check").code == 1
