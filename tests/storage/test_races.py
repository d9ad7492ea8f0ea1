"""Commands that must not both be carried out: never both with the lock, and both without it."""

from collections.abc import Callable

import pytest

from tests.conftest import Figure
from tests.storage.contest import RACES, Race, run
from tests.storage.places import Place

WITHOUT = 5
WITH = 50
"""Tries of each race, on each database."""


@pytest.mark.parametrize("race", RACES.values(), ids=RACES)
def test_of_two_that_exclude_each_other_one_is_carried_out(
    blank: Callable[[], Place], race: Race, figure: Figure
) -> None:
    lawless, lawful = blank(), blank()
    for place in (lawless, lawful):
        place.create().close()
    without = run(lawless.target, race, WITHOUT, lawless=True)
    with_lock = run(lawful.target, race, WITH)
    figure(
        f"{with_lock.violations} violations in {with_lock.tries} tries;"
        f" {without.violations} in {without.tries} with the lock removed"
    )

    assert without.violations > 0
    assert with_lock.violations == with_lock.neither == 0
    assert with_lock.failed == []
