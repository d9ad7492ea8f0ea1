"""Where a question goes: to a server, or to the server's own code on the facts of a folder."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final, Protocol, cast

import typer

from habilis import Decision, Perimeter, Question, Resource, Token
from habilis.answers import ActionList, Explanation, PerimeterList, Permission
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.reaching import TlsOptions, tls_of
from habilis_server.cli.remote import open_remote

__all__ = ["Deadline", "Door", "PolicyFolder", "Where", "open_door", "server_of"]

_HEADING: Final = "Where to ask"

PolicyFolder = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        metavar="DIR",
        help="Without a server: the policy to judge by. Without it: the one shipped with Habilis.",
        rich_help_panel=_HEADING,
    ),
]
Deadline = Annotated[
    float,
    typer.Option(
        "--deadline",
        metavar="SECONDS",
        min=0.001,
        help="With --server: how long to wait for each answer.",
        rich_help_panel=_HEADING,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where(TlsOptions):
    """Where to ask. `server`, `data` and `database` exclude one another."""

    server: Annotated[
        str | None,
        typer.Option(
            "--server", metavar="HOST:PORT", help="Ask this server.", rich_help_panel=_HEADING
        ),
    ] = None
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="Without a server: judge here, on the facts of this folder.",
            rich_help_panel=_HEADING,
        ),
    ] = None
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help="Without a server: judge here, on the facts of this database of PostgreSQL.",
            rich_help_panel=_HEADING,
        ),
    ] = None
    policy: PolicyFolder = None
    deadline: Deadline = 5.0

    def __str__(self) -> str:
        """Who is asked, as a message names it."""
        return self.server or str(self.data or "the database")


class Door(Protocol):
    """What answers. Every method raises Failure where there is no answer."""

    def check(self, question: Question, at_least: Token | None) -> Decision: ...

    def explain(self, question: Question, at_least: Token | None) -> Explanation: ...

    def list_actions(
        self, subject: str, resource: Resource, at: datetime | None, at_least: Token | None
    ) -> ActionList: ...

    def list_perimeters(
        self,
        subject: str,
        action: str,
        resource_type: str,
        at: datetime | None,
        at_least: Token | None,
    ) -> PerimeterList: ...

    def enumerate(
        self,
        subject: str | None,
        action: str | None,
        perimeter: Perimeter | None,
        at: datetime | None,
        at_least: Token | None,
    ) -> Iterator[Permission]: ...


def open_door(where: Where) -> AbstractContextManager[Door]:
    """The server, or the facts here; raises Failure where neither or both are named."""
    server = server_of(where)
    if server is not None:
        return open_remote(server, where.deadline, tls_of(where))
    # By name: engine and database take a second to load, which asking a server must not cost.
    within = import_module("habilis_server.cli.in_process")
    return cast(
        "AbstractContextManager[Door]",
        within.open_in_process(where.data, where.policy, where.database),
    )


def server_of(where: Where) -> str | None:
    """The server to ask; None: judge here. Raises Failure where the options do not say which."""
    here = [each for each in (where.data, where.database) if each is not None]
    if len(here) + (where.server is not None) != 1:
        raise Failure(
            ExitCode.USAGE,
            "give `--server HOST:PORT`, `--data DIR` or `--database URL`, one of them",
        )
    if where.server is not None and where.policy is not None:
        raise Failure(ExitCode.USAGE, "a server has its own policy; leave `--policy` out")
    if here and any((where.tls_ca, where.tls_cert, where.tls_key)):
        raise Failure(ExitCode.USAGE, "`--tls-…` speaks of a server, and none is asked")
    return where.server
