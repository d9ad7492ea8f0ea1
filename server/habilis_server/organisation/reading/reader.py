"""Who reads, and what the policy lets him see of the facts."""

from dataclasses import dataclass
from typing import Final

from habilis import Decision, Perimeter, Question, Reason, Resource
from habilis.organisation import Person
from habilis_server.engine import Judge
from habilis_server.organisation.errors import AccessRefused
from habilis_server.world import Approval, World

__all__ = ["Reader"]

_NOBODY: Final = frozenset({Reason.UNKNOWN_SUBJECT, Reason.ACCOUNT_INACTIVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """`subject` is an account's identifier; everything is read from the World of `judge`."""

    subject: str
    judge: Judge

    @property
    def world(self) -> World:
        return self.judge.world

    def decision(self, action: str, resource: Resource) -> Decision:
        return self.judge.decide(Question(subject=self.subject, action=action, resource=resource))

    def sees(self, action: str, resource: Resource) -> bool:
        return self.decision(action, resource).allowed

    def need(self, action: str, resource: Resource) -> None:
        """Returns if the policy allows it; raises AccessRefused otherwise."""
        decision = self.decision(action, resource)
        if not decision.allowed:
            raise AccessRefused(action, decision)

    def need_account(self, action: str) -> None:
        """Raises AccessRefused for whom the policy allows nothing, whatever it be asked about."""
        decision = self.decision(action, Resource(type="structure", id=""))
        if decision.reason in _NOBODY:
            raise AccessRefused(action, decision)

    def attached_to(self, structure: str) -> bool:
        """Whether the subject is attached to the structure or to a service of it, or manages it."""
        if any(tie.structure == structure for tie in self.world.attachments.get(self.subject, ())):
            return True
        found = self.world.structures.get(structure)
        return found is not None and found.principal_manager == self.subject

    def person(self, account: str) -> Person:
        known = self.world.accounts.get(account)
        return Person(account=account, email="" if known is None else known.email)

    def names(self, perimeter: Perimeter) -> tuple[str, str]:
        """The titles of the structure and of the service; "" of what is not there."""
        structure = self.world.structures.get(perimeter.structure)
        service = None if perimeter.service is None else self.world.services.get(perimeter)
        return (
            "" if structure is None else structure.name,
            "" if service is None else service.name,
        )

    @staticmethod
    def at(perimeter: Perimeter) -> Resource:
        """The structure or the service, as a resource."""
        kind = "structure" if perimeter.service is None else "service"
        return Resource(type=kind, id=str(perimeter))

    @staticmethod
    def person_at(account: str, perimeter: Perimeter) -> Resource:
        """The account, as it is attached to this perimeter."""
        return Resource(type="compte", id=account, parties={"structure": perimeter})

    @staticmethod
    def request(approval: Approval) -> Resource:
        return Resource(type="approbation", id=approval.id)
