"""YAML read strictly: every scalar is text, every node knows its line and column.

PyYAML's events are turned into nodes here, never into Python objects, so that
nothing is resolved behind the reader's back: no duplicate key is dropped, no
`NO` becomes a boolean, no alias multiplies.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import yaml

from habilis_companion.reviewed.problems import Place, Problems

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MapNode", "Node", "SeqNode", "TextNode", "read_yaml"]

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 20

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.resolver.Resolver()  # untyped in the stubs
_TEXT_TAG: Final = "tag:yaml.org,2002:str"
_WHITE: Final = frozenset("\t\n\r ")
# Cc controls, Cf formats (zero-width, bidi), Cs surrogates, Co private use, Zl and Zp separators.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class TextNode:
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class SeqNode:
    place: Place
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class MapNode:
    place: Place
    entries: tuple[tuple[TextNode, "Node"], ...]


Node = TextNode | SeqNode | MapNode


class _Mark(Protocol):
    """Where PyYAML, in Python or in C, found something; counted from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class _NotReadableError(Exception):
    """The rest of the file can't be read; the problem is already collected."""


def read_yaml(file: str, content: bytes, problems: Problems) -> Node | None:
    """The one document of `content`; None when it can't be read (why is in `problems`)."""
    whole = Place(file)
    if len(content) > MAX_BYTES:
        problems.add(whole, f"larger than {MAX_BYTES} bytes; split the file")
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.add(whole, f"not UTF-8 at byte {error.start}; save the file as UTF-8")
        return None
    if _report_hidden_characters(file, text, problems):
        return None
    try:
        return _Builder(file, text, problems).document()
    except _NotReadableError:
        return None
    except yaml.YAMLError as error:
        problems.add(
            _place_of(file, getattr(error, "problem_mark", None)),
            f"not YAML: {_first_words(error)}",
        )
        return None
    except RecursionError:
        problems.add(whole, f"nested deeper than {MAX_DEPTH} levels; flatten it")
        return None


def _report_hidden_characters(file: str, text: str, problems: Problems) -> bool:
    found = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.isprintable():
            continue  # the short way: nothing hidden is printable
        for column, character in enumerate(line, start=1):
            if character not in _WHITE and unicodedata.category(character) in _HIDDEN:
                problems.add(
                    Place(file, number, column),
                    f"invisible character U+{ord(character):04X}; remove it",
                )
                found = True
    return found


def _place_of(file: str, mark: _Mark | None) -> Place:
    return Place(file) if mark is None else Place(file, mark.line + 1, mark.column + 1)


def _first_words(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).split("\n", maxsplit=1)[0]


class _Builder:
    """Turns one file's events into nodes, refusing what a reviewed file has no use for."""

    def __init__(self, file: str, text: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)

    def document(self) -> Node | None:
        self._next()  # stream start
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            self._problems.add(Place(self._file), "empty file; write its content or delete it")
            return None
        root = self._node(self._next(), depth=1)
        self._next()  # document end
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse(after, "a second document; keep one document a file")
        return root

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _place(self, event: yaml.Event) -> Place:
        return _place_of(self._file, event.start_mark)

    def _refuse(self, event: yaml.Event, message: str) -> None:
        self._problems.add(self._place(event), message)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, "an alias; write the value out")
            raise _NotReadableError
        if depth > MAX_DEPTH:
            self._refuse(event, f"nested deeper than {MAX_DEPTH} levels; flatten it")
            raise _NotReadableError
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._refuse(event, f"anchor `&{anchor}`; write the value out where it is used")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse(event, f"tag `{tag}`; remove it, every value is text")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _scalar(self, event: yaml.ScalarEvent) -> TextNode:
        plain = event.style is None or event.style == ""
        if plain and event.tag is None:
            read_as: str = _RESOLVER.resolve(yaml.ScalarNode, event.value, (True, False))
            if read_as != _TEXT_TAG:
                kind = read_as.rsplit(":", 1)[-1]
                shown = event.value or "nothing"
                self._refuse(
                    event, f'`{shown}` reads as {kind}, not text; quote it: "{event.value}"'
                )
        self._refuse_hidden(event)
        return TextNode(self._place(event), event.value)

    def _refuse_hidden(self, event: yaml.ScalarEvent) -> None:
        """Refuses what a quoted escape or a block brings in and the file's own bytes don't show."""
        if event.value.isprintable():
            return
        for character in event.value:
            if unicodedata.category(character) in _HIDDEN:
                self._refuse(
                    event,
                    f"the text holds U+{ord(character):04X}, which can't be seen; write it on one"
                    " line, without it",
                )
                return

    def _sequence(self, event: yaml.Event, depth: int) -> SeqNode:
        items: list[Node] = []
        while not isinstance(inner := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(inner, depth + 1))
        return SeqNode(self._place(event), tuple(items))

    def _mapping(self, event: yaml.Event, depth: int) -> MapNode:
        entries: list[tuple[TextNode, Node]] = []
        first: dict[str, int] = {}
        while not isinstance(inner := self._next(), yaml.MappingEndEvent):
            key = self._node(inner, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, TextNode):
                self._problems.add(key.place, "a key that is not text; write a plain word")
                continue
            if key.text in first:
                self._problems.add(
                    key.place,
                    f"`{key.text}` repeats the key of line {first[key.text]}; keep one",
                )
            first.setdefault(key.text, key.place.line)
            entries.append((key, value))
        return MapNode(self._place(event), tuple(entries))
