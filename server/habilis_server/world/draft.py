"""The next World in the making: what a record does to the facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, Generic, TypeVar, assert_never

from habilis import Perimeter
from habilis_server.world.alterations import (
    account_after,
    attachment_after,
    service_after,
    structure_after,
)
from habilis_server.world.changes import (
    AccountChange,
    Detachment,
    EntitlementChange,
    ServiceChange,
    ServiceRemoval,
    StructureChange,
    StructureRenaming,
)
from habilis_server.world.facts import Account, Approval, Attachment, Record, Service, Structure
from habilis_server.world.indexes import Changed, Indexes, Tables
from habilis_server.world.tables import Table

__all__ = ["Draft"]

_UNTIED: Final[Mapping[Perimeter, Attachment]] = {}

K = TypeVar("K")


class _Standing(Generic[K]):
    """What stands on each structure: by an index of the former World, and as written since."""

    def __init__(
        self,
        former: Callable[[str], Iterable[K]],
        written: Callable[[], Iterable[tuple[str, K]]],
    ) -> None:
        self._former = former
        self._written = written
        self._since: dict[str, dict[K, None]] | None = None  # made if a whole place changes

    def note(self, structure: str, key: K) -> None:
        if self._since is not None:
            self._since.setdefault(structure, {})[key] = None

    def on(self, structure: str) -> list[K]:
        """Each key that is there, and maybe some that once were."""
        if self._since is None:
            self._since = {}
            for place, key in self._written():
                self.note(place, key)
        return [*dict.fromkeys((*self._former(structure), *self._since.get(structure, ())))]


class Draft:
    """The tables to be, and what the former World's indexes need to follow."""

    def __init__(self, former: Tables, indexes: Indexes, *, followed: bool) -> None:
        """`followed`: whether indexes follow; on an empty World it isn't worth its memory."""
        self.accounts = Table(former.accounts)
        self.structures = Table(former.structures)
        self.services = Table(former.services)
        self.approvals = Table(former.approvals)
        self.attachments = Table(former.attachments)
        self.changed = Changed()
        self._followed = followed
        self._own_ties: dict[str, dict[Perimeter, Attachment]] = {}
        self._people = _Standing(
            lambda structure: indexes.people_by_structure(former.attachments).get(structure, ()),
            lambda: (
                (perimeter.structure, account)
                for account, held in self._own_ties.items()
                for perimeter in held
            ),
        )
        self._desks = _Standing(
            lambda structure: (
                each.perimeter
                for each in indexes.services_by_structure(former.services).get(structure, ())
            ),
            lambda: ((each.structure, each) for each in self._written_services()),
        )
        self._asked = _Standing(
            lambda structure: indexes.approvals_by_structure(former.approvals).get(structure, ()),
            self._written_approvals,
        )

    def apply(self, record: Record) -> None:
        match record:
            case Attachment():
                self._tie(record)
            case Detachment():
                self._untie(record.account, record.perimeter)
            case Account():
                self._put_account(record)
            case Structure():
                self._put_structure(record)
            case Service():
                self._put_service(record)
            case Approval():
                self._put_approval(record)
            case StructureRenaming():
                self._rename(record.id, record.new_id)
            case ServiceRemoval():
                self._remove(record.perimeter)
            case _:
                self._alter(record)

    def _alter(
        self, change: AccountChange | StructureChange | ServiceChange | EntitlementChange
    ) -> None:
        match change:
            case AccountChange():
                if (account := self.accounts.get(change.id)) is not None:
                    self._put_account(account_after(account, change.fields))
            case StructureChange():
                if (structure := self.structures.get(change.id)) is not None:
                    self._put_structure(structure_after(structure, change.fields))
            case ServiceChange():
                if (service := self.services.get(change.perimeter)) is not None:
                    self._put_service(service_after(service, change.fields))
            case EntitlementChange():
                ties = self.attachments.get(change.account, _UNTIED)
                if (attachment := ties.get(change.perimeter)) is not None:
                    self._tie(attachment_after(attachment, change))
            case _:
                assert_never(change)

    def _put_account(self, account: Account) -> None:
        if self._followed:
            former = self.accounts.get(account.id)
            email = None if former is None else former.email
            self.changed.emails.setdefault(account.id, email)
        self.accounts.put(account.id, account)

    def _put_approval(self, approval: Approval) -> None:
        if self._followed:
            former = self.approvals.get(approval.id)
            self.changed.requests.setdefault(approval.id, former)
        self.approvals.put(approval.id, approval)
        if approval.perimeter is not None:
            self._asked.note(approval.perimeter.structure, approval.id)

    def _put_structure(self, structure: Structure) -> None:
        self._note_manager(structure.id)
        self.structures.put(structure.id, structure)

    def _put_service(self, service: Service) -> None:
        perimeter = service.perimeter
        self.services.put(perimeter, service)
        self._desks.note(perimeter.structure, perimeter)
        if self._followed:
            self.changed.services[perimeter] = service

    def _drop_service(self, perimeter: Perimeter) -> None:
        self.services.drop(perimeter)
        if self._followed:
            self.changed.services[perimeter] = None

    def _remove(self, perimeter: Perimeter) -> None:
        if perimeter not in self.services:
            return
        self._drop_service(perimeter)
        for account in self._people.on(perimeter.structure):
            self._untie(account, perimeter)

    def _rename(self, former: str, name: str) -> None:
        structure = self.structures.get(former)
        if structure is None or name in self.structures:
            return
        self._note_manager(former)
        self.structures.drop(former)
        self._put_structure(replace(structure, id=name))
        for perimeter in self._desks.on(former):
            if (service := self.services.get(perimeter)) is not None:
                self._drop_service(perimeter)
                self._put_service(replace(service, structure=name))
        for account in self._people.on(former):
            held = self.attachments.get(account, _UNTIED)
            for tie in [each for each in held.values() if each.perimeter.structure == former]:
                self._tie(replace(tie, perimeter=tie.perimeter._replace(structure=name)))
                self._untie(account, tie.perimeter)
        for identifier in self._asked.on(former):
            approval = self.approvals.get(identifier)
            place = None if approval is None else approval.perimeter
            if approval is not None and place is not None and place.structure == former:
                self._put_approval(replace(approval, perimeter=place._replace(structure=name)))

    def _tie(self, attachment: Attachment) -> None:
        self._ties(attachment.account)[attachment.perimeter] = attachment
        self._note_tie(attachment.account, attachment.perimeter.structure)

    def _untie(self, account: str, perimeter: Perimeter) -> None:
        if perimeter not in self.attachments.get(account, ()):
            return
        held = self._ties(account)
        del held[perimeter]
        self._note_tie(account, perimeter.structure)
        if not held:
            self.attachments.drop(account)
            del self._own_ties[account]

    def _ties(self, account: str) -> dict[Perimeter, Attachment]:
        """The account's ties to write to: a copy, whose original the former World keeps."""
        if account in self._own_ties:
            return self._own_ties[account]
        held = self._own_ties[account] = dict(self.attachments.get(account, _UNTIED))
        self.attachments.put(account, held)
        return held

    def _written_services(self) -> Iterable[Perimeter]:
        return self.changed.services if self._followed else self.services

    def _written_approvals(self) -> Iterator[tuple[str, str]]:
        for identifier in self.changed.requests if self._followed else self.approvals:
            approval = self.approvals.get(identifier)
            if approval is not None and approval.perimeter is not None:
                yield approval.perimeter.structure, identifier

    def _note_tie(self, account: str, structure: str) -> None:
        self._people.note(structure, account)
        if self._followed:
            self.changed.ties.add((account, structure))

    def _note_manager(self, structure: str) -> None:
        if self._followed:
            former = self.structures.get(structure)
            manager = None if former is None else former.principal_manager
            self.changed.managers.setdefault(structure, manager)
