"""Every spot of a policy's files, where it stands, and how to write something else there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import yaml

__all__ = ["MISSPELLINGS", "Spot", "flow", "mutants", "rewritten", "spots"]

# Cyrillic letters that no eye tells from these.
_LETTERS: Final = str.maketrans(
    "aceiopxyABCEHKMOPTX",
    "\u0430\u0441\u0435\u0456\u043e\u0440\u0445\u0443"
    "\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u041e\u0420\u0422\u0425",
)


class Spot(NamedTuple):
    """A key or a value of a file in flow style, with its place there, from 1.

    `path` leads to it; of a key, `is_key`, it ends with the key itself. `text`
    is "" for a list or a mapping.
    """

    file: str
    path: tuple[str, ...]
    is_key: bool
    kind: type[yaml.Node]
    text: str
    start: int
    end: int
    line: int
    column: int

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def name(self) -> str:
        """The path, for test names and for patterns."""
        return f"{'key ' if self.is_key else ''}{'/'.join(self.path)}"


def flow(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same policy with each YAML file in flow style, so that any node can be replaced."""
    return {
        name: content
        if not name.endswith(".yaml")
        else json.dumps(yaml.safe_load(content), ensure_ascii=False, indent=1).encode()
        for name, content in files.items()
    }


def spots(file: str, content: bytes) -> list[Spot]:
    """Every key and value of a file in flow style, in its order."""
    root = yaml.compose(content.decode(), Loader=yaml.SafeLoader)
    assert root is not None
    return list(_walk(file, (), root))


def _walk(file: str, path: tuple[str, ...], node: yaml.Node) -> Iterator[Spot]:
    yield _spot(file, path, node, is_key=False)
    match node:
        case yaml.MappingNode(value=entries):
            for key, value in entries:
                below = (*path, str(key.value))
                yield _spot(file, below, key, is_key=True)
                yield from _walk(file, below, value)
        case yaml.SequenceNode(value=items):
            for index, item in enumerate(items):
                yield from _walk(file, (*path, str(index)), item)
        case _:
            pass


def _spot(file: str, path: tuple[str, ...], node: yaml.Node, *, is_key: bool) -> Spot:
    start, end = node.start_mark, node.end_mark
    return Spot(
        file,
        path,
        is_key,
        type(node),
        str(node.value) if isinstance(node, yaml.ScalarNode) else "",
        start.index,
        end.index,
        start.line + 1,
        start.column + 1,
    )


def rewritten(files: Mapping[str, bytes], changes: Sequence[tuple[Spot, str]]) -> dict[str, bytes]:
    """The files with new text at these spots, which lie apart; no line moves."""
    changed = dict(files)
    for spot, text in sorted(changes, key=lambda change: -change[0].start):
        before = changed[spot.file].decode()
        changed[spot.file] = (before[: spot.start] + text + before[spot.end :]).encode()
    return changed


MISSPELLINGS: Final = ("dropped", "doubled")


def mutants(word: str) -> dict[str, str]:
    """Words that look like `word` and are not, by what was done to it."""
    made = {
        "dropped": word[:1] + word[2:],
        "doubled": word + word[-1:],
        "cased": word.swapcase(),
        "capital": word[:1].swapcase() + word[1:],
        "before": f" {word}",
        "behind": f"{word} ",
        "no-break": f"{word}\u00a0",
        "homoglyph": word.translate(_LETTERS),
        "full width": word[:-1] + chr(ord(word[-1]) + 0xFEE0),
        "accent": f"{word}\u0301",
    }
    return {how: other for how, other in made.items() if other != word}
