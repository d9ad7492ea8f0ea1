"""The values of condition keys: what a line's `if` columns name, for one question."""

from collections.abc import Callable, Mapping

from habilis_server.engine import words
from habilis_server.engine.lines import SELF
from habilis_server.engine.situation import Situation, owner_of, value_reader
from habilis_server.rulebook import Attribute
from habilis_server.world import World

__all__ = ["KeyReader", "key_reader"]

KeyReader = Callable[[Situation, str, World], str]
"""Situation, subject and World → the value's word; `absent` where there is none."""


def key_reader(key: str, attributes: Mapping[str, Attribute]) -> KeyReader:
    """What reads a key: an attribute, its presence (`a?`), a relation (`a~b`), or `self`."""
    if key == SELF:
        return _is_own
    if key.endswith("?"):
        return _presence(attributes[key.removesuffix("?")])
    one, tilde, other = key.partition("~")
    if tilde:
        return _relation(attributes[one], attributes[other])
    return _value(attributes[key])


def _is_own(situation: Situation, subject: str, _world: World) -> str:
    owner = owner_of(situation)
    if owner is None:
        return words.ABSENT
    return words.SAME if owner == subject else words.DIFFERS


def _value(attribute: Attribute) -> KeyReader:
    value_of = value_reader(attribute)

    def read(situation: Situation, subject: str, world: World) -> str:
        return value_of(situation, subject, world) or words.ABSENT

    return read


def _presence(attribute: Attribute) -> KeyReader:
    value_of = value_reader(attribute)

    def read(situation: Situation, subject: str, world: World) -> str:
        return words.GIVEN if value_of(situation, subject, world) else words.ABSENT

    return read


def _relation(one: Attribute, other: Attribute) -> KeyReader:
    value_of_one, value_of_other = value_reader(one), value_reader(other)

    def read(situation: Situation, subject: str, world: World) -> str:
        left = value_of_one(situation, subject, world)
        right = value_of_other(situation, subject, world)
        if not left or not right:
            return words.ABSENT
        return words.SAME if left == right else words.DIFFERS

    return read
