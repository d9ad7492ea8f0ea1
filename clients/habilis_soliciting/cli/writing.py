"""What is written: drafts and solicitations from a form as JSON, messages of anybody."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from habilis.v1 import soliciting_pb2
from habilis_companion.attachments import FileRef
from habilis_companion.command_line.documents import (
    AttachOption,
    ReplacesOption,
    SavedOption,
    form_of,
    form_option,
    handed_in,
    need_one,
)
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.place import Actor, asking, ref_of
from habilis_companion.paris import printed
from habilis_companion.terms import Acting
from habilis_soliciting.cli.page import tell_outcome
from habilis_soliciting.cli.place import SOLICITATION, Place
from habilis_soliciting.client import SolicitingClient
from habilis_soliciting.model.asked import Draft
from habilis_soliciting.model.message import Message

__all__ = ["FormOption", "app", "save_draft", "submit", "submit_anonymously"]

app = typer.Typer(add_completion=False)

FormOption = Annotated[Path | None, form_option("SolicitationDraft")]


@app.command("save-draft")
@spread
def save_draft(
    actor: Actor,
    place: Place,
    *,
    form: FormOption = None,
    attach: AttachOption = None,
    replaces: ReplacesOption = None,
    json: Json = False,
) -> None:
    """Keep a draft, which its sender's structure alone sees."""
    with asking(place, json=json) as client:
        terms = actor.terms(place)
        draft = _drawn(client, form, attach, terms)
        changed = None if replaces is None else ref_of(replaces, SOLICITATION)
        outcome = client.save_solicitation_draft(draft, replaces=changed, **terms)
    tell_outcome(outcome, json=json)


@app.command("submit")
@spread
def submit(
    actor: Actor,
    place: Place,
    *,
    saved: SavedOption = None,
    form: FormOption = None,
    attach: AttachOption = None,
    json: Json = False,
) -> None:
    """Send a solicitation, from a form or from a draft that was saved."""
    need_one(form, saved)
    with asking(place, json=json) as client:
        terms = actor.terms(place)
        if saved is None:
            draft = _drawn(client, form, attach, terms)
            outcome = client.submit_solicitation(draft, **terms)
        else:
            outcome = client.submit_solicitation(ref_of(saved, SOLICITATION), **terms)
    tell_outcome(outcome, json=json)


@app.command("submit-anonymously")
@spread
def submit_anonymously(
    place: Place,
    *,
    category: Annotated[
        str, typer.Option("--category", metavar="CODE", help="One of `categories`.")
    ] = "",
    subcategory: Annotated[
        str, typer.Option("--subcategory", metavar="CODE", help="One that goes to the support.")
    ] = "",
    email: Annotated[
        str, typer.Option("--email", metavar="ADDRESS", help="Where it is answered.")
    ] = "",
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="It, in short.")] = "",
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help="It, in full.")
    ] = "",
    request_id: Annotated[
        str | None, typer.Option("--request-id", metavar="ID", help="To offer it again.")
    ] = None,
    json: Json = False,
) -> None:
    """Write to the support without an account; the answer comes by mail."""
    message = Message(
        category=category,
        subcategory=subcategory,
        contact_email=email,
        title=title,
        description=description,
    )
    with asking(place, json=json) as client:
        received = client.submit_anonymously(
            message, request_id=request_id or uuid4().hex, deadline=place.deadline
        )
    if json:
        as_json({"done": True, "at": received.at.isoformat()})
    else:
        say(f"received {printed(received.at)}; the answer goes to {email}")


def _drawn(
    client: SolicitingClient, form: Path | None, attach: list[Path] | None, terms: Acting
) -> Draft:
    """The draft of the form, with the files that were sent for it."""
    if form is None:
        raise Failure(ExitCode.USAGE, "`--form FILE` is missing")
    draft = form_of(form, Draft, soliciting_pb2.SolicitationDraft())

    def upload(content: bytes, name: str, own: Acting) -> FileRef:
        return client.upload_attachment(content, name=name, emetteur=draft.emetteur, **own)

    sent = handed_in(attach or [], upload, terms)
    return replace(draft, attachments=(*draft.attachments, *sent))
