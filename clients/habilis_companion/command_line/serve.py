"""`serve`: a companion answers over gRPC until told to stop, asking Habilis first."""

import json as jsonlib
import logging
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from habilis_companion.assembly import Companion, assembled
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.keeping import Kept, opened
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import say
from habilis_companion.command_line.reaching import TlsOptions, tls_of
from habilis_companion.errors import StartError
from habilis_companion.serving import Settings, serve
from habilis_companion.tls import TlsFiles

__all__ = ["Listening", "Making", "serve_app"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where to listen, and with which certificate."""

    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            metavar="HOST:PORT",
            help="Where to listen; port 0: any that is free. Without TLS: on this machine alone.",
        ),
    ]
    cert: Annotated[
        Path | None,
        typer.Option("--listen-cert", metavar="FILE", help="The certificate to show (PEM)."),
    ] = None
    key: Annotated[
        Path | None, typer.Option("--listen-key", metavar="FILE", help="Its key (PEM).")
    ] = None
    client_ca: Annotated[
        Path | None,
        typer.Option(
            "--listen-client-ca",
            metavar="FILE",
            help="Serve only clients for whom this authority vouches (PEM).",
        ),
    ] = None

    def settings(self) -> Settings:
        """Raises Failure for files of which one misses the other."""
        if self.cert is not None and self.key is not None:
            tls = TlsFiles(certificate=self.cert, key=self.key, client_ca=self.client_ca)
            return Settings(listen=self.listen, tls=tls)
        if self.cert is None and self.key is None and self.client_ca is None:
            return Settings(listen=self.listen)
        told = "`--listen-cert` and `--listen-key` go together, and `--listen-client-ca` with both"
        raise Failure(ExitCode.USAGE, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """The options of its own of which a companion is made; it has none of these itself."""

    def companion(self) -> AbstractContextManager[Companion]:
        """The companion, until the block ends; raises Failure where it cannot be made."""
        raise NotImplementedError


def serve_app(making: type[Making], where: type[Kept], *, about: str) -> typer.Typer:
    """The command that serves the companion on what is kept where these options say.

    `about` is its help.
    """
    app = typer.Typer(add_completion=False)

    def served(
        listening: Listening,
        kept: Kept,
        tls: TlsOptions,
        made: Making,
        *,
        habilis: Annotated[
            str, typer.Option("--habilis", metavar="HOST:PORT", help="The Habilis server to ask.")
        ],
        json: Json = False,
    ) -> None:
        def announce(address: str) -> None:
            told = jsonlib.dumps({"listening": address, "habilis": habilis})
            say(told if json else f"listening on {address} (asking {habilis})")
            sys.stdout.flush()

        settings = listening.settings()
        with (
            made.companion() as companion,
            opened(kept, companion.form) as store,
            assembled(store, kept.folder, habilis, tls_of(tls)) as parts,
        ):
            for room in ("habilis_companion", companion.package):
                logging.getLogger(room).setLevel(logging.INFO)
            try:
                serve(companion.behaviours(parts), companion.service, settings, announce)
            except StartError as error:
                raise Failure(ExitCode.USAGE, str(error)) from error

    app.command("serve", help=about)(spread(served, kept=where, made=making))
    return app
