"""The fake server and the words in which a test tells it what to answer."""

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, Unpack

import grpc

from habilis.async_client import AsyncClient
from habilis.client import Client
from habilis.model import Perimeter, Question, Reason, Token
from habilis.organisation import AsyncOrganisationClient, CommandRefused, OrganisationClient
from habilis.testing.organisation import FakeOrganisation, Requested
from habilis.testing.script import Line, Said, Script
from habilis.testing.servicer import FakeAccess, Which
from habilis.v1 import access_pb2_grpc

__all__ = ["FakeHabilis"]


class FakeHabilis:
    """A server on this machine whose answers are said beforehand; a context manager.

    It answers every method of AccessService but EnumeratePermissions; ListActions
    lists, of the actions that the test spoke of, those that Check allows. Of
    OrganisationService it answers what the test says of each method, named as
    in the contract, and denies the others.
    """

    def __init__(self) -> None:
        self._script = Script()
        self._access = FakeAccess(self._script)
        self._organisation = FakeOrganisation(self._script)
        self._server = grpc.server(
            ThreadPoolExecutor(max_workers=4), options=[("grpc.so_reuseport", 0)]
        )
        self.target = ""

    def __enter__(self) -> Self:
        access_pb2_grpc.add_AccessServiceServicer_to_server(self._access, self._server)
        self._server.add_generic_rpc_handlers((self._organisation.handler(),))
        self.target = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop(grace=None).wait()

    def client(self) -> Client:
        return Client(self.target)

    def async_client(self) -> AsyncClient:
        """A client of the running event loop."""
        return AsyncClient(self.target)

    def organisation_client(self) -> OrganisationClient:
        return OrganisationClient(self.target)

    def async_organisation_client(self) -> AsyncOrganisationClient:
        """A client of the running event loop."""
        return AsyncOrganisationClient(self.target)

    @property
    def requests(self) -> tuple[Requested, ...]:
        """What OrganisationService was asked so far, in order: the method, and its request."""
        return tuple(self._organisation.requested)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Those asked so far, in order."""
        return tuple(self._script.questions)

    @property
    def token(self) -> Token:
        """The state from which it says that it answers; a later `at_least` makes it STALE."""
        return self._script.token

    @token.setter
    def token(self, token: Token) -> None:
        self._script.token = token

    def allow(self, *, acting_as: str = "", **which: Unpack[Which]) -> None:
        """Allow the questions that have these words; a word that is not given may be any."""
        self._script.say(Line(**which), Said(Reason.ALLOWED, "fake-allow", acting_as))

    def deny(self, reason: Reason = Reason.DENIED_BY_RULE, **which: Unpack[Which]) -> None:
        """Deny these questions for this reason, whatever else allows them."""
        if reason is Reason.ALLOWED:
            raise ValueError("a denial cannot have the reason ALLOWED")
        self._script.say(Line(**which), Said(reason, "fake-deny"))

    def permit_on(self, *perimeters: Perimeter, subject: str, action: str) -> None:
        """List these perimeters to whoever asks where the subject may do the action."""
        self._script.place(subject, action, perimeters)

    def carry_out(self, method: str, *, made: str = "") -> None:
        """Carry out every command of this method, such as `Approve`; `made` is what it made."""
        self._organisation.say(method, (), made=made)

    def tell(self, method: str, *records: object, **words: object) -> None:
        """Answer every read of this method, such as `ListServices`, with these records.

        `words` are what else its response has, such as `pending=3`.
        """
        self._organisation.say(method, records, **words)

    def refuse(self, method: str, refused: Reason | CommandRefused) -> None:
        """Deny this method for a reason, or refuse it as a rule of the portal would."""
        self._organisation.refuse(method, refused)

    def fail(self, code: grpc.StatusCode | None) -> None:
        """Fail every call with this status; None: answer again."""
        self._access.failing = self._organisation.failing = code
