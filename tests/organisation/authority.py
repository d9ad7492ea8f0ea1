"""What one person's command may have changed: read from two Worlds, whatever the command was.

Written from the portal's rules (domain §2.3 to §2.9, §5.2 to §5.6), not from the
code that carries commands out. `faults` names each change that nobody's office
or request explains.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from habilis import Perimeter
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, StructureType
from habilis_server.world import Account, Approval, Attachment, Structure, StructureRenaming, World
from tests.organisation.soundness import DEFAULT, GRANTABLE, held

__all__ = ["faults"]

ACTIVE = AccountState.ACTIVE
REQUESTED, WITHDRAWN = ApprovalState.REQUESTED, ApprovalState.WITHDRAWN
OF_THE_REGISTER = frozenset({"name", "address", "insee_undisclosed"})


def faults(before: World, after: World, actor: str, by: World | None = None) -> list[str]:
    """What `actor` should not have been able to change.

    `before` and `after` have all that was recorded, in effect or not. `by` is
    what was in effect when he asked, by which his offices are known; None: `before`.
    """
    deed = Deed(_renamed(before, after, actor), after, _renamed(by or before, after, actor), actor)
    return [*deed.accounts(), *deed.structures(), *deed.services(), *deed.ties(), *deed.requests()]


def _renamed(before: World, after: World, actor: str) -> World:
    """The former World under the identifiers of the new one, if a principal manager changed his."""
    gone = before.structures.keys() - after.structures.keys()
    come = after.structures.keys() - before.structures.keys()
    if len(gone) == len(come) == 1:
        (old,), (new,) = gone, come
        if before.structures[old].principal_manager == actor and old[:9] == new[:9]:
            return before.after([StructureRenaming(id=old, new_id=new)], before.revision)
    return before


@dataclass(frozen=True)
class Deed:
    before: World
    after: World
    by: World
    actor: str

    def _active(self) -> bool:
        account = self.by.accounts.get(self.actor)
        return account is not None and account.state is ACTIVE

    def _support(self) -> bool:
        return self._active() and self.by.accounts[self.actor].support

    def _principal(self, structure: str) -> bool:
        found = self.by.structures.get(structure)
        return self._active() and found is not None and found.principal_manager == self.actor

    def _manages(self, place: Perimeter) -> bool:
        """By office, or by what a former secondary manager kept, there or on the whole."""
        ties = self.by.attachments.get(self.actor, {})
        covering = [ties[p] for p in {place, Perimeter(place.structure)} if p in ties]
        kept = any(tie.legacy_secondary_manager for tie in covering)
        reads = any("organisation:consultation" in held(tie) for tie in covering)
        return self._principal(place.structure) or (self._active() and kept and reads)

    def _approved(self, requester: str, kind: ApprovalObject) -> list[Approval]:
        """What this very command approved."""
        return [
            now
            for now in self.after.requests_of(requester)
            if now.object is kind
            and now.state is ApprovalState.APPROVED
            and self.before.approvals[now.id].state is REQUESTED
        ]

    def _founder(self, account: str) -> bool:
        """Whether a private structure came into being under this person."""
        return any(
            structure.principal_manager == account and structure.type is StructureType.PRIVATE
            for name, structure in self.after.structures.items()
            if name not in self.before.structures
        )

    def accounts(self) -> Iterator[str]:
        yield from (
            f"account {x} vanished"
            for x in self.before.accounts.keys() - self.after.accounts.keys()
        )
        for name, now in self.after.accounts.items():
            was = self.before.accounts.get(name)
            if was is now or was == now:
                continue
            if was is None:
                asked = any(x.state is REQUESTED for x in self.after.requests_of(name))
                right = asked if now.state is AccountState.PENDING else self._founder(name)
                if now.support or not right:
                    yield f"account {name} came from nowhere"
                continue
            if now.support != was.support:
                yield f"account {name} entered or left the support"
            if now.email != was.email and not (name == self.actor and self._active()):
                yield f"account {name} was given an address by {self.actor}"
            if now.state != was.state and not self._may_turn(was, now):
                yield f"account {name} was turned {now.state} by {self.actor}"

    def _may_turn(self, was: Account, now: Account) -> bool:
        match was.state, now.state:
            case AccountState.PENDING, AccountState.ACTIVE:
                return self._founder(now.id) or bool(self._approved(now.id, ApprovalObject.ACCOUNT))
            case AccountState.ACTIVE, AccountState.INACTIVE:
                return now.id == self.actor and not self.after.managed_by(now.id)
            case AccountState.INACTIVE, AccountState.ACTIVE:
                return now.id == self.actor
            case _:
                return False

    def structures(self) -> Iterator[str]:
        yield from (
            f"structure {x} vanished"
            for x in self.before.structures.keys() - self.after.structures.keys()
        )
        for name, now in self.after.structures.items():
            was = self.before.structures.get(name)
            if was is now or was == now:
                continue
            if was is None:
                if not self._may_found(now):
                    yield f"structure {name} was founded by {self.actor}"
                continue
            if now.principal_manager != was.principal_manager and not self._may_pass_on(was, now):
                yield f"the office at {name} went to {now.principal_manager} by {self.actor}"
            if (now.type, now.identifier_type) != (was.type, was.identifier_type):
                yield f"structure {name} became something else"
            if not self._manages(Perimeter(name)) and (now.active, now.moa) != (
                was.active,
                was.moa,
            ):
                yield f"structure {name} was set by {self.actor}"
            yield from self._record(was, now)

    def _record(self, was: Structure, now: Structure) -> Iterator[str]:
        if now.name != was.name and not self._principal(now.id):
            yield f"structure {now.id} was given a name by {self.actor}"
        if now.details != was.details and not self._manages(Perimeter(now.id)):
            yield f"the record of {now.id} was written by {self.actor}"
        for part in OF_THE_REGISTER - {"name"}:
            told = [getattr(each.details, part, None) or None for each in (was, now)]
            if told[0] != told[1] and not self._principal(now.id):
                yield f"the {part} of {now.id} was written by {self.actor}"

    def _may_found(self, now: Structure) -> bool:
        manager = now.principal_manager
        if now.type is StructureType.PUBLIC:
            asked = [x.wanted for x in self._approved(manager or "", ApprovalObject.ACCOUNT)]
            wanted = any(each is not None and each.identifier == now.id for each in asked)
            return self._support() and (wanted or manager is None or self._is_active(manager))
        opened = manager is not None and (
            manager not in self.before.accounts
            or self.before.accounts[manager].state is AccountState.PENDING
        )
        return opened or (manager == self.actor and self._active())

    def _is_active(self, account: str) -> bool:
        return account in self.by.accounts and self.by.accounts[account].state is ACTIVE

    def _may_pass_on(self, was: Structure, now: Structure) -> bool:
        old, new = was.principal_manager, now.principal_manager
        if new is None or not self._is_active(new):
            return False
        if self._principal(now.id):
            return Perimeter(now.id) in self.before.attachments.get(new, ())
        return self._support() and (old is None or not self._is_active(old))

    def services(self) -> Iterator[str]:
        for place in self.before.services.keys() | self.after.services.keys():
            was, now = self.before.services.get(place), self.after.services.get(place)
            where = Perimeter(place.structure) if was is None else place
            if was != now and not self._manages(where):
                yield f"service {place} was made, altered or ended by {self.actor}"

    def ties(self) -> Iterator[str]:
        for account in self.before.attachments.keys() | self.after.attachments.keys():
            were, are = (w.attachments.get(account, {}) for w in (self.before, self.after))
            if were is are:
                continue
            for place in were.keys() | are.keys():
                was, now = were.get(place), are.get(place)
                if was == now:
                    continue
                if now is None:
                    yield from self._ended(account, place)
                elif was is None:
                    yield from self._begun(account, now)
                else:
                    yield from self._altered(was, now)

    def _begun(self, account: str, now: Attachment) -> Iterator[str]:
        place = now.perimeter
        there = (
            place in self.after.services
            if place.service
            else place.structure in self.after.structures
        )
        kinds = (ApprovalObject.ATTACHMENT, ApprovalObject.ACCOUNT)
        asked = [x.perimeter for kind in kinds for x in self._approved(account, kind)]
        founded = place.service is None and place.structure not in self.before.structures
        if now.legacy_secondary_manager or not there or held(now) - DEFAULT:
            yield f"{account} was given more than an attachment at {place}"
        right = self._manages(place) or place in asked or founded
        if not right and account not in self._officers(place):
            yield f"{account} was attached at {place} by {self.actor}"

    def _officers(self, place: Perimeter) -> set[str | None]:
        """Who left the office of this structure and who took it; nobody if it did not change."""
        pair = [w.structures.get(place.structure) for w in (self.before, self.after)]
        found = {each.principal_manager for each in pair if each is not None}
        return found if place.service is None and len(found) > 1 else set()

    def _ended(self, account: str, place: Perimeter) -> Iterator[str]:
        if place.service is not None and place not in self.after.services:
            return  # its end is judged with the service's
        structure = self.before.structures.get(place.structure)
        if structure is not None and structure.principal_manager == account:
            yield f"{account}, in office, was detached from {place}"
        if account != self.actor and not self._manages(place):
            yield f"{account} was detached from {place} by {self.actor}"

    def _altered(self, was: Attachment, now: Attachment) -> Iterator[str]:
        account, place = now.account, now.perimeter
        if now.legacy_secondary_manager and not was.legacy_secondary_manager:
            yield f"{account} was made a secondary manager at {place}"
        if was.legacy_secondary_manager > now.legacy_secondary_manager:
            former = self.before.structures[place.structure].principal_manager
            if account != former or not self._officers(Perimeter(place.structure)):
                yield f"{account} lost at {place} what he had kept"
        gained, lost = held(now) - held(was), held(was) - held(now)
        written = now.also | (frozenset() if isinstance(now.profiles, str) else now.profiles)
        known = was.also | (frozenset() if isinstance(was.profiles, str) else was.profiles)
        if (written - known) - GRANTABLE:
            yield f"{account} was given at {place} what nobody grants"
        if (gained or lost) and not self._manages(place):
            asked = [
                x
                for x in self._approved(account, ApprovalObject.ENTITLEMENT)
                if x.perimeter == place
            ]
            add = {profile for each in asked for profile in each.add}
            remove = {profile for each in asked for profile in each.remove}
            if gained - add or lost - remove:
                yield f"the profiles of {account} at {place} were changed by {self.actor}"

    def requests(self) -> Iterator[str]:
        yield from (
            f"request {x} vanished"
            for x in self.before.approvals.keys() - self.after.approvals.keys()
        )
        for name, now in self.after.approvals.items():
            was = self.before.approvals.get(name)
            if was is now or was == now:
                continue
            if was is None:
                yield from self._asked(now)
            elif was.state is not REQUESTED:
                yield f"request {name} was final, and changed"
            elif (was.requester, was.object, was.add, was.remove, was.wanted, was.perimeter) != (
                *(now.requester, now.object, now.add, now.remove, now.wanted, now.perimeter),
            ):
                yield f"request {name} came to ask for something else"
            elif now.state is WITHDRAWN:
                yield from self._withdrawn(now)
            else:
                yield from self._decided(now)

    def _asked(self, now: Approval) -> Iterator[str]:
        account = self.after.accounts[now.requester]
        own = now.requester == self.actor and self._active()
        new = now.object is ApprovalObject.ACCOUNT and account.state is AccountState.PENDING
        if now.state is not REQUESTED or not (own or new) or set(now.add) - GRANTABLE:
            yield f"{self.actor} asked for {now.id} in the name of {now.requester}"

    def _withdrawn(self, now: Approval) -> Iterator[str]:
        place = now.perimeter
        ended = place is not None and (
            (place.service is not None and place not in self.after.services)
            or place not in self.after.attachments.get(now.requester, ())
        )
        if now.requester != self.actor and not (ended and place and self._manages(place)):
            yield f"request {now.id} of {now.requester} was withdrawn by {self.actor}"

    def _decided(self, now: Approval) -> Iterator[str]:
        place = now.perimeter
        office = self._support() if place is None else self._principal(place.structure)
        if not office or now.decided_by != self.actor or now.requester == self.actor:
            yield f"request {now.id} of {now.requester} was decided by {self.actor}"
        if now.state is ApprovalState.REFUSED and not now.reason.strip():
            yield f"request {now.id} was refused without a reason"
