"""The server as a door: the SDK's client, its errors told as the command line tells them."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from habilis import Client, Decision, HabilisError, Perimeter, Question, Resource, Tls, Token
from habilis.answers import ActionList, Explanation, PerimeterList, Permission
from habilis.errors import InvalidQuestionError, UnansweredError
from habilis_companion.command_line.exits import ExitCode, Failure

__all__ = ["RemoteDoor", "failure_of", "open_remote", "tls_of"]

_PATIENT: Final = 600.0
"""Seconds for an enumeration at least, however short the deadline of an answer."""

_Answer = TypeVar("_Answer")


class RemoteDoor:
    """Answers of one server, each within `deadline` seconds."""

    def __init__(self, client: Client, server: str, deadline: float) -> None:
        self._client = client
        self._server = server
        self._deadline = deadline

    def check(self, question: Question, at_least: Token | None) -> Decision:
        return self._asked(
            lambda: self._client.check(question, at_least=at_least, deadline=self._deadline)
        )

    def explain(self, question: Question, at_least: Token | None) -> Explanation:
        return self._asked(
            lambda: self._client.explain(question, at_least=at_least, deadline=self._deadline)
        )

    def list_actions(
        self, subject: str, resource: Resource, at: datetime | None, at_least: Token | None
    ) -> ActionList:
        return self._asked(
            lambda: self._client.list_actions(
                subject=subject,
                resource=resource,
                at=at,
                at_least=at_least,
                deadline=self._deadline,
            )
        )

    def list_perimeters(
        self,
        subject: str,
        action: str,
        resource_type: str,
        at: datetime | None,
        at_least: Token | None,
    ) -> PerimeterList:
        return self._asked(
            lambda: self._client.list_perimeters(
                subject=subject,
                action=action,
                resource_type=resource_type,
                at=at,
                at_least=at_least,
                deadline=self._deadline,
            )
        )

    def enumerate(
        self,
        subject: str | None,
        action: str | None,
        perimeter: Perimeter | None,
        at: datetime | None,
        at_least: Token | None,
    ) -> Iterator[Permission]:
        try:
            yield from self._client.enumerate(
                subject=subject,
                action=action,
                perimeter=perimeter,
                at=at,
                at_least=at_least,
                deadline=max(self._deadline, _PATIENT),
            )
        except HabilisError as error:
            raise failure_of(error, self._server) from error

    def _asked(self, ask: Callable[[], _Answer]) -> _Answer:
        try:
            return ask()
        except HabilisError as error:
            raise failure_of(error, self._server) from error


def failure_of(error: HabilisError, place: str) -> Failure:
    """The failure that an error of the SDK comes to; `place` is who was asked."""
    match error:
        case InvalidQuestionError():
            return Failure(ExitCode.USAGE, f"the question is malformed: {error}")
        case UnansweredError():
            return Failure(
                ExitCode.UNAVAILABLE,
                f"no answer from `{place}`: {error}; is it serving, and reachable from here?",
            )
        case _:
            return Failure(ExitCode.UNAVAILABLE, f"no answer to believe from `{place}`: {error}")


@contextmanager
def open_remote(server: str, deadline: float, tls: Tls | None) -> Generator[RemoteDoor]:
    """The server at HOST:PORT, over TLS where there is one."""
    with Client(server, tls=tls) as client:
        yield RemoteDoor(client, server, deadline)


def tls_of(ca: Path | None, certificate: Path | None, key: Path | None) -> Tls | None:
    """TLS with these files; None where there is none. Raises Failure for an unread file."""
    if not (ca or certificate or key):
        return None
    try:
        return Tls.read(ca=ca, certificate=certificate, key=key)
    except OSError as error:
        raise Failure(
            ExitCode.USAGE, f"`{error.filename}` cannot be read: {error.strerror}"
        ) from error
