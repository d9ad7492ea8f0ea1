"""What the facts don't say directly: a structure's services and people, a manager's structures.

Each index is made at its first use and then follows the World from revision to
revision, so that a list costs what it holds and a World never read by list
costs nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from habilis import Perimeter
from habilis_server.world.facts import Attachment, Service, Structure

__all__ = ["Changed", "Indexes"]

_Services = Mapping[str, tuple[Service, ...]]
# Tuples, as a set of one name or two takes four times the memory.
_Names = Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Changed:
    """What a batch of records touched: all that an index needs to follow it."""

    services: dict[Perimeter, Service] = field(default_factory=dict)
    ties: set[tuple[str, str]] = field(default_factory=set)
    """(account, structure) of each attachment made or ended."""
    managers: dict[str, str | None] = field(default_factory=dict)
    """Structure to its principal manager before the batch, for each structure written."""


class Indexes:
    """The indexes of one World; None until they are first asked for.

    Two threads that ask first at the same time both build, and one result is kept.
    """

    __slots__ = ("managed", "people", "services")

    def __init__(self) -> None:
        self.services: _Services | None = None
        self.people: _Names | None = None
        self.managed: _Names | None = None

    @property
    def made(self) -> bool:
        """Whether any index exists yet, and so has to follow what changes."""
        return not (self.services is None and self.people is None and self.managed is None)

    def followed(
        self,
        changed: Changed,
        structures: Mapping[str, Structure],
        attachments: Mapping[str, Mapping[Perimeter, Attachment]],
    ) -> "Indexes":
        """The indexes of the World that `changed` leads to; these stay as they were."""
        indexes = Indexes()
        if self.services is not None:
            indexes.services = _services_after(self.services, changed.services)
        if self.people is not None:
            indexes.people = _people_after(self.people, changed.ties, attachments)
        if self.managed is not None:
            indexes.managed = _managed_after(self.managed, changed.managers, structures)
        return indexes

    def services_by_structure(self, services: Mapping[Perimeter, Service]) -> _Services:
        if self.services is None:
            self.services = _services_after({}, services)
        return self.services

    def people_by_structure(
        self, attachments: Mapping[str, Mapping[Perimeter, Attachment]]
    ) -> _Names:
        if self.people is None:
            people: dict[str, list[str]] = {}
            for account, held in attachments.items():
                for structure in {perimeter.structure for perimeter in held}:
                    people.setdefault(structure, []).append(account)
            self.people = {structure: tuple(names) for structure, names in people.items()}
        return self.people

    def structures_by_manager(self, structures: Mapping[str, Structure]) -> _Names:
        if self.managed is None:
            managed: dict[str, list[str]] = {}
            for structure in structures.values():
                if structure.principal_manager is not None:
                    managed.setdefault(structure.principal_manager, []).append(structure.id)
            self.managed = {account: tuple(names) for account, names in managed.items()}
        return self.managed


def _services_after(index: _Services, written: Mapping[Perimeter, Service]) -> _Services:
    if not written:
        return index
    by_structure: dict[str, dict[str, Service]] = {}
    for service in written.values():
        by_structure.setdefault(service.structure, {})[service.code] = service
    after = dict(index)
    for structure, services in by_structure.items():
        whole = {service.code: service for service in index.get(structure, ())} | services
        after[structure] = tuple(whole[code] for code in sorted(whole))
    return after


def _people_after(
    index: _Names,
    ties: Iterable[tuple[str, str]],
    attachments: Mapping[str, Mapping[Perimeter, Attachment]],
) -> _Names:
    after = _Copied(index)
    for account, structure in ties:
        tied = any(held.structure == structure for held in attachments.get(account, ()))
        after.put(structure, account, there=tied)
    return after.index


def _managed_after(
    index: _Names, before: Mapping[str, str | None], structures: Mapping[str, Structure]
) -> _Names:
    after = _Copied(index)
    for structure, former in before.items():
        current = structures[structure].principal_manager
        if former is not None and former != current:
            after.put(former, structure, there=False)
        if current is not None:
            after.put(current, structure, there=True)
    return after.index


class _Copied:
    """An index that follows a change: a copy from the first difference on."""

    def __init__(self, former: _Names) -> None:
        self.index = former
        self._own: dict[str, tuple[str, ...]] | None = None

    def put(self, key: str, name: str, *, there: bool) -> None:
        """Have `name` among those of `key`, or not."""
        names = self.index.get(key, ())
        if there == (name in names):
            return
        if self._own is None:
            self.index = self._own = dict(self.index)
        self._own[key] = (*(each for each in names if each != name), *((name,) if there else ()))
        if not self._own[key]:
            del self._own[key]
