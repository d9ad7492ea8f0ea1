"""The acts of a companion: a command for each, with an option for each thing that it takes."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature, getdoc, signature
from types import NoneType
from typing import Annotated, Any, Final, TypeVar, get_args, get_type_hints

import typer

from habilis import Perimeter
from habilis.connection import Connection
from habilis_companion.command_line.options import Json, Word, spread
from habilis_companion.command_line.place import (
    Actor,
    Place,
    asking,
    perimeter_of,
    ref_of,
    ref_option,
)

__all__ = ["acts_app"]

_HEADING: Final = "Act"
_READERS: Final[Mapping[type, Callable[[str], object]]] = {str: str, Perimeter: perimeter_of}

_Client = TypeVar("_Client", bound=Connection)


def acts_app(
    client: type[_Client],
    place: type[Place[_Client]],
    *,
    what: str,
    screens: Mapping[str, Sequence[str]],
    words: Mapping[str, Word],
    tell: Callable[..., None],
) -> typer.Typer:
    """A command for each act of each screen: the client's method of its name, by its signature.

    The method takes `what` first, as it was read; `words` are the options of
    what else it takes by name, and what they do not name has no option. `tell`
    prints the outcome, and takes `json`.
    """
    app = typer.Typer(add_completion=False)
    for heading, acts in screens.items():
        for act in acts:
            method = getattr(client, act.replace("-", "_"))
            command = spread(_command(method, what, words, tell), place=place)
            sentence = (getdoc(method) or "").partition("\n\n")[0]
            app.command(act, help=sentence, rich_help_panel=heading)(command)
    return app


def _command(
    method: Callable[..., object],
    what: str,
    words: Mapping[str, Word],
    tell: Callable[..., None],
) -> Callable[..., None]:
    """What typer calls: what is acted on, what the method takes beside it, who and where."""
    hints = get_type_hints(method)
    taken = [each for each in signature(method).parameters.values() if each.name in words]
    readers = {each.name: _reader(hints[each.name]) for each in taken}

    def command(
        actor: Actor,
        place: Place[Any],
        json: Json = False,
        **given: Any,  # noqa: ANN401  # the options of this act
    ) -> None:
        kept = ref_of(given.pop(what), what)
        fields = {name: readers[name](said) for name, said in given.items() if said}
        with asking(place, json=json) as client:
            outcome = method(client, kept, **fields, **actor.terms(place))
        tell(outcome, json=json)

    common = [
        Parameter("actor", Parameter.KEYWORD_ONLY, annotation=Actor),
        Parameter("place", Parameter.KEYWORD_ONLY, annotation=Place),
        Parameter("json", Parameter.KEYWORD_ONLY, annotation=Json, default=False),
    ]
    ref: Any = Annotated[str, ref_option(what)]
    kept = Parameter(what, Parameter.KEYWORD_ONLY, annotation=ref)
    options = [_option(each, words[each.name]) for each in taken]
    vars(command)["__signature__"] = Signature([kept, *options, *common])
    return command


def _option(taken: Parameter, word: Word) -> Parameter:
    name = f"--{taken.name.replace('_', '-')}"
    required = taken.default is Parameter.empty
    shown = typer.Option(name, metavar=word.metavar, help=word.help, rich_help_panel=_HEADING)
    kind = str if required else str | None
    default = Parameter.empty if required else None
    annotation: Any = Annotated[kind, shown]
    return Parameter(taken.name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _reader(hint: Any) -> Callable[[str], object]:  # noqa: ANN401  # a hint is any type
    """Reads what is said for a parameter of this type; `X | None` is X."""
    [kind] = [each for each in get_args(hint) or (hint,) if each is not NoneType]
    return _READERS[kind]
