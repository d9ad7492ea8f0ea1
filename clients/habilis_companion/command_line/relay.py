"""The options that name the relay by which notices are sent."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.mail import Delivery, RelaySettings, SettingsError, Tls

__all__ = ["RelayOptions", "relay_of", "sent_by"]

_HEADING: Final = "How notices are sent"
_PASSWORD: Final = "HABILIS_SMTP_PASSWORD"  # noqa: S105  # the name of a variable


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayOptions:
    """The relay that takes the mails, as the command line names it."""

    smtp: Annotated[
        str | None,
        typer.Option(
            "--smtp",
            metavar="HOST:PORT",
            envvar="HABILIS_SMTP",
            help="The mail relay that takes the notices.",
            rich_help_panel=_HEADING,
        ),
    ] = None
    mail_from: Annotated[
        str | None,
        typer.Option(
            "--mail-from",
            metavar="ADDRESS",
            envvar="HABILIS_MAIL_FROM",
            help="The address in whose name they are sent.",
            rich_help_panel=_HEADING,
        ),
    ] = None
    smtp_tls: Annotated[
        Tls,
        typer.Option(
            "--smtp-tls",
            envvar="HABILIS_SMTP_TLS",
            help="How the way there is protected; none: a relay of this machine,"
            " or a trusted network.",
            rich_help_panel=_HEADING,
        ),
    ] = Tls.STARTTLS
    smtp_ca: Annotated[
        Path | None,
        typer.Option(
            "--smtp-ca",
            metavar="FILE",
            envvar="HABILIS_SMTP_CA",
            help="The authority that vouches for the relay (PEM);"
            " without it: those of the machine.",
            rich_help_panel=_HEADING,
        ),
    ] = None
    smtp_user: Annotated[
        str,
        typer.Option(
            "--smtp-user",
            metavar="NAME",
            envvar="HABILIS_SMTP_USER",
            help=f"Who we are to the relay. The password is in {_PASSWORD}, or in a file.",
            rich_help_panel=_HEADING,
        ),
    ] = ""
    smtp_password_file: Annotated[
        Path | None,
        typer.Option(
            "--smtp-password-file",
            metavar="FILE",
            envvar="HABILIS_SMTP_PASSWORD_FILE",
            help="The password, on a line of its own.",
            rich_help_panel=_HEADING,
        ),
    ] = None
    smtp_timeout: Annotated[
        float,
        typer.Option(
            "--smtp-timeout",
            metavar="SECONDS",
            envvar="HABILIS_SMTP_TIMEOUT",
            help="How long the relay is waited for, at each mail.",
            rich_help_panel=_HEADING,
        ),
    ] = 30.0


def relay_of(options: RelayOptions) -> RelaySettings | None:
    """The relay that the options describe; None if they name none. Raises Failure."""
    smtp, sender, user = options.smtp, options.mail_from, options.smtp_user
    if smtp is None:
        if sender is not None or user or options.smtp_password_file or options.smtp_ca:
            raise Failure(ExitCode.USAGE, "give `--smtp HOST:PORT`, the relay that takes the mails")
        return None
    host, colon, port = smtp.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit():
        raise Failure(ExitCode.USAGE, f"`--smtp` reads `HOST:PORT`, not `{smtp}`")
    if sender is None:
        raise Failure(ExitCode.USAGE, "give `--mail-from ADDRESS`, in whose name mails are sent")
    try:
        return RelaySettings(
            host=host.removeprefix("[").removesuffix("]"),
            port=int(port),
            sender=sender,
            tls=options.smtp_tls,
            ca=options.smtp_ca,
            user=user,
            password=_password(options.smtp_password_file) if user else "",
            timeout=options.smtp_timeout,
        )
    except SettingsError as error:
        raise Failure(ExitCode.USAGE, str(error)) from error


def sent_by(delivery: Callable[[], Delivery]) -> int:
    """How many waiting notices the relay took; raises Failure where it cannot be used."""
    try:
        tally = delivery().round()
    except SettingsError as error:
        raise Failure(ExitCode.USAGE, str(error)) from error
    if tally.relay:
        raise Failure(ExitCode.UNAVAILABLE, f"the relay cannot be used: {tally.relay}")
    return tally.sent


def _password(file: Path | None) -> str:
    if file is None:
        return os.environ.get(_PASSWORD, "")
    try:
        return file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Failure(ExitCode.USAGE, f"`{file}` cannot be read: {told}") from error
