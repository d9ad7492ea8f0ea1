"""What a command came to, told to a person or as JSON: done, denied, refused, or not known."""

from dataclasses import dataclass
from enum import StrEnum

from habilis import AccessDenied, HabilisError
from habilis.organisation import CommandRefused, ManyRefused, Outcome
from habilis_companion.command_line.exits import ExitCode
from habilis_companion.command_line.output import escaped, say, table
from habilis_companion.command_line.shapes import decision_shape, token_shape
from habilis_server.cli.check import tell
from habilis_server.cli.question import token_text

__all__ = [
    "Done",
    "Word",
    "exit_of",
    "refusal_shape",
    "shape_of",
    "tell_outcome",
    "tell_refusal",
    "word_of",
]

_Refusal = AccessDenied | CommandRefused


class Word(StrEnum):
    """`UNSURE`: no answer came, and it may have been carried out."""

    DONE = "done"
    DENIED = "denied"
    REFUSED = "refused"
    UNSURE = "unsure"


_EXITS = {
    Word.DONE: ExitCode.OK,
    Word.DENIED: ExitCode.DENIED,
    Word.REFUSED: ExitCode.REFUSED,
    Word.UNSURE: ExitCode.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A command that was offered, and what was heard of it."""

    command: str
    subject: str
    request_id: str
    heard: Outcome | HabilisError


def word_of(heard: Outcome | HabilisError) -> Word:
    match heard:
        case Outcome():
            return Word.DONE
        case AccessDenied():
            return Word.DENIED
        case CommandRefused():
            return Word.REFUSED
        case ManyRefused():
            denied = all(isinstance(each, AccessDenied) for each in heard.refusals.values())
            return Word.DENIED if denied and heard.refusals else Word.REFUSED
        case _:
            return Word.UNSURE


def exit_of(heard: Outcome | HabilisError) -> ExitCode:
    return _EXITS[word_of(heard)]


def shape_of(done: Done) -> dict[str, object]:
    """The command as `--json` prints it; docs/command-line.md promises these keys."""
    heard = done.heard
    outcome = heard if isinstance(heard, Outcome) else None
    many = heard if isinstance(heard, ManyRefused) else None
    return {
        "command": done.command,
        "subject": done.subject,
        "request_id": done.request_id,
        "outcome": str(word_of(heard)),
        "made": None if outcome is None else outcome.made or None,
        "token": None if outcome is None else token_shape(outcome.token),
        **refusal_shape(heard),
        "refused": 0 if many is None else many.count,
        "refusals": []
        if many is None
        else [
            {"approval": name, **refusal_shape(refusal)} for name, refusal in many.refusals.items()
        ],
    }


def refusal_shape(heard: object) -> dict[str, object]:
    """What stands against it: the denial, or the rule; both null where nothing does."""
    decision = decision_shape(heard.decision) if isinstance(heard, AccessDenied) else None
    refusal = None
    if isinstance(heard, CommandRefused):
        refusal = {
            "code": str(heard.code),
            "field": heard.field or None,
            "message": _message(heard),
        }
    return {"decision": decision, "refusal": refusal}


def tell_outcome(done: Done) -> None:
    """Print what became of it; where that is not known, there is nothing to print."""
    match done.heard:
        case Outcome() as outcome:
            say(escaped(f"done: {done.command}, as {done.subject}"))
            if outcome.made:
                say(escaped(f"made    {outcome.made}"))
            say(f"token   {token_text(outcome.token)}")
        case AccessDenied() | CommandRefused() as refusal:
            tell_refusal(refusal)
        case ManyRefused() as many:
            say(f"{word_of(many)}: nothing was done, for {many.count} of the requests")
            table(("request", "why", "told"), [_row(*each) for each in many.refusals.items()])
        case _:
            return
    say(escaped(f"request {done.request_id}"))


def tell_refusal(refusal: AccessDenied | CommandRefused) -> None:
    """Print what stands against it."""
    if isinstance(refusal, AccessDenied):
        tell(refusal.decision)
        return
    say(escaped(f"refused: {_message(refusal)}"))
    say(f"code    {refusal.code}")
    if refusal.field:
        say(escaped(f"field   {refusal.field}"))


def _row(approval: str, refusal: _Refusal) -> tuple[str, str, str]:
    if isinstance(refusal, AccessDenied):
        return escaped(approval), str(refusal.reason), refusal.rule_id
    return escaped(approval), str(refusal.code), escaped(_message(refusal))


def _message(refused: CommandRefused) -> str:
    return str(refused).removesuffix(f" ({refused.code})")
