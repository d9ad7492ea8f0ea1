"""How much of everything one request may hold; beyond, it is refused before it is read."""

from typing import Final

__all__ = [
    "MAX_APPROVALS",
    "MAX_CONTEXT_BYTES",
    "MAX_CONTEXT_DEPTH",
    "MAX_MOMENTS",
    "MAX_PAGE",
    "MAX_PARTIES",
    "MAX_PROFILES",
    "MAX_PROPERTIES",
    "MAX_QUESTIONS",
    "MAX_REQUEST_ID",
    "MAX_SKEW",
    "USUAL_PAGE",
]

MAX_QUESTIONS: Final = 1_000
"""Questions in one CheckMany."""

MAX_MOMENTS: Final = 16
"""Different past moments in one CheckMany: the facts of each are worked out anew."""

MAX_PARTIES: Final = 16
"""Parties of one resource; no object of the portal has half as many."""

MAX_PROPERTIES: Final = 32
"""Properties of one resource."""

MAX_CONTEXT_BYTES: Final = 8 * 1024
"""A question's context, encoded."""

MAX_CONTEXT_DEPTH: Final = 8
"""How deep a question's context may be nested; the context itself is level 1."""

MAX_SKEW: Final = 300.0
"""Seconds by which a caller's clock may be ahead of ours; its now is then our now."""

MAX_APPROVALS: Final = 100
"""Requests decided by one command."""

MAX_PROFILES: Final = 64
"""Profiles named by one command; the portal has half as many."""

MAX_PAGE: Final = 500
"""Records on one page of a list."""

USUAL_PAGE: Final = 50
"""The same, where the caller does not say."""

MAX_REQUEST_ID: Final = 128
"""Characters of a request's identifier; a notice that follows from it bears it, and a number."""
