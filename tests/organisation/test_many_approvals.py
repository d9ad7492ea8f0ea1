"""Several requests decided in one command: all of them or none, one after the other."""

import pytest

from habilis import Perimeter
from habilis.organisation import StructureType, WantedStructure
from habilis_server.organisation import commands as c
from tests.organisation.test_approvals import waiting
from tests.organisation.town import (
    FIRM,
    HALL,
    NEW_HALL,
    NOON,
    OK,
    PROFILE,
    SLEEPY,
    Bench,
)

WHOLE = Perimeter(HALL)
SOME = frozenset({PROFILE})


def test_all_are_decided_or_none() -> None:
    bench = Bench()
    before = bench.world

    for names, answer in (
        (("nell-asks", "fay-asks"), "denied STRUCTURE_INACTIVE"),
        (("nell-asks", "quin-asks"), "denied SUPPORT_ONLY"),
        (("nell-asks", "none"), "denied UNKNOWN_RESOURCE"),
        (("nell-asks", "nell-asks"), "refused FIELD_INVALID"),
        ((), "refused FIELD_INVALID"),
    ):
        assert bench.ask("gina", c.ApproveMany(approvals=names)) == answer
        assert bench.ask("gina", c.RefuseMany(approvals=names, reason="no")) == answer
    assert bench.world is before

    bench.does("gina", c.ApproveMany(approvals=("nell-asks", "tim-asks", "pia-asks")))
    assert bench.tie("nell", WHOLE)
    assert bench.tie("pia", WHOLE)
    assert bench.memory.notices[-1].template == "account-approved"


@pytest.mark.parametrize("delay", [0, 60])
def test_of_many_each_is_decided_on_what_those_before_it_came_to(delay: int) -> None:
    bench = Bench(delay=delay)
    add = bench.does("sam", c.RequestEntitlementChange(perimeter=WHOLE, add=SOME))
    remove = bench.does("sam", c.RequestEntitlementChange(perimeter=WHOLE, remove=SOME))

    bench.does("gina", c.ApproveMany(approvals=(add, remove)))

    assert not bench.holds("sam", WHOLE)
    bench.wait(delay)
    assert not bench.holds("sam", WHOLE)


def test_of_two_who_want_the_same_new_structure_one_gets_it() -> None:
    bench = Bench()
    wanted = WantedStructure(
        identifier_type="SIRET", identifier=NEW_HALL, name="A", type=StructureType.PUBLIC
    )
    rival = bench.does("x", c.RequestAccount(email="rival@example.org", wanted=wanted))

    assert bench.ask("sue", c.ApproveMany(approvals=("quin-asks", rival))) == (
        "refused STRUCTURE_EXISTS"
    )
    bench.does("sue", c.ApproveAccount(approval="quin-asks"))
    assert bench.ask("sue", c.ApproveAccount(approval=rival)) == "refused STRUCTURE_EXISTS"
    assert bench.ask("sue", c.Refuse(approval=rival, reason="quin was first")) == OK
    assert bench.manager(NEW_HALL) == "quin"


def test_a_request_is_decided_where_it_was_made() -> None:
    """F5: the identifiers of another structure, alone or mixed with one's own."""
    bench = Bench()
    made = bench.does("dora", c.RequestAttachment(perimeter=Perimeter(FIRM), comment="please"))

    assert bench.ask("gina", c.ApproveMany(approvals=("nell-asks", made))) == "denied NOT_ATTACHED"
    assert bench.ask("olaf", c.ApproveMany(approvals=(made, "nell-asks"))) == "denied NOT_ATTACHED"
    assert bench.ask("gina", c.Approve(approval="fay-asks")) == "denied STRUCTURE_INACTIVE"
    assert bench.now == NOON
    assert waiting(bench.world, SLEEPY) == 1
