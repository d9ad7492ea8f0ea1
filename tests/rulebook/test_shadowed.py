"""A rule that another of the same effect makes idle is told; one that adds something is not."""

import pytest

from tests.rulebook.small_policy import FACTURES, FILES, problems_of, with_rules, with_text

LAST = FILES[FACTURES].decode().count("\n") + 1

# Behind the rule `consulter-vendeur`: as vendeur, requires factures:consultation, no condition.
NARROWER = {
    "the same once more": "as: vendeur\nrequires: [factures:consultation]",
    "with one profile more": (
        "as: vendeur\nrequires: [factures:consultation, factures:modification]"
    ),
    "with a condition": (
        "as: vendeur\nrequires: [factures:consultation]\nwhen:\n  facture.etat: [PAYEE]"
    ),
    "with a role": "as: vendeur\nrequires: [factures:consultation]\nrole: principal_manager",
    "where a party is absent": "as: vendeur\nwithout: tiers\nrequires: [factures:consultation]",
}
WIDER = {
    "for another party": "as: tiers\nrequires: [factures:consultation]",
    "with another profile": "as: vendeur\nrequires: [factures:modification]",
    "on what is inactive": (
        "as: vendeur\nrequires: [factures:consultation]\ninactive: allowed\n"
        "when:\n  facture.etat: [PAYEE]"
    ),
    "for the support": "role: support",
}


def rule(body: str, name: str = "la-regle", effect: str = "allow") -> str:
    return (
        f"id: {name}\nlabel: Une règle\neffect: {effect}\nactions: [factures.consulter]\n{body}\n"
        "because: Pour voir.\nbasis: [R11]"
    )


@pytest.mark.parametrize("body", NARROWER.values(), ids=NARROWER)
def test_a_rule_that_gives_what_is_given_already_is_told(body: str) -> None:
    assert problems_of(with_rules(rule(body))) == [
        (
            f"{FACTURES}:{LAST}:5: rule `la-regle` is shadowed by `consulter-vendeur`"
            f" ({FACTURES}:4:5): whatever it gives is given already; remove it, or narrow the other"
        )
    ]
    assert problems_of(with_rules(rule(body)), lint=False) == []


@pytest.mark.parametrize("body", WIDER.values(), ids=WIDER)
def test_a_rule_that_gives_something_more_is_not_told(body: str) -> None:
    assert problems_of(with_rules(rule(body))) == []


def test_the_narrow_one_is_told_even_when_it_stands_first() -> None:
    anyone = "role: anyone"

    assert problems_of(with_rules(rule(anyone))) == [
        f"{FACTURES}:{line}:5: rule `{name}` is shadowed by `la-regle` ({FACTURES}:{LAST}:5):"
        " whatever it gives is given already; remove it, or narrow the other"
        for line, name in ((4, "consulter-vendeur"), (12, "consulter-acheteur"))
    ]


def test_of_two_equal_rules_the_later_is_told() -> None:
    twice = with_rules(rule("role: support", "une"), rule("role: support", "deux"))

    (found,) = problems_of(twice)
    assert "rule `deux` is shadowed by `une`" in found


def test_a_rule_for_two_actions_is_not_idle_while_one_of_them_is_its_own() -> None:
    body = "as: vendeur\nrequires: [factures:consultation]"
    both = rule(body).replace("[factures.consulter]", "[factures.consulter, factures.payer]")

    (found,) = problems_of(with_rules(both))
    assert "rule `consulter-vendeur` is shadowed by `la-regle`" in found


DENIES = {
    "a list within a list": ("[BROUILLON, PAYEE]", "[BROUILLON]", True),
    "a list within a complement": ("{not: [PAYEE]}", "[BROUILLON]", True),
    "lists that meet": ("[BROUILLON, PAYEE]", "[BROUILLON, ENVOYEE]", False),
    "the same presence": ('{present: "yes"}', '{present: "yes"}', True),
    # An absent value meets a list in a deny, and not `present`.
    "a list beside presence": ('{present: "yes"}', "[BROUILLON]", False),
    "presence beside a list": ("[BROUILLON, ENVOYEE, PAYEE]", '{present: "yes"}', False),
    "absence beside presence": ('{present: "yes"}', '{present: "no"}', False),
}


@pytest.mark.parametrize(("wide", "narrow", "idle"), DENIES.values(), ids=DENIES)
def test_denies_are_compared_as_they_judge(wide: str, narrow: str, idle: bool) -> None:
    rules = [
        rule(f"when:\n  facture.etat: {row}", name, "deny")
        for name, row in (("large", wide), ("etroite", narrow))
    ]
    found = [problem for problem in problems_of(with_rules(*rules)) if "shadowed" in problem]

    assert bool(found) is idle


def test_a_deny_never_shadows_an_allow_nor_an_allow_a_deny() -> None:
    same = "as: vendeur\nrequires: [factures:consultation]"

    assert not any(
        "shadowed" in each for each in problems_of(with_rules(rule(same, effect="deny")))
    )


def test_the_rule_of_another_action_shadows_nothing() -> None:
    files = with_text(FACTURES, "actions: [factures.consulter]", "actions: [factures.envoyer]")

    assert not any("consulter-acheteur" in problem for problem in problems_of(files))
