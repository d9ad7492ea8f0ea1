"""Commands that must not both be carried out: never both with the lock, and both without it."""

import pytest

from tests.conftest import Figure
from tests.storage.contest import RACES, Race, run
from tests.storage.places import Place

WITHOUT = 5
WITH = 50
"""Tries of each race, on each database."""


@pytest.mark.parametrize("race", RACES.values(), ids=RACES)
def test_of_two_that_exclude_each_other_one_is_carried_out(
    place: Place, race: Race, figure: Figure
) -> None:
    lawless = run(place.target, race, WITHOUT, lawless=True)
    lawful = run(place.target, race, WITH)
    figure(
        f"{lawful.violations} violations in {lawful.tries} tries;"
        f" {lawless.violations} in {lawless.tries} with the lock removed"
    )

    assert lawless.violations > 0
    assert lawful.violations == lawful.neither == 0
    assert lawful.failed == []
