"""What the facts don't say directly: a structure's services, people and requests, and the like.

Each index is made at its first use and then follows the World from revision to
revision, so that a list costs what it holds and a World never read by list
costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase
from typing import Final, Protocol

from habilis import Perimeter
from habilis_server.world.facts import Account, Approval, Attachment, Service, Structure
from habilis_server.world.tables import Table, parted

__all__ = ["Changed", "Indexes", "Tables", "mailbox"]

_Services = Mapping[str, tuple[Service, ...]]
# Tuples, as a set of one name or two takes four times the memory.
_Names = Mapping[str, tuple[str, ...]]
_Move = tuple[str, str | None, str | None]
"""A name, what it stood under in an index, and what it stands under now; None is nowhere."""

_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)


class Tables(Protocol):
    """The facts as a World holds them."""

    @property
    def accounts(self) -> Mapping[str, Account]: ...
    @property
    def structures(self) -> Mapping[str, Structure]: ...
    @property
    def services(self) -> Mapping[Perimeter, Service]: ...
    @property
    def approvals(self) -> Mapping[str, Approval]: ...
    @property
    def attachments(self) -> Mapping[str, Mapping[Perimeter, Attachment]]: ...


def mailbox(email: str) -> str:
    """The address by which an account is found: A to Z read as a to z, nothing else altered.

    Other letters keep their case, lest two that merely look alike be taken for one.
    """
    lowered = email.lower() if email.isascii() else email.translate(_LOWER)
    return email if lowered == email else lowered  # one text where two would be equal


@dataclass(slots=True)
class Changed:
    """What a batch of records touched: all that an index needs to follow it."""

    services: dict[Perimeter, Service | None] = field(default_factory=dict)
    """Each service written; None if it is no longer there."""
    ties: set[tuple[str, str]] = field(default_factory=set)
    """(account, structure) of each attachment made or ended."""
    managers: dict[str, str | None] = field(default_factory=dict)
    """Structure to its principal manager before the batch, for each written or renamed."""
    emails: dict[str, str | None] = field(default_factory=dict)
    """Account to its address before the batch, for each written; None if it was not there."""
    requests: dict[str, Approval | None] = field(default_factory=dict)
    """Approval to what it was before the batch, for each written; None if it was not there."""


class Indexes:
    """The indexes of one World; None until they are first asked for.

    Two threads that ask first at the same time both build, and one result is kept.
    """

    __slots__ = ("asked_by", "asked_on", "holders", "managed", "people", "services")

    def __init__(self) -> None:
        self.services: _Services | None = None
        self.people: _Names | None = None
        self.managed: _Names | None = None
        self.holders: _Names | None = None
        self.asked_on: _Names | None = None
        self.asked_by: _Names | None = None

    def followed(self, changed: Changed, tables: Tables) -> "Indexes":
        """The indexes of the World to which `changed` leads; these stay as they were."""
        indexes = Indexes()
        if self.services is not None:
            indexes.services = _services_after(self.services, changed.services)
        if self.people is not None:
            indexes.people = _people_after(self.people, changed.ties, tables.attachments)
        if self.managed is not None:
            indexes.managed = _moved(self.managed, _managers(changed, tables))
        if self.holders is not None:
            indexes.holders = _moved(self.holders, _addresses(changed, tables))
        if self.asked_on is not None:
            indexes.asked_on = _moved(self.asked_on, _places(changed, tables))
        if self.asked_by is not None:
            indexes.asked_by = _moved(self.asked_by, _requesters(changed, tables))
        return indexes

    def make(self, tables: Tables) -> None:
        """Make every index that is not made yet."""
        self.services_by_structure(tables.services)
        self.people_by_structure(tables.attachments)
        self.structures_by_manager(tables.structures)
        self.accounts_by_mailbox(tables.accounts)
        self.approvals_by_structure(tables.approvals)
        self.approvals_by_requester(tables.approvals)

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
            self.people = parted({place: tuple(names) for place, names in people.items()})
        return self.people

    def structures_by_manager(self, structures: Mapping[str, Structure]) -> _Names:
        if self.managed is None:
            self.managed = _grouped(
                (each.principal_manager, each.id) for each in structures.values()
            )
        return self.managed

    def accounts_by_mailbox(self, accounts: Mapping[str, Account]) -> _Names:
        if self.holders is None:
            self.holders = _grouped((mailbox(each.email), each.id) for each in accounts.values())
        return self.holders

    def approvals_by_structure(self, approvals: Mapping[str, Approval]) -> _Names:
        if self.asked_on is None:
            self.asked_on = _grouped((_where(each), each.id) for each in approvals.values())
        return self.asked_on

    def approvals_by_requester(self, approvals: Mapping[str, Approval]) -> _Names:
        if self.asked_by is None:
            self.asked_by = _grouped((each.requester, each.id) for each in approvals.values())
        return self.asked_by


def _services_after(index: _Services, written: Mapping[Perimeter, Service | None]) -> _Services:
    if not written:
        return index
    by_structure: dict[str, dict[str | None, Service | None]] = {}
    for perimeter, service in written.items():
        by_structure.setdefault(perimeter.structure, {})[perimeter.service] = service
    after = Table(index)
    for structure, changed in by_structure.items():
        former = {service.code: service for service in index.get(structure, ())}
        whole = [service for service in (former | changed).values() if service is not None]
        if whole:
            after.put(structure, tuple(sorted(whole, key=lambda service: service.code)))
        elif former:
            after.drop(structure)
    return after.done()


def _people_after(
    index: _Names,
    ties: Iterable[tuple[str, str]],
    attachments: Mapping[str, Mapping[Perimeter, Attachment]],
) -> _Names:
    after = Table(index)
    for account, structure in ties:
        tied = any(held.structure == structure for held in attachments.get(account, ()))
        _put(after, structure, account, there=tied)
    return after.done()


def _grouped(pairs: Iterable[tuple[str | None, str]]) -> _Names:
    """The names under each key; those whose key is None stand nowhere."""
    groups: dict[str, list[str]] = {}
    for key, name in pairs:
        if key is not None:
            groups.setdefault(key, []).append(name)
    return parted({key: tuple(names) for key, names in groups.items()})


def _moved(index: _Names, moves: Iterable[_Move]) -> _Names:
    after = Table(index)
    for name, former, current in moves:
        if former is not None and former != current:
            _put(after, former, name, there=False)
        if current is not None:
            _put(after, current, name, there=True)
    return after.done()


def _managers(changed: Changed, tables: Tables) -> Iterator[_Move]:
    for structure, former in changed.managers.items():
        written = tables.structures.get(structure)
        yield structure, former, None if written is None else written.principal_manager


def _addresses(changed: Changed, tables: Tables) -> Iterator[_Move]:
    for account, former in changed.emails.items():
        was = None if former is None else mailbox(former)
        yield account, was, mailbox(tables.accounts[account].email)


def _places(changed: Changed, tables: Tables) -> Iterator[_Move]:
    for approval, former in changed.requests.items():
        yield approval, _where(former), _where(tables.approvals[approval])


def _requesters(changed: Changed, tables: Tables) -> Iterator[_Move]:
    for approval, former in changed.requests.items():
        was = None if former is None else former.requester
        yield approval, was, tables.approvals[approval].requester


def _where(approval: Approval | None) -> str | None:
    """The structure on which something is asked; None if it is on none."""
    if approval is None or approval.perimeter is None:
        return None
    return approval.perimeter.structure


def _put(index: Table[str, tuple[str, ...]], key: str, name: str, *, there: bool) -> None:
    """Have `name` among those of `key`, or not."""
    names = index.get(key, ())
    if there == (name in names):
        return
    others = tuple(each for each in names if each != name)
    if there:
        index.put(key, (*others, name))
    elif others:
        index.put(key, others)
    else:
        index.drop(key)
