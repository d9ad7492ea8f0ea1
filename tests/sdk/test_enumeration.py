"""An enumeration is whole, or an error: what was cut is never taken for the whole."""

from collections.abc import Iterable

import pytest

from habilis.errors import HabilisError
from habilis.v1 import access_pb2, decision_pb2
from tests.sdk.forger import forging
from tests.sdk.methods import DOORS, ask

Part = access_pb2.EnumeratePermissionsResponse
TOKEN = decision_pb2.Token(policy_digest="digest", revision=7)
RIGHT = access_pb2.Permission(
    subject=decision_pb2.Subject(type="user", id="claire"),
    action=decision_pb2.Action(name="annuaire.consulter"),
    resource_type="structure",
    acting_as="anyone",
    rule_id="annuaire-consulter",
    effect=access_pb2.EFFECT_ALLOW,
)
UNKNOWN_EFFECT = access_pb2.Permission()
UNKNOWN_EFFECT.CopyFrom(RIGHT)
UNKNOWN_EFFECT.ClearField("effect")
UNKNOWN_CONDITION = access_pb2.Permission(conditions=[access_pb2.Condition(attribute="x")])
UNKNOWN_CONDITION.MergeFrom(RIGHT)


def end(count: int, token: decision_pb2.Token | None = TOKEN) -> Part:
    return Part(complete=access_pb2.EnumerationComplete(permissions=count, token=token))


WHOLE = {
    "nothing": [end(0)],
    "one part": [Part(permissions=[RIGHT] * 3), end(3)],
    "several parts": [Part(permissions=[RIGHT]), Part(), Part(permissions=[RIGHT]), end(2)],
    "the end with the last part": [
        Part(
            permissions=[RIGHT], complete=access_pb2.EnumerationComplete(permissions=1, token=TOKEN)
        )
    ],
}
CUT = {
    "no part at all": [],
    "no end": [Part(permissions=[RIGHT])],
    "one too few": [Part(permissions=[RIGHT]), end(2)],
    "one too many": [Part(permissions=[RIGHT]), end(0)],
    "more after the end": [end(0), Part(permissions=[RIGHT])],
    "two ends": [end(0), end(0)],
    "an end without state": [end(0, None)],
    "an unknown effect": [Part(permissions=[UNKNOWN_EFFECT]), end(1)],
    "an unknown condition": [Part(permissions=[UNKNOWN_CONDITION]), end(1)],
}


def sent(parts: Iterable[Part]) -> list[bytes]:
    return [part.SerializeToString() for part in parts]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_enumeration_is_told(door: str, name: str) -> None:
    count = sum(len(part.permissions) for part in WHOLE[name])
    with forging() as forger:
        forger.answers = sent(WHOLE[name])

        assert len(ask(door, forger.target, "enumerate")) == count


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", CUT)
def test_a_cut_enumeration_is_an_error(door: str, name: str) -> None:
    with forging() as forger:
        forger.answers = sent(CUT[name])

        with pytest.raises(HabilisError):
            ask(door, forger.target, "enumerate")
