"""A word declared and used by nothing is told; one that a single row uses is not."""

from tests.rulebook.small_policy import (
    FACTURES,
    PORTAIL,
    VOCABULARY,
    problems_of,
    with_text,
)


def test_an_attribute_that_no_rule_tests_is_told() -> None:
    files = with_text(
        VOCABULARY,
        "attributes:\n",
        "attributes:\n  vendeur.type: {of: [facture], party: vendeur, world: structure.type,"
        " values: types}\n",
    )

    assert problems_of(files) == [
        f"{VOCABULARY}:1:1: no rule tests `vendeur.type`; remove the attribute"
    ]
    assert problems_of(files, lint=False) == []


def test_a_domain_without_an_application_is_told() -> None:
    files = with_text(VOCABULARY, "domains:\n", "domains:\n  vide: {label: Vide}\n")

    assert problems_of(files) == [
        f"{VOCABULARY}:1:1: no application is in domain `vide`; remove it"
    ]


def test_an_attribute_used_only_as_the_other_side_of_a_comparison_is_used() -> None:
    files = with_text(FACTURES, "{same_as: sujet.id}", '{present: "no"}')
    assert problems_of(files) == []

    files = with_text(PORTAIL, "{differs_from: sujet.id}", '{present: "yes"}', files)
    assert problems_of(files) == [
        f"{VOCABULARY}:1:1: no rule tests `sujet.id`; remove the attribute"
    ]
