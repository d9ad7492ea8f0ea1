"""Checks of a whole rulebook; one module each, with one `check(rulebook)`.

`REFUSALS` always refuse a policy; `FINDINGS` are what a reviewer would send
back, and refuse it too unless the caller builds without lint.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from habilis_companion.reviewed.problems import Problem
from habilis_server.rulebook.checks import contradicted, repeated, shadowed, silent_actions, unused
from habilis_server.rulebook.rulebook import Rulebook

__all__ = ["FINDINGS", "REFUSALS", "findings"]

_Check = Callable[[Rulebook], Iterable[Problem]]

REFUSALS: Final[tuple[_Check, ...]] = (repeated.check,)
FINDINGS: Final[tuple[_Check, ...]] = (
    shadowed.check,
    contradicted.check,
    silent_actions.check,
    unused.check,
)


def findings(rulebook: Rulebook, *, lint: bool) -> Iterator[Problem]:
    """Every problem that the checks see."""
    for check in (*REFUSALS, *FINDINGS) if lint else REFUSALS:
        yield from check(rulebook)
