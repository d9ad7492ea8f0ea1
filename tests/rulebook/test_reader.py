"""What the reader makes of a policy, and what it says of each slip that is no mere misspelling."""

from collections.abc import Mapping
from itertools import permutations

import pytest

from habilis_server.rulebook import (
    Access,
    Effect,
    Operator,
    PolicyError,
    Role,
    build,
)
from tests.rulebook.small_policy import (
    FACTURES,
    FILES,
    MODEL,
    PORTAIL,
    PROFILES,
    VOCABULARY,
    problems_of,
    small,
    with_text,
)


@pytest.mark.parametrize("values", ["PUBLIQUE", "PUBLIQUE, PRIVEE, MIXTE", "PUBLIQUE, PRIVATE"])
def test_the_values_of_a_field_of_the_world_are_exactly_its_own(values: str) -> None:
    found = problems_of(with_text(VOCABULARY, "types: [PUBLIQUE, PRIVEE]", f"types: [{values}]"))

    assert f"{VOCABULARY}:21:82: `values` must name a set of exactly PRIVEE, PUBLIQUE" in found


def test_a_property_read_by_one_attribute_has_the_same_values_everywhere() -> None:
    files = with_text(
        VOCABULARY,
        "  facture:\n",
        "  devis: {label: Devis, parties: [vendeur], properties: {etat: types}}\n  facture:\n",
    )
    files = with_text(
        VOCABULARY, "etat: {of: [facture], p", "etat: {of: [facture, devis], p", files
    )

    assert f"{VOCABULARY}:20:17: `etat` has other values on another resource type" in problems_of(
        files
    )


def test_nothing_is_loaded_with_a_problem_and_all_problems_are_told_together() -> None:
    files = with_text(VOCABULARY, "domain: argent", "domain: argant")
    files = with_text(PROFILES, 'default: "yes"', 'default: "oui"', files)
    files = with_text(FACTURES, "effect: allow", "effect: Allow", files)
    files = with_text(FACTURES, "effect: deny", "effect: denied", files)
    files = with_text(PORTAIL, "inactive: allowed", "inactive: always", files)

    with pytest.raises(PolicyError) as refusal:
        build(files)

    assert str(refusal.value).splitlines() == [
        f"{FACTURES}:6:13: unknown effect `Allow` (did you mean `allow`?); write `allow`, `deny`",
        f"{FACTURES}:46:13: unknown effect `denied` (did you mean `deny`?); write `allow`, `deny`",
        f"{PORTAIL}:32:15: `inactive` is `allowed`, or not there",
        f'{PROFILES}:3:49: `default` must be "yes" or "no"',
        f"{VOCABULARY}:28:13: unknown domain `argant` (did you mean `argent`?)",
        "5 problems; nothing was loaded",
    ]


def test_what_is_wrong_with_one_file_s_yaml_is_told_with_that_of_the_others() -> None:
    files = with_text(VOCABULARY, "domain: argent", "domain: NO")
    files = with_text(FACTURES, "effect: allow", "effect: &a allow", files)

    assert problems_of(files) == [
        f"{FACTURES}:6:13: anchor `&a`; write the value out where it is used",
        f'{VOCABULARY}:28:13: `NO` reads as bool, not text; quote it: "NO"',
    ]


def test_problems_stand_in_the_order_of_files_and_lines_whatever_the_order_of_reading() -> None:
    files = FILES
    for word in ("consulter-vendeur", "consulter-acheteur", "envoyer-sans-tiers"):
        files = with_text(FACTURES, f"id: {word}", f"id: {word.upper()}", files)
    orders = [
        problems_of({name: files[name] for name in (*names, MODEL)})
        for names in permutations(sorted(files.keys() - {MODEL}))
    ]

    assert [problem.split(":")[1] for problem in orders[0]] == ["4", "12", "22"]
    assert orders.count(orders[0]) == len(orders) == 24


MISPLACED = {
    "no model": ({MODEL: None}, [f"{MODEL}:1:1: missing; a policy is nothing without it"]),
    "no vocabulary": (
        {VOCABULARY: None},
        [f"{VOCABULARY}:1:1: missing; a policy is nothing without it"],
    ),
    "no profiles": (
        {PROFILES: None},
        [f"{PROFILES}:1:1: missing; a policy is nothing without it"],
    ),
    "nothing": (
        dict.fromkeys(FILES),
        [
            f"{name}:1:1: missing; a policy is nothing without it"
            for name in (MODEL, PROFILES, VOCABULARY)
        ],
    ),
    "no rule": (
        {FACTURES: None, PORTAIL: None},
        ["rules/:1:1: no rule at all: an empty policy is refused"],
    ),
    "a stray file": (
        {"rules/notes.txt": b"x"},
        ["rules/notes.txt:1:1: a file that has no place in a policy; remove it"],
    ),
    "a second model": (
        {"models/other.conf": b"x"},
        ["models/other.conf:1:1: a file that has no place in a policy; remove it"],
    ),
    "a copy of an editor": (
        {"rules/factures.yaml~": b"x"},
        ["rules/factures.yaml~:1:1: a file that has no place in a policy; remove it"],
    ),
    "an extension in capitals": (
        {"rules/annuaire.YAML": b"x"},
        ["rules/annuaire.YAML:1:1: a file that has no place in a policy; remove it"],
    ),
    "a file outside": (
        {"../rules/portail.yaml": FILES[PORTAIL]},
        ["../rules/portail.yaml:1:1: a file that has no place in a policy; remove it"],
    ),
    "a path that climbs": (
        {"rules/../portail.yaml": FILES[PORTAIL]},
        ["rules/../portail.yaml:2:14: the file of `portail` is `portail.yaml`"],
    ),
    "a folder within": (
        {"rules/autres/portail.yaml": FILES[PORTAIL]},
        ["rules/autres/portail.yaml:2:14: the file of `portail` is `portail.yaml`"],
    ),
    "an absolute path": (
        {"/rules/portail.yaml": FILES[PORTAIL]},
        ["/rules/portail.yaml:1:1: a file that has no place in a policy; remove it"],
    ),
    "a backslash": (
        {"rules\\portail.yaml": FILES[PORTAIL]},
        ["rules\\portail.yaml:1:1: a file that has no place in a policy; remove it"],
    ),
    "a model in other letters": (
        {MODEL: "m = é".encode()},
        [f"{MODEL}:1:1: not ASCII at byte 4; write plain letters"],
    ),
}


@pytest.mark.parametrize(("changes", "wanted"), MISPLACED.values(), ids=MISPLACED)
def test_i6_a_policy_has_its_files_and_no_others(
    changes: Mapping[str, bytes | None], wanted: list[str]
) -> None:
    changed = {**FILES, **changes}

    found = problems_of({name: text for name, text in changed.items() if text is not None})
    assert [problem for problem in found if problem in wanted] == wanted


def test_c3_an_empty_list_of_rules_is_no_policy() -> None:
    files = {**FILES, FACTURES: b"application: factures\nrules: []\n"}
    del files[PORTAIL]

    assert problems_of(files) == [
        "rules/:1:1: no rule at all: an empty policy is refused",
        f"{FACTURES}:2:8: `rules` must be a list that is not empty",
    ]


def test_the_rulebook_says_what_the_files_say() -> None:
    rulebook = small()
    rules = {rule.id: rule for rule in rulebook.rules}
    envoyer, payer = rules["envoyer-sans-tiers"], rules["payer-jamais-soi"]

    assert [rule.id for rule in rulebook.rules][:3] == [
        "consulter-vendeur",
        "consulter-acheteur",
        "envoyer-sans-tiers",
    ]
    assert (envoyer.effect, envoyer.party, envoyer.without) == (Effect.ALLOW, "vendeur", "tiers")
    assert envoyer.requires == ("factures:consultation", "factures:modification")
    assert [(row.attribute, row.operator, row.values) for row in envoyer.when] == [
        ("facture.auteur", Operator.PRESENT, frozenset()),
        ("facture.etat", Operator.AMONG, frozenset({"BROUILLON"})),
    ]
    assert (payer.effect, payer.party, payer.role) == (Effect.DENY, None, None)
    assert [(row.operator, row.other) for row in payer.when] == [(Operator.SAME_AS, "sujet.id")]
    assert rules["consulter-acheteur"].when[0].values == {"ENVOYEE", "PAYEE"}
    assert rules["transmettre-gestionnaire"].role is Role.PRINCIPAL_MANAGER
    assert rules["transmettre-gestionnaire"].inactive
    assert rules["lire-structure"].resources == {"portail.lire": ("structure", "compte")}
    assert rules["lire-son-compte"].resources == {"portail.lire": ("compte",)}
    assert str(rules["payer-jamais-soi"].place) == f"{FACTURES}:44:5"


def test_the_vocabulary_says_what_the_files_say() -> None:
    words = small().vocabulary

    assert words.actions["factures.consulter"].access is Access.CONSULTATION
    assert words.resources["compte"].looked_up
    assert words.resources["facture"].properties == {
        "etat": frozenset({"BROUILLON", "ENVOYEE", "PAYEE"}),
        "auteur": None,
    }
    assert words.attributes["sujet.id"].resources == words.resources.keys()
    assert words.attributes["acheteur.type"].party == "acheteur"
    assert words.readings.structure_covers_services
    assert words.readings.on_inactive_structure == {Access.CONSULTATION}


def test_profiles_say_who_may_grant_them_and_who_holds_them_by_office() -> None:
    profiles = small().profiles

    assert profiles["factures:consultation"].default
    assert profiles["factures:modification"].granted_by == {
        "principal_manager",
        "portail:modification",
    }
    assert profiles["portail:modification"].granted_by == frozenset()
    assert profiles["portail:modification"].ex_officio == {
        "principal_manager",
        "legacy_secondary_manager",
    }


def test_rules_stand_in_the_order_of_their_files_names_then_of_their_lines() -> None:
    first = build(FILES)
    last = build(dict(sorted(FILES.items(), reverse=True)))

    assert first == last
    assert [rule.place.file for rule in first.rules] == [FACTURES] * 6 + [PORTAIL] * 5


def test_the_order_of_a_table_s_rows_does_not_matter() -> None:
    turned = with_text(
        FACTURES,
        'facture.etat: [BROUILLON]\n      facture.auteur: {present: "yes"}',
        'facture.auteur: {present: "yes"}\n      facture.etat: [BROUILLON]',
    )

    assert [rule.when for rule in build(turned).rules] == [rule.when for rule in small().rules]
