"""The keys of a structure's line that no right depends on; it has them where they say something.

They stand beside the others, the parts of an address too, so that a change
names them as the line does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from habilis.organisation import Address, StructureDetails
from habilis_server.world.fields import FieldReader

__all__ = [
    "ADDRESS",
    "DETAILS",
    "FLAGS",
    "TEXTS",
    "details_shown",
    "read_details",
    "recall_details",
]

ADDRESS: Final = tuple(each.name for each in fields(Address))
FLAGS: Final = tuple(each.name for each in fields(StructureDetails) if each.default is False)
TEXTS: Final = tuple(
    each.name for each in fields(StructureDetails) if each.default == "" and each.name != "email"
)
"""The texts but the email, which is not any text."""

DETAILS: Final = frozenset((*TEXTS, "email", *FLAGS, *ADDRESS))
"""Every key of this module."""


def read_details(read: FieldReader) -> StructureDetails | None:
    if not read.has_any(DETAILS):
        return None
    return _made(
        {
            "email": read.email_or_empty("email"),
            **{key: read.text_or_empty(key) for key in (*TEXTS, *ADDRESS)},
            **{key: read.flag(key, absent=False) for key in FLAGS},
        }
    )


def recall_details(of: Mapping[str, Any]) -> StructureDetails | None:
    """The details of a line that was written; None if it has none."""
    said = {key: of[key] for key in of if key in DETAILS}
    return _made(said) if said else None


def details_shown(details: StructureDetails | None) -> Iterator[tuple[str, object]]:
    """Each key that says something, in a fixed order, and its value."""
    if details is None:
        return
    for part in (details, details.address):
        for each in fields(part) if part is not None else ():
            value: object = getattr(part, each.name)
            if each.name != "address" and value != each.default:
                yield each.name, value


def _made(said: Mapping[str, Any]) -> StructureDetails:
    address = Address(**{key: said[key] for key in ADDRESS if key in said})
    own = {key: value for key, value in said.items() if key not in ADDRESS}
    return StructureDetails(address=address, **own)
