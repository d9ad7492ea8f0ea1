"""Every key of every kind of file: missing, unknown, of the wrong node type, empty."""

import json
import re

import pytest
import yaml

from tests.rulebook.mutations import Spot, flow, rewritten, spots
from tests.rulebook.small_policy import FILES, MODEL, problems_of

BASE = flow(FILES)
SPOTS = [spot for file in sorted(BASE.keys() - {MODEL}) for spot in spots(file, BASE[file])]
ANY = "[^/]+"

# The forms: where they stand, what a problem calls them, their keys: needed, then free.
FORMS = [
    (
        "rules/vocabulary.yaml",
        "",
        "the vocabulary",
        ["domains", "values", "resources", "attributes", "applications", "readings"],
        [],
    ),
    ("rules/vocabulary.yaml", f"domains/({ANY})", "domain `{}`", ["label"], []),
    (
        "rules/vocabulary.yaml",
        f"resources/({ANY})",
        "resource type `{}`",
        ["label", "parties"],
        ["looked_up", "properties"],
    ),
    (
        "rules/vocabulary.yaml",
        f"attributes/({ANY})",
        "attribute `{}`",
        ["of"],
        ["property", "world", "party", "values"],
    ),
    (
        "rules/vocabulary.yaml",
        f"applications/({ANY})",
        "application `{}`",
        ["label", "domain"],
        ["profiles", "actions"],
    ),
    (
        "rules/vocabulary.yaml",
        f"applications/({ANY})/actions/({ANY})",
        "action `{}.{}`",
        ["label", "access", "resources"],
        [],
    ),
    (
        "rules/vocabulary.yaml",
        "readings",
        "the readings",
        [
            "structure_attachment_covers",
            "allowed_on_inactive_structure",
            "allowed_on_inactive_service",
        ],
        [],
    ),
    ("rules/profiles.yaml", "", "the profiles", ["profiles"], []),
    (
        "rules/profiles.yaml",
        f"profiles/({ANY})",
        "profile `{}`",
        ["label", "default", "granted_by"],
        ["ex_officio"],
    ),
    ("rules/factures.yaml", "", "the rules file", ["application", "rules"], []),
    (
        "rules/(factures|portail).yaml",
        "rules/[0-9]+",
        "a rule",
        ["id", "label", "effect", "actions", "because", "basis"],
        ["as", "without", "requires", "role", "inactive", "when"],
    ),
]


def standing(file: str, path: str) -> list[tuple[Spot, list[str]]]:
    """The mappings that are such a form, with the names that stand in their path."""
    found: list[tuple[Spot, list[str]]] = []
    for spot in SPOTS:
        match = re.fullmatch(path, "/".join(spot.path))
        if match and re.fullmatch(file, spot.file) and spot.kind is yaml.MappingNode:
            found.append((spot, [group for group in match.groups() if group]))
    return found


def content_of(spot: Spot) -> dict[str, object]:
    content = json.loads(BASE[spot.file].decode()[spot.start : spot.end])
    assert isinstance(content, dict)
    return content


def here(spot: Spot, content: object) -> list[str]:
    """The problems once `content` stands at the spot, without those of other places' words."""
    return problems_of(rewritten(BASE, [(spot, json.dumps(content, ensure_ascii=False))]))


@pytest.mark.parametrize(("file", "path", "what", "needed", "free"), FORMS, ids=str)
def test_a_key_that_is_needed_is_missed_where_its_form_begins(
    file: str, path: str, what: str, needed: list[str], free: list[str]
) -> None:
    forms = standing(file, path)
    assert forms

    for spot, names in forms:
        for key in needed:
            content = content_of(spot)
            del content[key]

            assert f"{spot.place}: {what.format(*names)} lacks `{key}`; add it" in here(
                spot, content
            )


@pytest.mark.parametrize(("file", "path", "what", "needed", "free"), FORMS, ids=str)
def test_a_key_that_is_free_is_missed_by_nobody(
    file: str, path: str, what: str, needed: list[str], free: list[str]
) -> None:
    for spot, names in standing(file, path):
        for key in free:
            content = content_of(spot)
            content.pop(key, None)

            assert f"{what.format(*names)} lacks `{key}`" not in "\n".join(here(spot, content))


@pytest.mark.parametrize(("file", "path", "what", "needed", "free"), FORMS, ids=str)
def test_an_unknown_key_is_told_with_the_one_that_was_meant(
    file: str, path: str, what: str, needed: list[str], free: list[str]
) -> None:
    forms = standing(file, path)

    for spot, names in forms:
        for key in content_of(spot):
            renamed = f"{key}x"
            content = {
                renamed if each == key else each: value for each, value in content_of(spot).items()
            }
            told = f"unknown key `{renamed}` in {what.format(*names)} (did you mean `{key}`?)"

            assert any(problem.endswith(f": {told}") for problem in here(spot, content)), told
        assert any(
            problem.endswith(f": unknown key `zzz` in {what.format(*names)}")
            for problem in here(spot, {**content_of(spot), "zzz": "x"})
        )


KEYS = [
    spot
    for spot in SPOTS
    if not spot.is_key and spot.path and not spot.path[-1].isdigit() and "when" not in spot.path
]
EXPECTED_KINDS: dict[type[yaml.Node], str] = {
    yaml.ScalarNode: "text",
    yaml.SequenceNode: "list",
    yaml.MappingNode: "mapping",
}
WRONG: dict[str, dict[str, object]] = {
    "text": {"a list": ["x"], "a mapping": {"x": "y"}},
    "list": {"a text": "x", "a mapping": {"x": "y"}},
    "mapping": {"a text": "x", "a list": ["x"]},
}
MAY_BE_EMPTY = re.compile(
    f"resources/{ANY}/parties|profiles/{ANY}/granted_by|applications/{ANY}/profiles"
    "|readings/allowed_on_inactive_(structure|service)"
)


@pytest.mark.parametrize("kind", WRONG)
def test_a_value_of_the_wrong_type_is_told_in_its_place(kind: str) -> None:
    tried = [spot for spot in KEYS if EXPECTED_KINDS[spot.kind] == kind]
    assert tried

    for spot in tried:
        for wrong in WRONG[kind].values():
            found = here(spot, wrong)

            # `of` may be a list: there it is the item that is wrong.
            places = {f"{spot.place}: ", f"{spot.file}:{spot.line}:{spot.column + 1}: "}
            assert any(problem.startswith(tuple(places)) for problem in found), (spot, found)
    print(f"wrong node types: {len(tried) * 2} {kind} values refused in their place")


@pytest.mark.parametrize("kind", WRONG)
def test_an_empty_value_is_told_in_its_place(kind: str) -> None:
    empties: dict[str, list[object]] = {"text": ["", "  "], "list": [[]], "mapping": [{}]}
    tried = [
        spot
        for spot in KEYS
        if EXPECTED_KINDS[spot.kind] == kind and not MAY_BE_EMPTY.fullmatch("/".join(spot.path))
    ]
    assert tried

    for spot in tried:
        for empty in empties[kind]:
            found = here(spot, empty)

            assert any(problem.startswith(f"{spot.place}: ") for problem in found), (spot, found)


def test_a_list_that_may_be_empty_is_taken_empty() -> None:
    tried = [spot for spot in KEYS if MAY_BE_EMPTY.fullmatch("/".join(spot.path))]
    assert len({spot.path[-1] for spot in tried}) == 5

    for spot in tried:
        assert [
            problem for problem in here(spot, []) if problem.startswith(f"{spot.place}: `")
        ] == [], spot


LISTS = [spot for spot in SPOTS if spot.kind is yaml.SequenceNode and spot.path != ("rules",)]


def test_an_item_of_a_list_is_a_text_that_stands_there_once() -> None:
    for spot in LISTS:
        items = json.loads(BASE[spot.file].decode()[spot.start : spot.end]) or ["x"]
        found = here(spot, [*items, ["x"], {"x": "y"}, "", " ", items[0]])

        assert len([problem for problem in found if "must list texts" in problem]) == 4, spot
        assert any(f"`{items[0]}` stands twice in " in problem for problem in found), spot


WHEN = [
    (spot, attribute)
    for spot in SPOTS
    if not spot.is_key and spot.path[2:3] == ("when",) and len(spot.path) == 4
    for attribute in spot.path[3:]
]
NO_TABLE = [
    "x",
    "",
    {},
    {"not": ["BROUILLON"], "present": "yes"},
    {"among": ["BROUILLON"]},
    {"not": "BROUILLON"},
    {"not": []},
    {"not": {"x": "y"}},
    {"present": ["yes"]},
    {"present": "true"},
    {"present": ""},
    {"same_as": ["sujet.id"]},
    {"same_as": ""},
    {"differs_from": {"x": "y"}},
    [["BROUILLON"]],
    [],
]


@pytest.mark.parametrize("content", NO_TABLE, ids=json.dumps)
def test_a_row_of_a_table_is_a_list_or_one_test(content: object) -> None:
    for spot, _ in WHEN:
        found = [problem for problem in here(spot, content) if problem.startswith(spot.file)]

        assert found, spot
        assert int(found[0].split(":")[1]) == spot.line


@pytest.mark.parametrize("content", ["x", "", [], ["x"], {}], ids=json.dumps)
def test_a_table_is_a_mapping_that_is_not_empty(content: object) -> None:
    for spot in [spot for spot in KEYS if spot.path[-1] == "when"]:
        assert f"{spot.place}: `when` must be a mapping that is not empty; or remove it" in here(
            spot, content
        )


def test_every_file_is_a_mapping() -> None:
    wholes = [spot for spot in SPOTS if not spot.path]
    assert len(wholes) == 4

    for spot in wholes:
        for content in ("x", ["x"]):
            found = here(spot, content)

            assert any(
                problem.startswith(f"{spot.file}:1:1: the ")
                and problem.endswith(" must be a mapping of keys to values")
                for problem in found
            ), found
