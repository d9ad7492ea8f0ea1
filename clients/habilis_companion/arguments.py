"""What a flow takes, read from a request by the names and types of its own parameters."""

from collections.abc import Callable, Iterator
from functools import cache
from inspect import Parameter, signature
from typing import Any, Final, get_type_hints

from google.protobuf.message import Message

from habilis_companion.refusals import Problem, raise_if_any
from habilis_companion.wire import MALFORMED, Slot, read

__all__ = ["MOST_ITEMS", "arguments_of"]

MOST_ITEMS: Final = 1_000
"""Of one field of a request: what comes in millions would be looked up one by one."""

_ACT: Final = "act"


def arguments_of(flow: Callable[..., object], request: Message) -> dict[str, Any]:
    """The arguments of the flow; those of the request's `act`, if it has one, among them.

    What the request leaves out is left to the flow's own defaults. Raises
    RefusedError with every field that is malformed, or with those that have too
    many items.
    """
    raise_if_any(_too_many(request))
    slots = _slots(flow)
    part = request.DESCRIPTOR.fields_by_name.get(_ACT)
    if part is None:
        return read(slots, request)
    act: Message = getattr(request, _ACT)
    within = act.DESCRIPTOR.fields_by_name
    return {
        **read((slot for slot in slots if slot.name in within), act, f"{_ACT}."),
        **read((slot for slot in slots if slot.name not in within), request),
    }


def _too_many(message: Message, within: str = "") -> Iterator[Problem]:
    for part, value in message.ListFields():
        path = f"{within}{part.name}"
        if part.is_repeated and len(value) > MOST_ITEMS:
            told = f"`{path}` has {len(value)} items; give at most {MOST_ITEMS}"
            yield Problem(code=MALFORMED, field=path, message=told)
        elif part.message_type is not None and not part.is_repeated:
            yield from _too_many(value, f"{path}.")


@cache
def _slots(flow: Callable[..., object]) -> tuple[Slot, ...]:
    hints = get_type_hints(flow)
    return tuple(
        Slot(each.name, hints[each.name], each.default is Parameter.empty)
        for each in signature(flow).parameters.values()
        if each.name != "self"
    )
