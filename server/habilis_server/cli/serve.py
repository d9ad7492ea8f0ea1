"""`habilis serve`: answer questions over gRPC until told to stop."""

import json as jsonlib
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from habilis_server.cli.data import open_journal
from habilis_server.cli.exits import ExitCode, Failure
from habilis_server.cli.options import Json
from habilis_server.cli.output import say
from habilis_server.cli.policy import folder_of, read_policy
from habilis_server.journal import Timeline
from habilis_server.rulebook import load
from habilis_server.service.errors import StartError
from habilis_server.service.serving import Settings
from habilis_server.service.serving import serve as serve_until_told
from habilis_server.service.state import State
from habilis_server.service.tls import TlsFiles

__all__ = ["app", "serve"]

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            metavar="HOST:PORT",
            help="Where to listen; port 0: any that is free. Without TLS: on this machine alone.",
        ),
    ],
    data: Annotated[
        Path,
        typer.Option("--data", metavar="DIR", help="Where the facts are kept."),
    ],
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            metavar="DIR",
            help="The policy to judge by. Without it: the one shipped with Habilis.",
        ),
    ] = None,
    tls_cert: Annotated[
        Path | None,
        typer.Option("--tls-cert", metavar="FILE", help="The server's certificate (PEM)."),
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", metavar="FILE", help="Its key (PEM).")
    ] = None,
    tls_client_ca: Annotated[
        Path | None,
        typer.Option(
            "--tls-client-ca",
            metavar="FILE",
            help="Serve only clients for whom this authority vouches (PEM).",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Serve the policy on the facts of a folder, until SIGTERM or Ctrl-C."""
    logging.getLogger("habilis_server").setLevel(logging.INFO)
    settings = Settings(listen=listen, tls=_tls(tls_cert, tls_key, tls_client_ca))
    folder = folder_of(policy)
    read_policy(folder)
    if not data.exists():
        raise Failure(ExitCode.USAGE, f"no folder `{data}`; make it, or import facts into it")
    with open_journal(data, create=True) as journal:
        state = State(Timeline(journal), lambda: load(folder), lambda: datetime.now(UTC))

        def announce(address: str) -> None:
            token = state.judge.token
            if json:
                told = {
                    "listening": address,
                    "policy_digest": token.policy_digest,
                    "revision": token.revision,
                }
                say(jsonlib.dumps(told))
            else:
                say(
                    f"listening on {address}"
                    f" (policy {token.policy_digest[:12]}, facts of revision {token.revision})"
                )
            sys.stdout.flush()

        try:
            serve_until_told(state, settings, announce)
        except StartError as error:
            raise Failure(ExitCode.USAGE, str(error)) from error


def _tls(cert: Path | None, key: Path | None, client_ca: Path | None) -> TlsFiles | None:
    if cert is not None and key is not None:
        return TlsFiles(certificate=cert, key=key, client_ca=client_ca)
    if cert is None and key is None and client_ca is None:
        return None
    raise Failure(
        ExitCode.USAGE, "`--tls-cert` and `--tls-key` go together, and `--tls-client-ca` with both"
    )
