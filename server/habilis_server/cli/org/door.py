"""Who carries a command out: a server, or the server's own code on the facts of a folder."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, cast

import typer

from habilis.organisation import OrganisationClient
from habilis.organisation.calls import WRITE_DEADLINE
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.reaching import tls_of
from habilis_server.cli.where import Deadline, Where, server_of

__all__ = ["Place", "open_organisation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Where):
    """Where to act; `insee` and `effect_delay` are a server's own, so they go without one."""

    deadline: Deadline = WRITE_DEADLINE
    insee: Annotated[
        str | None,
        typer.Option(
            "--insee",
            metavar="FILE|api",
            help="Without a server: the register of SIRETs, as `serve` takes it.",
            rich_help_panel="Where to ask",
        ),
    ] = None
    effect_delay: Annotated[
        int | None,
        typer.Option(
            "--effect-delay",
            metavar="SECONDS",
            min=0,
            max=1800,
            help="Without a server: how late what need not count at once takes effect.",
            rich_help_panel="Where to ask",
        ),
    ] = None


def open_organisation(place: Where) -> AbstractContextManager[OrganisationClient]:
    """The client of the server, or of the facts here; raises Failure for no clear place."""
    server = server_of(place)
    insee, effect_delay = (
        (place.insee, place.effect_delay) if isinstance(place, Place) else (None, None)
    )
    if server is None:
        # By name: engine and database take a second to load, which asking a server must not cost.
        within = import_module("habilis_server.cli.in_process")
        return cast(
            "AbstractContextManager[OrganisationClient]",
            within.open_organisation_in_process(
                place.data, place.policy, place.database, insee, effect_delay or 0
            ),
        )
    if insee is not None or effect_delay is not None:
        told = "a server has its own register and delay; leave `--insee`, `--effect-delay` out"
        raise Failure(ExitCode.USAGE, told)
    return OrganisationClient(server, tls=tls_of(place))
