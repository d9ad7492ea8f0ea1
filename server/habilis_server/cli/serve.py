"""`habilis serve`: answer questions over gRPC until told to stop."""

import gc
import json as jsonlib
import logging
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import say
from habilis_companion.command_line.relay import RelayOptions, relay_of
from habilis_companion.errors import StartError
from habilis_companion.mail import RelaySettings, SettingsError
from habilis_companion.tls import TlsFiles
from habilis_server.cli.policy import folder_of, read_policy
from habilis_server.cli.register import Insee, InseeKeyFile, opened_register
from habilis_server.cli.storage import (
    DatabaseUrl,
    DataFolder,
    SnapshotFolder,
    Storage,
    open_journal,
    storage_of,
)
from habilis_server.journal import Journal, Keeper, Snapshots, Timeline
from habilis_server.notifications import delivery_of
from habilis_server.organisation import MAX_DELAY, Organisation
from habilis_server.rulebook import load
from habilis_server.service.serving import Settings
from habilis_server.service.serving import serve as serve_until_told
from habilis_server.service.state import State

__all__ = ["app", "serve"]

app = typer.Typer(add_completion=False)


@app.command()
@spread
def serve(
    mail: RelayOptions,
    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            metavar="HOST:PORT",
            help="Where to listen; port 0: any that is free. Without TLS: on this machine alone.",
        ),
    ],
    data: DataFolder = None,
    database: DatabaseUrl = None,
    snapshots: SnapshotFolder = None,
    snapshot_every: Annotated[
        int,
        typer.Option(
            "--snapshot-every",
            metavar="CHANGES",
            min=0,
            help="Set the facts aside each time so many changes were recorded; 0: never.",
        ),
    ] = 0,
    effect_delay: Annotated[
        int,
        typer.Option(
            "--effect-delay",
            metavar="SECONDS",
            min=0,
            max=int(MAX_DELAY.total_seconds()),
            help="How late the changes that need not count at once take effect.",
        ),
    ] = 0,
    insee: Insee = None,
    insee_key_file: InseeKeyFile = None,
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
    """Serve the policy on the facts, until SIGTERM or Ctrl-C."""
    logging.getLogger("habilis_server").setLevel(logging.INFO)
    settings = Settings(listen=listen, tls=_tls(tls_cert, tls_key, tls_client_ca))
    folder = folder_of(policy)
    read_policy(folder)
    relay = relay_of(mail)
    storage = storage_of(data, database, snapshots)
    if data is not None and not data.exists():
        raise Failure(ExitCode.USAGE, f"no folder `{data}`; make it, or import facts into it")
    with ExitStack() as open_ones:
        registry = open_ones.enter_context(opened_register(insee, insee_key_file))
        journal = open_ones.enter_context(open_journal(storage, create=True))
        with _for_good():
            timeline = Timeline(journal, snapshots=storage.snapshots)
            state = State(timeline, lambda: load(folder), _now)
            state.judge.world.make_indexes()
        organisation = Organisation(
            journal,
            timeline,
            lambda: state.judge.engine,
            registry,
            clock=_now,
            delay=timedelta(seconds=effect_delay),
        )
        if snapshot_every:
            kept = _kept(storage)
            keeper = Keeper(journal, timeline, kept, _now, every=snapshot_every)
            open_ones.enter_context(keeper.running())
        if relay is not None:
            open_ones.enter_context(_mailing(journal, relay))

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
            serve_until_told(state, organisation, settings, announce)
        except StartError as error:
            raise Failure(ExitCode.USAGE, str(error)) from error


@contextmanager
def _for_good() -> Generator[None]:
    """What the block makes is kept as long as the service runs, and never looked through again.

    A search for garbage among the facts of a nation would find none, and would
    keep every caller waiting for seconds.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _now() -> datetime:
    return datetime.now(UTC)


def _mailing(journal: Journal, relay: RelaySettings) -> AbstractContextManager[None]:
    try:
        return delivery_of(journal, relay, _now).running()
    except SettingsError as error:
        raise Failure(ExitCode.USAGE, str(error)) from error


def _kept(storage: Storage) -> Snapshots:
    if storage.snapshots is None:
        raise Failure(ExitCode.USAGE, "give `--snapshots DIR`: a database has no folder of its own")
    return storage.snapshots


def _tls(cert: Path | None, key: Path | None, client_ca: Path | None) -> TlsFiles | None:
    if cert is not None and key is not None:
        return TlsFiles(certificate=cert, key=key, client_ca=client_ca)
    if cert is None and key is None and client_ca is None:
        return None
    raise Failure(
        ExitCode.USAGE, "`--tls-cert` and `--tls-key` go together, and `--tls-client-ca` with both"
    )
