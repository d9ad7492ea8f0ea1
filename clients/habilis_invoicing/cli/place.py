"""Where the companion is, who asks, and what its failures mean on a command line."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import uuid4

import typer

from habilis import AccessDenied, HabilisError, Perimeter
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.output import as_json
from habilis_companion.command_line.reaching import TlsOptions, failure_of, tls_of
from habilis_companion.command_line.shapes import decision_shape
from habilis_companion.errors import CompanionError, StaleVersionError
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Acting, Looking
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import PieceRef

__all__ = ["Actor", "Looker", "PieceOption", "Place", "asking", "perimeter_of", "ref_of"]

_HEADING: Final = "Where to ask"


PieceOption = Annotated[
    str,
    typer.Option(
        "--piece", metavar="ID@VERSION", help="The piece as it was read, as the lists show it."
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(TlsOptions):
    """Where the companion listens."""

    server: Annotated[
        str,
        typer.Option(
            "--server",
            metavar="HOST:PORT",
            help="Where `habilis-invoicing serve` listens.",
            envvar="HABILIS_INVOICING",
            rich_help_panel=_HEADING,
        ),
    ]
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

    def client(self) -> InvoicingClient:
        """The companion's client; raises Failure for a certificate that cannot be read."""
        return InvoicingClient(self.server, tls=tls_of(self))


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

    def terms(self, place: Place) -> Acting:
        named: Acting = {
            "subject": self.subject,
            "request_id": self.request_id or uuid4().hex,
            "deadline": place.deadline,
        }
        return named


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Who looks, and through which application."""

    subject: Annotated[str, typer.Option("--as", metavar="SUBJECT", help="The account that looks.")]
    application: Annotated[
        str,
        typer.Option(
            "--through",
            metavar="APPLICATION",
            help="The application through which to look, such as factures_recues.",
        ),
    ] = "factures_travaux"

    def terms(self, place: Place) -> Looking:
        return {
            "subject": self.subject,
            "application": self.application,
            "deadline": place.deadline,
        }


@contextmanager
def asking(place: Place, *, json: bool) -> Generator[InvoicingClient]:
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


def ref_of(text: str) -> PieceRef:
    """The piece written ID@VERSION, as every command prints it; raises Failure."""
    piece, at, version = text.rpartition("@")
    if not (at and piece and version.isascii() and version.isdecimal()):
        told = f"`{text}` is no piece as it was read; write ID@VERSION, as the lists show it"
        raise Failure(ExitCode.USAGE, told)
    return PieceRef(piece, int(version))


def perimeter_of(text: str) -> Perimeter:
    """The place written STRUCTURE or STRUCTURE/SERVICE; raises Failure."""
    perimeter = Perimeter.parse(text)
    if not perimeter.structure or perimeter.service == "":
        told = f"`{text}` is no place; write STRUCTURE or STRUCTURE/SERVICE"
        raise Failure(ExitCode.USAGE, told)
    return perimeter


def _end(code: ExitCode, text: str, told: dict[str, object], *, json: bool) -> Exception:
    """On stdout for programs, on stderr for people."""
    if not json:
        return Failure(code, text)
    as_json({"done": False, **told})
    return typer.Exit(code)
