"""Where a companion is, who asks, and what its failures mean on a command line."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import uuid4

import typer

from habilis import AccessDenied, HabilisError
from habilis.connection import Connection
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.output import as_json
from habilis_companion.command_line.reaching import TlsOptions, failure_of
from habilis_companion.command_line.shapes import decision_shape
from habilis_companion.errors import CompanionError, StaleVersionError
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Acting, Looking, Reference

__all__ = [
    "Actor",
    "Looker",
    "Place",
    "application_option",
    "asking",
    "ref_of",
    "ref_option",
    "server_option",
]

_HEADING: Final = "Where to ask"

_Client = TypeVar("_Client", bound=Connection)


def server_option(command: str, variable: str) -> Any:  # noqa: ANN401  # typer's own type
    """`--server`, which this variable of the environment names as well."""
    return typer.Option(
        "--server",
        metavar="HOST:PORT",
        help=f"Where `{command} serve` listens.",
        envvar=variable,
        rich_help_panel=_HEADING,
    )


def application_option(example: str) -> Any:  # noqa: ANN401  # same reason
    """`--through`, the application of a Looker."""
    return typer.Option(
        "--through",
        metavar="APPLICATION",
        help=f"The application through which to look, such as {example}.",
    )


def ref_option(what: str) -> Any:  # noqa: ANN401  # same reason
    """`--piece`, or whatever it is that is acted on, as `ref_of` reads it."""
    told = f"The {what} as it was read, as the lists show it."
    return typer.Option(f"--{what}", metavar="ID@VERSION", help=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(TlsOptions, Generic[_Client]):
    """Where the companion listens. Each companion says how, and who asks it:

    class PlaceHere(Place[InvoicingClient]):
        server: Annotated[str, server_option("habilis-invoicing", "HABILIS_INVOICING")]

        def client(self) -> InvoicingClient:
            return InvoicingClient(self.server, tls=tls_of(self))
    """

    server: str
    deadline: Annotated[
        float | None,
        typer.Option(
            "--deadline",
            metavar="SECONDS",
            min=0.001,
            help="How long to wait for each answer.",
            rich_help_panel=_HEADING,
        ),
    ] = None

    def client(self) -> _Client:
        """The companion's client; raises Failure for a certificate that cannot be read."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, and under which name of the request; None: a new one."""

    subject: Annotated[str, typer.Option("--as", metavar="SUBJECT", help="The account that acts.")]
    request_id: Annotated[
        str | None,
        typer.Option(
            "--request-id",
            metavar="ID",
            help="To offer a request again: it is carried out once. Without it: a new request.",
        ),
    ] = None

    def terms(self, place: Place[Any]) -> Acting:
        named: Acting = {
            "subject": self.subject,
            "request_id": self.request_id or uuid4().hex,
            "deadline": place.deadline,
        }
        return named


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Who looks, and through which application, of which each companion has its own."""

    subject: Annotated[str, typer.Option("--as", metavar="SUBJECT", help="The account that looks.")]
    application: str

    def terms(self, place: Place[Any]) -> Looking:
        return {
            "subject": self.subject,
            "application": self.application,
            "deadline": place.deadline,
        }


@contextmanager
def asking(place: Place[_Client], *, json: bool) -> Generator[_Client]:
    """The companion's client; what it refuses or cannot answer ends the command."""
    try:
        with place.client() as client:
            yield client
    except AccessDenied as denied:
        told: dict[str, object] = {"decision": decision_shape(denied.decision)}
        raise _end(ExitCode.DENIED, str(denied), told, json=json) from denied
    except RefusedError as refused:
        problems = [
            {"code": each.code, "field": each.field, "message": each.message}
            for each in refused.problems
        ]
        lines = "\n".join(f"refused: {each} ({each.code})" for each in refused.problems)
        raise _end(ExitCode.REFUSED, lines, {"problems": problems}, json=json) from refused
    except StaleVersionError as stale:
        raise _end(ExitCode.REFUSED, f"it moved: {stale}", {"stale": True}, json=json) from stale
    except CompanionError as error:
        raise Failure(ExitCode.USAGE, str(error)) from error
    except HabilisError as error:
        raise failure_of(error, place.server) from error


def ref_of(text: str, what: str) -> Reference:
    """What is written ID@VERSION, as every command prints it; raises Failure."""
    kept, at, version = text.rpartition("@")
    if not (at and kept and version.isascii() and version.isdecimal()):
        told = f"`{text}` is no {what} as it was read; write ID@VERSION, as the lists show it"
        raise Failure(ExitCode.USAGE, told)
    return Reference(kept, int(version))


def _end(code: ExitCode, text: str, told: dict[str, object], *, json: bool) -> Exception:
    """On stdout for programs, on stderr for people."""
    if not json:
        return Failure(code, text)
    as_json({"done": False, **told})
    return typer.Exit(code)
