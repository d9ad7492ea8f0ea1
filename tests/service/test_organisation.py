"""Commands over the contract: carried out once, refused with their reason, seen at once."""

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import grpc
import pytest

from habilis import Perimeter, Question, Reason, Token
from habilis.organisation import Address, RefusalCode
from habilis.v1 import decision_pb2, organisation_facts_pb2, organisation_pb2
from habilis.v1 import organisation_pb2_grpc as contract
from habilis_server.insee import Establishment
from habilis_server.journal import JournalBusyError
from habilis_server.organisation import CommandRefused, ManyRefused
from habilis_server.service.refusals import REFUSAL, refusal_code, refusal_message, status_code_of
from habilis_server.service.status import status_of
from tests.sdk.methods import QUESTION
from tests.service.portal import Portal, open_portal

MOA: Final = decision_pb2.Perimeter(structure="17340430200015")
PATIENT: Final = 20.0
SIRET: Final = "73282932000074"
NUMBERS: Final = count(1)


class OneEstablishment:
    def find(self, siret: str) -> Establishment | None:
        if siret != SIRET:
            return None
        address = Address(street="12 RUE DES ARTS", postal_code="34000", city="MONTPELLIER")
        return Establishment(siret=SIRET, name="MAISON FILLE", active=True, address=address)


class SlowEstablishment(OneEstablishment):
    """Says nothing until it is told to."""

    def __init__(self) -> None:
        self.asked, self.answer = threading.Event(), threading.Event()

    def find(self, siret: str) -> Establishment | None:
        self.asked.set()
        assert self.answer.wait(PATIENT)
        return super().find(siret)


@pytest.fixture
def own(tmp_path: Path) -> Generator[Portal]:
    with open_portal(tmp_path, registry=OneEstablishment()) as portal:
        yield portal


@pytest.fixture
def channel(own: Portal) -> Generator[grpc.Channel]:
    with grpc.insecure_channel(own.target) as channel:
        yield channel


def user(name: str) -> decision_pb2.Subject:
    return decision_pb2.Subject(type="user", id=name)


def ask(channel: grpc.Channel, method: str, actor: str, **fields: Any) -> Any:
    """The response of one command; `request_id` is new unless it is given."""
    fields = {"subject": user(actor), "request_id": f"test-{next(NUMBERS)}", **fields}
    request = getattr(organisation_pb2, f"{method}Request")(**fields)
    return getattr(contract.OrganisationServiceStub(channel), method)(request, timeout=PATIENT)


def refused(channel: grpc.Channel, method: str, actor: str, **fields: Any) -> Any:
    """The failed call: its status, its details, its trailing metadata."""
    with pytest.raises(grpc.RpcError) as caught:
        ask(channel, method, actor, **fields)
    return caught.value


def refusal_of(call: Any) -> organisation_pb2.Refusal:
    return organisation_pb2.Refusal.FromString(dict(call.trailing_metadata())[REFUSAL])


def token_of(response: Any) -> Token:
    return Token(response.token.policy_digest, response.token.revision)


def test_a_detachment_is_seen_by_the_next_check_with_its_token(
    own: Portal, channel: grpc.Channel
) -> None:
    with own.client() as client:
        assert client.check(QUESTION, deadline=PATIENT).allowed

        response = ask(channel, "DetachUser", "delphine", account="claire", perimeter=MOA)
        decision = client.check(QUESTION, at_least=token_of(response), deadline=PATIENT)

    assert decision.reason is Reason.NOT_ATTACHED
    assert decision.token == token_of(response)


def test_a_request_is_made_approved_and_in_effect(own: Portal, channel: grpc.Channel) -> None:
    asked = ask(channel, "RequestAttachment", "serge", perimeter=MOA, comment="Je rejoins\nla DSI.")
    pending = own.state.judge.world.approvals[asked.made]
    granted = ask(channel, "Approve", "delphine", approval=asked.made)

    with own.client() as client:
        question = Question(subject="serge", action=QUESTION.action, resource=QUESTION.resource)
        assert client.check(question, at_least=token_of(granted), deadline=PATIENT).allowed
    assert (pending.requester, pending.comment) == ("serge", "Je rejoins\nla DSI.")


def test_the_same_request_is_carried_out_once(own: Portal, channel: grpc.Channel) -> None:
    first = ask(
        channel, "RequestAttachment", "serge", perimeter=MOA, comment="Bonjour", request_id="r"
    )
    again = ask(
        channel, "RequestAttachment", "serge", perimeter=MOA, comment="Bonjour", request_id="r"
    )

    assert again == first
    assert len(own.state.judge.world.requests_of("serge")) == 1


def test_another_request_under_the_same_name_is_refused(channel: grpc.Channel) -> None:
    ask(channel, "RequestAttachment", "serge", perimeter=MOA, comment="Bonjour", request_id="r")

    call = refused(
        channel, "RequestAttachment", "serge", perimeter=MOA, comment="Bonsoir", request_id="r"
    )

    assert call.code() is grpc.StatusCode.ALREADY_EXISTS
    assert REFUSAL not in dict(call.trailing_metadata())


def test_a_denial_carries_its_decision(channel: grpc.Channel) -> None:
    call = refused(channel, "DetachUser", "marc", account="claire", perimeter=MOA)

    decision = refusal_of(call).decision
    assert call.code() is grpc.StatusCode.PERMISSION_DENIED
    assert (decision.allowed, decision.reason) == (False, decision_pb2.REASON_NOT_ATTACHED)
    assert decision.rule_id == "organisation-detacher-utilisateur"
    assert decision.token.policy_digest


def test_a_rule_that_stands_against_a_command_is_told_with_its_field(
    channel: grpc.Channel,
) -> None:
    call = refused(channel, "RequestAttachment", "serge", perimeter=MOA)

    refusal = refusal_of(call)
    assert call.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (refusal.code, refusal.field) == (
        organisation_pb2.REFUSAL_CODE_COMMENT_REQUIRED,
        "comment",
    )
    assert call.details() == refusal.message == "say why you ask to be attached"


def test_of_several_requests_each_one_at_fault_is_told(channel: grpc.Channel) -> None:
    asked = ask(channel, "RequestAttachment", "serge", perimeter=MOA, comment="Bonjour").made
    ask(channel, "Refuse", "delphine", approval=asked, reason="Déjà pourvu")

    call = refused(channel, "ApproveMany", "delphine", approvals=[asked, "nothing"])

    refusal = refusal_of(call)
    items = {item.approval: item.refusal for item in refusal.items}
    assert call.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert refusal.refused == 2
    assert items[asked].code == organisation_pb2.REFUSAL_CODE_ALREADY_DECIDED
    assert items["nothing"].decision.reason == decision_pb2.REASON_UNKNOWN_RESOURCE


def test_a_hundred_refusals_fit_into_the_metadata(channel: grpc.Channel) -> None:
    names = [f"{'é' * 240}{number}" for number in range(100)]

    call = refused(channel, "ApproveMany", "delphine", approvals=names)

    refusal = refusal_of(call)
    assert call.code() is grpc.StatusCode.PERMISSION_DENIED
    assert refusal.refused == 100
    assert 0 < len(refusal.items) < 100


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("73282932000075", organisation_pb2.REFUSAL_CODE_IDENTIFIER_INVALID),
        ("55210055400013", organisation_pb2.REFUSAL_CODE_IDENTIFIER_NOT_IN_REGISTRY),
        ("43155257900051", organisation_pb2.REFUSAL_CODE_STRUCTURE_EXISTS),
    ],
)
def test_a_structure_is_created_by_a_siret_of_the_register(
    channel: grpc.Channel, identifier: str, code: int
) -> None:
    fields = {"identifier_type": "SIRET", "type": organisation_facts_pb2.STRUCTURE_TYPE_PRIVATE}
    call = refused(channel, "CreateStructure", "nora", identifier=identifier, **fields)

    assert refusal_of(call).code == code
    assert ask(channel, "CreateStructure", "nora", identifier=SIRET, **fields).made == SIRET


def test_a_slow_register_holds_up_nobody_else(tmp_path: Path) -> None:
    register = SlowEstablishment()
    fields = {"identifier_type": "SIRET", "type": organisation_facts_pb2.STRUCTURE_TYPE_PRIVATE}
    with (
        open_portal(tmp_path, registry=register) as portal,
        grpc.insecure_channel(portal.target) as channel,
        ThreadPoolExecutor(1) as thread,
    ):
        try:
            slow = thread.submit(
                ask, channel, "CreateStructure", "nora", identifier=SIRET, **fields
            )
            assert register.asked.wait(PATIENT)
            other = {"structure": "17340430200015", "fields": {"label": "Rectorat"}}
            ask(channel, "ModifyStructure", "delphine", **other)

            assert not slow.done()
        finally:
            register.answer.set()
        assert slow.result(PATIENT).made == SIRET


def test_fields_are_set_and_cleared_by_their_presence(own: Portal, channel: grpc.Channel) -> None:
    fields = organisation_pb2.StructureFields
    common = {"structure": "17340430200015"}
    ask(
        channel,
        "ModifyStructure",
        "delphine",
        fields=fields(
            label="Rectorat",
            phone="0400000000",
            moa=organisation_facts_pb2.MOA_WITH,
            service_code_required=True,
        ),
        **common,
    )
    ask(
        channel,
        "ModifyStructure",
        "delphine",
        fields=fields(phone="", service_code_required=False),
        **common,
    )

    structure = own.state.judge.world.structures["17340430200015"]
    details = structure.details
    assert details is not None
    assert (structure.moa, details.label, details.phone) == ("with", "Rectorat", "")
    assert not details.service_code_required


def test_a_deferred_change_waits_for_its_delay(tmp_path: Path) -> None:
    service = decision_pb2.Perimeter(structure="11000201100044", service="FAC0000034")
    with (
        open_portal(tmp_path, delay=timedelta(minutes=30)) as portal,
        grpc.insecure_channel(portal.target) as channel,
    ):
        ask(channel, "DeactivateService", "sophie", perimeter=service)

        world = portal.state.judge.world
        call = refused(channel, "DeactivateService", "sophie", perimeter=service)

    assert world.services[Perimeter("11000201100044", "FAC0000034")].active
    assert refusal_of(call).code == organisation_pb2.REFUSAL_CODE_ALREADY_INACTIVE


def test_without_a_register_a_siret_is_refused_and_says_why(tmp_path: Path) -> None:
    with (
        open_portal(tmp_path) as portal,
        grpc.insecure_channel(portal.target) as channel,
    ):
        call = refused(
            channel,
            "CreateStructure",
            "nora",
            identifier_type="SIRET",
            identifier=SIRET,
            type=organisation_facts_pb2.STRUCTURE_TYPE_PRIVATE,
        )

    assert refusal_of(call).code == organisation_pb2.REFUSAL_CODE_REGISTRY_UNAVAILABLE
    assert "--insee" in call.details()


def test_an_account_is_asked_for_by_a_stranger(own: Portal, channel: grpc.Channel) -> None:
    wanted = organisation_facts_pb2.WantedStructure(
        identifier_type="SIRET",
        identifier=SIRET,
        name="MAISON FILLE",
        type=organisation_facts_pb2.STRUCTURE_TYPE_PRIVATE,
    )

    response = ask(channel, "RequestAccount", "visitor-1", email="Fille@Example.org", wanted=wanted)

    assert own.state.judge.world.accounts[response.made].email == "fille@example.org"
    assert own.state.judge.world.structures[SIRET].principal_manager == response.made


def test_a_journal_that_others_hold_is_a_reason_to_try_again() -> None:
    assert status_of(JournalBusyError("busy")).code is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    "code", [code for code in RefusalCode if code is not RefusalCode.UNSPECIFIED]
)
def test_every_code_has_its_status_and_its_number(code: RefusalCode) -> None:
    message = refusal_message(CommandRefused(code, "x" * 1000, "email"))

    assert status_code_of(CommandRefused(code, "")) in {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.ALREADY_EXISTS,
        grpc.StatusCode.FAILED_PRECONDITION,
    }
    assert message.code == refusal_code(code) != organisation_pb2.REFUSAL_CODE_UNSPECIFIED
    assert len(message.message) == 300


def test_several_refusals_of_one_kind_have_its_status() -> None:
    refusal = CommandRefused(RefusalCode.ACCOUNT_UNKNOWN, "")

    assert status_code_of(ManyRefused({"a": refusal, "b": refusal})) is grpc.StatusCode.NOT_FOUND


def test_the_longest_name_of_a_request_is_taken(channel: grpc.Channel) -> None:
    ask(
        channel,
        "RequestAccount",
        "visitor-1",
        request_id="é" * 128,
        email="somebody@example.org",
        perimeter=MOA,
    )
