"""What a command is decided on, and what the decision comes to. Pure: values in, values out."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from habilis import Perimeter, Question, Resource
from habilis.organisation import AccountState, RefusalCode
from habilis_server.engine import Judge
from habilis_server.insee import Registry
from habilis_server.organisation.errors import AccessRefused, CommandRefused
from habilis_server.organisation.profiles import default_set
from habilis_server.world import Account, EntitlementChange, Structure, World
from habilis_server.world.facts import Record

__all__ = ["Context", "Message", "Step", "Steps"]

_STRUCTURE: Final = "structure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notice to a person: a template of the notifications, with what it tells."""

    recipient: str
    template: str
    context: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A record to take in. `at` None: it counts at once.

    `cause` is the approval that the record rests on; "" if it rests on none.
    """

    record: Record
    at: datetime | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a command comes to: records in their order, messages, and what it made.

    `made` is the identifier of the account, approval, structure or service that
    the command brought about; "" if it brought none.
    """

    steps: Sequence[Step]
    messages: Sequence[Message] = ()
    made: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asks, and the facts. Rights are judged on those in effect, rules on the latest.

    `latest` has every recorded change applied. `pending` are those that are not
    in effect yet, in the order in which they will be. `moment` is now; what is
    deferred takes effect at `later`.
    """

    actor: str
    request_id: str
    moment: datetime
    later: datetime
    judge: Judge
    latest: World
    pending: Sequence[Step]
    registry: Registry

    def after(self, done: Steps) -> "Context":
        """What the next part of the same command is decided on, once `done` is recorded."""
        now = [step.record for step in done.steps if not self._awaited(step)]
        awaited = [step for step in done.steps if self._awaited(step)]
        world = self.judge.world.after(now, self.judge.world.revision)
        pending = sorted([*self.pending, *awaited], key=lambda step: step.at or self.moment)
        latest = world.after([step.record for step in pending], world.revision)
        judge = self.judge.engine.on(world)
        return replace(self, judge=judge, latest=latest, pending=pending)

    def _awaited(self, step: Step) -> bool:
        return step.at is not None and step.at > self.moment

    def may(self, action: str, resource: Resource) -> None:
        """Returns if the policy allows the actor to do it; raises AccessRefused otherwise."""
        question = Question(subject=self.actor, action=action, resource=resource)
        decision = self.judge.decide(question)
        if not decision.allowed:
            raise AccessRefused(action, decision)

    def may_on(self, action: str, perimeter: Perimeter) -> None:
        """As `may`, on a structure or on one of its services."""
        kind = "structure" if perimeter.service is None else "service"
        self.may(action, Resource(type=kind, id=str(perimeter)))

    def may_on_account(self, action: str, account: str, perimeter: Perimeter) -> None:
        """As `may`, on an account as it is attached to this perimeter."""
        self.may(action, Resource(type="compte", id=account, parties={_STRUCTURE: perimeter}))

    def identifier(self, kind: str) -> str:
        """A new identifier: the same for the same request, so that a retry makes nothing twice."""
        return f"{kind}-{hashlib.sha256(f'{kind}:{self.request_id}'.encode()).hexdigest()[:20]}"

    def structure(self, structure: str, name: str = "structure") -> Structure:
        found = self.latest.structures.get(structure)
        if found is None:
            raise CommandRefused(RefusalCode.STRUCTURE_UNKNOWN, f"no structure `{structure}`", name)
        return found

    def live_perimeter(self, perimeter: Perimeter) -> Structure:
        """The structure of a perimeter that can take people in: it and its service are active."""
        structure = self.structure(perimeter.structure)
        if not structure.active:
            raise CommandRefused(
                RefusalCode.STRUCTURE_NOT_ACTIVE, f"`{structure.id}` is not active", "perimeter"
            )
        if perimeter.service is not None:
            service = self.latest.services.get(perimeter)
            if service is None:
                raise CommandRefused(
                    RefusalCode.SERVICE_UNKNOWN, f"no service `{perimeter}`", "perimeter"
                )
            if not service.active:
                raise CommandRefused(
                    RefusalCode.SERVICE_NOT_ACTIVE, f"`{perimeter}` is not active", "perimeter"
                )
        return structure

    def active_account(self, account: str, name: str = "account") -> Account:
        found = self.latest.accounts.get(account)
        if found is None:
            raise CommandRefused(RefusalCode.ACCOUNT_UNKNOWN, f"no account `{account}`", name)
        if found.state is not AccountState.ACTIVE:
            raise CommandRefused(
                RefusalCode.ACCOUNT_NOT_ACTIVE, f"the account `{account}` is not active", name
            )
        return found

    def attached(self, account: str, perimeter: Perimeter) -> bool:
        """Whether the account has a tie to exactly this perimeter."""
        return perimeter in self.latest.attachments.get(account, ())

    def default_profiles(self) -> frozenset[str]:
        """The profiles of the default set, as the policy has it (R26)."""
        return default_set(self.judge.engine.rulebook.profiles)

    def stamp(self) -> str:
        """Now, as approvals write it."""
        return self.moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def cancelled(
        self, account: str, perimeter: Perimeter, profiles: frozenset[str] | None = None
    ) -> Iterator[Step]:
        """Takes back what is still to be added on a perimeter: `profiles`, or all (None).

        The removal takes effect with the addition, and later than it, so that
        nothing is granted even for an instant.
        """
        for awaited in self.pending:
            record = awaited.record
            if not isinstance(record, EntitlementChange):
                continue
            if (record.account, record.perimeter) != (account, perimeter):
                continue
            undone = record.added if profiles is None else record.added & profiles
            if undone:
                taken_back = EntitlementChange(account=account, perimeter=perimeter, removed=undone)
                yield Step(record=taken_back, at=awaited.at)
