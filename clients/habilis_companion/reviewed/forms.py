"""Reading nodes as forms: known keys, closed words, checked names; problems are collected."""

import re
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Final, TypeVar

from habilis_companion.reviewed.problems import Place, Problems, suggestion
from habilis_companion.reviewed.yaml_nodes import MapNode, Node, SeqNode, TextNode

_Word = TypeVar("_Word", bound=StrEnum)

__all__ = [
    "ACTION",
    "CONSTANT",
    "DOTTED",
    "KEBAB",
    "NAME",
    "PROFILE",
    "Form",
    "checked",
    "known_word",
    "listed_texts",
]

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
DOTTED: Final = re.compile(r"[a-z][a-z0-9_]{0,63}\.[a-z][a-z0-9_]{0,63}")
ACTION: Final = DOTTED
KEBAB: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+){0,15}")
PROFILE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}:[a-z][a-z0-9_]{0,63}")
CONSTANT: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


class Form:
    """Reads one mapping; a wrong node gives a problem and an empty value, never an exception."""

    def __init__(
        self,
        node: Node | None,
        problems: Problems,
        *,
        required: Collection[str] = (),
        optional: Collection[str] = (),
        what: str,
    ) -> None:
        self._problems = problems
        self.place = node.place if node is not None else Place(what)
        self._nodes: dict[str, Node] = {}
        if node is None:
            return
        if not isinstance(node, MapNode):
            problems.add(node.place, f"{what} must be a mapping of keys to values")
            return
        known = [*required, *optional]
        for key, value in node.entries:
            if key.text not in known:
                hint = suggestion(key.text, known)
                problems.add(key.place, f"unknown key `{key.text}` in {what}{hint}")
            self._nodes.setdefault(key.text, value)
        for name in required:
            if name not in self._nodes:
                problems.add(node.place, f"{what} lacks `{name}`; add it")

    def node(self, key: str) -> Node | None:
        return self._nodes.get(key)

    def place_of(self, key: str) -> Place:
        node = self._nodes.get(key)
        return self.place if node is None else node.place

    def text(self, key: str) -> str:
        """The text under `key`; "" when absent or wrong."""
        node = self._nodes.get(key)
        if node is None:
            return ""
        if not isinstance(node, TextNode) or not node.text.strip():
            self._problems.add(node.place, f"`{key}` must be a text that is not empty")
            return ""
        return node.text

    def name(self, key: str, pattern: re.Pattern[str]) -> str:
        text = self.text(key)
        return (
            text if not text or checked(text, pattern, self.place_of(key), self._problems) else ""
        )

    def one_of(self, key: str, words: type[_Word]) -> _Word | None:
        """The enum member written under `key`; None when absent or unknown."""
        text = self.text(key)
        if not text:
            return None
        try:
            return words(text)
        except ValueError:
            options = [word.value for word in words]
            self._problems.add(
                self.place_of(key),
                f"unknown {key} `{text}`{suggestion(text, options)}; write {_listed(options)}",
            )
            return None

    def yes(self, key: str) -> bool:
        """Whether `key` says "yes"; absent is no."""
        text = self.text(key)
        if text not in {"", "yes", "no"}:
            self._problems.add(self.place_of(key), f'`{key}` must be "yes" or "no"')
        return text == "yes"

    def texts(self, key: str, *, may_be_empty: bool = False) -> tuple[tuple[str, Place], ...]:
        """The list of texts under `key`, each with its place; repeats are problems."""
        node = self._nodes.get(key)
        return (
            ()
            if node is None
            else listed_texts(node, key, self._problems, may_be_empty=may_be_empty)
        )

    def known(
        self, key: str, words: Collection[str], noun: str, *, may_be_empty: bool = False
    ) -> tuple[str, ...]:
        """The listed texts that are among `words`; the others are problems."""
        return tuple(
            text
            for text, place in self.texts(key, may_be_empty=may_be_empty)
            if known_word(text, words, noun, place, self._problems)
        )

    def forms(self, key: str, pattern: re.Pattern[str], read: Callable[[str, Node], None]) -> None:
        """Calls `read` with each name and node of the mapping under `key`."""
        node = self._nodes.get(key)
        if node is None:
            return
        if not isinstance(node, MapNode) or not node.entries:
            self._problems.add(node.place, f"`{key}` must be a mapping that is not empty")
            return
        for name, value in node.entries:
            if checked(name.text, pattern, name.place, self._problems):
                read(name.text, value)


def checked(text: str, pattern: re.Pattern[str], place: Place, problems: Problems) -> bool:
    if pattern.fullmatch(text):
        return True
    problems.add(place, f"`{text}` is not written as a name of its kind ({pattern.pattern})")
    return False


def known_word(
    text: str, words: Collection[str], noun: str, place: Place, problems: Problems
) -> bool:
    if text in words:
        return True
    problems.add(place, f"unknown {noun} `{text}`{suggestion(text, words)}")
    return False


def listed_texts(
    node: Node, key: str, problems: Problems, *, may_be_empty: bool = False
) -> tuple[tuple[str, Place], ...]:
    if not isinstance(node, SeqNode):
        problems.add(node.place, f"`{key}` must be a list, such as [a, b]")
        return ()
    if not node.items and not may_be_empty:
        problems.add(node.place, f"`{key}` is empty; list at least one")
    found: dict[str, Place] = {}
    for item in node.items:
        if not isinstance(item, TextNode) or not item.text.strip():
            problems.add(item.place, f"`{key}` must list texts that are not empty")
        elif item.text in found:
            problems.add(item.place, f"`{item.text}` stands twice in `{key}`; keep one")
        else:
            found[item.text] = item.place
    return tuple(found.items())


def _listed(words: Collection[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
