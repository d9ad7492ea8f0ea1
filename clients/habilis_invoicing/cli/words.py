"""How the commands are called, and what their options say."""

from collections.abc import Mapping
from typing import Final

from habilis_companion.command_line.options import Word

__all__ = ["ACTS", "DEPOSITS", "LISTS", "PIECES", "SERVER", "WORDS"]

DEPOSITS: Final = "Deposit"
PIECES: Final = "Look at a piece"
LISTS: Final = "List"
SERVER: Final = "Serve"

ACTS: Final[Mapping[str, tuple[str, ...]]] = {
    DEPOSITS: (*("delete-draft", "recycle", "correct-validator", "acknowledge-rejection"),),
    "Works": (
        *("refuse-piece", "suspend-piece", "request-recycling", "take-note"),
        "assign-case-officer",
    ),
    "Validation": ("validate", "refuse-validation"),
    "Received": (
        *("certify-service", "mandate", "send-to-accountant", "post-to-accounts"),
        *("issue-payment", "ask-recycling", "suspend", "lift-suspension", "reject"),
    ),
}
"""The commands that act on a piece, by the heading under which the help lists them."""

WORDS: Final[Mapping[str, Word]] = {
    "comment": Word("TEXT", "What to say with it."),
    "reason": Word("CODE", "Why, as a code such as MAUVAISE_MOE or AUTRE."),
    "mandate_number": Word("NUMBER", "The number of the payment order."),
    "case_officer": Word("CODE", "Who handles it."),
    "valideur": Word("PLACE", "Who has to agree, STRUCTURE or STRUCTURE/SERVICE."),
    "destinataire": Word("PLACE", "The right recipient, STRUCTURE or STRUCTURE/SERVICE."),
    "moe": Word("PLACE", "The right project manager, STRUCTURE or STRUCTURE/SERVICE."),
    "moa": Word("PLACE", "The right contracting authority, STRUCTURE or STRUCTURE/SERVICE."),
    "commitment_number": Word("NUMBER", "The right number of the commitment."),
}
"""The options of the acts, by the names of the client's parameters."""
