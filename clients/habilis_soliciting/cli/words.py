"""How the commands are called, and what their options say."""

from collections.abc import Mapping
from typing import Final

from habilis_companion.command_line.options import Word

__all__ = ["ACTS", "LISTS", "SERVER", "SOLICITATIONS", "WORDS", "WRITING"]

WRITING: Final = "Write"
SOLICITATIONS: Final = "Look at a solicitation"
LISTS: Final = "List"
SERVER: Final = "Serve"

ACTS: Final[Mapping[str, tuple[str, ...]]] = {
    WRITING: ("complete", "send-back", "close"),
    "Receive": ("assign", "process", "reroute"),
}
"""The commands that act on a solicitation, by the heading under which the help lists them."""

WORDS: Final[Mapping[str, Word]] = {
    "status": Word("ETAT", "EN_COURS, DEMANDE_INFORMATION, RESOLUE or MAUVAISE_AFFECTATION."),
    "comment": Word("TEXT", "What to say with it; with EN_COURS, the answer that is prepared."),
    "assignee": Word("ACCOUNT", "Who is to handle it."),
    "recepteur": Word("PLACE", "Who is to answer, STRUCTURE or STRUCTURE/SERVICE."),
}
"""The options of the acts, by the names of the client's parameters."""
