"""Deposits: the form of a piece as JSON, its files sent first, and what is completed later."""

import json as jsonlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from google.protobuf import json_format

from habilis import Perimeter
from habilis.v1 import invoicing_pb2
from habilis_companion.attachments import FileRef
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import say
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Acting
from habilis_companion.wire import fill, read_value
from habilis_invoicing.cli.page import tell_outcome
from habilis_invoicing.cli.place import Actor, Looker, PieceOption, Place, asking, ref_of
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Draft
from habilis_invoicing.model.cadres import Cadre

__all__ = [
    "AttachOption",
    "FileOption",
    "FormOption",
    "app",
    "complete",
    "deposit",
    "prefill_next",
    "save_draft",
]

_STDIN: Final = Path("-")

app = typer.Typer(add_completion=False)

FormOption = Annotated[
    Path | None,
    typer.Option(
        "--form",
        metavar="FILE",
        help="The form, as JSON in the words of the contract's Draft; `-` reads it from stdin.",
    ),
]
FileOption = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help="The document; it is sent first."),
]
AttachOption = Annotated[
    list[Path] | None,
    typer.Option("--attach", metavar="FILE", help="A file that goes with it; several may."),
]


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
    say(_json_of(form.draft))
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
    replaces: Annotated[
        str | None,
        typer.Option("--replaces", metavar="ID@VERSION", help="The draft that it changes."),
    ] = None,
    json: Json = False,
) -> None:
    """Keep a draft, which its depositor's structure alone sees."""
    with asking(place, json=json) as client:
        terms = actor.terms(place)
        draft = _drawn(client, form, file, attach, terms)
        changed = None if replaces is None else ref_of(replaces)
        outcome = client.save_draft(draft, replaces=changed, **terms)
    tell_outcome(outcome, json=json)


@app.command("deposit")
@spread
def deposit(
    actor: Actor,
    place: Place,
    *,
    saved: Annotated[
        str | None,
        typer.Option("--saved", metavar="ID@VERSION", help="The draft that is sent, as it is."),
    ] = None,
    form: FormOption = None,
    file: FileOption = None,
    attach: AttachOption = None,
    json: Json = False,
) -> None:
    """Send a payment request, from a form or from a draft that was saved."""
    if (saved is None) == (form is None):
        raise Failure(ExitCode.USAGE, "give `--form FILE` or `--saved ID@VERSION`, one of them")
    with asking(place, json=json) as client:
        terms = actor.terms(place)
        if saved is None:
            outcome = client.deposit(_drawn(client, form, file, attach, terms), **terms)
        else:
            outcome = client.deposit(ref_of(saved), **terms)
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
    suspended = ref_of(piece)
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
    draft = _draft_of(form)
    paths = [*([file] if file else []), *(attach or [])]
    sent = _sent(client, paths, draft.cadre, draft.deposant, terms)
    if file:
        document, *others = sent
        return replace(draft, file=document, attachments=(*draft.attachments, *others))
    return replace(draft, attachments=(*draft.attachments, *sent))


def _draft_of(form: Path) -> Draft:
    text = sys.stdin.read() if form == _STDIN else form.read_text(encoding="utf-8")
    try:
        return read_value(Draft, json_format.Parse(text, invoicing_pb2.Draft()))
    except json_format.ParseError as error:
        raise Failure(ExitCode.USAGE, f"`{form}` is no form: {error}") from error
    except RefusedError as refused:
        lines = "\n".join(f"`{form}`: {problem}" for problem in refused.problems)
        raise Failure(ExitCode.USAGE, lines) from refused


def _sent(
    client: InvoicingClient, paths: list[Path], cadre: Cadre, deposant: Perimeter, terms: Acting
) -> list[FileRef]:
    """The files, each handed in under a request of its own that the act's name tells."""
    sent: list[FileRef] = []
    for number, path in enumerate(paths, start=1):
        own = terms.copy()
        own["request_id"] = f"{terms.get('request_id', '')}-{number}"
        content = path.read_bytes()
        sent.append(
            client.upload_file(content, name=path.name, cadre=cadre, deposant=deposant, **own)
        )
    return sent


def _json_of(draft: Draft) -> str:
    message = invoicing_pb2.Draft()
    fields: dict[str, Any] = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    fill(message, fields)
    told = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return jsonlib.dumps(told, ensure_ascii=False, indent=2)
