"""`habilis mail`: the notices that wait, those that were given up, and how they go out by hand."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say, table
from habilis_companion.command_line.relay import RelayOptions, relay_of
from habilis_companion.mail import SettingsError
from habilis_companion.outbox import WaitingNotice
from habilis_server.cli.storage import DatabaseUrl, DataFolder, open_journal, storage_of
from habilis_server.notifications import delivery_of

__all__ = ["app", "list_", "retry", "send"]

app = typer.Typer(add_completion=False)


@app.callback()
def _mail() -> None:
    """Look after the notices that people are sent by mail."""


@app.command("send")
@spread
def send(
    mail: RelayOptions,
    data: DataFolder = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Send what is due now, once, and leave; a server that sends may be running meanwhile.

    Exit 1 if a notice was put off or set aside, 4 if the relay cannot be used.
    """
    relay = relay_of(mail)
    if relay is None:
        raise Failure(ExitCode.USAGE, "give `--smtp HOST:PORT`, the relay that takes the mails")
    with open_journal(storage_of(data, database)) as journal:
        try:
            tally = delivery_of(journal, relay, _now).round()
        except SettingsError as error:
            raise Failure(ExitCode.USAGE, str(error)) from error
        waiting = journal.outbox.waiting()
    if json:
        counts = {"sent": tally.sent, "put_off": tally.put_off, "set_aside": tally.set_aside}
        as_json({**counts, "waiting": waiting, "relay": tally.relay or None})
    else:
        say(f"{tally.sent} sent, {tally.put_off} put off, {tally.set_aside} set aside")
        say(f"{waiting} wait; `habilis mail list` tells why")
    if tally.relay:
        raise Failure(ExitCode.UNAVAILABLE, f"the relay cannot be used: {tally.relay}")
    raise typer.Exit(ExitCode.PROBLEMS if tally.put_off or tally.set_aside else ExitCode.OK)


@app.command("list")
def list_(data: DataFolder = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """List the notices that were not sent: what is tried again when, what was given up, and why.

    In doubt is what the relay was handed and did not answer to: it may have been sent.
    """
    with open_journal(storage_of(data, database)) as journal:
        notices = journal.outbox.unsent()
    if json:
        as_json({"notices": [_told(notice) for notice in notices]})
        return
    if not notices:
        say("every notice is sent")
        return
    rows = [
        (str(notice.id), notice.template, notice.recipient, _state(notice), notice.last_error)
        for notice in notices
    ]
    table(("number", "notice", "to", "state", "because"), rows)


@app.command("retry")
def retry(
    numbers: Annotated[
        list[int] | None,
        typer.Argument(
            metavar="[NUMBER]...", help="As `habilis mail list` tells them; without any: all."
        ),
    ] = None,
    data: DataFolder = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Put back what was set aside, to be tried as if it were new.

    Exit 1 if one of the numbers is not set aside.
    """
    with open_journal(storage_of(data, database)) as journal:
        back = journal.outbox.put_back(_now(), numbers or None)
    others = [number for number in numbers or () if number not in back]
    if json:
        as_json({"put_back": list(back), "not_set_aside": others})
    else:
        say(f"{len(back)} put back")
        for number in others:
            say(f"notice {number} is not set aside")
    raise typer.Exit(ExitCode.PROBLEMS if others else ExitCode.OK)


def _now() -> datetime:
    return datetime.now(UTC)


def _state(notice: WaitingNotice) -> str:
    doubt = ", in doubt" if notice.handed_at else ""
    if notice.set_aside_at:
        return f"set aside {_stamp(notice.set_aside_at)}{doubt}"
    if not notice.attempts:
        return "waits"
    return f"tried {notice.attempts} times, again {_stamp(notice.next_attempt_at)}{doubt}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(notice: WaitingNotice) -> dict[str, object]:
    aside, handed = notice.set_aside_at, notice.handed_at
    return {
        "number": notice.id,
        "event": notice.event,
        "notice": notice.template,
        "recipient": notice.recipient,
        "created_at": _stamp(notice.created_at),
        "attempts": notice.attempts,
        "again_at": None if aside else _stamp(notice.next_attempt_at),
        "set_aside_at": _stamp(aside) if aside else None,
        "in_doubt_since": _stamp(handed) if handed else None,
        "because": notice.last_error or None,
    }
