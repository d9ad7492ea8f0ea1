"""A Habilis for the tests of its callers: its organisation does and tells what they want."""

import asyncio
from datetime import UTC, datetime

import grpc
import pytest

from habilis import AccessDenied, Perimeter, Reason
from habilis.errors import UnansweredError
from habilis.organisation import (
    AccountState,
    ApprovalObject,
    ApprovalRecord,
    ApprovalState,
    AttachmentRecord,
    CommandRefused,
    Moa,
    Outcome,
    Person,
    RefusalCode,
    ServiceRecord,
    StructureDetails,
    StructureRecord,
    StructureType,
)
from habilis.testing import FakeHabilis

PLACE = Perimeter("17340430200015", "DSI")
PATIENT = 20.0
SERVICE = ServiceRecord(perimeter=PLACE, name="DSI", active=True)
STRUCTURE = StructureRecord(
    id="17340430200015",
    identifier_type="SIRET",
    type=StructureType.PUBLIC,
    name="ACADEMIE",
    active=True,
    moa=Moa.ONLY,
    details=StructureDetails(label="Rectorat"),
)
ATTACHMENT = AttachmentRecord(
    account="claire",
    email="claire@example.org",
    state=AccountState.ACTIVE,
    perimeter=PLACE,
    structure_name="ACADEMIE",
    structure_active=True,
    profiles=("a:b", "c:d"),
    since=datetime(2026, 3, 3, tzinfo=UTC),
)
REQUEST = ApprovalRecord(
    id="a1",
    object=ApprovalObject.ATTACHMENT,
    state=ApprovalState.REQUESTED,
    requester=Person(account="zoe", email="zoe@example.org"),
    perimeter=PLACE,
)


def test_a_command_comes_to_what_the_test_said() -> None:
    with FakeHabilis() as habilis, habilis.organisation_client() as client:
        habilis.carry_out("AttachUser", made="claire")
        outcome = client.attach_user(
            subject="gp", email="c@example.org", perimeter=PLACE, deadline=PATIENT
        )
        [(method, request)] = habilis.requests

    assert outcome == Outcome(token=habilis.token, made="claire")
    assert (method, request.email, request.subject.id) == ("AttachUser", "c@example.org", "gp")


def test_what_the_test_did_not_say_is_denied() -> None:
    with (
        FakeHabilis() as habilis,
        habilis.organisation_client() as client,
        pytest.raises(AccessDenied) as caught,
    ):
        client.approve(subject="gp", approval="a1", deadline=PATIENT)

    assert caught.value.reason is Reason.NO_RULE


def test_a_refusal_is_the_one_of_the_test() -> None:
    rule = CommandRefused(RefusalCode.ALREADY_DECIDED, "it is decided", "approval")
    with FakeHabilis() as habilis, habilis.organisation_client() as client:
        habilis.refuse("Approve", rule)
        with pytest.raises(CommandRefused) as refused:
            client.approve(subject="gp", approval="a1", deadline=PATIENT)
        habilis.refuse("Approve", Reason.PRINCIPAL_MANAGER_ONLY)
        with pytest.raises(AccessDenied) as denied:
            client.approve(subject="gp", approval="a1", deadline=PATIENT)
        habilis.carry_out("Approve")
        client.approve(subject="gp", approval="a1", deadline=PATIENT)

    assert (refused.value.code, refused.value.field) == (RefusalCode.ALREADY_DECIDED, "approval")
    assert denied.value.reason is Reason.PRINCIPAL_MANAGER_ONLY


def test_records_are_told_as_they_were_said() -> None:
    with FakeHabilis() as habilis, habilis.organisation_client() as client:
        habilis.tell("GetStructure", STRUCTURE)
        habilis.tell("ListServices", SERVICE, SERVICE)
        habilis.tell("ListAttachments", ATTACHMENT)
        habilis.tell("ListApprovals", REQUEST, pending=3)
        structure = client.get_structure(subject="x", structure="s", deadline=PATIENT)
        services = client.list_services(subject="x", structure="s", deadline=PATIENT)
        attachments = client.list_attachments(subject="x", perimeter=PLACE, deadline=PATIENT)
        inbox = client.list_approvals(subject="x", deadline=PATIENT)

    assert structure.structure == STRUCTURE
    assert services.records == (SERVICE, SERVICE)
    assert attachments.records == (ATTACHMENT,)
    assert (inbox.records, inbox.pending) == ((REQUEST,), 3)


def test_an_event_loop_is_answered_too() -> None:
    async def ask(habilis: FakeHabilis) -> tuple[ServiceRecord, ...]:
        async with habilis.async_organisation_client() as client:
            page = await client.list_services(subject="x", structure="s", deadline=PATIENT)
            return page.records

    with FakeHabilis() as habilis:
        habilis.tell("ListServices", SERVICE)
        assert asyncio.run(ask(habilis)) == (SERVICE,)


def test_it_fails_when_the_test_wants_it() -> None:
    with FakeHabilis() as habilis, habilis.organisation_client() as client:
        habilis.fail(grpc.StatusCode.UNAVAILABLE)
        with pytest.raises(UnansweredError):
            client.list_my_requests(subject="x", deadline=1.0)


def test_a_method_is_named_as_in_the_contract() -> None:
    with pytest.raises(ValueError, match="`attach_user` is no method"):
        FakeHabilis().carry_out("attach_user")
    with pytest.raises(ValueError, match="ALLOWED"):
        FakeHabilis().refuse("Approve", Reason.ALLOWED)
