"""The server as a door: the SDK's client, its errors told as the command line tells them."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar

from habilis import Client, Decision, HabilisError, Perimeter, Question, Resource, Tls, Token
from habilis.answers import ActionList, Explanation, PerimeterList, Permission
from habilis_companion.command_line.reaching import failure_of

__all__ = ["RemoteDoor", "open_remote"]

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


@contextmanager
def open_remote(server: str, deadline: float, tls: Tls | None) -> Generator[RemoteDoor]:
    """The server at HOST:PORT, over TLS where there is one."""
    with Client(server, tls=tls) as client:
        yield RemoteDoor(client, server, deadline)
