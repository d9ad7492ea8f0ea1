"""Attachments (domain §2.5, §5.3): asked for, made, ended."""

import pytest

from habilis import Perimeter
from habilis.organisation import StructureType
from habilis_server.organisation import commands as c
from habilis_server.world import Attachment
from tests.organisation.rows import row
from tests.organisation.soundness import DEFAULT, held
from tests.organisation.town import (
    CLOSED,
    DEPOT,
    FIRM,
    HALL,
    LAB,
    NEW_FIRM,
    OK,
    PROFILE,
    ROADS,
    SLEEPY,
    Bench,
)

WHOLE = Perimeter(HALL)
SOME = frozenset({PROFILE})


@row("5.3.1", may=True)
@pytest.mark.parametrize("place", [WHOLE, ROADS, Perimeter(FIRM), LAB], ids=str)
def test_a_request_waits_and_attaches_nobody_yet(place: Perimeter) -> None:
    bench = Bench()

    made = bench.does("dora", c.RequestAttachment(perimeter=place, comment="I work there"))

    assert bench.world.approvals[made].perimeter == place
    assert bench.tie("dora", place) is None
    assert not bench.holds("dora", place)


@row("5.3.1", may=True)
@pytest.mark.parametrize(
    "command",
    [
        c.RequestAttachment(perimeter=WHOLE, comment="here"),
        c.RequestAttachment(perimeter=WHOLE, comment="here", identifier_type="SIRET"),
        c.RequestAttachment(perimeter=WHOLE, comment="here", structure_type=StructureType.PUBLIC),
        c.RequestAttachment(perimeter=WHOLE, comment="here", city="Sete"),
    ],
)
def test_criteria_that_fit_lead_to_the_structure(command: c.Command) -> None:
    bench = Bench()
    bench.does("gina", c.UpdateFromInsee(structure=HALL))  # which tells the city

    assert bench.ask("dora", command) == OK


@row("5.3.1", may=False)
@pytest.mark.parametrize(
    ("command", "answer", "field"),
    [
        (
            c.RequestAttachment(perimeter=WHOLE, comment="x", identifier_type="RIDET"),
            "refused STRUCTURE_MISMATCH",
            "identifier_type",
        ),
        (
            c.RequestAttachment(perimeter=WHOLE, comment="x", structure_type=StructureType.PRIVATE),
            "refused STRUCTURE_MISMATCH",
            "structure_type",
        ),
        (
            c.RequestAttachment(perimeter=WHOLE, comment="x", city="PARIS"),
            "refused STRUCTURE_MISMATCH",
            "city",
        ),
        (
            c.RequestAttachment(perimeter=Perimeter(SLEEPY), comment="x"),
            "refused STRUCTURE_NOT_ACTIVE",
            "perimeter",
        ),
        (
            c.RequestAttachment(perimeter=CLOSED, comment="x"),
            "refused SERVICE_NOT_ACTIVE",
            "perimeter",
        ),
        (
            c.RequestAttachment(perimeter=Perimeter("999"), comment="x"),
            "denied UNKNOWN_RESOURCE",
            "",
        ),
        (
            c.RequestAttachment(perimeter=Perimeter(HALL, "NONE"), comment="x"),
            "denied UNKNOWN_RESOURCE",
            "",
        ),
    ],
)
def test_a_request_to_what_does_not_fit_is_not_taken(
    command: c.Command, answer: str, field: str
) -> None:
    bench = Bench()

    assert bench.ask("dora", command) == answer
    assert bench.field == field


@row("5.3.2", may=True)
@pytest.mark.parametrize("place", [WHOLE, ROADS], ids=str)
@pytest.mark.parametrize("who", ["gina", "leo"])
def test_who_manages_the_users_attaches_at_once(who: str, place: Perimeter) -> None:
    bench = Bench(delay=1800)

    bench.does(who, c.AttachUser(email=" Dora@EXAMPLE.org ", perimeter=place))

    assert bench.tie("dora", place) == Attachment(account="dora", perimeter=place)
    assert bench.holds("dora", place)
    assert not bench.manages("dora", place)
    assert bench.memory.notices[-1].recipient == "dora@example.org"


@row("5.3.2", may=False)
@pytest.mark.parametrize(
    ("email", "answer"),
    [
        ("none@example.org", "refused ACCOUNT_UNKNOWN"),
        ("", "refused ACCOUNT_UNKNOWN"),
        ("pia@example.org", "refused ACCOUNT_NOT_ACTIVE"),
        ("ina@example.org", "refused ACCOUNT_NOT_ACTIVE"),
        ("sam@example.org", "refused ALREADY_ATTACHED"),
    ],
)
def test_only_an_active_account_is_attached_and_once(email: str, answer: str) -> None:
    bench = Bench()

    assert bench.ask("gina", c.AttachUser(email=email, perimeter=WHOLE)) == answer
    assert bench.field == "email"


@row("5.3.3", may=True)
def test_who_creates_a_private_structure_is_attached_and_manages_it() -> None:
    bench = Bench()

    made = bench.does(
        "dora",
        c.CreateStructure(identifier_type="SIRET", identifier=NEW_FIRM, type=StructureType.PRIVATE),
    )

    place = Perimeter(made)
    assert bench.manager(made) == "dora"
    assert bench.tie("dora", place) == Attachment(account="dora", perimeter=place)
    assert bench.manages("dora", place)


@row("5.3.3", may=False)
@pytest.mark.parametrize("heir", ["sam", "none", "ina"])
def test_nobody_is_made_to_manage_what_another_creates(heir: str) -> None:
    bench = Bench()
    command = c.CreateStructure(
        identifier_type="SIRET",
        identifier=NEW_FIRM,
        type=StructureType.PRIVATE,
        principal_manager=heir,
    )

    assert bench.ask("dora", command) == "refused FIELD_INVALID"
    assert bench.field == "principal_manager"


@row("5.3.4", may=True)
@pytest.mark.parametrize("place", [WHOLE, ROADS], ids=str)
def test_an_approved_request_attaches_with_the_default_profiles(place: Perimeter) -> None:
    bench = Bench(delay=1800)
    made = bench.does("dora", c.RequestAttachment(perimeter=place, comment="please"))

    bench.does("gina", c.Approve(approval=made))

    tie = bench.tie("dora", place)
    assert tie is not None
    assert held(tie) == DEFAULT
    assert not tie.legacy_secondary_manager
    assert bench.holds("dora", ROADS)
    assert bench.holds("dora", WHOLE) is (place == WHOLE)
    assert not bench.manages("dora", place)


@row("5.3.4", may=False)
def test_no_approval_of_another_kind_attaches() -> None:
    bench = Bench()

    assert bench.ask("gina", c.ApproveAccount(approval="nell-asks")) == "denied CONDITION_NOT_MET"
    assert bench.tie("nell", WHOLE) is None


@row("5.3.5", may=True)
def test_a_refused_request_attaches_nobody() -> None:
    bench = Bench()

    bench.does("gina", c.Refuse(approval="nell-asks", reason="unknown here"))

    assert bench.tie("nell", WHOLE) is None
    assert not bench.holds("nell", WHOLE)


@row("5.3.5", may=False)
def test_a_refusal_ends_no_attachment_that_came_otherwise() -> None:
    bench = Bench()
    bench.does("gina", c.AttachUser(email="nell@example.org", perimeter=WHOLE))

    bench.does("gina", c.Refuse(approval="nell-asks", reason="done already"))

    assert bench.holds("nell", WHOLE)


@row("5.3.6", may=True)
@pytest.mark.parametrize("delay", [0, 1800])
def test_who_is_detached_has_no_right_there_any_more(delay: int) -> None:
    bench = Bench(delay=delay)
    bench.does("gina", c.AttachUser(email="tim@example.org", perimeter=ROADS))
    assert bench.holds("tim", ROADS)

    bench.does("gina", c.DetachUser(account="tim", perimeter=WHOLE))

    assert not bench.holds("tim", WHOLE)
    assert not bench.holds("tim", ROADS)  # who leaves the whole leaves its parts
    assert bench.tie("tim", Perimeter(SLEEPY)) is not None
    told = [(notice.recipient, notice.template) for notice in bench.memory.notices[-2:]]
    assert told == [("tim@example.org", "detached"), ("tim@example.org", "request-closed")]


def test_who_is_detached_from_a_service_stays_on_the_whole() -> None:
    bench = Bench()
    bench.does("gina", c.AttachUser(email="tim@example.org", perimeter=ROADS))

    bench.does("gina", c.DetachUser(account="tim", perimeter=ROADS))

    assert bench.tie("tim", ROADS) is None
    assert bench.holds("tim", ROADS)  # by the attachment to the whole


@row("5.3.6", may=False)
def test_who_is_not_attached_just_there_is_not_detached() -> None:
    bench = Bench()
    for account, place in (("sam", ROADS), ("olaf", WHOLE), ("nell", WHOLE), ("none", WHOLE)):
        answer = bench.ask("gina", c.DetachUser(account=account, perimeter=place))
        assert answer == "denied UNKNOWN_RESOURCE"
    bench.does("gina", c.DetachUser(account="tim", perimeter=WHOLE))
    assert bench.ask("gina", c.DetachUser(account="tim", perimeter=WHOLE)) == (
        "denied UNKNOWN_RESOURCE"
    )


@row("5.3.7", may=True)
@pytest.mark.parametrize(
    ("who", "place"), [("sam", WHOLE), ("vera", ROADS), ("sam", Perimeter(SLEEPY)), ("vera", DEPOT)]
)
def test_a_user_leaves_by_himself(who: str, place: Perimeter) -> None:
    bench = Bench(delay=1800)

    bench.does(who, c.LeaveStructure(perimeter=place))

    assert bench.tie(who, place) is None
    assert not bench.holds(who, place)


@row("5.3.7", may=False)
def test_nobody_leaves_where_he_is_not() -> None:
    bench = Bench()
    bench.does("sam", c.LeaveStructure(perimeter=WHOLE))

    assert bench.ask("sam", c.LeaveStructure(perimeter=WHOLE)) == "denied NOT_ATTACHED"
    assert bench.ask("vera", c.LeaveStructure(perimeter=WHOLE)) == "denied SERVICE_OUT_OF_SCOPE"
    assert bench.ask("leo", c.LeaveStructure(perimeter=ROADS)) == "refused NOT_ATTACHED"


@row("5.3.8", may=False)
def test_a_principal_manager_stays_until_he_transfers() -> None:
    bench = Bench()
    bench.does("leo", c.AttachUser(email="gina@example.org", perimeter=ROADS))
    for place in (WHOLE, ROADS):
        assert bench.ask("gina", c.LeaveStructure(perimeter=place)) == "denied DENIED_BY_RULE"
        for who in ("leo", "gina"):
            detached = c.DetachUser(account="gina", perimeter=place)
            assert bench.ask(who, detached) == "denied DENIED_BY_RULE"
    assert bench.ask("gina", c.DeactivateAccount()) == "refused PRINCIPAL_MANAGER_MUST_TRANSFER"


@row("5.3.8", may=True)
@pytest.mark.parametrize("way", ["leaves", "is detached"])
def test_once_he_has_transferred_he_may_go(way: str) -> None:
    bench = Bench()
    bench.does("gina", c.TransferPrincipalManager(structure=HALL, account="sam"))

    if way == "leaves":
        bench.does("gina", c.LeaveStructure(perimeter=WHOLE))
    else:
        bench.does("sam", c.DetachUser(account="gina", perimeter=WHOLE))

    assert bench.tie("gina", WHOLE) is None
    assert not bench.holds("gina", WHOLE)


@row("5.3.9", may=True)
def test_an_attachment_ends_with_its_service() -> None:
    bench = Bench()
    asks = bench.does("vera", c.RequestEntitlementChange(perimeter=ROADS, remove=SOME))
    wants = bench.does("nell", c.RequestAttachment(perimeter=ROADS, comment="please"))

    bench.does("gina", c.DeleteService(perimeter=ROADS))

    assert bench.tie("vera", ROADS) is None
    assert bench.tie("vera", DEPOT) is not None
    assert not bench.may("vera", "signature.consulter", "service", str(ROADS))
    for made in (asks, wants):  # nobody could decide them: they are closed with it
        assert bench.state(made).value == "withdrawn"


@row("5.3.9", may=True)
def test_an_attachment_sleeps_with_its_service() -> None:
    bench = Bench()
    assert bench.may("vera", "signature.modifier", "service", str(ROADS))

    bench.does("gina", c.DeactivateService(perimeter=ROADS))
    assert not bench.may("vera", "signature.modifier", "service", str(ROADS))
    assert bench.holds("vera", ROADS)  # Q5: to read stays possible

    bench.does("gina", c.ActivateService(perimeter=ROADS))
    assert bench.may("vera", "signature.modifier", "service", str(ROADS))


@row("5.3.9", may=False)
def test_a_service_made_anew_has_nobody_of_the_former() -> None:
    bench = Bench()
    bench.does("gina", c.DeleteService(perimeter=ROADS))

    bench.does("gina", c.CreateService(structure=HALL, code="ROADS", name="Roads"))

    assert bench.tie("vera", ROADS) is None
    assert not bench.holds("vera", ROADS)
