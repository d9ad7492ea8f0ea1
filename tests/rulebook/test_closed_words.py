"""Every word of the format misspelt, cased, padded or in look-alike letters: refused, in place."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import pytest
import yaml

from habilis_server.rulebook import PolicyError, build
from habilis_server.rulebook.loading import read_files
from tests.rulebook.mutations import MISSPELLINGS, Spot, flow, mutants, rewritten, spots
from tests.rulebook.small_policy import FILES, MODEL, problems_of

SHIPPED = Path(__file__).resolve().parents[2] / "policy"
BASE = flow(FILES)
KNOWN = {spot.text for file in BASE if file != MODEL for spot in spots(file, BASE[file])}
PROFILE_NAMES = "rules/profiles.yaml key profiles-2"
ANY = "[^/]+"

# What must be one of a few words: by file, the paths of the values.
CLOSED = {
    "rules/vocabulary.yaml": [
        f"resources/{ANY}/looked_up",
        f"resources/{ANY}/properties/{ANY}",
        f"attributes/{ANY}/of(/{ANY})?",
        f"attributes/{ANY}/(property|party|world|values)",
        f"applications/{ANY}/domain",
        f"applications/{ANY}/profiles/{ANY}",
        f"applications/{ANY}/actions/{ANY}/access",
        f"applications/{ANY}/actions/{ANY}/resources/{ANY}",
        f"readings/{ANY}/{ANY}",
        f"key ({'domains|values|resources|attributes|applications|readings'})",
        f"key domains/{ANY}/{ANY}",
        f"key resources/{ANY}/{ANY}",
        f"key attributes/{ANY}/{ANY}",
        f"key applications/{ANY}/{ANY}",
        f"key applications/{ANY}/actions/{ANY}/{ANY}",
        f"key readings/{ANY}",
    ],
    "rules/profiles.yaml": [
        f"profiles/{ANY}/default",
        f"profiles/{ANY}/(granted_by|ex_officio)/{ANY}",
        f"key profiles(/{ANY})*",
    ],
    "rules of an application": [
        "application",
        f"rules/{ANY}/(effect|as|without|role|inactive)",
        f"rules/{ANY}/(actions|requires)/{ANY}",
        f"rules/{ANY}/when/{ANY}(/not)?/{ANY}",
        "key (application|rules)",
        f"key rules/{ANY}/{ANY}",
        f"key rules/{ANY}/when/{ANY}(/{ANY})?",
    ],
}

# Names that the policy itself declares: any will do, if it is written as names are.
DECLARED = {
    "rules/vocabulary.yaml": [
        f"key domains/{ANY}",
        f"key values/{ANY}",
        f"values/{ANY}/{ANY}",
        f"key resources/{ANY}",
        f"resources/{ANY}/parties/{ANY}",
        f"key resources/{ANY}/properties/{ANY}",
        f"key attributes/{ANY}",
        f"key applications/{ANY}",
        f"key applications/{ANY}/actions/{ANY}",
    ],
    "rules of an application": [f"rules/{ANY}/id"],
}

# Three problems say what is to be written there instead of proposing a word.
WITHOUT_SUGGESTION = re.compile(f"attributes/{ANY}/(of|values|party)")


def written_in(table: Mapping[str, list[str]], files: Mapping[str, bytes]) -> list[Spot]:
    found: list[Spot] = []
    for file in sorted(files.keys() - {MODEL}):
        patterns = table.get(file, table["rules of an application"])
        if file in {"rules/vocabulary.yaml", "rules/profiles.yaml"}:
            patterns = table.get(file, [])
        matching = re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)")
        found += [
            spot
            for spot in spots(file, files[file])
            if spot.kind is yaml.ScalarNode and matching.fullmatch(spot.name)
        ]
    return found


def by_kind(table: Mapping[str, list[str]]) -> dict[str, list[Spot]]:
    """The spots in groups of one kind, such as all the effects, so that a test has a name."""
    groups: dict[str, list[Spot]] = {}
    for spot in written_in(table, BASE):
        words = [word for word in spot.path if not word.isdigit()]
        depth = f"{words[0]}-{len(spot.path)}"
        groups.setdefault(f"{spot.file} {'key ' * spot.is_key}{depth}", []).append(spot)
    return groups


def tried(group: list[Spot]) -> Iterator[tuple[Spot, str, str]]:
    """Each word once in every wrong way, and a third of the ways each time it comes back."""
    seen: set[str] = set()
    for number, spot in enumerate(group):
        ways = [(how, word) for how, word in mutants(spot.text).items() if word not in KNOWN]
        for how, word in ways[number % 3 :: 3] if spot.text in seen else ways:
            yield spot, how, word
        seen.add(spot.text)


def test_the_base_has_no_problem_and_its_spots_are_many() -> None:
    assert problems_of(BASE) == []
    assert len(written_in(CLOSED, BASE)) > 250
    assert len(written_in(DECLARED, BASE)) > 40


@pytest.mark.parametrize("kind", by_kind(CLOSED))
def test_c4_a_word_that_is_not_one_of_the_known_is_refused_in_its_place(kind: str) -> None:
    total = 0
    for spot, how, word in tried(by_kind(CLOSED)[kind]):
        total += 1
        found = problems_of(rewritten(BASE, [(spot, json.dumps(word, ensure_ascii=False))]))
        # A profile is told by the place of its description, on the line of its name.
        place = f"{spot.file}:{spot.line}:" if kind == PROFILE_NAMES else f"{spot.place}: "
        here = [problem for problem in found if problem.startswith(place)]

        assert here, f"{spot.name} {how}: {word!r} gave {found}"
        if how in MISSPELLINGS and not WITHOUT_SUGGESTION.fullmatch(spot.name):
            assert any(spot.text in problem for problem in here), here

    print(f"C4: {kind}: {total} of {total} mutants rejected with their place")
    assert total > 0


@pytest.mark.parametrize("kind", by_kind(DECLARED))
def test_c4_a_name_in_other_letters_is_refused_in_its_place(kind: str) -> None:
    total = 0
    for spot, how, word in tried(by_kind(DECLARED)[kind]):
        if how not in MISSPELLINGS:
            total += 1
            found = problems_of(rewritten(BASE, [(spot, json.dumps(word, ensure_ascii=False))]))

            assert any(problem.startswith(f"{spot.place}: ") for problem in found), (word, found)

    print(f"C4: {kind}: {total} of {total} names rejected with their place")
    assert total > 0


def test_c4_every_word_of_the_shipped_rules_is_as_closed() -> None:
    """One word of each rule at a time: the problems of one build don't hide each other's."""
    base = flow(read_files(SHIPPED))
    rules = [
        spot
        for spot in written_in(CLOSED, base)
        if not spot.is_key and spot.path[0] == "rules" and spot.file != "rules/profiles.yaml"
    ]
    rounds: dict[int, list[Spot]] = {}
    for _, group in groupby(rules, key=lambda spot: (spot.file, spot.path[1])):
        for number, spot in enumerate(group):
            rounds.setdefault(number, []).append(spot)
    known = {spot.text for file in base if file != MODEL for spot in spots(file, base[file])}
    total = 0
    for number, together in sorted(rounds.items()):
        changes: list[tuple[Spot, str]] = []
        for index, spot in enumerate(together):
            # Ten ways to go wrong, spread over the words rather than all tried on each.
            ways = [word for word in mutants(spot.text).values() if word not in known]
            word = ways[(number + index) % len(ways)]
            changes.append((spot, json.dumps(word, ensure_ascii=False)))
        with pytest.raises(PolicyError) as refusal:
            build(rewritten(base, changes))
        places = {str(problem.place) for problem in refusal.value.problems}
        total += len(changes)

        assert [spot for spot, _ in changes if spot.place not in places] == []

    print(f"C4: shipped rules: {total} of {total} mutants rejected with their place")
    assert total > 1_000
