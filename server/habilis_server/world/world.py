"""The facts as they read at one revision, held in memory and never altered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from habilis import Perimeter
from habilis.organisation import AccountState
from habilis_server.world.draft import Draft
from habilis_server.world.facts import (
    Account,
    Approval,
    Attachment,
    Fact,
    Record,
    Service,
    Structure,
)
from habilis_server.world.indexes import Indexes, mailbox

__all__ = ["World"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, weakref_slot=True)
class World:
    """Every fact in effect, by identifier, at `revision` of the journal.

    A World is a value: `after` makes another and leaves this one as it was, so
    a reader keeps one as long as it likes while writers go on. Two Worlds are
    equal only if they are the same object; compare `records()` to compare what
    they hold.

    The mappings are plain dicts, or, where they are large, in parts that the
    Worlds before and after share; nobody writes to them.
    `attachments` has an account's ties by perimeter and no entry for an account
    without any. A principal manager is named by his structure, with or without
    an attachment of his own.
    """

    revision: int
    accounts: Mapping[str, Account]
    structures: Mapping[str, Structure]
    services: Mapping[Perimeter, Service]
    approvals: Mapping[str, Approval]
    attachments: Mapping[str, Mapping[Perimeter, Attachment]]
    _indexes: Indexes = field(default_factory=Indexes, repr=False)

    @classmethod
    def empty(cls) -> Self:
        """A World without a fact, at revision 0: what a journal without a change leads to."""
        return cls(
            revision=0, accounts={}, structures={}, services={}, approvals={}, attachments={}
        )

    @classmethod
    def of(cls, records: Iterable[Record], revision: int = 0) -> Self:
        """The World that `records` describe; of two records of one thing the later counts."""
        return cls.empty().after(records, revision)

    def after(self, records: Iterable[Record], revision: int) -> Self:
        """The World once `records` are applied in their order; this one stays as it was.

        References are not checked here: what reaches a World has been checked
        at the door it came through. A change of what isn't there changes
        nothing.
        """
        followed = bool(self.accounts or self.structures)
        draft = Draft(self, self._indexes, followed=followed)
        for record in records:
            draft.apply(record)
        world = type(self)(
            revision=revision,
            accounts=draft.accounts.done(),
            structures=draft.structures.done(),
            services=draft.services.done(),
            approvals=draft.approvals.done(),
            attachments=draft.attachments.done(),
        )
        if followed:
            object.__setattr__(world, "_indexes", self._indexes.followed(draft.changed, world))
        return world

    def make_indexes(self) -> None:
        """Make now what the first search of each kind makes, and every next World takes over.

        In a nation it takes seconds, for which no caller should have to wait.
        """
        self._indexes.make(self)

    def records(self) -> Iterator[Fact]:
        """All facts in their canonical order: by kind, then by identifier.

        Kinds come in the order in which they refer to each other: structures,
        services, accounts, attachments, approvals.
        """
        for structure in sorted(self.structures):
            yield self.structures[structure]
        for service in sorted(self.services):
            yield self.services[service]
        for account in sorted(self.accounts):
            yield self.accounts[account]
        for account in sorted(self.attachments):
            held = self.attachments[account]
            for perimeter in sorted(held, key=_structure_first):
                yield held[perimeter]
        for approval in sorted(self.approvals):
            yield self.approvals[approval]

    def services_of(self, structure: str) -> tuple[Service, ...]:
        """The services of `structure`, inactive ones included, by code; none if it is unknown."""
        return self._indexes.services_by_structure(self.services).get(structure, ())

    def people_of(self, structure: str) -> frozenset[str]:
        """Who is attached to `structure` or to a service of it, and its principal manager.

        Account identifiers; nobody if the structure is unknown.
        """
        people = self._indexes.people_by_structure(self.attachments).get(structure, ())
        known = self.structures.get(structure)
        manager = None if known is None else known.principal_manager
        return frozenset(people if manager is None else (*people, manager))

    def managed_by(self, account: str) -> frozenset[str]:
        """The structures whose principal manager is `account`, active or not."""
        return frozenset(self._indexes.structures_by_manager(self.structures).get(account, ()))

    def account_with_email(self, email: str) -> Account | None:
        """The account that has this address, in whatever case its letters are; None if none has.

        Where several have it, an active one comes first, and then the one whose
        identifier does.
        """
        holders = self._indexes.accounts_by_mailbox(self.accounts).get(mailbox(email), ())
        found = [self.accounts[holder] for holder in sorted(holders)]
        found.sort(key=lambda account: account.state is not AccountState.ACTIVE)
        return found[0] if found else None

    def approvals_of(self, structure: str) -> tuple[Approval, ...]:
        """What was asked on `structure` and on its services, decided or not, the oldest first."""
        named = self._indexes.approvals_by_structure(self.approvals).get(structure, ())
        return self._approvals(named)

    def requests_of(self, account: str) -> tuple[Approval, ...]:
        """What `account` asked for, decided or not, the oldest first."""
        named = self._indexes.approvals_by_requester(self.approvals).get(account, ())
        return self._approvals(named)

    def _approvals(self, named: Iterable[str]) -> tuple[Approval, ...]:
        found = (self.approvals[name] for name in named)
        return tuple(sorted(found, key=lambda approval: (approval.requested_at, approval.id)))

    def __repr__(self) -> str:
        return (
            f"<World revision={self.revision} accounts={len(self.accounts)}"
            f" structures={len(self.structures)} services={len(self.services)}"
            f" attached={len(self.attachments)} approvals={len(self.approvals)}>"
        )


def _structure_first(perimeter: Perimeter) -> tuple[str, bool, str]:
    return perimeter.structure, perimeter.service is not None, perimeter.service or ""
