"""What a story is made of: chapters of scenes; in each, what is done and asked, and must come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from habilis import Perimeter, Reason, Resource

__all__ = [
    "Act",
    "Chapter",
    "Import",
    "Known",
    "Line",
    "Scene",
    "do",
    "following",
    "in_state",
    "no",
    "refused",
    "yes",
]


@dataclass(frozen=True, slots=True)
class Known:
    """An account, or what an earlier command made, by the name that the story gives to it."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command and what it must come to.

    `says` is what the portal's screen would say, `fields` what the method
    takes, with a `Known` for what the story names. `expect` is "" for done,
    else the reason of the policy or the code of a rule. `makes` names what it
    made, for what follows.
    """

    who: str
    says: str
    command: str
    fields: Mapping[str, object]
    expect: str = ""
    makes: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """Portable facts that no command makes; `says` is what they are, and why none does."""

    says: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A question and the answer that the portal's rules give.

    `lesson` says what it teaches ("": it speaks for itself). `earlier`: it is
    asked as of the moment before the scene's acts.
    """

    who: str
    may: str
    on: Resource
    expect: Reason
    lesson: str = ""
    earlier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is done, then what is asked. `when` is the time printed in the real dossier, or ""."""

    title: str
    when: str = ""
    acts: tuple[Act | Import, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    title: str
    scenes: tuple[Scene, ...]


def do(who: str, says: str, command: str, makes: str = "", **fields: object) -> Act:
    return Act(who=who, says=says, command=command, fields=fields, makes=makes)


def refused(expect: str, who: str, says: str, command: str, **fields: object) -> Act:
    return Act(who=who, says=says, command=command, fields=fields, expect=expect)


def yes(who: str, may: str, on: Resource, lesson: str = "", *, earlier: bool = False) -> Line:
    return Line(who=who, may=may, on=on, expect=Reason.ALLOWED, lesson=lesson, earlier=earlier)


def no(reason: Reason, who: str, may: str, on: Resource, lesson: str = "") -> Line:
    return Line(who=who, may=may, on=on, expect=reason, lesson=lesson)


def in_state(piece: Resource, etat: str, **parties: Perimeter) -> Resource:
    """The same object in this state, with these parties in place of its own."""
    return replace(
        piece,
        parties={**piece.parties, **parties},
        properties={**piece.properties, "etat": etat},
    )


def following(piece: Resource, cadre: str, **parties: Perimeter) -> Resource:
    """The same object as seen by who deposits the next piece: its cadre, its parties to be."""
    suite: Mapping[str, str] = {"cadre_suivant": cadre}
    return replace(
        piece,
        parties={**piece.parties, **parties},
        properties={**piece.properties, **suite},
    )
