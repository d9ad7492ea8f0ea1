"""What commands have in common: the switch of each, and options that come in groups."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer

__all__ = ["Json", "Word", "spread"]

Json = Annotated[bool, typer.Option("--json", metavar="", help="Print JSON, for programs.")]


class Word(NamedTuple):
    """What an option takes, and what its help says of it."""

    metavar: str
    help: str


def spread(command: Callable[..., None], **groups_of: type[Any]) -> Callable[..., None]:
    """For typer: in place of a parameter that is a dataclass of options, these options.

    `groups_of` names the dataclass of a parameter that is annotated with what
    several have in common.
    """
    parameters = [
        each.replace(annotation=groups_of.get(each.name, each.annotation))
        for each in signature(command, eval_str=True).parameters.values()
    ]
    groups: dict[str, type[Any]] = {
        each.name: each.annotation
        for each in parameters
        if isinstance(each.annotation, type) and is_dataclass(each.annotation)
    }

    @wraps(command)
    def called(**given: object) -> None:
        for name, group in groups.items():
            given[name] = group(**{part.name: given.pop(part.name) for part in fields(group)})
        command(**given)

    flat = [
        option
        for each in parameters
        for option in (
            _options(groups[each.name])
            if each.name in groups
            else [each.replace(kind=Parameter.KEYWORD_ONLY)]
        )
    ]
    vars(called)["__signature__"] = Signature(flat)
    return called


def _options(group: type[Any]) -> list[Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        Parameter(
            part.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if part.default is MISSING else part.default,
            annotation=hints[part.name],
        )
        for part in fields(group)
    ]
