"""An action that no rule allows, on one of its types, is told; a deny does not speak for it."""

from tests.rulebook.small_policy import FACTURES, VOCABULARY, problems_of, with_text


def silent(action: str, kind: str) -> str:
    return f"{VOCABULARY}:1:1: no rule allows `{action}` on `{kind}`; write one, or remove it there"


def test_an_action_without_a_rule_is_told() -> None:
    files = with_text(
        VOCABULARY,
        "payer: {",
        "annuler: {label: Annuler, access: modification, resources: [facture]}\n      payer: {",
    )

    assert problems_of(files) == [silent("factures.annuler", "facture")]
    assert problems_of(files, lint=False) == []


def test_an_action_that_is_only_denied_is_told() -> None:
    files = with_text(
        FACTURES,
        "effect: allow\n    actions: [factures.payer]",
        "effect: deny\n    actions: [factures.payer]",
    )

    assert silent("factures.payer", "facture") in problems_of(files)


def test_a_type_of_the_action_that_no_rule_reaches_is_told() -> None:
    files = with_text(
        VOCABULARY,
        "Rouvrir, access: modification, resources: [structure]",
        "Rouvrir, access: modification, resources: [structure, compte]",
    )
    assert problems_of(files) == []

    files = with_text(
        VOCABULARY,
        "Transmettre, access: modification, resources: [structure]",
        "Transmettre, access: modification, resources: [structure, facture]",
    )
    assert problems_of(files) == [silent("portail.transmettre", "facture")]


def test_an_action_with_its_rules_is_not_told() -> None:
    assert problems_of(with_text(VOCABULARY, "label: Payer", "label: Régler")) == []
