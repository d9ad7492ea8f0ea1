"""Parts of a line that several kinds of records share."""

from sys import intern
from typing import Any

from habilis import Perimeter

__all__ = ["place_shown", "recalled_place", "said"]


def place_shown(perimeter: Perimeter | None) -> dict[str, str | None]:
    structure, service = (None, None) if perimeter is None else perimeter
    return {"structure": structure, "service": service}


def recalled_place(of: dict[str, Any]) -> Perimeter:
    service = of["service"]
    return Perimeter(intern(of["structure"]), service if service is None else intern(service))


def said(**values: object) -> dict[str, object]:
    """The values that say something: all but "", False, None and an empty list."""
    return {key: value for key, value in values.items() if value}
