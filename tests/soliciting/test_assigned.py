"""Who is named to handle a solicitation: what is told of him, and to him (R94)."""

from typing import Final

import pytest

from habilis_companion.refusals import RefusedError
from habilis_soliciting.model.circuit import Act
from tests.soliciting.deeds import call
from tests.soliciting.office import Office

# An account that is not, one that is inactive, one of elsewhere, one of another service, one
# that may only read, the support's.
OTHERS: Final = ("personne", "pierre", "alice", "karim", "gaelle", "samir")


def test_an_agent_is_told_alike_of_every_account_that_may_not_handle_it(office: Office) -> None:
    on = office.write()
    told: set[str] = set()
    for other in OTHERS:
        with pytest.raises(RefusedError) as refused:
            office.act("assign_solicitation", "lea", on, assignee=other)
        told.add(str(refused.value).replace(other, "…"))

    assert told == {"assignee: `…` may not take charge of it; name somebody who may"}


def test_r94_whoever_is_at_it_before_he_is_told_is_told_no_more(office: Office) -> None:
    left, taken, taken_over = office.write(), office.write(), office.write()
    office.tick(minutes=1)
    for on in (left, taken, taken_over):
        office.act("assign_solicitation", "sophie", on, assignee="hugo")
    call(Act.TAKE_CHARGE, office, taken)("hugo")
    call(Act.TAKE_CHARGE, office, taken_over)("lea")

    assert office.tick(minutes=1) == 1
    assert [told for told in office.told() if told[0] == "assigned"] == [
        ("assigned", "hugo@example.org")
    ]
