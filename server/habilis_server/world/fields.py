"""The keys of one record, read one by one; every problem is kept, and reading goes on."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from sys import intern
from typing import Final, TypeVar

from habilis import Perimeter
from habilis.texts import flaw, flaw_of_prose, shown
from habilis_server.world.facts import DEFAULT_PROFILES

__all__ = [
    "ABSENT",
    "IDENTIFIER_TYPES",
    "FieldReader",
    "shared_profiles",
    "suggestion",
    "value_shown",
]

IDENTIFIER_TYPES: Final = (
    "SIRET",
    "UE_HORS_FRANCE",
    "HORS_UE",
    "RIDET",
    "TAHITI",
    "AUTRE",
    "PARTICULIER",
)
"""How a structure may be identified (domain §1.4). A SIREN is a search filter, never one."""

Choice = TypeVar("Choice", bound=StrEnum)

ABSENT: Final = object()
"""What stands for a key that isn't there; null is something else."""


_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


class FieldReader:
    """One object being read: it goes on after a problem, so that all are found."""

    def __init__(self, kind: str, fields: Mapping[str, object], *, inner: bool = False) -> None:
        """`inner`: an object inside a record, which has no `kind` of its own."""
        self.problems: list[str] = []
        self._kind = kind
        self._fields = fields
        self._read = set[str]() if inner else {"kind"}

    def text(self, key: str) -> str:
        value = self._required(key)
        if isinstance(value, str):
            self._note_flaw(key, value)
            return intern(value)
        if value is not ABSENT:
            self._refuse(key, "be a text", value)
        return ""

    def text_or_none(self, key: str) -> str | None:
        value = self._optional(key)
        return None if value is None or value is ABSENT else self.text(key)

    def text_or_empty(self, key: str) -> str:
        return "" if self._optional(key) in (ABSENT, "") else self.text(key)

    def prose(self, key: str) -> str:
        """A text that is only displayed, of one or several lines; "" if it isn't there."""
        value = self._optional(key)
        if isinstance(value, str):
            found = flaw_of_prose(value)
            if found is not None:
                self.problems.append(f"`{key}` {shown(value)} {found}")
            return value
        if value is not ABSENT:
            self._refuse(key, "be a text", value)
        return ""

    def time(self, key: str) -> str:
        """A time in UTC, kept as it is written; "" if it isn't there."""
        value = self._optional(key)
        if value is ABSENT or value == "":
            return ""
        if isinstance(value, str) and _TIME.fullmatch(value):
            try:
                datetime.fromisoformat(value)
            except ValueError:
                pass
            else:
                return value
        self._refuse(key, "be a time such as 2022-02-21T09:30:00Z", value)
        return ""

    def inner(self, key: str) -> "FieldReader | None":
        """The object at `key`, to be read in its turn and then closed; None if it isn't there."""
        value = self._optional(key)
        if isinstance(value, dict):
            return FieldReader(f"`{key}`", value, inner=True)
        if value is not ABSENT and value is not None:
            self._refuse(key, "be an object", value)
        return None

    def close(self, inner: "FieldReader", known: Iterable[str] = ()) -> None:
        """Refuse what `inner` holds beyond what was read, and take its problems over."""
        inner.refuse_the_rest(known)
        self.problems.extend(inner.problems)

    def has_any(self, keys: frozenset[str]) -> bool:
        """Whether any of `keys` is there; if none is, all of them have been read."""
        if not keys.isdisjoint(self._fields):
            return True
        self._read |= keys
        return False

    def names(self) -> tuple[str, ...]:
        """The keys there are, read or not."""
        return tuple(self._fields)

    def raw(self, key: str) -> object:
        """The value at `key` as it came; ABSENT if it isn't there."""
        return self._fields.get(key, ABSENT)

    def structure(self, key: str) -> str:
        structure = self.text(key)
        if "/" in structure:
            self.problems.append(
                f"`{key}` {shown(structure)} has a `/`, which stands between structure and service"
            )
        return structure

    def flag(self, key: str, *, absent: bool | None = None) -> bool:
        value = self._required(key) if absent is None else self._optional(key)
        if isinstance(value, bool):
            return value
        if value is not ABSENT:
            self._refuse(key, "be true or false", value)
        return bool(absent)

    def one_of(self, key: str, choices: type[Choice], *, absent: Choice | None = None) -> Choice:
        value = self._required(key) if absent is None else self._optional(key)
        if isinstance(value, str):
            try:
                return choices(value)
            except ValueError:
                pass
        if value is not ABSENT:
            names = tuple(choice.value for choice in choices)
            self._refuse(key, f"be one of {', '.join(names)}", value, suggestion(value, names))
        return next(iter(choices)) if absent is None else absent

    def identifier_type(self, key: str) -> str:
        value = self._required(key)
        if value in IDENTIFIER_TYPES:
            return intern(str(value))
        if value is not ABSENT:
            near = suggestion(value, IDENTIFIER_TYPES)
            self._refuse(key, f"be one of {', '.join(IDENTIFIER_TYPES)}", value, near)
        return ""

    def email(self, key: str) -> str:
        email = self.text(key)
        name, at, domain = email.partition("@")
        if email and not (name and at and domain):
            self._refuse(key, "read like someone@example.org", email)
        return email

    def email_or_empty(self, key: str) -> str:
        return "" if self._optional(key) in (ABSENT, "") else self.email(key)

    def profiles(self, key: str) -> frozenset[str] | str:
        value = self._optional(key)
        if value is ABSENT or value == DEFAULT_PROFILES:
            return DEFAULT_PROFILES
        if not isinstance(value, list):
            self._refuse(key, "be `default` or a list of profiles", value)
            return DEFAULT_PROFILES
        return shared_profiles(tuple(sorted(self._listed(key, value))))

    def some_profiles(self, key: str) -> tuple[str, ...]:
        """The profiles listed, as they stand; none if the key isn't there."""
        value = self._optional(key)
        if isinstance(value, list):
            return tuple(self._listed(key, value))
        if value is not ABSENT:
            self._refuse(key, "be a list of profiles", value)
        return ()

    def _listed(self, key: str, value: list[object]) -> list[str]:
        listed: list[str] = []
        for profile in value:
            if not isinstance(profile, str):
                self._refuse(key, "list profiles by name", profile)
            elif profile in listed:
                self.problems.append(f"`{key}` lists {shown(profile)} twice")
            else:
                self._note_flaw(key, profile)
                listed.append(intern(profile))
        return listed

    def perimeter_or_none(self) -> Perimeter | None:
        if self._optional("structure") is None:
            self._read.add("service")
            if self._fields.get("service") is not None:
                self.problems.append("`service` is given without its `structure`")
            return None
        return self.perimeter()

    def perimeter(self) -> Perimeter:
        return Perimeter(self.structure("structure"), self.text_or_none("service"))

    def refuse_the_rest(self, known: Iterable[str] = ()) -> None:
        """Refuse each key that was not read; `known` are keys that might have been."""
        for key in self._fields:
            if key not in self._read:
                near = suggestion(key, sorted(self._read.union(known)))
                self.problems.append(f"unknown key {shown(key)} in {self._kind}{near}")

    def _optional(self, key: str) -> object:
        self._read.add(key)
        return self._fields.get(key, ABSENT)

    def _required(self, key: str) -> object:
        value = self._optional(key)
        if value is ABSENT:
            self.problems.append(f"missing key `{key}` in {self._kind}")
        return value

    def _note_flaw(self, key: str, text: str) -> None:
        found = flaw(text)
        if found is not None:
            self.problems.append(f"`{key}` {shown(text)} {found}" if text else f"`{key}` {found}")

    def _refuse(self, key: str, must: str, value: object, near: str = "") -> None:
        self.problems.append(f"`{key}` must {must}, not {value_shown(value)}{near}")


def suggestion(word: object, words: Iterable[str]) -> str:
    """` (did you mean …?)` if one of `words` is near to `word`, else ``."""
    near = get_close_matches(word, list(words), n=1) if isinstance(word, str) else []
    return f" (did you mean {shown(near[0])}?)" if near else ""


def value_shown(value: object) -> str:
    """A JSON value as a message shows it: short, and with nothing hidden."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return shown(json.dumps(value))


@lru_cache(maxsize=4096)
def shared_profiles(profiles: tuple[str, ...]) -> frozenset[str]:
    """One set for all the attachments that list the same profiles."""
    return frozenset(profiles)
