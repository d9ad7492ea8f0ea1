"""The acts on a piece: a command for each, with an option for each thing that it takes."""

from collections.abc import Callable
from inspect import Parameter, Signature, getdoc, signature
from typing import Annotated, Any, Final, get_type_hints

import typer

from habilis_companion.command_line.options import Json, spread
from habilis_invoicing.cli.page import tell_outcome
from habilis_invoicing.cli.place import Actor, PieceOption, Place, asking, perimeter_of, ref_of
from habilis_invoicing.cli.words import WORDS, acts_by_screen
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Outcome

__all__ = ["app"]

_HEADING: Final = "Act"

app = typer.Typer(add_completion=False)


def _command(act: str) -> Callable[..., None]:
    """What typer calls: the piece, what the client's method of this name takes, who and where."""
    method: Callable[..., Outcome] = getattr(InvoicingClient, act.replace("-", "_"))
    hints = get_type_hints(method)
    taken = [
        each for each in signature(method).parameters.values() if each.kind is each.KEYWORD_ONLY
    ]

    def command(
        actor: Actor,
        place: Place,
        json: Json = False,
        **given: Any,  # noqa: ANN401  # the options of this act
    ) -> None:
        piece = ref_of(given.pop("piece"))
        fields = {name: _read(hints[name], said) for name, said in given.items() if said}
        with asking(place, json=json) as client:
            outcome = method(client, piece, **fields, **actor.terms(place))
        tell_outcome(outcome, json=json)

    common = [
        Parameter("actor", Parameter.KEYWORD_ONLY, annotation=Actor),
        Parameter("place", Parameter.KEYWORD_ONLY, annotation=Place),
        Parameter("json", Parameter.KEYWORD_ONLY, annotation=Json, default=False),
    ]
    piece = Parameter("piece", Parameter.KEYWORD_ONLY, annotation=PieceOption)
    options = [_option(each) for each in taken if each.name in WORDS]
    vars(command)["__signature__"] = Signature([piece, *options, *common])
    return spread(command)


def _option(taken: Parameter) -> Parameter:
    word = WORDS[taken.name]
    name = f"--{taken.name.replace('_', '-')}"
    required = taken.default is Parameter.empty
    shown = typer.Option(name, metavar=word.metavar, help=word.help, rich_help_panel=_HEADING)
    kind = str if required else str | None
    default = Parameter.empty if required else None
    annotation: Any = Annotated[kind, shown]
    return Parameter(taken.name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _read(hint: object, said: str) -> object:
    return said if hint is str else perimeter_of(said)


def _sentence(act: str) -> str:
    """What the act does: the first paragraph of the client's method."""
    method = getattr(InvoicingClient, act.replace("-", "_"))
    return (getdoc(method) or "").partition("\n\n")[0]


for _heading, _acts in acts_by_screen():
    for _act in _acts:
        app.command(_act, help=_sentence(_act), rich_help_panel=_heading)(_command(_act))
