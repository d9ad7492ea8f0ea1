"""The table of every method by every kind of person, played through a real server."""

from collections.abc import Generator
from dataclasses import fields
from datetime import timedelta
from typing import Any, Final, cast

import grpc
import pytest
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis.organisation.calls import value_of
from habilis.v1 import decision_pb2, organisation_pb2
from habilis.wire import subject_message
from habilis_server.journal import Journal, Timeline
from habilis_server.organisation import Organisation
from habilis_server.service.refusals import REFUSAL
from habilis_server.service.serving import Serving, Settings
from habilis_server.service.state import State
from tests.conftest import Figure
from tests.organisation.matrix import CASES, COLUMNS, OWN, PEOPLE, READINGS, WORDS
from tests.organisation.memory import Memory
from tests.organisation.test_matrix import ANSWERS
from tests.organisation.town import FACTS, NOON, REGISTER, engine
from tests.service.portal import running

SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
PATIENT: Final = 30.0


@pytest.fixture(scope="module")
def town() -> Generator[tuple[Memory, grpc.Channel]]:
    """The town's facts behind a server; what a command changed is taken back by `rewind`.

    Reads have facts of their own, which nobody changes.
    """
    memory = Memory(FACTS, NOON)
    journal, timeline = cast(Journal, memory), cast(Timeline, memory)
    state = State(Memory(FACTS, NOON), lambda: engine().rulebook, lambda: NOON)
    organisation = Organisation(
        journal,
        timeline,
        engine,
        REGISTER,
        clock=lambda: NOON,
        delay=timedelta(0),
    )
    serving = Serving(state, organisation, Settings(listen="127.0.0.1:0", notice=0, grace=0.5))
    with running(serving) as target, grpc.insecure_channel(target) as channel:
        yield memory, channel


def request_of(name: str, who: str, asked: object, number: int) -> Message:
    """The request of a command or of a read, with the fields that it has."""
    kind = SERVICE.methods_by_name[name].input_type
    words: dict[str, Any] = {
        part.name: getattr(asked, part.name) for part in fields(cast(Any, asked))
    }
    words = {name: value for name, value in words.items() if value is not None}
    said = {name: value_of(kind.fields_by_name[name], value) for name, value in words.items()}
    if "request_id" in kind.fields_by_name:
        said["request_id"] = f"request-{number}"
    request: Message = GetMessageClass(kind)(subject=subject_message(who), **said)
    return request


def answer(channel: grpc.Channel, name: str, request: Message) -> str:
    """`ok`, or why not, in the words of the table."""
    method: Any = channel.unary_unary(
        f"/{SERVICE.full_name}/{name}", request_serializer=type(request).SerializeToString
    )
    try:
        method(request, timeout=PATIENT)
    except grpc.RpcError as error:
        failed: Any = error
        return told(organisation_pb2.Refusal.FromString(dict(failed.trailing_metadata())[REFUSAL]))
    return "ok"


def told(refusal: organisation_pb2.Refusal) -> str:
    if refusal.items:
        return told(refusal.items[0].refusal)
    if refusal.HasField("decision"):
        reason = decision_pb2.Reason.Name(refusal.decision.reason)
        return f"denied {reason.removeprefix('REASON_')}"
    code = organisation_pb2.RefusalCode.Name(refusal.code)
    return f"refused {code.removeprefix('REFUSAL_CODE_')}"


def test_every_cell_is_answered_so_by_the_server(
    town: tuple[Memory, grpc.Channel], figure: Figure
) -> None:
    memory, channel = town
    start, cells = memory.kept(), 0
    for case, made in (*READINGS.items(), *CASES.items()):
        name = case.partition(",")[0]
        for kind, word in zip(COLUMNS, ANSWERS[case], strict=True):
            who = OWN.get(case, PEOPLE[kind]) if kind == "himself" else PEOPLE[kind]
            asked = made(who) if callable(made) else made
            cells += 1
            given = answer(channel, name, request_of(name, who, asked, cells))
            assert given == WORDS[word], (case, kind)
            if word == "ok" and case in CASES:
                memory.rewind(start)
    methods = {method.name for method in SERVICE.methods}
    assert {case.partition(",")[0] for case in (*READINGS, *CASES)} == methods
    figure(f"{cells} answers of {len(methods)} methods over gRPC, as the table has them")
