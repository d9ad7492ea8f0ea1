"""The next World in the making: what a record does to the facts."""

from collections.abc import Mapping
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
from habilis_server.world.indexes import Changed, Tables

__all__ = ["Draft"]

_UNTIED: Final[Mapping[Perimeter, Attachment]] = {}

K = TypeVar("K")
V = TypeVar("V")


class _Table(Generic[K, V]):
    """One mapping of a World in the making: copied when it is first written to."""

    __slots__ = ("_own", "_read")

    def __init__(self, former: Mapping[K, V]) -> None:
        self._read = former
        self._own: dict[K, V] | None = None

    def read(self) -> Mapping[K, V]:
        return self._read

    def write(self) -> dict[K, V]:
        if self._own is None:
            self._read = self._own = dict(self._read)
        return self._own


class Draft:
    """The tables to be, and what an index must know to follow; `followed`: whether one will."""

    def __init__(self, former: Tables, *, followed: bool) -> None:
        self.accounts = _Table(former.accounts)
        self.structures = _Table(former.structures)
        self.services = _Table(former.services)
        self.approvals = _Table(former.approvals)
        self.attachments = _Table(former.attachments)
        self.changed = Changed()
        self._followed = followed
        self._own_ties: dict[str, dict[Perimeter, Attachment]] = {}
        self._people: dict[str, set[str]] | None = None  # made if a whole place changes

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
                if (account := self.accounts.read().get(change.id)) is not None:
                    self._put_account(account_after(account, change.fields))
            case StructureChange():
                if (structure := self.structures.read().get(change.id)) is not None:
                    self._put_structure(structure_after(structure, change.fields))
            case ServiceChange():
                if (service := self.services.read().get(change.perimeter)) is not None:
                    self._put_service(service_after(service, change.fields))
            case EntitlementChange():
                ties = self.attachments.read().get(change.account, _UNTIED)
                if (attachment := ties.get(change.perimeter)) is not None:
                    self._tie(attachment_after(attachment, change))
            case _:
                assert_never(change)

    def _put_account(self, account: Account) -> None:
        if self._followed:
            former = self.accounts.read().get(account.id)
            email = None if former is None else former.email
            self.changed.emails.setdefault(account.id, email)
        self.accounts.write()[account.id] = account

    def _put_approval(self, approval: Approval) -> None:
        if self._followed:
            former = self.approvals.read().get(approval.id)
            self.changed.requests.setdefault(approval.id, former)
        self.approvals.write()[approval.id] = approval

    def _put_structure(self, structure: Structure) -> None:
        self._note_manager(structure.id)
        self.structures.write()[structure.id] = structure

    def _put_service(self, service: Service) -> None:
        self.services.write()[service.perimeter] = service
        if self._followed:
            self.changed.services[service.perimeter] = service

    def _drop_service(self, perimeter: Perimeter) -> None:
        del self.services.write()[perimeter]
        if self._followed:
            self.changed.services[perimeter] = None

    def _remove(self, perimeter: Perimeter) -> None:
        if perimeter not in self.services.read():
            return
        self._drop_service(perimeter)
        for account in self._tied_to(perimeter.structure):
            self._untie(account, perimeter)

    def _rename(self, former: str, name: str) -> None:
        structure = self.structures.read().get(former)
        if structure is None or name in self.structures.read():
            return
        self._note_manager(former)
        del self.structures.write()[former]
        self._put_structure(replace(structure, id=name))
        for service in [each for each in self.services.read().values() if each.structure == former]:
            self._drop_service(service.perimeter)
            self._put_service(replace(service, structure=name))
        for account in self._tied_to(former):
            held = self.attachments.read()[account]
            for tie in [each for each in held.values() if each.perimeter.structure == former]:
                self._tie(replace(tie, perimeter=tie.perimeter._replace(structure=name)))
                self._untie(account, tie.perimeter)
        for approval in self.approvals.read().values():
            place = approval.perimeter
            if place is not None and place.structure == former:
                self._put_approval(replace(approval, perimeter=place._replace(structure=name)))

    def _tie(self, attachment: Attachment) -> None:
        self._ties(attachment.account)[attachment.perimeter] = attachment
        self._note_tie(attachment.account, attachment.perimeter.structure)

    def _untie(self, account: str, perimeter: Perimeter) -> None:
        if perimeter not in self.attachments.read().get(account, ()):
            return
        held = self._ties(account)
        del held[perimeter]
        self._note_tie(account, perimeter.structure)
        if not held:
            del self.attachments.write()[account]
            del self._own_ties[account]

    def _ties(self, account: str) -> dict[Perimeter, Attachment]:
        """The account's ties to write to: a copy, whose original the former World keeps."""
        if account in self._own_ties:
            return self._own_ties[account]
        attachments = self.attachments.write()
        held = dict(attachments.get(account, _UNTIED))
        attachments[account] = self._own_ties[account] = held
        return held

    def _tied_to(self, structure: str) -> list[str]:
        """Who is attached to the structure or to a service of it, and maybe who once was."""
        if self._people is None:
            self._people = {}
            for account, held in self.attachments.read().items():
                for perimeter in held:
                    self._people.setdefault(perimeter.structure, set()).add(account)
        people = self._people.get(structure, set())
        return [account for account in people if account in self.attachments.read()]

    def _note_tie(self, account: str, structure: str) -> None:
        if self._followed:
            self.changed.ties.add((account, structure))
        if self._people is not None:
            self._people.setdefault(structure, set()).add(account)

    def _note_manager(self, structure: str) -> None:
        if self._followed:
            former = self.structures.read().get(structure)
            manager = None if former is None else former.principal_manager
            self.changed.managers.setdefault(structure, manager)
