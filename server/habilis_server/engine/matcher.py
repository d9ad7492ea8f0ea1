"""Reads the model's matcher as a closed list of terms, or refuses it.

Casbin would hand the text to an expression evaluator at each question. Here it
is read once, against a grammar that has nothing but equality, presence and
role definitions: no pattern, no `eval`, no call of anything else (P9, P10, P11).
"""

import ast
import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

__all__ = ["MatcherError", "Term", "TermKind", "read_matcher"]


class MatcherError(Exception):
    """The matcher says something that the engine does not know; the message quotes it."""


class TermKind(Enum):
    EQUAL = auto()  # r.x == p.x
    PARTY_GIVEN = auto()  # r.parties[p.x] != "absent"
    PARTY_ABSENT = auto()  # r.parties[p.x] == "absent"
    STATE = auto()  # g2(r.parties[p.party], p.x)
    HELD = auto()  # g(r.sub, p.x, r.parties[p.party])
    VALUE = auto()  # g3(r.values[p.x], p.y)


@dataclass(frozen=True, slots=True)
class Term:
    """One conjunct; `columns` are the policy line's columns that it reads."""

    kind: TermKind
    columns: tuple[str, ...]


# A column of the line, as `p.x` reads once Casbin has escaped it.
_P: Final = r"p_(\w+)"
_ON_PARTY: Final = r"r_parties\[p_party\]"
_SHAPES: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (TermKind.EQUAL, rf"r_(\w+) == {_P}"),
        (TermKind.PARTY_GIVEN, rf"r_parties\[{_P}\] != 'absent'"),
        (TermKind.PARTY_ABSENT, rf"r_parties\[{_P}\] == 'absent'"),
        (TermKind.STATE, rf"g2\({_ON_PARTY}, {_P}\)"),
        (TermKind.HELD, rf"g\(r_sub, {_P}, {_ON_PARTY}\)"),
        (TermKind.VALUE, rf"g3\(r_values\[{_P}\], {_P}\)"),
    )
)


def read_matcher(text: str) -> tuple[Term, ...]:
    """The terms of a matcher as Casbin holds it (`r.sub` escaped to `r_sub`), in order.

    Raises MatcherError for anything but a conjunction of the known terms.
    """
    try:
        parsed = ast.parse(text.replace("&&", " and ").strip(), mode="eval").body
        conjunction = isinstance(parsed, ast.BoolOp) and isinstance(parsed.op, ast.And)
        nodes = parsed.values if isinstance(parsed, ast.BoolOp) and conjunction else [parsed]
        return tuple(_term(ast.unparse(node)) for node in nodes)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        # The last two: what is nested too deep for Python's own parser.
        kind = type(error).__name__
        raise MatcherError(f"matcher can't be read: {kind}: {error}") from error


def _term(text: str) -> Term:
    for kind, pattern in _SHAPES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        columns = match.groups()
        if kind is TermKind.EQUAL and columns[0] != columns[1]:
            break
        return Term(kind, tuple(dict.fromkeys(columns)))
    raise MatcherError(f"matcher term `{text}` is none that the engine knows")
