"""The context of a question: read within bounds, kept for the record, the ground of no right."""

import math
from collections.abc import Mapping

from google.protobuf.struct_pb2 import Struct, Value

from habilis.texts import flaw, shown
from habilis_companion.errors import InvalidRequestError
from habilis_server.service.limits import MAX_CONTEXT_BYTES, MAX_CONTEXT_DEPTH

__all__ = ["context_from"]


def context_from(message: Struct) -> Mapping[str, object]:
    """The context as plain values; raises InvalidRequestError naming the entry at fault."""
    if not message.fields:
        raise InvalidRequestError("context", "is empty; leave it out")
    size = message.ByteSize()
    if size > MAX_CONTEXT_BYTES:
        problem = f"has {size} bytes; at most {MAX_CONTEXT_BYTES} are taken"
        raise InvalidRequestError("context", problem)
    return _struct("context", message, depth=1)


def _struct(path: str, message: Struct, depth: int) -> dict[str, object]:
    if depth > MAX_CONTEXT_DEPTH:
        raise InvalidRequestError("context", f"is nested deeper than {MAX_CONTEXT_DEPTH} levels")
    fields: dict[str, object] = {}
    for name, value in message.fields.items():
        inner = f"{path}[{shown(name)}]"
        fields[_text(inner, name)] = _value(inner, value, depth + 1)
    return fields


def _value(path: str, value: Value, depth: int) -> object:
    match value.WhichOneof("kind"):
        case "string_value":
            return _text(path, value.string_value)
        case "number_value":
            return _number(path, value.number_value)
        case "bool_value":
            return value.bool_value
        case "null_value":
            return None
        case "struct_value":
            return _struct(path, value.struct_value, depth)
        case "list_value":
            if depth > MAX_CONTEXT_DEPTH:
                problem = f"is nested deeper than {MAX_CONTEXT_DEPTH} levels"
                raise InvalidRequestError("context", problem)
            return [
                _value(f"{path}[{index}]", item, depth + 1)
                for index, item in enumerate(value.list_value.values)
            ]
        case None:
            raise InvalidRequestError(path, "has no value; leave it out")


def _text(path: str, text: str) -> str:
    found = flaw(text)
    if found is not None:
        raise InvalidRequestError(path, found)
    return text


def _number(path: str, number: float) -> float:
    if not math.isfinite(number):
        raise InvalidRequestError(path, "is not a finite number")
    return number
