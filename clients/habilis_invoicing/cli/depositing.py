"""Deposits: the form of a piece as JSON, its files sent first, and what is completed later."""

import json as jsonlib
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from habilis import Perimeter
from habilis.v1 import invoicing_pb2
from habilis_companion.attachments import FileRef
from habilis_companion.command_line.documents import (
    AttachOption,
    FileOption,
    ReplacesOption,
    SavedOption,
    form_of,
    form_option,
    handed_in,
    need_one,
)
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import say
from habilis_companion.command_line.place import Actor, asking, ref_of
from habilis_companion.command_line.shapes import shape_of
from habilis_companion.terms import Acting
from habilis_invoicing.cli.page import tell_outcome
from habilis_invoicing.cli.place import PIECE, Looker, PieceOption, Place
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Draft
from habilis_invoicing.model.cadres import Cadre

__all__ = ["FormOption", "app", "complete", "deposit", "prefill_next", "save_draft"]

app = typer.Typer(add_completion=False)

FormOption = Annotated[Path | None, form_option("Draft")]


@app.command("prefill-next")
@spread
def prefill_next(
    looker: Looker,
    place: Place,
    *,
    piece: Annotated[
        str, typer.Option("--piece", metavar="ID", help="The piece that is to be followed.")
    ],
    cadre: Annotated[
        Cadre, typer.Option("--cadre", metavar="CADRE", help="The cadre of the piece to come.")
    ],
) -> None:
    """Print the form of the piece that may follow one, filled as far as that one tells."""
    with asking(place, json=False) as client:
        form = client.prefill_next(
            piece, cadre=cadre, subject=looker.subject, deadline=place.deadline
        )
    shape = shape_of(form.draft, invoicing_pb2.Draft())
    say(jsonlib.dumps(shape, ensure_ascii=False, indent=2))
    for field in form.to_replace:
        typer.echo(f"`{field}` is to be filled in anew", err=True)


@app.command("save-draft")
@spread
def save_draft(
    actor: Actor,
    place: Place,
    *,
    form: FormOption = None,
    file: FileOption = None,
    attach: AttachOption = None,
    replaces: ReplacesOption = None,
    json: Json = False,
) -> None:
    """Keep a draft, which its depositor's structure alone sees."""
    with asking(place, json=json) as client:
        terms = actor.terms(place)
        draft = _drawn(client, form, file, attach, terms)
        changed = None if replaces is None else ref_of(replaces, PIECE)
        outcome = client.save_draft(draft, replaces=changed, **terms)
    tell_outcome(outcome, json=json)


@app.command("deposit")
@spread
def deposit(
    actor: Actor,
    place: Place,
    *,
    saved: SavedOption = None,
    form: FormOption = None,
    file: FileOption = None,
    attach: AttachOption = None,
    json: Json = False,
) -> None:
    """Send a payment request, from a form or from a draft that was saved."""
    need_one(form, saved)
    with asking(place, json=json) as client:
        terms = actor.terms(place)
        if saved is None:
            outcome = client.deposit(_drawn(client, form, file, attach, terms), **terms)
        else:
            outcome = client.deposit(ref_of(saved, PIECE), **terms)
    tell_outcome(outcome, json=json)


@app.command("complete")
@spread
def complete(
    looker: Looker,
    place: Place,
    *,
    piece: PieceOption,
    attach: AttachOption = None,
    comment: Annotated[
        str, typer.Option("--comment", metavar="TEXT", help="What was missing.")
    ] = "",
    request_id: Annotated[
        str | None, typer.Option("--request-id", metavar="ID", help="To offer it again.")
    ] = None,
    json: Json = False,
) -> None:
    """Add what was missing of a suspended piece."""
    suspended = ref_of(piece, PIECE)
    terms = Actor(subject=looker.subject, request_id=request_id).terms(place)
    with asking(place, json=json) as client:
        kept = client.get_piece(suspended.id, **looker.terms(place))
        added = _sent(client, attach or [], kept.cadre, kept.deposant, terms)
        outcome = client.complete(suspended, attachments=added, comment=comment, **terms)
    tell_outcome(outcome, json=json)


def _drawn(
    client: InvoicingClient,
    form: Path | None,
    file: Path | None,
    attach: list[Path] | None,
    terms: Acting,
) -> Draft:
    """The draft of the form, with the files that were sent for it."""
    if form is None:
        raise Failure(ExitCode.USAGE, "`--form FILE` is missing; `prefill-next` prints one")
    draft = form_of(form, Draft, invoicing_pb2.Draft())
    paths = [*([file] if file else []), *(attach or [])]
    sent = _sent(client, paths, draft.cadre, draft.deposant, terms)
    if file:
        document, *others = sent
        return replace(draft, file=document, attachments=(*draft.attachments, *others))
    return replace(draft, attachments=(*draft.attachments, *sent))


def _sent(
    client: InvoicingClient, paths: list[Path], cadre: Cadre, deposant: Perimeter, terms: Acting
) -> list[FileRef]:
    """The files, handed in for a draft of this framework and depositor."""

    def upload(content: bytes, name: str, own: Acting) -> FileRef:
        return client.upload_file(content, name=name, cadre=cadre, deposant=deposant, **own)

    return handed_in(paths, upload, terms)
