"""Approvals (domain §2.7, §5.2): asked, decided by another, for good."""

import pytest

from habilis import Perimeter
from habilis.organisation import ApprovalObject, ApprovalState
from habilis_server.organisation import commands as c
from habilis_server.world import World
from tests.organisation.rows import row
from tests.organisation.town import (
    FIRM,
    HALL,
    OK,
    ORGANISATION,
    PROFILE,
    ROADS,
    Bench,
)

WHOLE = Perimeter(HALL)
SOME = frozenset({PROFILE})
DECISIONS = (
    c.Approve(approval="tim-asks"),
    c.Refuse(approval="tim-asks", reason="no"),
    c.WithdrawRequest(approval="tim-asks"),
)


def waiting(world: World, structure: str) -> int:
    """The number beside « Approbations » (R54)."""
    open_ = [x for x in world.approvals_of(structure) if x.state is ApprovalState.REQUESTED]
    return len(open_)


@row("5.2.1", may=True)
@pytest.mark.parametrize(
    ("who", "command", "kind"),
    [
        (
            "sam",
            c.RequestEntitlementChange(perimeter=WHOLE, add=SOME, comment=" new\nwork "),
            ApprovalObject.ENTITLEMENT,
        ),
        (
            "sam",
            c.RequestEntitlementChange(perimeter=WHOLE, remove=SOME),
            ApprovalObject.ENTITLEMENT,
        ),
        ("dora", c.RequestAttachment(perimeter=ROADS, comment="here"), ApprovalObject.ATTACHMENT),
        ("x", c.RequestAccount(email="a@b.fr", perimeter=WHOLE), ApprovalObject.ACCOUNT),
    ],
)
def test_a_request_is_one_more_to_decide(
    who: str, command: c.Command, kind: ApprovalObject
) -> None:
    bench = Bench()
    before = waiting(bench.world, HALL)

    made = bench.does(who, command)

    asked = bench.world.approvals[made]
    assert waiting(bench.world, HALL) == before + 1
    assert (asked.object, asked.state) == (kind, ApprovalState.REQUESTED)
    assert asked.requested_at == "2026-03-03T12:00:00Z"
    assert (asked.decided_by, asked.decided_at, asked.reason) == (None, "", "")


@row("5.2.1", may=False)
@pytest.mark.parametrize(
    ("who", "command", "answer", "field"),
    [
        *(
            (
                "dora",
                c.RequestAttachment(perimeter=WHOLE, comment=comment),
                "refused COMMENT_REQUIRED",
                "comment",
            )
            for comment in ("", "  \n ")
        ),
        (
            "dora",
            c.RequestAttachment(perimeter=WHOLE, comment="a\x00b"),
            "refused FIELD_INVALID",
            "comment",
        ),
        (
            "nell",
            c.RequestAttachment(perimeter=WHOLE, comment="again"),
            "refused ALREADY_REQUESTED",
            "perimeter",
        ),
        ("sam", c.RequestEntitlementChange(perimeter=WHOLE), "refused NOTHING_TO_DO", "profiles"),
        (
            "sam",
            c.RequestEntitlementChange(perimeter=WHOLE, add=SOME, remove=SOME),
            "refused FIELD_INVALID",
            "remove",
        ),
        (
            "sam",
            c.RequestEntitlementChange(perimeter=WHOLE, add=frozenset({"none:such"})),
            "refused PROFILE_UNKNOWN",
            "profiles",
        ),
    ],
)
def test_a_request_that_lacks_something_is_not_taken(
    who: str, command: c.Command, answer: str, field: str
) -> None:
    bench = Bench()

    assert bench.ask(who, command) == answer
    assert bench.field == field


@row("5.2.2", may=True)
def test_an_approval_is_immediate_and_changes_the_profiles() -> None:
    bench = Bench()
    bench.does("gina", c.RemoveEntitlements(account="tim", perimeter=WHOLE, profiles=SOME))
    assert not bench.holds("tim", WHOLE)

    bench.does("gina", c.Approve(approval="tim-asks"))

    decided = bench.world.approvals["tim-asks"]
    assert bench.holds("tim", WHOLE)
    assert (decided.state, decided.decided_by) == (ApprovalState.APPROVED, "gina")
    assert decided.decided_at == "2026-03-03T12:00:00Z"
    mails = [n for n in bench.memory.notices if n.template == "request-approved"]
    assert [n.recipient for n in mails] == ["tim@example.org"]
    assert bench.memory.written[-1].cause == "tim-asks"


def test_an_approval_takes_away_what_was_given_up() -> None:
    bench = Bench()
    made = bench.does("sam", c.RequestEntitlementChange(perimeter=WHOLE, remove=SOME))
    assert bench.holds("sam", WHOLE)

    bench.does("gina", c.Approve(approval=made))

    assert not bench.holds("sam", WHOLE)


@row("5.2.2", may=False)
def test_what_can_no_longer_be_is_not_approved() -> None:
    bench = Bench()
    bench.does("nell", c.DeactivateAccount())
    assert bench.ask("gina", c.Approve(approval="nell-asks")) == "refused ACCOUNT_NOT_ACTIVE"

    bench.does("nell", c.ReactivateAccount())
    made = bench.does("nell", c.RequestAttachment(perimeter=ROADS, comment="please"))
    bench.does("gina", c.DeactivateService(perimeter=ROADS))
    assert bench.ask("gina", c.Approve(approval=made)) == "denied SERVICE_INACTIVE"
    assert bench.state(made) is ApprovalState.REQUESTED


def test_a_request_of_profiles_ends_with_the_attachment() -> None:
    bench = Bench()

    bench.does("gina", c.DetachUser(account="tim", perimeter=WHOLE))

    assert bench.state("tim-asks") is ApprovalState.WITHDRAWN
    assert bench.ask("gina", c.Approve(approval="tim-asks")) == "refused ALREADY_DECIDED"


def test_what_came_about_meanwhile_is_approved_all_the_same() -> None:
    bench = Bench()
    bench.does("gina", c.AttachUser(email="nell@example.org", perimeter=WHOLE))
    bench.does("gina", c.RemoveEntitlements(account="nell", perimeter=WHOLE, profiles=SOME))

    bench.does("gina", c.Approve(approval="nell-asks"))

    assert bench.state("nell-asks") is ApprovalState.APPROVED
    assert not bench.holds("nell", WHOLE)  # the attachment is what it was


@row("5.2.3", may=True)
def test_a_refusal_changes_nothing_but_the_request() -> None:
    bench = Bench()
    before = bench.world

    bench.does("gina", c.Refuse(approval="tim-asks", reason="  not\nyours "))

    refused = bench.world.approvals["tim-asks"]
    assert (refused.state, refused.reason) == (ApprovalState.REFUSED, "not\nyours")
    assert refused.decided_by == "gina"
    assert bench.world.attachments == before.attachments
    assert bench.memory.notices[-1].template == "request-refused"
    assert bench.memory.notices[-1].recipient == "tim@example.org"
    assert bench.memory.notices[-1].context["reason"] == "not\nyours"


@row("5.2.3", may=False)
@row("5.2.4", may=False)
@pytest.mark.parametrize("reason", ["", " ", "\n\t "])
def test_a_refusal_without_a_reason_is_an_error(reason: str) -> None:
    bench = Bench()

    for command in (
        c.Refuse(approval="tim-asks", reason=reason),
        c.RefuseMany(approvals=("tim-asks", "nell-asks"), reason=reason),
    ):
        assert bench.ask("gina", command) == "refused REASON_REQUIRED"
    assert bench.state("tim-asks") is ApprovalState.REQUESTED


@row("5.2.4", may=True)
def test_a_refusal_that_lacked_its_reason_is_made_again_with_one() -> None:
    bench = Bench()
    bench.ask("gina", c.Refuse(approval="tim-asks", reason=""))

    assert bench.ask("gina", c.Refuse(approval="tim-asks", reason="no")) == OK


@row("5.2.5", may=False)
@pytest.mark.parametrize(
    "who", ["olaf", "sam", "vera", "leo", "dora", "tim", "sue", "ghost", "ina"]
)
def test_who_is_not_the_principal_manager_decides_nothing(who: str) -> None:
    bench = Bench()

    for command in (
        *DECISIONS[:2],
        c.ApproveMany(approvals=("tim-asks",)),
        c.RefuseMany(approvals=("tim-asks",), reason="no"),
        c.ApproveAccount(approval="pia-asks"),
    ):
        assert bench.ask(who, command).startswith("denied ")
    assert bench.state("tim-asks") is bench.state("pia-asks") is ApprovalState.REQUESTED


@row("5.2.5", may=True)
def test_each_structure_has_its_own_to_decide() -> None:
    bench = Bench()
    made = bench.does("dora", c.RequestAttachment(perimeter=Perimeter(FIRM), comment="please"))

    assert bench.ask("gina", c.Approve(approval=made)) == "denied NOT_ATTACHED"
    assert bench.ask("olaf", c.Approve(approval=made)) == OK


def test_nobody_decides_on_his_own_request_even_in_office() -> None:
    bench = Bench()
    made = bench.does("gina", c.RequestEntitlementChange(perimeter=WHOLE, remove=SOME))

    assert bench.ask("gina", c.Approve(approval=made)) == "denied DENIED_BY_RULE"
    assert bench.ask("gina", c.Refuse(approval=made, reason="no")) == "denied DENIED_BY_RULE"
    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="tim"))
    assert bench.ask("tim", c.Approve(approval=made)) == OK
    assert bench.ask("tim", c.Approve(approval="tim-asks")) == "denied DENIED_BY_RULE"


@row("5.2.6", may=True)
def test_who_asked_withdraws() -> None:
    bench = Bench()
    made = bench.does("fay", c.RequestAttachment(perimeter=WHOLE, comment="please"))

    bench.does("fay", c.WithdrawRequest(approval=made))

    assert bench.state(made) is ApprovalState.WITHDRAWN
    assert bench.world.approvals[made].decided_by is None
    assert bench.tie("fay", WHOLE) is None
    assert bench.ask("fay", c.RequestAttachment(perimeter=WHOLE, comment="after all")) == OK


def test_a_request_to_a_sleeping_structure_may_be_withdrawn() -> None:
    assert Bench().ask("fay", c.WithdrawRequest(approval="fay-asks")) == OK


@row("5.2.6", may=False)
@pytest.mark.parametrize("who", ["gina", "sam", "sue", "leo"])
def test_nobody_else_withdraws(who: str) -> None:
    assert Bench().ask(who, DECISIONS[2]) == "denied CONDITION_NOT_MET"


@row("5.2.7", may=True)
def test_a_request_stays_with_the_structure_when_the_office_changes_hands() -> None:
    bench = Bench()
    before = waiting(bench.world, HALL)

    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="sam"))

    assert waiting(bench.world, HALL) == before
    assert bench.ask("sam", c.Approve(approval="nell-asks")) == OK
    assert bench.world.approvals["nell-asks"].decided_by == "sam"


@row("5.2.7", may=False)
def test_the_former_holder_decides_no_longer() -> None:
    bench = Bench()
    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="sam"))

    for command in DECISIONS[:2]:
        assert bench.ask("gina", command) == "denied PRINCIPAL_MANAGER_ONLY"


def natural(command: c.Command) -> str:
    return "tim" if isinstance(command, c.WithdrawRequest) else "gina"


@row("5.2.8", may=False)
@pytest.mark.parametrize("first", DECISIONS, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("second", DECISIONS, ids=lambda command: type(command).__name__)
def test_what_is_decided_is_final(first: c.Command, second: c.Command) -> None:
    bench = Bench()
    bench.does(natural(first), first)
    decided = bench.world.approvals["tim-asks"]

    assert bench.ask(natural(second), second) == "refused ALREADY_DECIDED"
    assert bench.world.approvals["tim-asks"] is decided


@row("5.2.8", may=True)
def test_what_was_refused_may_be_asked_for_anew() -> None:
    bench = Bench()
    bench.does("gina", c.Refuse(approval="nell-asks", reason="not yet"))

    made = bench.does("nell", c.RequestAttachment(perimeter=WHOLE, comment="now?"))

    assert made != "nell-asks"
    assert bench.ask("gina", c.Approve(approval=made)) == OK


@row("5.2.9", may=False)
@pytest.mark.parametrize("who", ["gina", "sam", "leo"])
def test_organisation_modification_is_refused_when_it_is_asked_for(who: str) -> None:
    bench = Bench()
    for profiles in (frozenset({ORGANISATION}), frozenset({ORGANISATION, PROFILE})):
        for asked in (
            c.RequestEntitlementChange(perimeter=WHOLE, add=profiles),
            c.RequestEntitlementChange(perimeter=WHOLE, remove=profiles),
        ):
            assert bench.ask(who, asked) == "refused PROFILE_NOT_GRANTABLE"


@row("5.2.9", may=True)
def test_every_other_profile_may_be_asked_for() -> None:
    bench = Bench()

    assert bench.ask("rob", c.RequestEntitlementChange(perimeter=WHOLE, add=SOME)) == OK
