"""How a command reaches a server, and what it says where no answer came."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from habilis import HabilisError, Tls
from habilis.errors import InvalidQuestionError, UnansweredError
from habilis_companion.command_line.exits import ExitCode, Failure

__all__ = ["TlsOptions", "failure_of", "tls_of"]

_HEADING: Final = "Where to ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsOptions:
    """The certificates for a server over TLS; without any, plain."""

    tls_ca: Annotated[
        Path | None,
        typer.Option(
            "--tls-ca",
            metavar="FILE",
            help="With a server: the authority that vouches for it (PEM).",
            rich_help_panel=_HEADING,
        ),
    ] = None
    tls_cert: Annotated[
        Path | None,
        typer.Option(
            "--tls-cert",
            metavar="FILE",
            help="With a server: the certificate to present (PEM).",
            rich_help_panel=_HEADING,
        ),
    ] = None
    tls_key: Annotated[
        Path | None,
        typer.Option(
            "--tls-key",
            metavar="FILE",
            help="With a server: the key of that certificate (PEM).",
            rich_help_panel=_HEADING,
        ),
    ] = None


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


def tls_of(files: TlsOptions) -> Tls | None:
    """TLS with these files; None where there is none. Raises Failure for an unread file."""
    if not (files.tls_ca or files.tls_cert or files.tls_key):
        return None
    try:
        return Tls.read(ca=files.tls_ca, certificate=files.tls_cert, key=files.tls_key)
    except OSError as error:
        raise Failure(
            ExitCode.USAGE, f"`{error.filename}` cannot be read: {error.strerror}"
        ) from error
