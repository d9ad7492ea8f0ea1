"""Every object that could be asked about in a small town: the cells of an enumeration."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from habilis_server.analysis import Permission, PermittedPerimeter
from habilis_server.rulebook import Condition, Effect, Operator
from tests.differential.policies import OPEN, Sketch
from tests.differential.worlds import places_of
from tests.oracle import Data, Oracle, Place

__all__ = ["Cells", "objects_of", "resource_of"]


def objects_of(sketch: Sketch, records: Sequence[Data]) -> Iterator[Data]:
    """Each type of object, with every party on every place or absent, and every value or none."""
    for kind, described in sketch["vocabulary"]["resources"].items():
        if described.get("looked_up") == "yes":
            yield from _looked_up(kind, records)
        else:
            yield from _kept(kind, described, sketch["vocabulary"]["values"], records)


def resource_of(
    kind: str,
    name: str,
    parties: Mapping[str, Place] | None = None,
    properties: Mapping[str, str] | None = None,
) -> Data:
    told = {"parties": dict(parties or {}), "properties": dict(properties or {})}
    return {"type": kind, "id": name, **told}


def _looked_up(kind: str, records: Sequence[Data]) -> Iterator[Data]:
    kinds = {"structure": "structure", "compte": "account", "approbation": "approval"}
    for record in records:
        if kind == "service" and record["kind"] == "service":
            yield resource_of(kind, f"{record['structure']}/{record['code']}")
        elif record["kind"] == kinds.get(kind):
            yield resource_of(kind, record["id"])
            if kind == "compte":  # also through each place, whether it is tied to it or not
                for place in places_of(records):
                    yield resource_of(kind, record["id"], {"structure": place})


def _kept(kind: str, described: Data, values: Data, records: Sequence[Data]) -> Iterator[Data]:
    places = [None, *places_of(records)]
    people = [record["id"] for record in records if record["kind"] == "account"]
    properties = described.get("properties", {})
    choices = [[None, *(people if of == OPEN else values[of])] for of in properties.values()]
    for standing in product(places, repeat=len(described["parties"])):
        parties = zip(described["parties"], standing, strict=True)
        held = {party: place for party, place in parties if place is not None}
        for said in product(*choices):
            told = zip(properties, said, strict=True)
            yield resource_of(kind, "X1", held, {name: value for name, value in told if value})


class Cells:
    """What an enumeration says of each cell: allowed where an allow holds and no deny does."""

    def __init__(self, oracle: Oracle, permissions: Sequence[Permission]) -> None:
        self._oracle = oracle
        self._found: dict[tuple[str, str, str], list[Permission]] = {}
        for permission in permissions:
            key = (permission.subject, permission.action, permission.where.resource_type)
            self._found.setdefault(key, []).append(permission)

    @classmethod
    def of(
        cls, oracle: Oracle, subject: str, action: str, found: Sequence[PermittedPerimeter]
    ) -> "Cells":
        """The cells of one person and one action."""
        permissions = [Permission(subject=subject, action=action, where=each) for each in found]
        return cls(oracle, permissions)

    def allowed(self, subject: str, action: str, resource: Data) -> bool:
        parties = self._oracle.parties(resource)
        found = self._found.get((subject, action, resource["type"]), ())
        if parties is None or not found:
            return False
        asked = {**resource, "subject": subject, "action": action, "parties": parties}
        effects = {each.where.effect for each in found if self._holds(each, asked)}
        return effects == {Effect.ALLOW}

    def _holds(self, permission: Permission, asked: Data) -> bool:
        where, parties = permission.where, asked["parties"]
        if where.perimeter is not None and parties.get(where.acting_as) != where.perimeter:
            return False
        if where.without in parties:
            return False
        doubt = where.effect is Effect.DENY
        return all(self._met(condition, asked, doubt=doubt) for condition in where.conditions)

    def _met(self, condition: Condition, asked: Data, *, doubt: bool) -> bool:
        if condition.attribute == "self":
            owner = {"compte": "account.id", "approbation": "approval.requester"}[asked["type"]]
            return bool(self._oracle.fact(owner, asked, None) == asked["subject"])
        test: Data | list[str]
        match condition.operator:
            case Operator.AMONG:
                test = sorted(condition.values)
            case Operator.PRESENT | Operator.ABSENT:
                test = {"present": "yes" if condition.operator is Operator.PRESENT else "no"}
            case Operator.SAME_AS | Operator.DIFFERS_FROM:
                test = {condition.operator.value: condition.other}
        return self._oracle.met(condition.attribute, test, asked, doubt)
