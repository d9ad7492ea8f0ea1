"""What a flow takes, read from a request by the names and types of its own parameters."""

from collections.abc import Callable
from functools import cache
from inspect import Parameter, signature
from typing import Any, Final, get_type_hints

from google.protobuf.message import Message

from habilis_companion.wire import Slot, read

__all__ = ["arguments_of"]

_ACT: Final = "act"


def arguments_of(flow: Callable[..., object], request: Message) -> dict[str, Any]:
    """The arguments of the flow; those of the request's `act`, if it has one, among them.

    What the request leaves out is left to the flow's own defaults. Raises
    RefusedError with every field that is malformed.
    """
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


@cache
def _slots(flow: Callable[..., object]) -> tuple[Slot, ...]:
    hints = get_type_hints(flow)
    return tuple(
        Slot(each.name, hints[each.name], each.default is Parameter.empty)
        for each in signature(flow).parameters.values()
        if each.name != "self"
    )
