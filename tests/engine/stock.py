"""Plain pycasbin, as its own users build it: what the hazards are first shown on."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import casbin
from casbin.persist import Adapter

__all__ = ["ALLOW_AND_DENY", "MODEL", "Lines", "enforcer", "reading"]

MODEL: Final = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, eft
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
"""

# Bob is of the staff, which pays invoices, and banned from it.
ALLOW_AND_DENY: Final = (
    "p, staff, facture, payer, allow",
    "p, banned, facture, payer, deny",
    "g, bob, staff",
    "g, bob, banned",
)


class Lines(Adapter):  # type: ignore[misc]  # casbin carries no types
    """Lines of a policy in memory, which can be read again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)

    def load_policy(self, model: Any) -> None:  # casbin carries no types
        for line in self.lines:
            casbin.persist.load_policy_line(line, model)


def reading(lines: Lines, model: str = MODEL) -> Any:  # casbin carries no types
    """An Enforcer that reads the lines as casbin reads a file."""
    parsed = casbin.Model()
    parsed.load_model_from_text(model)
    return casbin.Enforcer(parsed, lines)


def enforcer(cells: Sequence[Sequence[str]], model: str = MODEL) -> Any:  # same
    """An Enforcer with these policy lines, cell by cell: no text is cut into them."""
    parsed = casbin.Model()
    parsed.load_model_from_text(model)
    for row in cells:
        parsed.add_policy("p", "p", list(row))
    return casbin.Enforcer(parsed)
