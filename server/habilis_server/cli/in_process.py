"""A folder of facts as a door: the server's own service, called without a network between.

Requests and answers are those of the contract, so what is read here is what a
server on the same policy and facts would send.
"""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import Message

from habilis import Decision, HabilisError, Perimeter, Question, Resource, Token, calls
from habilis.answers import ActionList, Explanation, PerimeterList, Permission
from habilis.organisation import OrganisationClient
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.reaching import failure_of
from habilis_companion.errors import InvalidRequestError
from habilis_server.cli.policy import read_policy
from habilis_server.cli.register import opened_register
from habilis_server.cli.storage import Storage, open_journal, storage_of
from habilis_server.journal import Journal, Timeline
from habilis_server.organisation import Organisation
from habilis_server.service.access import AccessServicer
from habilis_server.service.errors import ServiceError
from habilis_server.service.inside import OrganisationInside
from habilis_server.service.state import State

__all__ = ["InProcessDoor", "open_in_process", "open_organisation_in_process"]

_Response = TypeVar("_Response", bound=Message)
_Answer = TypeVar("_Answer")


class InProcessDoor:
    """Answers of the service itself; one caller at a time."""

    def __init__(self, servicer: AccessServicer, runner: asyncio.Runner, place: str) -> None:
        self._servicer = servicer
        self._runner = runner
        self._place = place

    def check(self, question: Question, at_least: Token | None) -> Decision:
        with self._telling():
            return self._answer(calls.check(question, at_least))

    def explain(self, question: Question, at_least: Token | None) -> Explanation:
        with self._telling():
            return self._answer(calls.explain(question, at_least))

    def list_actions(
        self, subject: str, resource: Resource, at: datetime | None, at_least: Token | None
    ) -> ActionList:
        with self._telling():
            return self._answer(calls.list_actions(subject, resource, at, at_least))

    def list_perimeters(
        self,
        subject: str,
        action: str,
        resource_type: str,
        at: datetime | None,
        at_least: Token | None,
    ) -> PerimeterList:
        with self._telling():
            return self._answer(calls.list_perimeters(subject, action, resource_type, at, at_least))

    def enumerate(
        self,
        subject: str | None,
        action: str | None,
        perimeter: Perimeter | None,
        at: datetime | None,
        at_least: Token | None,
    ) -> Iterator[Permission]:
        with self._telling():
            call = calls.enumerate_permissions(subject, action, perimeter, at, at_least)
            reading = calls.Reading(call.at_least)
            answers = self._behaviour(call.method)(call.request, None)
            while (part := self._runner.run(anext(answers, None))) is not None:
                yield from reading.permissions(part.SerializeToString())
            reading.close()

    def _answer(self, call: calls.Call[_Response, _Answer]) -> _Answer:
        # What serves a call asks nothing of its context, which only a network has.
        response: Message = self._runner.run(self._behaviour(call.method)(call.request, None))
        return call.read(response.SerializeToString())

    def _behaviour(self, method: str) -> Any:  # noqa: ANN401  # each method has types of its own
        return getattr(self._servicer, method.rpartition("/")[2])

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            yield
        except InvalidRequestError as error:
            raise Failure(ExitCode.USAGE, f"the question is malformed: {error}") from error
        except ServiceError as error:
            raise Failure(
                ExitCode.UNAVAILABLE, f"no answer from `{self._place}`: {error}"
            ) from error
        except HabilisError as error:
            raise failure_of(error, self._place) from error


@contextmanager
def open_in_process(
    data: Path | None, policy: Path | None, database: str | None = None
) -> Generator[InProcessDoor]:
    """The facts kept there under the policy; raises Failure where either cannot be read."""
    storage = storage_of(data, database)
    with _opened(storage, policy) as (_, _, state), asyncio.Runner() as runner:
        yield InProcessDoor(AccessServicer(state), runner, str(storage))


@contextmanager
def open_organisation_in_process(
    data: Path | None,
    policy: Path | None,
    database: str | None,
    insee: str | None,
    effect_delay: int,
) -> Generator[OrganisationClient]:
    """The commands on the facts kept there; raises Failure where anything cannot be read."""
    storage = storage_of(data, database)
    with opened_register(insee) as registry, _opened(storage, policy) as opened:
        journal, timeline, state = opened
        organisation = Organisation(
            journal,
            timeline,
            lambda: state.judge.engine,
            registry,
            clock=_now,
            delay=timedelta(seconds=effect_delay),
        )
        with OrganisationInside(organisation, state) as client:
            yield client


@contextmanager
def _opened(storage: Storage, policy: Path | None) -> Generator[tuple[Journal, Timeline, State]]:
    with open_journal(storage) as journal:
        rulebook = read_policy(policy)
        timeline = Timeline(journal, snapshots=storage.snapshots)
        yield journal, timeline, State(timeline, lambda: rulebook, _now)


def _now() -> datetime:
    return datetime.now(UTC)
