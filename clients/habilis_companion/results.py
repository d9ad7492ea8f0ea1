"""What a request came to, as a value: kept as what JSON can say, and the same value again."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["as_kept", "as_made"]

_Made = TypeVar("_Made")


def as_kept(made: "DataclassInstance") -> Mapping[str, object]:
    """A dataclass of texts, numbers, moments, members of enumerations, and None.

    Raises TypeError for any other part: it would not come back as it was.
    """
    return {each.name: _plain(getattr(made, each.name)) for each in fields(made)}


def as_made(kind: type[_Made], kept: Mapping[str, Any]) -> _Made:
    """The value of this kind that was kept."""
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], value) for name, value in kept.items()})


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case Enum():
            return _plain(value.value)
        case None | str() | int():
            return value
        case _:
            raise TypeError(f"no part of what a request comes to: {value!r}")


def _read(hint: Any, value: Any) -> object:  # noqa: ANN401  # any type, and what JSON says of it
    [kind, *_] = [each for each in get_args(hint) or (hint,) if each is not NoneType]
    if value is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value)
