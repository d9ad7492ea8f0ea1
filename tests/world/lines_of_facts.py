"""Sound lines of portable facts, to be read as they are or bent."""

import json
from collections.abc import Sequence

import pytest

from habilis_server.world import FactsError, Record, World, read_portable
from tests.world.strategies import GRANTABLE, KNOWN

Fields = dict[str, object]

ACCOUNT: Fields = {"kind": "account", "id": "u1", "email": "u1@example.org", "state": "active"}
STRUCTURE: Fields = {
    "kind": "structure",
    "id": "S",
    "identifier_type": "SIRET",
    "type": "public",
    "name": "Mairie",
    "active": True,
}
SERVICE: Fields = {
    "kind": "service",
    "structure": "S",
    "code": "A",
    "name": "Achats",
    "active": True,
}
ATTACHMENT: Fields = {"kind": "attachment", "account": "u1", "structure": "S", "service": "A"}
APPROVAL: Fields = {
    "kind": "approval",
    "id": "d1",
    "object": "attachment",
    "requester": "u1",
    "structure": "S",
    "state": "requested",
}
SOUND = [ACCOUNT, STRUCTURE, SERVICE, ATTACHMENT, APPROVAL]


def read(lines: str | Sequence[str], world: World | None = None) -> tuple[Record, ...]:
    return read_portable(lines, known_profiles=KNOWN, grantable_profiles=GRANTABLE, world=world)


def problems(lines: str | Sequence[str], world: World | None = None) -> list[str]:
    with pytest.raises(FactsError) as refusal:
        read(lines, world)
    return list(refusal.value.problems)


def lines(*objects: object) -> str:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in objects)
