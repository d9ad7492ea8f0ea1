"""The portable facts: JSON lines, read whole or not at all, and written in one canonical form."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from habilis import Perimeter
from habilis.organisation import ApprovalState
from habilis.texts import flaw, shown
from habilis_server.world.codec import encode, examine
from habilis_server.world.errors import FactsError, RecordError
from habilis_server.world.facts import Account, Approval, Attachment, Fact, Service, Structure
from habilis_server.world.fields import suggestion
from habilis_server.world.world import World

__all__ = ["MAX_LINE", "read_portable", "write_portable"]

MAX_LINE: Final = 65_536
"""The longest line taken, in characters."""


def read_portable(
    lines: str | Iterable[str],
    *,
    known_profiles: Collection[str],
    grantable_profiles: Collection[str],
    world: World | None = None,
) -> tuple[Fact, ...]:
    """The records of the portable facts `lines`, in the order in which they stand.

    Records refer to each other in any order, and to what `world` (absent:
    nothing) already holds. A record of a thing that `world` holds replaces it.
    Blank lines are passed over. An open file is read with
    `encoding="utf-8", errors="surrogateescape"`: what isn't UTF-8 is then
    reported with its line.

    Raises FactsError with every problem, each with its line number.
    """
    reading = _Reading(world or World.empty())
    profiles = _Profiles(known_profiles, grantable_profiles)
    for number, line in enumerate(lines.split("\n") if isinstance(lines, str) else lines, start=1):
        text = line.rstrip("\r\n")
        if text.strip():
            reading.take(number, text)
    for number, record in reading.records:
        reading.check_references(number, record)
        reading.note(number, profiles.problems(record))
    if reading.problems:
        raise FactsError([text for _, text in sorted(reading.problems, key=lambda found: found[0])])
    if not reading.records:
        raise FactsError(["no record was found; the file is empty"])
    return tuple(record for _, record in reading.records)


def write_portable(world: World) -> Iterator[str]:
    """The facts of `world` as lines without their line ends, in their canonical order.

    Two Worlds that hold the same facts give the same lines.
    """
    return map(encode, world.records())


class _Reading:
    """Lines being read: the records, what each line names, and the problems found."""

    def __init__(self, world: World) -> None:
        self.records: list[tuple[int, Fact]] = []
        self.problems: list[tuple[int, str]] = []
        self._world = world
        self._named: dict[tuple[object, ...], int] = {}

    def note(self, number: int, problems: Iterable[str]) -> None:
        self.problems.extend((number, f"line {number}: {problem}") for problem in problems)

    def take(self, number: int, text: str) -> None:
        try:
            fields = _object(text)
        except RecordError as error:
            self.note(number, error.problems)
            return
        self._name(number, fields)
        record, problems = examine(fields)
        self.note(number, problems)
        if isinstance(record, Fact):
            self.records.append((number, record))
        elif record is not None:
            kind = str(fields["kind"]).replace("_", " ")
            kind = f"{'an' if kind[0] in 'ae' else 'a'} {kind}"
            self.note(number, [f"{kind} is a change, not a fact; leave the line out"])

    def check_references(self, number: int, record: Fact) -> None:
        match record:
            case Structure(principal_manager=str(manager)):
                self._need_account(number, manager)
            case Service():
                self._need_place(number, Perimeter(record.structure))
            case Attachment():
                self._need_account(number, record.account)
                self._need_place(number, record.perimeter)
            case Approval():
                self._need_account(number, record.requester)
                if record.decided_by is not None:
                    self._need_account(number, record.decided_by)
                if record.perimeter is not None:
                    self._need_place(number, _standing(record.perimeter, record.state))
            case Structure() | Account():
                pass

    def _name(self, number: int, fields: Mapping[str, object]) -> None:
        """Note what the line speaks of, even if the line turns out to be wrong elsewhere.

        So one wrong line gives one problem, not one more in each line that refers to it.
        """
        kind = fields.get("kind")
        keys = _IDENTITY.get(kind, ()) if isinstance(kind, str) else ()
        name = (kind, *(fields.get(key) for key in keys))
        if not keys or not all(isinstance(part, str | None) for part in name):
            return
        first = self._named.setdefault(name, number)
        if first != number:
            words = " ".join(shown(part) for part in name[1:] if isinstance(part, str))
            self.note(number, [f"{kind} {words} is already given by line {first}; keep one"])

    def _need_account(self, number: int, account: str) -> None:
        if ("account", account) in self._named or flaw(account):
            return
        if account not in self._world.accounts:
            self._unknown(number, f"account {shown(account)}")

    def _need_place(self, number: int, place: Perimeter) -> None:
        structure, service = place
        if flaw(structure):
            return
        if ("structure", structure) not in self._named and structure not in self._world.structures:
            self._unknown(number, f"structure {shown(structure)}")
        elif service is None or ("service", structure, service) in self._named or flaw(service):
            return
        elif place not in self._world.services:
            self._unknown(number, f"service {shown(service)} of structure {shown(structure)}")

    def _unknown(self, number: int, thing: str) -> None:
        kind = thing.partition(" ")[0]
        self.note(number, [f"unknown {thing}; give its {kind} line too"])


class _Profiles:
    """The profiles that an attachment or a request may name."""

    def __init__(self, known: Collection[str], grantable: Collection[str]) -> None:
        self._known = frozenset(known)
        self._grantable = frozenset(grantable)

    def problems(self, record: Fact) -> Iterator[str]:
        match record:
            case Attachment():
                listed = _NOTHING if isinstance(record.profiles, str) else record.profiles
                yield from self._unlisted(listed | record.also, self._grantable)
                yield from self._unlisted(record.but, self._known)
            case Approval(state=ApprovalState.REQUESTED):
                yield from self._unlisted(frozenset(record.add), self._grantable)
                yield from self._unlisted(frozenset(record.remove), self._known)
            case _:
                pass

    def _unlisted(self, profiles: frozenset[str], listable: frozenset[str]) -> Iterator[str]:
        for profile in sorted(profiles - listable):
            if profile in self._known:
                yield (
                    f"profile {shown(profile)} is granted by nobody and cannot be listed;"
                    " `legacy_secondary_manager` keeps it where the reform of 2022 left it"
                )
            else:
                near = suggestion(profile, tuple(sorted(self._known)))
                yield f"unknown profile {shown(profile)}{near}"


def _standing(place: Perimeter, state: ApprovalState) -> Perimeter:
    """What must still be there of the place of a request: its service, until it is decided."""
    return place if state is ApprovalState.REQUESTED else Perimeter(place.structure)


_NOTHING: Final[frozenset[str]] = frozenset()

_IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "structure": ("id",),
    "service": ("structure", "code"),
    "account": ("id",),
    "attachment": ("account", "structure", "service"),
    "approval": ("id",),
}


def _object(text: str) -> dict[str, object]:
    if len(text) > MAX_LINE:
        raise RecordError([f"the line has {len(text)} characters; at most {MAX_LINE} are taken"])
    if text.startswith("\ufeff"):
        raise RecordError(["a byte order mark opens the line; save the file as UTF-8 without it"])
    try:
        value: object = json.loads(
            text, object_pairs_hook=_once_each, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise RecordError([f"not JSON: {_reason(error)}"]) from None
    if not isinstance(value, dict):
        raise RecordError(["not a JSON object; a line reads `{…}`"])
    return value


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise RecordError([f"key {shown(twice)} stands twice; keep one"])
    return fields


def _refuse_constant(name: str) -> object:
    raise RecordError([f"not JSON: `{name}` is not a number"])


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
