"""What the facts don't say directly: a structure's services and people, a manager's structures.

Each index is made at its first use and then follows the World from revision to
revision, so that a list costs what it holds and a World never read by list
costs nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from habilis import Perimeter
from habilis_server.world.facts import Attachment, Service, Structure

__all__ = ["Changed", "Indexes"]

_NONE: Final[frozenset[str]] = frozenset()

_Services = Mapping[str, tuple[Service, ...]]
_Names = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Changed:
    """What a batch of records touched: all that an index needs to follow it."""

    services: dict[Perimeter, Service | None] = field(default_factory=dict)
    """Each service written; None if it is no longer there."""
    ties: set[tuple[str, str]] = field(default_factory=set)
    """(account, structure) of each attachment made or ended."""
    managers: dict[str, str | None] = field(default_factory=dict)
    """Structure to its principal manager before the batch, for each written or renamed."""


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
            people: dict[str, set[str]] = {}
            for account, held in attachments.items():
                for perimeter in held:
                    people.setdefault(perimeter.structure, set()).add(account)
            self.people = {structure: frozenset(names) for structure, names in people.items()}
        return self.people

    def structures_by_manager(self, structures: Mapping[str, Structure]) -> _Names:
        if self.managed is None:
            managed: dict[str, list[str]] = {}
            for structure in structures.values():
                if structure.principal_manager is not None:
                    managed.setdefault(structure.principal_manager, []).append(structure.id)
            self.managed = {account: frozenset(ids) for account, ids in managed.items()}
        return self.managed


def _services_after(index: _Services, written: Mapping[Perimeter, Service | None]) -> _Services:
    if not written:
        return index
    by_structure: dict[str, dict[str | None, Service | None]] = {}
    for perimeter, service in written.items():
        by_structure.setdefault(perimeter.structure, {})[perimeter.service] = service
    after = dict(index)
    for structure, changed in by_structure.items():
        former = {service.code: service for service in index.get(structure, ())}
        whole = [service for service in (former | changed).values() if service is not None]
        if whole:
            after[structure] = tuple(sorted(whole, key=lambda service: service.code))
        else:
            after.pop(structure, None)
    return after


def _people_after(
    index: _Names,
    ties: Iterable[tuple[str, str]],
    attachments: Mapping[str, Mapping[Perimeter, Attachment]],
) -> _Names:
    after: dict[str, frozenset[str]] | None = None
    for account, structure in ties:
        people = (index if after is None else after).get(structure, _NONE)
        tied = any(held.structure == structure for held in attachments.get(account, ()))
        if tied == (account in people):
            continue
        after = dict(index) if after is None else after
        _put(after, structure, people | {account} if tied else people - {account})
    return index if after is None else after


def _managed_after(
    index: _Names, before: Mapping[str, str | None], structures: Mapping[str, Structure]
) -> _Names:
    after: dict[str, frozenset[str]] | None = None
    for structure, former in before.items():
        written = structures.get(structure)
        current = None if written is None else written.principal_manager
        if current == former:
            continue
        after = dict(index) if after is None else after
        if former is not None:
            _put(after, former, after[former] - {structure})
        if current is not None:
            _put(after, current, after.get(current, _NONE) | {structure})
    return index if after is None else after


def _put(index: dict[str, frozenset[str]], key: str, names: frozenset[str]) -> None:
    if names:
        index[key] = names
    else:
        del index[key]
