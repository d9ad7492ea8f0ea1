"""`habilis-invoicing tick`: what time alone brings about, as often as an operator runs it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer

from habilis import Client, HabilisError
from habilis.organisation.reader import OrganisationReader
from habilis_companion.assembly import now
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.reaching import TlsOptions, failure_of, tls_of
from habilis_companion.command_line.relay import RelayOptions, relay_of
from habilis_companion.mail import RelaySettings, SettingsError
from habilis_companion.organisation import Addresses, HabilisAddresses
from habilis_companion.store import Store
from habilis_invoicing.cli.keeping import Kept, opened
from habilis_invoicing.flows.ticking import tick as moved_by_time
from habilis_invoicing.notices import delivery_of

__all__ = ["app", "tick"]

app = typer.Typer(add_completion=False)


@app.command()
@spread
def tick(
    kept: Kept,
    tls: TlsOptions,
    mail: RelayOptions,
    *,
    habilis: Annotated[
        str | None,
        typer.Option(
            "--habilis",
            metavar="HOST:PORT",
            help="The Habilis server that tells whom to remind. Without it: nobody is.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="SUBJECT",
            help="With --habilis: the companion's own account, by which it reads addresses.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Move every piece that time moves, and remind who should act.

    Run it every few minutes, beside the server; run twice, it does nothing
    twice. With --smtp it then sends what waits. Exit 4 if the relay cannot be
    used: what waits is sent the next time.
    """
    if (habilis is None) != (subject is None):
        raise Failure(ExitCode.USAGE, "`--habilis` and `--as` go together")
    relay = relay_of(mail)
    with opened(kept) as store, _addresses(habilis, subject or "", tls) as addresses:
        done = moved_by_time(store, now(), addresses)
        sent = 0 if relay is None else _sent(store, relay)
        waiting = store.outbox.waiting()
    if json:
        told = {"moved": done.moved, "reminders": done.reminders}
        as_json({**told, "sent": sent, "waiting": waiting})
    else:
        say(f"{done.moved} pieces moved, {done.reminders} reminders")
        say(f"{sent} notices sent, {waiting} wait")


@contextmanager
def _addresses(habilis: str | None, subject: str, tls: TlsOptions) -> Generator[Addresses | None]:
    """Whom to remind; None where no Habilis is named."""
    if habilis is None:
        yield None
        return
    made = tls_of(tls)
    with Client(habilis, tls=made) as client, OrganisationReader(habilis, tls=made) as reader:
        try:
            yield HabilisAddresses(client, reader, subject)
        except HabilisError as error:
            raise failure_of(error, habilis) from error


def _sent(store: Store, relay: RelaySettings) -> int:
    """How many notices the relay took; raises Failure where it cannot be used."""
    try:
        tally = delivery_of(store, relay, now).round()
    except SettingsError as error:
        raise Failure(ExitCode.USAGE, str(error)) from error
    if tally.relay:
        raise Failure(ExitCode.UNAVAILABLE, f"the relay cannot be used: {tally.relay}")
    return tally.sent
