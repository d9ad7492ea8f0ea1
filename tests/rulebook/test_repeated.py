"""Two rules of one name are refused, even where a reviewer's remarks are not asked for."""

from tests.rulebook.small_policy import (
    FACTURES,
    FILES,
    PORTAIL,
    problems_of,
    with_rules,
    with_text,
)

SAME_NAME = """
id: consulter-vendeur
label: Le tiers consulte
effect: allow
actions: [factures.consulter]
as: tiers
requires: [factures:consultation]
because: Autre règle, même nom.
basis: [R11]
"""


def test_a_name_borne_twice_in_a_file_is_told_with_the_first_that_bears_it() -> None:
    line = FILES[FACTURES].decode().count("\n") + 1

    for lint in (True, False):
        assert problems_of(with_rules(SAME_NAME), lint=lint) == [
            (
                f"{FACTURES}:{line}:5: rule `consulter-vendeur` repeats `consulter-vendeur`"
                f" of {FACTURES}:4:5"
            )
        ]


def test_a_name_borne_twice_in_the_policy_is_told_too() -> None:
    files = with_text(PORTAIL, "id: lire-structure", "id: payer-acheteur")

    assert problems_of(files, lint=False) == [
        f"{PORTAIL}:4:5: rule `payer-acheteur` repeats `payer-acheteur` of {FACTURES}:34:5"
    ]


def test_each_name_borne_again_is_told() -> None:
    found = problems_of(with_rules(SAME_NAME, SAME_NAME), lint=False)

    assert len(found) == 2
    assert all(problem.endswith(f"of {FACTURES}:4:5") for problem in found)


def test_names_that_differ_repeat_nothing() -> None:
    other = SAME_NAME.replace("consulter-vendeur", "consulter-vendeurs")

    assert problems_of(with_rules(other)) == []
