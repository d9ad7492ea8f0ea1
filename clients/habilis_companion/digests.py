"""One name for all that was said: two things said differently never have the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

__all__ = ["digest_of"]


def digest_of(*said: object) -> str:
    """The SHA-256 of dataclasses, mappings, sequences, sets, texts, numbers and moments.

    Raises TypeError for anything else, which might look alike and not be.
    """
    text = json.dumps([_plain(each) for each in said], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case bytes():
            return {"bytes": value.hex()}
        case Decimal() | date():
            return {type(value).__name__: str(value)}
        case Mapping():
            return {"mapping": [[_plain(key), _plain(value[key])] for key in sorted(value)]}
        case AbstractSet():
            return {"set": sorted(json.dumps(_plain(each)) for each in value)}
        case Sequence():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value):
            said = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
            return {type(value).__name__: said}
        case _:
            raise TypeError(f"not a part of what can be said: {value!r}")
