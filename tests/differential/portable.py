"""From the plain data of the generators and the oracle to the server's own values."""

from collections.abc import Iterable

from habilis import Perimeter, Question, Resource
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, Moa, StructureType
from habilis_server.world import Account, Approval, Attachment, Record, Service, Structure, World
from tests.oracle import Data

__all__ = ["question_of", "record_of", "world_of"]


def world_of(records: Iterable[Data], revision: int = 0) -> World:
    return World.of(map(record_of, records), revision)


def question_of(plain: Data) -> Question:
    resource = plain["resource"]
    return Question(
        subject=plain["subject"],
        action=plain["action"],
        resource=Resource(
            type=resource["type"],
            id=resource["id"],
            parties={party: Perimeter(*place) for party, place in resource["parties"].items()},
            properties=resource["properties"],
        ),
    )


def record_of(plain: Data) -> Record:
    told: Data = {name: value for name, value in plain.items() if name != "kind"}
    match plain["kind"]:
        case "account":
            told["state"] = AccountState(told["state"])
            return Account(**told)
        case "structure":
            told["type"], told["moa"] = StructureType(told["type"]), Moa(told["moa"])
            return Structure(**told)
        case "service":
            return Service(**told)
        case "approval":
            return Approval(
                id=told["id"],
                object=ApprovalObject(told["object"]),
                requester=told["requester"],
                perimeter=_perimeter(told) if told["structure"] is not None else None,
                state=ApprovalState(told["state"]),
            )
        case _:
            profiles = told["profiles"]
            return Attachment(
                account=told["account"],
                perimeter=_perimeter(told),
                profiles=profiles if isinstance(profiles, str) else frozenset(profiles),
                legacy_secondary_manager=told["legacy_secondary_manager"],
                also=frozenset(told.get("also", ())),
                but=frozenset(told.get("but", ())),
            )


def _perimeter(told: Data) -> Perimeter:
    return Perimeter(told["structure"], told["service"])
