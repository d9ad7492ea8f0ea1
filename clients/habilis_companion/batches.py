"""Work through all that there is, many things in a transaction and each of them once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from habilis_companion.store import WriteSession

__all__ = ["in_batches"]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Thing = TypeVar("_Thing", bound=_Named)
_Done = TypeVar("_Done")


def in_batches(
    door: Callable[[], AbstractContextManager[WriteSession]],
    batch: Callable[[WriteSession, str], Sequence[_Thing]],
    do: Callable[[WriteSession, _Thing], _Done],
) -> Iterator[_Done]:
    """What is done with each thing, told once its transaction is kept.

    `door` opens a transaction. `batch` gives some things whose ids come after
    the one given, in their order; "" is before all, and none are the end.
    """
    after, more = "", True
    while more:
        with door() as session:
            things = batch(session, after)
            done = [do(session, each) for each in things]
        yield from done
        after, more = (things[-1].id, True) if things else ("", False)
