"""From rules to policy lines: one for each action and type, every column filled and meant."""

from pathlib import Path

import pytest

from habilis_server.engine.lines import COLUMNS, SLOTS, lines_of, slots_of
from habilis_server.rulebook import Rulebook, build
from habilis_server.rulebook.loading import read_files
from tests.rulebook.small_policy import (
    FACTURES,
    FILES,
    MODEL,
    PORTAIL,
    VOCABULARY,
    read,
    small,
    with_text,
)

POLICY = Path(__file__).resolve().parents[2] / "policy"


def line(rule: str, rulebook: Rulebook, kind: str | None = None) -> dict[str, str]:
    """The one line of the rule, on this type."""
    (found,) = (
        dict(line)
        for line in lines_of(rulebook)
        if line["rule"] == rule and kind in {None, line["type"]}
    )
    return found


def test_the_columns_are_those_of_the_model() -> None:
    text = FILES[MODEL].decode()
    declared = text[text.index("\np = ") + 5 :].split("\n", 1)[0]

    assert tuple(declared.split(", ")) == COLUMNS
    assert len(COLUMNS) == 12 + 2 * SLOTS + 1


@pytest.mark.parametrize("rulebook", [small(), build(read_files(POLICY))], ids=["small", "shipped"])
def test_there_is_a_line_for_each_rule_action_and_type(rulebook: Rulebook) -> None:
    lines = list(lines_of(rulebook))

    assert [(line["rule"], line["act"], line["type"]) for line in lines] == [
        (rule.id, action, kind)
        for rule in rulebook.rules
        for action, kinds in rule.resources.items()
        for kind in kinds
    ]
    assert all(tuple(line) == COLUMNS and all(line.values()) for line in lines)
    assert {line["eft"] for line in lines} == {"allow", "deny"}


def test_a_rule_for_a_party_asks_what_a_party_can_be_asked() -> None:
    assert line("envoyer-sans-tiers", small()) == {
        "rule": "envoyer-sans-tiers",
        "act": "factures.envoyer",
        "type": "facture",
        "party": "vendeur",
        "without": "tiers",
        "structure": "structure:active",
        "member": "role:member",
        "scope": "role:covered",
        "service": "service:active",
        "read": "profile:factures:consultation",
        "write": "profile:factures:modification",
        "role": "role:anyone",
        "if1": "facture.auteur?",
        "in1": "{given}",
        "if2": "facture.etat",
        "in2": "{BROUILLON}",
        **{f"if{slot}": "always" for slot in (3, 4, 5)},
        **{f"in{slot}": "{yes}" for slot in (3, 4, 5)},
        "eft": "allow",
    }


def test_a_rule_without_a_party_asks_nothing_of_any_place() -> None:
    told = line("rouvrir-support", small())

    assert told["party"] == "party:anywhere"
    assert told["without"] == "party:nobody"
    assert (told["structure"], told["service"]) == ("structure:any", "service:any")
    assert {told[column] for column in ("member", "scope", "read", "write")} == {"role:anyone"}
    assert told["role"] == "role:support"


def test_reading_goes_on_where_the_readings_say_so() -> None:
    reads = line("consulter-vendeur", small())
    assert (reads["structure"], reads["service"]) == ("structure:any", "service:any")

    files = with_text(
        VOCABULARY, "on_inactive_structure: [consultation]", "on_inactive_structure: []"
    )
    reads = line("consulter-vendeur", read(files))
    assert (reads["structure"], reads["service"]) == ("structure:active", "service:any")

    files = with_text(VOCABULARY, "_service: [consultation]", "_service: []")
    reads = line("consulter-vendeur", read(files))
    assert (reads["structure"], reads["service"]) == ("structure:any", "service:active")


def test_a_rule_may_go_on_where_all_is_inactive() -> None:
    told = line("transmettre-gestionnaire", small())

    assert (told["structure"], told["service"]) == ("structure:any", "service:any")
    assert told["role"] == "role:principal_manager"


SETS = {
    "a list": ("allow", "[ENVOYEE]", "facture.etat", "{ENVOYEE}"),
    "a list, in order": ("allow", "[PAYEE, ENVOYEE]", "facture.etat", "{ENVOYEE|PAYEE}"),
    "a complement": ("allow", "{not: [ENVOYEE]}", "facture.etat", "{BROUILLON|PAYEE}"),
    "presence": ("allow", '{present: "yes"}', "facture.etat", "{BROUILLON|ENVOYEE|PAYEE}"),
    "absence": ("allow", '{present: "no"}', "facture.etat", "{absent}"),
    # In a deny doubt is a no: what is absent is in every set, but for `present`.
    "a list denied": ("deny", "[ENVOYEE]", "facture.etat", "{ENVOYEE|absent}"),
    "a complement denied": (
        "deny",
        "{not: [ENVOYEE]}",
        "facture.etat",
        "{BROUILLON|PAYEE|absent}",
    ),
    "presence denied": ("deny", '{present: "yes"}', "facture.etat", "{BROUILLON|ENVOYEE|PAYEE}"),
    "absence denied": ("deny", '{present: "no"}', "facture.etat", "{absent}"),
}


@pytest.mark.parametrize(("effect", "row", "key", "values"), SETS.values(), ids=SETS)
def test_a_row_of_a_table_is_a_set(effect: str, row: str, key: str, values: str) -> None:
    files = with_text(FACTURES, "facture.etat: [ENVOYEE]", f"facture.etat: {row}")
    files = with_text(
        FACTURES,
        "effect: allow\n    actions: [factures.payer]",
        f"effect: {effect}\n    actions: [factures.payer]",
        files,
    )

    told = line("payer-acheteur", read(files))
    assert (told["if1"], told["in1"]) == (key, values)


RELATIONS = {
    "the same": ("deny", "{same_as: sujet.id}", "facture.auteur~sujet.id", "{absent|same}"),
    "another": (
        "deny",
        "{differs_from: sujet.id}",
        "facture.auteur~sujet.id",
        "{absent|differs}",
    ),
    "presence": ("deny", '{present: "yes"}', "facture.auteur?", "{given}"),
    "absence": ("deny", '{present: "no"}', "facture.auteur?", "{absent}"),
    "the same, allowed": ("allow", "{same_as: sujet.id}", "facture.auteur~sujet.id", "{same}"),
    "another, allowed": (
        "allow",
        "{differs_from: sujet.id}",
        "facture.auteur~sujet.id",
        "{differs}",
    ),
}


@pytest.mark.parametrize(("effect", "row", "key", "values"), RELATIONS.values(), ids=RELATIONS)
def test_a_relation_between_people_is_a_set_of_one_word(
    effect: str, row: str, key: str, values: str
) -> None:
    files = with_text(FACTURES, "{same_as: sujet.id}", row)
    role = "role: anyone\n    " if effect == "allow" else ""
    files = with_text(
        FACTURES, "effect: deny\n    actions", f"effect: {effect}\n    {role}actions", files
    )

    told = line("payer-jamais-soi", read(files))
    assert (told["if1"], told["in1"]) == (key, values)


def test_what_is_one_s_own_is_asked_only_of_what_has_an_owner() -> None:
    told = line("lire-son-compte", small(), "compte")
    assert (told["if1"], told["in1"]) == ("self", "{same}")

    files = with_text(
        PORTAIL,
        "    actions: [portail.lire]\n    role: self\n",
        "    actions: [portail.lire]\n    as: structure\n    role: self\n",
    )
    assert line("lire-son-compte", read(files), "compte")["if1"] == "self"
    assert line("lire-son-compte", read(files), "structure")["if1"] == "always"


def test_four_conditions_and_one_s_own_fit_in_a_line() -> None:
    rulebook = build(read_files(POLICY))

    assert max(len(slots_of(rule, rulebook)) for rule in rulebook.rules) <= SLOTS == 5
