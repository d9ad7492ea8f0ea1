"""The tables of a World: the next World's share with the former's all but what is written.

A small table is a dict, copied whole by who writes to it. A large one is parted
by the hashes of its keys, and a writer copies the parts he writes to: so a
change costs the same in a town and in a nation, and nobody waits while two
million entries are copied.
"""

from collections.abc import Hashable, ItemsView, Iterator, Mapping, ValuesView
from itertools import chain
from typing import Any, Final, Generic, TypeVar, overload

__all__ = ["Parted", "Table", "parted"]

_WHOLE: Final = 4_096
"""The most entries of a table that is one dict."""

_PART: Final = 1_024
"""About as many entries has a part when it is made; four times as many is too many."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")


class Parted(Mapping[K, V]):
    """A mapping that is never altered, in parts: each a dict, found by the hash of the key."""

    __slots__ = ("_count", "_mask", "parts")

    def __init__(self, parts: tuple[dict[K, V], ...], count: int) -> None:
        """`parts` are a power of two in number, and hold `count` entries, each where it belongs."""
        self.parts: Final = parts
        self._mask: Final = len(parts) - 1
        self._count: Final = count

    def __getitem__(self, key: K) -> V:
        return self.parts[hash(key) & self._mask][key]

    @overload
    def get(self, key: K, default: None = None, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D, /) -> V | D: ...
    def get(self, key: K, default: V | D | None = None, /) -> V | D | None:
        return self.parts[hash(key) & self._mask].get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self.parts[hash(key) & self._mask]

    def __iter__(self) -> Iterator[K]:
        return chain.from_iterable(self.parts)

    def __len__(self) -> int:
        return self._count

    def values(self) -> ValuesView[V]:
        return _Values(self)

    def items(self) -> ItemsView[K, V]:
        return _Items(self)


class _Values(ValuesView[V]):
    """Read part by part, where a look-up for each key would take three times as long."""

    def __init__(self, table: Parted[Any, V]) -> None:
        super().__init__(table)
        self._parts = table.parts

    def __iter__(self) -> Iterator[V]:
        return chain.from_iterable(part.values() for part in self._parts)


class _Items(ItemsView[K, V]):
    """As the values."""

    def __init__(self, table: Parted[K, V]) -> None:
        super().__init__(table)
        self._parts = table.parts

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return chain.from_iterable(part.items() for part in self._parts)


def parted(whole: Mapping[K, V]) -> Mapping[K, V]:
    """The same entries in the form that suits their number; `whole` is not written to again."""
    count = len(whole)
    if count <= _WHOLE:
        return whole if isinstance(whole, dict) else dict(whole)
    number = 1 << (count // _PART).bit_length()
    parts: tuple[dict[K, V], ...] = tuple({} for _ in range(number))
    mask = number - 1
    for key, value in whole.items():
        parts[hash(key) & mask][key] = value
    return Parted(parts, count)


class Table(Generic[K, V]):
    """One table in the making. The former one stays as it was."""

    __slots__ = ("_count", "_former", "_mask", "_own", "_parts")

    def __init__(self, former: Mapping[K, V]) -> None:
        self._former: Final = former
        self._own: Final = set[int]()
        self._count = len(former)
        self._parts: list[dict[K, V]]
        if isinstance(former, Parted):
            self._parts = list(former.parts)
        else:
            self._parts = [former if isinstance(former, dict) else dict(former)]
        self._mask: Final = len(self._parts) - 1

    @overload
    def get(self, key: K, default: None = None, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D, /) -> V | D: ...
    def get(self, key: K, default: V | D | None = None, /) -> V | D | None:
        return self._parts[hash(key) & self._mask].get(key, default)

    def __contains__(self, key: K) -> bool:
        return key in self._parts[hash(key) & self._mask]

    def __iter__(self) -> Iterator[K]:
        return chain.from_iterable(self._parts)

    def put(self, key: K, value: V) -> None:
        part = self._part(key)
        before = len(part)
        part[key] = value
        self._count += len(part) - before

    def drop(self, key: K) -> None:
        """Raises KeyError if nothing is there."""
        del self._part(key)[key]
        self._count -= 1

    def done(self) -> Mapping[K, V]:
        """The table as it now reads: the former one if nothing was written. Write no more."""
        if not self._own:
            return self._former
        if self._count > 4 * _PART * len(self._parts):
            entries = chain.from_iterable(part.items() for part in self._parts)
            return parted(dict(entries))
        return self._parts[0] if len(self._parts) == 1 else Parted(tuple(self._parts), self._count)

    def _part(self, key: K) -> dict[K, V]:
        """The part where `key` belongs: a copy, once it is written to."""
        index = hash(key) & self._mask
        if index not in self._own:
            self._own.add(index)
            self._parts[index] = dict(self._parts[index])
        return self._parts[index]
