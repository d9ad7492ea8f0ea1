"""The clients of the organisation: every command as it was meant, every refusal as it was told."""

import asyncio
import inspect
import re
from collections.abc import Callable, Generator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, get_args

import grpc
import pytest

from habilis import AccessDenied, Client, HabilisError, Perimeter, Reason
from habilis.errors import (
    CallerRefusedError,
    DeadlineExceededError,
    InvalidQuestionError,
    ServerFailureError,
    UnavailableError,
    UntrustedAnswerError,
)
from habilis.organisation import (
    AsyncOrganisationClient,
    CommandRefused,
    ManyRefused,
    Moa,
    OrganisationClient,
    Outcome,
    RefusalCode,
    RequestIdReusedError,
    StructureType,
    WantedStructure,
    calls,
)
from habilis.v1 import decision_pb2, organisation_pb2
from habilis_server.organisation.commands import Command
from habilis_server.service.wire_organisation import command_from
from tests.sdk.forger import forging
from tests.sdk.methods import QUESTION
from tests.sdk.test_status_codes import TRUE_ALLOW
from tests.service.portal import Portal, open_portal

MOA: Final = Perimeter("17340430200015")
SERVICE: Final = Perimeter("11000201100044", "FAC0000034")
COMMANDS: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(Command)}


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def do_and_wait(target: str, method: str, **words: Any) -> Outcome:
    with OrganisationClient(target) as client:
        outcome: Outcome = getattr(client, method)(**words)
        return outcome


def do_on_a_loop(target: str, method: str, **words: Any) -> Outcome:
    async def do() -> Outcome:
        async with AsyncOrganisationClient(target) as client:
            outcome: Outcome = await getattr(client, method)(**words)
            return outcome

    return asyncio.run(do())


Do = Callable[..., Outcome]
DOORS: Final = {"OrganisationClient": do_and_wait, "AsyncOrganisationClient": do_on_a_loop}
# What each field of each command is given; the command on the server must hold the same.
GIVEN: Final[dict[str, Any]] = {
    "account": "claire",
    "add": ["a:b", "c:d"],
    "approval": "approval-1",
    "approvals": ["approval-1", "approval-2"],
    "city": "Montpellier",
    "code": "COMPTA",
    "comment": "Bonjour,\nmerci",
    "commitment_required": True,
    "country": "CH",
    "description": "Ce que fait\nle service",
    "email": "claire@example.org",
    "identifier": "21340301700014",
    "identifier_type": "SIRET",
    "name": "Comptabilité",
    "new_identifier": "21340301700022",
    "perimeter": SERVICE,
    "principal_manager": "delphine",
    "profiles": {"a:b", "c:d"},
    "reason": "Déjà pourvu",
    "remove": ("e:f",),
    "source": "nadia",
    "structure": "17340430200015",
    "structure_type": StructureType.PUBLIC,
    "wanted": WantedStructure(
        identifier_type="SIRET",
        identifier="21340301700014",
        name="Sète",
        type=StructureType.PRIVATE,
    ),
}
FIELDS: Final[dict[str, dict[str, Any]]] = {
    "ModifyStructure": {"phone": "", "moa": Moa.ONLY, "service_code_required": False},
    "ModifyService": {"name": "Paie", "description": "", "commitment_required": True},
}
HELD: Final[dict[str, Any]] = {
    "add": frozenset({"a:b", "c:d"}),
    "approvals": ("approval-1", "approval-2"),
    "profiles": frozenset({"a:b", "c:d"}),
    "remove": frozenset({"e:f"}),
}


@pytest.fixture(params=DOORS)
def do(request: pytest.FixtureRequest) -> Do:
    """One command by one of the clients."""
    return DOORS[request.param]


@pytest.fixture
def own(tmp_path: Path) -> Generator[Portal]:
    with open_portal(tmp_path) as portal:
        yield portal


def words_of(name: str) -> dict[str, Any]:
    """A value for every field of the command, as a caller writes it."""
    words: dict[str, Any] = {}
    for part in fields(COMMANDS[name]):
        if part.name == "fields":
            words["fields"] = FIELDS[name]
        elif part.name == "type":
            words["structure_type"] = GIVEN["structure_type"]
        else:
            words[part.name] = GIVEN[part.name]
    return words


@pytest.mark.parametrize("kind", [OrganisationClient, AsyncOrganisationClient])
def test_every_method_of_the_contract_has_its_own(kind: type) -> None:
    named = {name for name, _ in inspect.getmembers(kind, inspect.isfunction)}

    methods = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"].methods
    assert {name for name in named if not name.startswith("_")} - {"close"} == {
        snake(method.name) for method in methods
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_asked_is_what_the_server_reads(
    do: Do, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    make = calls.command

    def noted(method: str, terms: Any, **given: object) -> Any:
        call = make(method, terms, **given)
        sent.append(call.request)
        return call

    monkeypatch.setattr(calls, "command", noted)
    with forging() as forger:
        forger.status = grpc.StatusCode.INTERNAL
        with pytest.raises(ServerFailureError):
            do(forger.target, snake(name), subject="zoe", request_id="r", **words_of(name))

    [request] = sent
    read = command_from(name, request)
    expected = {
        part.name: HELD.get(part.name, GIVEN.get(part.name)) for part in fields(COMMANDS[name])
    }
    if "fields" in expected:
        expected["fields"] = FIELDS[name]
    if "type" in expected:
        expected["type"] = "public"
    assert {part.name: getattr(read, part.name) for part in fields(COMMANDS[name])} == expected
    assert (request.subject.type, request.subject.id, request.request_id) == ("user", "zoe", "r")


def test_an_outcome_is_seen_by_the_next_check(do: Do, own: Portal) -> None:
    outcome = do(own.target, "detach_user", subject="delphine", account="claire", perimeter=MOA)

    with Client(own.target) as client:
        decision = client.check(QUESTION, at_least=outcome.token, deadline=20)
    assert (decision.reason, decision.token) == (Reason.NOT_ATTACHED, outcome.token)


def test_a_request_goes_its_way(do: Do, own: Portal) -> None:
    asked = do(own.target, "request_attachment", subject="serge", perimeter=MOA, comment="Bonjour")
    granted = do(own.target, "approve", subject="delphine", approval=asked.made)

    assert granted.token.revision > asked.token.revision
    assert own.state.judge.world.approvals[asked.made].state == "approved"


def test_a_denial_is_raised_with_its_decision(do: Do, own: Portal) -> None:
    with pytest.raises(AccessDenied) as caught:
        do(own.target, "detach_user", subject="marc", account="claire", perimeter=MOA)

    assert caught.value.reason is Reason.NOT_ATTACHED
    assert caught.value.rule_id == "organisation-detacher-utilisateur"


def test_a_rule_is_raised_with_its_code_and_its_field(do: Do, own: Portal) -> None:
    with pytest.raises(CommandRefused, match="say why") as caught:
        do(own.target, "request_attachment", subject="serge", perimeter=MOA, comment=" ")

    assert (caught.value.code, caught.value.field) == (RefusalCode.COMMENT_REQUIRED, "comment")


def test_several_refusals_are_raised_together(do: Do, own: Portal) -> None:
    asked = do(
        own.target, "request_attachment", subject="serge", perimeter=MOA, comment="Bonjour"
    ).made
    do(own.target, "withdraw_request", subject="serge", approval=asked)

    with pytest.raises(ManyRefused) as caught:
        do(own.target, "approve_many", subject="delphine", approvals=[asked, "nothing"])

    closed, unknown = caught.value.refusals[asked], caught.value.refusals["nothing"]
    assert caught.value.count == 2
    assert isinstance(closed, CommandRefused)
    assert closed.code is RefusalCode.ALREADY_DECIDED
    assert isinstance(unknown, AccessDenied)
    assert unknown.reason is Reason.UNKNOWN_RESOURCE


def test_a_request_has_one_name_for_ever(do: Do, own: Portal) -> None:
    words: dict[str, Any] = {"subject": "serge", "perimeter": MOA, "request_id": "mine"}
    first = do(own.target, "request_attachment", comment="Bonjour", **words)

    assert do(own.target, "request_attachment", comment="Bonjour", **words) == first
    with pytest.raises(RequestIdReusedError, match="already stands for another request"):
        do(own.target, "request_attachment", comment="Bonsoir", **words)


def test_a_malformed_request_is_the_callers_to_mend(do: Do, own: Portal) -> None:
    with pytest.raises(InvalidQuestionError, match="`approval` is empty"):
        do(own.target, "approve", subject="delphine", approval="")
    with pytest.raises(InvalidQuestionError, match="`request_id` is empty"):
        do(own.target, "approve", subject="delphine", approval="x", request_id="")


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("approve_many", {"approvals": "approval-1"}),
        ("approve", {"approval": 7}),
        ("add_entitlements", {"account": "x", "perimeter": MOA, "profiles": [1]}),
        ("leave_structure", {"perimeter": Perimeter("1", "")}),
        ("modify_structure", {"structure": "1", "fields": {"phone": None}}),
        ("modify_structure", {"structure": "1", "fields": {"siret": "1"}}),
    ],
)
def test_what_no_message_can_say_is_refused(do: Do, method: str, words: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuestionError):
        do("127.0.0.1:1", method, subject="zoe", **words)


RESPONSE: Final = organisation_pb2.ApproveResponse(
    token=decision_pb2.Token(policy_digest="digest", revision=7), made="x"
)


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, CallerRefusedError),
        (grpc.StatusCode.INVALID_ARGUMENT, InvalidQuestionError),
        (grpc.StatusCode.ALREADY_EXISTS, RequestIdReusedError),
        (grpc.StatusCode.FAILED_PRECONDITION, ServerFailureError),
        (grpc.StatusCode.NOT_FOUND, ServerFailureError),
        (grpc.StatusCode.INTERNAL, ServerFailureError),
    ],
)
def test_a_status_without_refusal_has_its_error(
    do: Do, status: grpc.StatusCode, meant: type[HabilisError]
) -> None:
    with forging() as forger:
        forger.status = status

        with pytest.raises(meant, match="forged"):
            do(forger.target, "approve", subject="zoe", approval="x")


def test_a_server_that_is_gone_for_a_moment_is_asked_again(do: Do) -> None:
    with forging() as forger:
        forger.status, forger.failures = grpc.StatusCode.UNAVAILABLE, 2
        forger.answers = [RESPONSE.SerializeToString()]

        outcome = do(forger.target, "approve", subject="zoe", approval="x")

        assert (outcome.made, outcome.token.revision, forger.calls) == ("x", 7, 3)


def test_a_server_that_stays_away_is_given_up(do: Do) -> None:
    with forging() as forger:
        forger.status = grpc.StatusCode.UNAVAILABLE

        # Which of the two it is depends on where the last try was when the time was over.
        with pytest.raises((UnavailableError, DeadlineExceededError)):
            do(forger.target, "approve", subject="zoe", approval="x", deadline=0.3)
        assert forger.calls > 0


@pytest.mark.parametrize("answer", [b"", b"\xff\xfe"])
def test_an_outcome_that_names_no_state_is_not_believed(do: Do, answer: bytes) -> None:
    with forging() as forger:
        forger.answers = [answer]

        with pytest.raises(UntrustedAnswerError):
            do(forger.target, "approve", subject="zoe", approval="x")


def test_a_refusal_that_allows_is_not_believed() -> None:
    with pytest.raises(UntrustedAnswerError, match="decision that allows"):
        calls._refused(organisation_pb2.Refusal(decision=TRUE_ALLOW))


def test_a_code_of_a_later_version_is_a_refusal() -> None:
    later = organisation_pb2.Refusal.FromString(b"\x10\xe7\x07")  # code 999
    refused = calls._refused(later)

    assert isinstance(refused, CommandRefused)
    assert refused.code is RefusalCode.UNSPECIFIED
