"""Lists as one person has them, and what narrows them once more, in plain Python."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from habilis import Perimeter
from habilis_companion.guard import Guard, Scope, asks
from habilis_companion.store import ReadSession, Store

__all__ = ["at_one_of", "looked", "walked", "within"]

Made = TypeVar("Made")
Page = TypeVar("Page")


def looked(
    store: Store,
    guard: Guard,
    subject: str,
    action: str,
    body: Callable[[ReadSession, Scope], Made],
) -> Made:
    """What the body makes of what this person may see by this action."""

    @asks(action)
    def method() -> Made:
        scope = guard.where(subject, action, "")
        with store.reading(scope) as session:
            return body(session, scope)

    return method()


def walked(page: Callable[[str], Page], next_token: Callable[[Page], str]) -> Iterator[Page]:
    """Every page, one after the other."""
    token, more = "", True
    while more:
        told = page(token)
        yield told
        token = next_token(told)
        more = token != ""


def at_one_of(
    place: Perimeter | None, wanted: Sequence[Perimeter], *, with_services: bool = True
) -> bool:
    """Whether the place is one of these, where a structure stands for its services or not."""
    return place is not None and any(
        place == each
        or (with_services and each.service is None and each.structure == place.structure)
        for each in wanted
    )


def within(moment: datetime | None, first: datetime | None, end: datetime | None) -> bool:
    """From the first moment, included, to the end, excluded; what never was is in no bounds."""
    if first is None and end is None:
        return True
    return (
        moment is not None and (first is None or first <= moment) and (end is None or moment < end)
    )
