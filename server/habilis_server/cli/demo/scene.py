"""What a story is made of: scenes, the questions asked in each, and the answers they must get."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from habilis import Perimeter, Reason, Resource

__all__ = ["Line", "Scene", "following", "in_state", "no", "yes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A question and the answer that the portal's rules give.

    `lesson` says what it teaches ("": it speaks for itself). `earlier`: it is
    asked as of the moment before the scene's change.
    """

    who: str
    may: str
    on: Resource
    expect: Reason
    lesson: str = ""
    earlier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`when` is the time printed in the real dossier, "" for a scene that it does not tell.

    `change` are portable facts imported before the questions are asked ("": none).
    """

    when: str
    title: str
    lines: tuple[Line, ...]
    change: str = ""


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
