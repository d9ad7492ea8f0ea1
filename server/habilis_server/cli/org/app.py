"""`habilis org`: act on the organisation, by a command for each method of its service."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Annotated, Final
from uuid import uuid4

import typer

from habilis import HabilisError
from habilis.errors import InvalidQuestionError
from habilis.organisation import Outcome, RequestIdReusedError
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, complain
from habilis_companion.command_line.reaching import failure_of
from habilis_server.cli.org.door import Place, open_organisation
from habilis_server.cli.org.outcome import Done, Word, exit_of, shape_of, tell_outcome, word_of
from habilis_server.cli.org.parts import parts_of, sentence_of
from habilis_server.cli.org.reading import read_command
from habilis_server.cli.org.words import GROUPS, READS

__all__ = ["Acting", "app", "carry_out", "org"]

_HEADING: Final = "Who acts"

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, and under which name of the request; None: a new one."""

    subject: Annotated[
        str,
        typer.Option(
            "--as", metavar="SUBJECT", help="The account that acts.", rich_help_panel=_HEADING
        ),
    ]
    request_id: Annotated[
        str | None,
        typer.Option(
            "--request-id",
            metavar="ID",
            help="To offer a request again: it is carried out once. Without it: a new request.",
            rich_help_panel=_HEADING,
        ),
    ] = None


@app.callback()
def org() -> None:
    """Act on the organisation: accounts, attachments, entitlements, structures, services.

    Exit 0 if it is done, 3 if the policy denies it, 6 if a rule of the portal stands against it.
    """


def carry_out(command: str, acting: Acting, place: Place, fields: dict[str, object]) -> Done:
    """The command and what was heard of it; raises Failure for one that cannot be understood."""
    request_id = uuid4().hex if acting.request_id is None else acting.request_id
    heard: Outcome | HabilisError
    try:
        with open_organisation(place) as client:
            method: Callable[..., Outcome] = getattr(client, command.replace("-", "_"))
            heard = method(
                subject=acting.subject, request_id=request_id, deadline=place.deadline, **fields
            )
    except InvalidQuestionError as error:
        raise Failure(ExitCode.USAGE, f"the command is malformed: {error}") from error
    except RequestIdReusedError as error:
        told = f"`--request-id {request_id}` stands for another request; leave it out for a new one"
        raise Failure(ExitCode.USAGE, told) from error
    except HabilisError as error:
        heard = error
    except KeyboardInterrupt:
        complain(_again(request_id))
        raise
    done = Done(command=command, subject=acting.subject, request_id=request_id, heard=heard)
    if not isinstance(heard, Outcome) and word_of(heard) is Word.UNSURE:
        complain(failure_of(heard, str(place)).text)
        complain(_again(request_id))
    return done


def _again(request_id: str) -> str:
    return (
        "whether it was carried out is not known: offer it again with"
        f" `--request-id {request_id}`, and it is carried out once"
    )


def _command(name: str) -> Callable[..., None]:
    """What typer calls: the options of the command, then those that all commands have."""
    parts = parts_of(name)

    def command(acting: Acting, place: Place, json: Json = False, **given: object) -> None:
        fields = {part.field: part.read(given) for part in parts}
        done = carry_out(name, acting, place, fields)
        if json:
            as_json(shape_of(done))
        else:
            tell_outcome(done)
        raise typer.Exit(exit_of(done.heard))

    common = [
        Parameter("acting", Parameter.KEYWORD_ONLY, annotation=Acting),
        Parameter("place", Parameter.KEYWORD_ONLY, annotation=Place),
        Parameter("json", Parameter.KEYWORD_ONLY, annotation=Json, default=False),
    ]
    options = [option for part in parts for option in part.options]
    vars(command)["__signature__"] = Signature([*options, *common])
    return spread(command)


for _heading, _names in GROUPS.items():
    for _name in _names:
        app.command(_name, help=sentence_of(_name), rich_help_panel=_heading)(_command(_name))

for _name in READS:
    app.command(_name, help=sentence_of(_name), rich_help_panel="Read")(read_command(_name))
