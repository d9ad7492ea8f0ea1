"""The acts of a companion: a command for each, with an option for each thing that it takes."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import Parameter, Signature, getdoc, signature
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Final, TypeAlias, TypeVar, get_args, get_type_hints

import typer

from habilis import Perimeter
from habilis.connection import Connection
from habilis_companion.attachments import FileRef
from habilis_companion.command_line.documents import AttachOption, handed_in
from habilis_companion.command_line.options import Json, Word, spread
from habilis_companion.command_line.place import (
    Actor,
    Place,
    asking,
    ref_of,
    ref_option,
)
from habilis_companion.command_line.reading import perimeter_of
from habilis_companion.terms import Acting, Reference

__all__ = ["Upload", "acts_app"]

_HEADING: Final = "Act"
_ATTACHED: Final = "attachments"

_Client = TypeVar("_Client", bound=Connection)

Upload: TypeAlias = Callable[[bytes, str, Acting], FileRef]
"""Hands a file in: its bytes, under its name, on these terms."""


def acts_app(
    client: type[_Client],
    place: type[Place[_Client]],
    *,
    what: str,
    screens: Mapping[str, Sequence[str]],
    words: Mapping[str, Word],
    tell: Callable[..., None],
    named: str = "{act}",
    uploads: Callable[[_Client, str, Reference, Acting], Upload] | None = None,
) -> typer.Typer:
    """A command for each act of each screen: the client's method that `named` makes of it.

    The method takes `what` first, as it was read; `words` are the options of
    what else it takes by name, and what they do not name has no option. `tell`
    prints the outcome, and takes `json`. One that takes attachments has
    `--attach`: they are handed in first, as `uploads` says for the act, on
    what it acts on and on whose terms.
    """
    app = typer.Typer(add_completion=False)
    for heading, acts in screens.items():
        for act in acts:
            method = getattr(client, named.format(act=act.replace("-", "_")))
            upload = None if uploads is None else partial(_handed_in, uploads, act)
            command = spread(_command(method, what, words, tell, upload), place=place)
            sentence = (getdoc(method) or "").partition("\n\n")[0]
            app.command(act, help=sentence, rich_help_panel=heading)(command)
    return app


def _command(
    method: Callable[..., object],
    what: str,
    words: Mapping[str, Word],
    tell: Callable[..., None],
    upload: Callable[..., Sequence[FileRef]] | None,
) -> Callable[..., None]:
    """What typer calls: what is acted on, what the method takes beside it, who and where."""
    hints = get_type_hints(method)
    parameters = signature(method).parameters
    taken = [each for each in parameters.values() if each.name in words]
    attaches = upload is not None and _ATTACHED in parameters

    def command(
        actor: Actor,
        place: Place[Any],
        json: Json = False,
        attach: AttachOption = None,
        **given: Any,  # noqa: ANN401  # the options of this act
    ) -> None:
        kept = ref_of(given.pop(what), what)
        fields = {name: _read(hints[name], name, said) for name, said in given.items() if said}
        with asking(place, json=json) as client:
            terms = actor.terms(place)
            if attach and upload is not None:
                fields[_ATTACHED] = upload(client, kept, attach, terms)
            outcome = method(client, kept, **fields, **terms)
        tell(outcome, json=json)

    common = [
        Parameter("actor", Parameter.KEYWORD_ONLY, annotation=Actor),
        Parameter("place", Parameter.KEYWORD_ONLY, annotation=Place),
        Parameter("json", Parameter.KEYWORD_ONLY, annotation=Json, default=False),
    ]
    if attaches:
        files = Parameter("attach", Parameter.KEYWORD_ONLY, annotation=AttachOption, default=None)
        common.insert(0, files)
    ref: Any = Annotated[str, ref_option(what)]
    kept = Parameter(what, Parameter.KEYWORD_ONLY, annotation=ref)
    options = [_option(each, words[each.name]) for each in taken]
    vars(command)["__signature__"] = Signature([kept, *options, *common])
    return command


def _handed_in(
    uploads: Callable[[Any, str, Reference, Acting], Upload],
    act: str,
    client: Connection,
    kept: Reference,
    paths: Sequence[Path],
    terms: Acting,
) -> Sequence[FileRef]:
    return handed_in(paths, uploads(client, act, kept, terms), terms)


def _option(taken: Parameter, word: Word) -> Parameter:
    required = taken.default is Parameter.empty
    shown = typer.Option(
        _flag(taken.name), metavar=word.metavar, help=word.help, rich_help_panel=_HEADING
    )
    kind = str if required else str | None
    default = Parameter.empty if required else None
    annotation: Any = Annotated[kind, shown]
    return Parameter(taken.name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _read(hint: Any, name: str, said: str) -> object:  # noqa: ANN401  # a hint is any type
    """What is said for a parameter of this type; `X | None` is X."""
    [kind] = [each for each in get_args(hint) or (hint,) if each is not NoneType]
    if kind is Perimeter:
        return perimeter_of(_flag(name), said)
    return said


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
