"""`tick`: what time alone brings about in a companion, as often as an operator runs it."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from habilis import Client, HabilisError
from habilis.organisation.reader import OrganisationReader
from habilis_companion.assembly import now
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.keeping import Kept, opened
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.reaching import TlsOptions, failure_of, tls_of
from habilis_companion.command_line.relay import RelayOptions, relay_of, sent_by
from habilis_companion.forms import Form
from habilis_companion.mail import Delivery, RelaySettings
from habilis_companion.organisation import Addresses, HabilisAddresses
from habilis_companion.store import Store

__all__ = ["Ticking", "tick_app"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticking:
    """Where it is read whom to tell, and what time brings about; a companion may have more options.

    class TickingHere(Ticking):
        def tick(self, store: Store, at: datetime, to: Addresses | None) -> Mapping[str, int]:
            return {"moved": tick(store, at, to)}
    """

    habilis: Annotated[
        str | None,
        typer.Option(
            "--habilis",
            metavar="HOST:PORT",
            help="The Habilis server that says whom to tell. Without it: nobody is told.",
        ),
    ] = None
    subject: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="SUBJECT",
            help="With --habilis: the companion's own account, by which it reads addresses.",
        ),
    ] = None

    def tick(self, store: Store, at: datetime, to: Addresses | None) -> Mapping[str, int]:
        """What it came to, by the names that JSON has for it; `to` None: tell nobody."""
        raise NotImplementedError

    @contextmanager
    def addresses(self, tls: TlsOptions) -> Generator[Addresses | None]:
        """Those that Habilis tells, until the block ends; None where it is not named."""
        if self.habilis is None or self.subject is None:
            if self.habilis != self.subject:
                raise Failure(ExitCode.USAGE, "`--habilis` and `--as` go together")
            yield None
            return
        made = tls_of(tls)
        with (
            Client(self.habilis, tls=made) as client,
            OrganisationReader(self.habilis, tls=made) as reader,
        ):
            try:
                yield HabilisAddresses(client, reader, self.subject)
            except HabilisError as error:
                raise failure_of(error, self.habilis) from error


def tick_app(
    form: Form,
    where: type[Kept],
    ticking: type[Ticking],
    *,
    about: str,
    counted: Mapping[str, str],
    delivery: Callable[[Store, RelaySettings, Callable[[], datetime]], Delivery],
) -> typer.Typer:
    """The command by which time passes over a store of this form, and what waits is sent.

    `about` is its help, `counted` says in words what a tick came to, by the
    names of its counts; `delivery` carries the notices.
    """
    app = typer.Typer(add_completion=False)

    def command(
        kept: Kept, tls: TlsOptions, mail: RelayOptions, ticked: Ticking, *, json: Json = False
    ) -> None:
        relay = relay_of(mail)
        with ticked.addresses(tls) as found, opened(kept, form) as store:
            done = ticked.tick(store, now(), found)
            sent = 0 if relay is None else sent_by(lambda: delivery(store, relay, now))
            waiting = store.outbox.waiting()
        if json:
            as_json({**done, "sent": sent, "waiting": waiting})
        else:
            say(", ".join(f"{done[name]} {words}" for name, words in counted.items()))
            say(f"{sent} notices sent, {waiting} wait")

    app.command("tick", help=about)(spread(command, kept=where, ticked=ticking))
    return app
