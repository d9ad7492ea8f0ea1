"""`tick`: what time alone brings about in a companion, as often as an operator runs it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Protocol

import typer

from habilis import Client, HabilisError
from habilis.organisation.reader import OrganisationReader
from habilis_companion.assembly import Companion, now
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.keeping import Kept, opened
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.reaching import TlsOptions, failure_of, tls_of
from habilis_companion.command_line.relay import RelayOptions, relay_of, sent_by
from habilis_companion.mail import Delivery, RelaySettings
from habilis_companion.organisation import Addresses, HabilisAddresses
from habilis_companion.store import Store

__all__ = ["tick_app"]


class _Tally(Protocol):
    """How much time has moved, and how many reminders will be sent."""

    @property
    def moved(self) -> int: ...
    @property
    def reminders(self) -> int: ...


def tick_app(
    companion: Companion,
    where: type[Kept],
    *,
    about: str,
    things: str,
    tick: Callable[[Store, datetime, Addresses | None], _Tally],
    delivery: Callable[[Store, RelaySettings, Callable[[], datetime]], Delivery],
) -> typer.Typer:
    """The command by which time moves `things`, and what waits is sent; `about` is its help.

    `tick` is told None for addresses where no Habilis server is named, and
    then reminds nobody. `delivery` carries the notices.
    """
    app = typer.Typer(add_completion=False)

    @contextmanager
    def reached(habilis: str | None, subject: str, tls: TlsOptions) -> Generator[Addresses | None]:
        if habilis is None:
            yield None
            return
        made = tls_of(tls)
        with Client(habilis, tls=made) as client, OrganisationReader(habilis, tls=made) as reader:
            try:
                yield HabilisAddresses(client, reader, subject)
            except HabilisError as error:
                raise failure_of(error, habilis) from error

    def command(
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
        if (habilis is None) != (subject is None):
            raise Failure(ExitCode.USAGE, "`--habilis` and `--as` go together")
        relay = relay_of(mail)
        with opened(kept, companion.form) as store, reached(habilis, subject or "", tls) as found:
            done = tick(store, now(), found)
            sent = 0 if relay is None else sent_by(lambda: delivery(store, relay, now))
            waiting = store.outbox.waiting()
        if json:
            told = {"moved": done.moved, "reminders": done.reminders}
            as_json({**told, "sent": sent, "waiting": waiting})
        else:
            say(f"{done.moved} {things} moved, {done.reminders} reminders")
            say(f"{sent} notices sent, {waiting} wait")

    app.command("tick", help=about)(spread(command, kept=where))
    return app
