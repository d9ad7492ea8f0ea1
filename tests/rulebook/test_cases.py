"""The cases of a policy: what a row asks, and each slip in one, told in its place."""

import json
from pathlib import Path

import pytest
import yaml

from habilis import Perimeter, Reason, Resource
from habilis_server.rulebook import PolicyError
from habilis_server.rulebook.cases import Case, load_cases, read_cases
from tests.rulebook.mutations import flow, rewritten, spots
from tests.rulebook.small_policy import small

FILE = "cases/factures.yaml"
TEXT = """\
# yaml-language-server: $schema=../cases.schema.json
objects:
  envoyee:
    type: facture
    id: F1
    parties: {vendeur: S1/GUICHET, acheteur: S2}
    properties: {etat: ENVOYEE, auteur: anna}
  nue: {type: facture, id: "F/2:a"}
cases:
  - {who: anna, may: factures.payer, object: envoyee, expect: ALLOWED, rule: payer-acheteur}
  - who: bob
    may: factures.payer
    object: envoyee
    with: {etat: "", auteur: bob}
    parties: {acheteur: "", tiers: S1/A/B}
    expect: DENIED_BY_RULE
  - {who: anna, may: portail.lire, object: "structure:S1", expect: NOT_ATTACHED}
  - {who: anna, may: portail.lire, object: "compte:a:b", parties: {structure: S1}, expect: NO_RULE}
"""


def cases_of(text: str) -> tuple[Case, ...]:
    return read_cases({FILE: text.encode()}, small())


def problems_of(text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    try:
        read_cases({FILE: content}, small())
    except PolicyError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_a_row_asks_about_the_object_it_names() -> None:
    first, _, _, _ = cases_of(TEXT)

    assert (first.question.subject, first.question.action) == ("anna", "factures.payer")
    assert first.question.resource == Resource(
        type="facture",
        id="F1",
        parties={"vendeur": Perimeter("S1", "GUICHET"), "acheteur": Perimeter("S2")},
        properties={"etat": "ENVOYEE", "auteur": "anna"},
    )
    assert (first.expect, first.rule) == (Reason.ALLOWED, "payer-acheteur")
    assert str(first.place) == f"{FILE}:10:5"


def test_a_row_changes_what_it_says_it_changes_and_nothing_else() -> None:
    _, second, _, _ = cases_of(TEXT)

    assert second.question.resource == Resource(
        type="facture",
        id="F1",
        parties={"vendeur": Perimeter("S1", "GUICHET"), "tiers": Perimeter("S1", "A/B")},
        properties={"auteur": "bob"},
    )
    assert second.rule is None


def test_a_row_names_what_the_world_keeps_by_type_and_id() -> None:
    _, _, third, fourth = cases_of(TEXT)

    assert third.question.resource == Resource(type="structure", id="S1")
    assert fourth.question.resource == Resource(
        type="compte", id="a:b", parties={"structure": Perimeter("S1")}
    )


SLIPS = {
    "an object that is not there": (
        "object: envoyee, expect",
        "object: envoye, expect",
        "10:46: unknown object `envoye` (did you mean `envoyee`?)",
    ),
    "a rule that is not there": (
        "rule: payer-acheteur",
        "rule: payer-achateur",
        "10:78: unknown rule `payer-achateur` (did you mean `payer-acheteur`?)",
    ),
    "an allowed case without its rule": (
        ", rule: payer-acheteur}",
        "}",
        "10:5: an allowed case names the `rule` that allows it",
    ),
    "a reason that is none": (
        "expect: NOT_ATTACHED",
        "expect: NOT_ATACHED",
        "17:68: unknown expect `NOT_ATACHED` (did you mean `NOT_ATTACHED`?)",
    ),
    "a key that is none": (
        "with: {etat",
        "avec: {etat",
        "14:5: unknown key `avec` in a case",
    ),
    "an object's key that is none": (
        "properties: {etat",
        "propertys: {etat",
        "7:5: unknown key `propertys` in object `envoyee` (did you mean `properties`?)",
    ),
    "an object without a type": (
        "nue: {type: facture, id",
        "nue: {id",
        "8:8: object `nue` lacks `type`; add it",
    ),
    "an object's name in capitals": (
        "  nue: {",
        "  Nue: {",
        "8:3: `Nue` is not written as a name of its kind ([a-z][a-z0-9_]{0,63})",
    ),
    "properties that are a list": (
        'with: {etat: "", auteur: bob}',
        "with: [etat]",
        "14:11: must be a mapping of names to texts",
    ),
    "a property that is a list": (
        'with: {etat: "", auteur: bob}',
        "with: {etat: [ENVOYEE]}",
        "14:18: `etat` must be a text",
    ),
    "a plain word that is no text": (
        "who: bob",
        "who: NO",
        '11:10: `NO` reads as bool, not text; quote it: "NO"',
    ),
    "a key twice": (
        "    may: factures.payer\n",
        "    may: factures.payer\n    may: factures.lire\n",
        "13:5: `may` repeats the key of line 12; keep one",
    ),
}


@pytest.mark.parametrize(("old", "new", "problem"), SLIPS.values(), ids=SLIPS)
def test_a_slip_in_a_row_is_told_in_its_place(old: str, new: str, problem: str) -> None:
    assert old in TEXT

    assert any(
        found.startswith(f"{FILE}:{problem}") for found in problems_of(TEXT.replace(old, new, 1))
    )


BASE = flow({FILE: TEXT.encode()})
KEYS = [
    spot
    for spot in spots(FILE, BASE[FILE])
    if not spot.is_key and spot.path and not spot.path[-1].isdigit()
]


@pytest.mark.parametrize("key", ["who", "may", "object", "expect"])
def test_a_row_lacks_what_it_needs(key: str) -> None:
    rows = json.loads(BASE[FILE])
    for row in rows["cases"]:
        del row[key]

    found = problems_of(json.dumps(rows, indent=1))
    assert len([each for each in found if f"a case lacks `{key}`; add it" in each]) == 4


def test_a_value_of_the_wrong_type_is_told_in_its_place() -> None:
    wrong = {"text": (["x"], {"x": ["y"]}), "other": ("x", ["x"])}
    refused = 0
    for spot in KEYS:
        for value in wrong["text" if spot.kind is yaml.ScalarNode else "other"]:
            if spot.path == ("cases",) and value == ["x"]:
                continue
            refused += 1
            found = problems_of(rewritten(BASE, [(spot, json.dumps(value))])[FILE])

            assert any(each.startswith(f"{spot.place}: ") for each in found), (spot, value, found)
    print(f"cases: {refused} values of the wrong type refused in their place")
    assert refused > 40


@pytest.mark.parametrize("content", ["", "# rien\n", "cases: []\n", "cases: {}\n", "objects: {}\n"])
def test_a_file_without_a_case_is_refused(content: str) -> None:
    assert problems_of(content)


def test_a_policy_without_a_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no case at all; a policy without cases is not reviewed"):
        load_cases(tmp_path, small())


def test_the_cases_of_a_folder_are_read_in_the_order_of_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    row = 'cases:\n  - {who: anna, may: portail.lire, object: "structure:S1", expect: NO_RULE}\n'
    for name in ("portail", "factures", "annuaire"):
        (folder / f"{name}.yaml").write_text(row)

    assert [case.place.file for case in load_cases(tmp_path, small())] == [
        "cases/annuaire.yaml",
        "cases/factures.yaml",
        "cases/portail.yaml",
    ]


def test_every_problem_of_every_file_is_told_at_once() -> None:
    files = {
        "cases/a.yaml": TEXT.replace("rule: payer-acheteur", "rule: x").encode(),
        "cases/b.yaml": TEXT.replace("expect: NOT_ATTACHED", "expect: y").encode(),
    }

    with pytest.raises(PolicyError) as refusal:
        read_cases(files, small())
    assert [problem.place.file for problem in refusal.value.problems] == [*files]
