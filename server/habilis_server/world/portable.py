"""The portable facts: JSON lines, read whole or not at all, and written in one canonical form."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from sys import intern
from typing import Final

from habilis import Perimeter
from habilis.organisation import ApprovalState
from habilis.texts import flaw, shown
from habilis_server.world.codec import encode, examine
from habilis_server.world.errors import FactsError, RecordError
from habilis_server.world.facts import Account, Approval, Attachment, Fact, Service, Structure
from habilis_server.world.fields import suggestion
from habilis_server.world.world import World

__all__ = ["MAX_LINE", "MOST_PROBLEMS", "read_portable", "stream_portable", "write_portable"]

MAX_LINE: Final = 65_536
"""The longest line taken, in characters."""

MOST_PROBLEMS: Final = 1_000
"""The most problems that are told one by one: nobody reads a million."""

_Reference = tuple[str | None, ...]
"""A kind, and what identifies a thing of this kind."""


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

    Raises FactsError with every problem, each with its line number; of very
    many, with the first `MOST_PROBLEMS` found and the number of the others.
    """
    return tuple(
        stream_portable(
            lines.split("\n") if isinstance(lines, str) else lines,
            known_profiles=known_profiles,
            grantable_profiles=grantable_profiles,
            world=world,
        )
    )


def stream_portable(
    lines: Iterable[str],
    *,
    known_profiles: Collection[str],
    grantable_profiles: Collection[str],
    world: World | None = None,
) -> Iterator[Fact]:
    """As `read_portable`, one record after the other, for there may be millions.

    None of them counts until the last was given and no FactsError was raised;
    after the first problem none is given, and the lines are read for theirs alone.
    """
    reading = _Reading(world or World.empty())
    profiles = _Profiles(known_profiles, grantable_profiles)
    count = 0
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        record = reading.take(number, text) if text.strip() else None
        if record is not None:
            count += 1
            reading.note(number, profiles.problems(record))
            if not reading.flawed:
                yield record
    reading.end()
    if not count:
        raise FactsError(["no record was found; the file is empty"])


def write_portable(world: World) -> Iterator[str]:
    """The facts of `world` as lines without their line ends, in their canonical order.

    Two Worlds that hold the same facts give the same lines.
    """
    return map(encode, world.records())


class _Reading:
    """Lines being read: what each line names and refers to, and the problems found."""

    def __init__(self, world: World) -> None:
        self._problems: list[tuple[int, str]] = []
        self._untold = 0
        self._world = world
        self._named: dict[tuple[str | None, ...], int] = {}
        self._awaited: list[tuple[int, _Reference]] = []  # what no line has named yet

    @property
    def flawed(self) -> bool:
        return bool(self._problems)

    def note(self, number: int, problems: Iterable[str]) -> None:
        for problem in problems:
            if len(self._problems) < MOST_PROBLEMS:
                self._problems.append((number, f"line {number}: {problem}"))
            else:
                self._untold += 1

    def take(self, number: int, text: str) -> Fact | None:
        """The record of a line; None if it has none that may stand in the facts."""
        try:
            fields = _object(text)
        except RecordError as error:
            self.note(number, error.problems)
            return None
        self._name(number, fields)
        record, problems = examine(fields)
        self.note(number, problems)
        if isinstance(record, Fact):
            for reference in _references(record):
                if not self._known(reference):
                    self._awaited.append((number, reference))
            return record
        if record is not None:
            kind = str(fields["kind"]).replace("_", " ")
            kind = f"{'an' if kind[0] in 'ae' else 'a'} {kind}"
            self.note(number, [f"{kind} is a change, not a fact; leave the line out"])
        return None

    def end(self) -> None:
        """Raises FactsError if anything is wrong, now that all lines were read."""
        for number, reference in self._awaited:
            if not self._known(reference):
                self.note(number, self._missing(reference))
        if self._problems:
            self._problems.sort(key=lambda found: found[0])
            raise FactsError([text for _, text in self._problems], untold=self._untold)

    def _name(self, number: int, fields: Mapping[str, object]) -> None:
        """Note what the line speaks of, even if the line turns out to be wrong elsewhere.

        So one wrong line gives one problem, not one more in each line that refers to it.
        """
        kind = fields.get("kind")
        keys = _IDENTITY.get(kind, ()) if isinstance(kind, str) else ()
        name: list[str | None] = []
        for part in (kind, *(fields.get(key) for key in keys)):
            if isinstance(part, str):
                name.append(intern(part))  # one text for all the lines that say the same
            elif part is None:
                name.append(None)
            else:
                return
        first = self._named.setdefault(tuple(name), number) if keys else number
        if first != number:
            words = " ".join(shown(part) for part in name[1:] if part is not None)
            self.note(number, [f"{kind} {words} is already given by line {first}; keep one"])

    def _known(self, reference: _Reference) -> bool:
        """Whether a line or the World has it; what may name nothing is a problem of its own."""
        if reference in self._named or flaw(str(reference[-1])):
            return True
        match reference:
            case ("account", str(account)):
                return account in self._world.accounts
            case ("structure", str(structure)):
                return structure in self._world.structures
            case (_, str(structure), service):
                return Perimeter(structure, service) in self._world.services
            case _:
                return False

    def _missing(self, reference: _Reference) -> Iterator[str]:
        kind, *names = reference
        thing = f"{kind} {shown(str(names[-1]))}"
        if kind == "service":
            place = ("structure", names[0])
            if not self._known(place) or flaw(str(names[0])):
                return  # which is told by itself
            thing = f"{thing} of structure {shown(str(names[0]))}"
        yield f"unknown {thing}; give its {kind} line too"


def _references(record: Fact) -> Iterator[_Reference]:
    """What must be there besides the record, by the name that its own line would have."""
    match record:
        case Structure(principal_manager=str(manager)):
            yield "account", manager
        case Service():
            yield "structure", record.structure
        case Attachment():
            yield "account", record.account
            yield from _places(record.perimeter)
        case Approval():
            yield "account", record.requester
            if record.decided_by is not None:
                yield "account", record.decided_by
            if record.perimeter is not None:
                yield from _places(_standing(record.perimeter, record.state))
        case Structure() | Account():
            pass


def _places(perimeter: Perimeter) -> Iterator[_Reference]:
    structure, service = perimeter
    yield "structure", structure
    if service is not None:
        yield "service", structure, service


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
        value: object = _DECODER.decode(text)
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


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_refuse_constant)


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
