"""A question in the words of the command line: its options, and what they are read as."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Final

import typer

from habilis import Question, Resource, Token
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.reading import misread, perimeter_of

__all__ = [
    "ActionName",
    "AtLeast",
    "Moment",
    "Parties",
    "Properties",
    "ResourceName",
    "SubjectId",
    "question_of",
    "resource_of",
    "token_of",
    "token_text",
]

_HEADING: Final = "Question"

SubjectId = Annotated[
    str,
    typer.Option(
        "--subject", metavar="ID", help="The account that acts.", rich_help_panel=_HEADING
    ),
]
ActionName = Annotated[
    str,
    typer.Option(
        "--action",
        metavar="NAME",
        help="What it wants to do, such as `factures_travaux.refuser`.",
        rich_help_panel=_HEADING,
    ),
]
ResourceName = Annotated[
    str,
    typer.Option(
        "--resource",
        metavar="TYPE:ID",
        help="What it wants to act on, such as `structure:17340430200015`.",
        rich_help_panel=_HEADING,
    ),
]
Parties = Annotated[
    list[str] | None,
    typer.Option(
        "--party",
        metavar="ROLE=STRUCTURE[/SERVICE]",
        help="A structure's part in the resource; may be repeated.",
        rich_help_panel=_HEADING,
    ),
]
Properties = Annotated[
    list[str] | None,
    typer.Option(
        "--property",
        metavar="NAME=VALUE",
        help="What the resource says of itself, such as `etat=BROUILLON`; may be repeated.",
        rich_help_panel=_HEADING,
    ),
]
Moment = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="ISO",
        help="The moment of the act, with its time zone, such as 2026-03-03T10:00:00Z;"
        " without it: now.",
        rich_help_panel=_HEADING,
    ),
]
AtLeast = Annotated[
    str | None,
    typer.Option(
        "--at-least",
        metavar="DIGEST:REVISION",
        help="A token: no answer from facts older than this state.",
        rich_help_panel=_HEADING,
    ),
]


def question_of(
    subject: str, action: str, resource: Resource, at: datetime | None = None
) -> Question:
    """The question; raises Failure where the subject or the action is empty."""
    return Question(
        subject=_filled("--subject", subject),
        action=_filled("--action", action),
        resource=resource,
        at=at,
    )


def resource_of(
    name: str, parties: Iterable[str] | None = None, properties: Iterable[str] | None = None
) -> Resource:
    """The resource that `TYPE:ID` names, with its parties and properties; raises Failure."""
    kind, _, identifier = name.partition(":")
    if not kind or not identifier:
        raise misread("--resource", name, "write TYPE:ID, such as `structure:17340430200015`")
    return Resource(
        type=kind,
        id=identifier,
        parties={
            role: perimeter_of("--party", text) for role, text in _pairs("--party", parties).items()
        },
        properties=_pairs("--property", properties),
    )


def token_of(text: str | None) -> Token | None:
    """The token as `token_text` writes it; None where none is asked for. Raises Failure."""
    if text is None:
        return None
    digest, _, revision = text.rpartition(":")
    if not digest or not revision.isascii() or not revision.isdecimal():
        raise misread("--at-least", text, "write DIGEST:REVISION, as `import` and `check` print it")
    return Token(digest, int(revision))


def token_text(token: Token) -> str:
    """The token on one line; what `--at-least` takes."""
    return f"{token.policy_digest}:{token.revision}"


def _pairs(option: str, texts: Iterable[str] | None) -> Mapping[str, str]:
    pairs: dict[str, str] = {}
    for text in texts or ():
        name, _, value = text.partition("=")
        if not name or not value:
            raise misread(option, text, "write NAME=VALUE, and leave out what has no value")
        if name in pairs:
            raise misread(option, text, f"`{name}` is already given; give it once")
        pairs[name] = value
    return pairs


def _filled(option: str, text: str) -> str:
    if not text.strip():
        raise Failure(ExitCode.USAGE, f"`{option}` is empty; give it a value")
    return text
