"""Which texts may name a thing: the one rule, kept at every door, by which names are compared.

Names are compared byte for byte. That is safe only if two texts that look the
same are the same, so a text that hides something is refused rather than mended.
"""

import re
import unicodedata
from typing import Final

__all__ = ["MAX_LENGTH", "MAX_PROSE", "flaw", "flaw_of_email", "flaw_of_prose", "shown"]

MAX_LENGTH: Final = 256
"""The longest text taken, in characters."""

MAX_PROSE: Final = 4_000
"""The longest comment taken, in characters."""

_SHOWN: Final = 60
_MAX_EMAIL: Final = 254
# One address and no more: what separates addresses, or ends one, is no part of it.
_PART: Final = r"[^\s@,;:<>()\[\]\\\"]+"
_EMAIL: Final = re.compile(rf"{_PART}@(?!\.){_PART}(?<!\.)")
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Letters, marks and symbols by category, yet drawn as nothing at all.
_HIDDEN_CHARACTERS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
) | {chr(point) for point in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}


def flaw(text: str) -> str | None:
    """Why `text` may not name anything, with the remedy; None if it may.

    Case, accents and scripts are kept apart: `RECCHOR034` and `recchor034` are
    two names, and so are a Latin and a Cyrillic `a`.
    """
    plain = text.isascii() and text.isprintable()
    if plain and 0 < len(text) <= MAX_LENGTH and text[0] != " " != text[-1]:
        return None  # as nearly every text: without asking any further
    if not text.strip():
        return "is empty" if not text else "is blank"
    if len(text) > MAX_LENGTH:
        return f"has {len(text)} characters; at most {MAX_LENGTH} are taken"
    if text != text.strip():
        return "begins or ends with a space; remove it"
    return next((found for found in map(_hidden, text) if found), None) or _unstable(text)


def flaw_of_prose(text: str) -> str | None:
    """Why `text` may not be a comment, with the remedy; None if it may.

    A comment is displayed and compared with nothing: it may be empty and may
    have several lines, but it hides nothing either.
    """
    if len(text) > MAX_PROSE:
        return f"has {len(text)} characters; at most {MAX_PROSE} are taken"
    line = text.replace("\n", " ")
    return next((found for found in map(_hidden, line) if found), None) or _unstable(line)


def flaw_of_email(text: str) -> str | None:
    """Why `text` may not be an e-mail address, with the remedy; None if it may."""
    domain = text.rpartition("@")[2]
    written = _EMAIL.fullmatch(text) and "." in domain and ".." not in domain
    if not written or len(text) > _MAX_EMAIL or flaw(text):
        return "must read like someone@example.org"
    return None


def shown(text: str) -> str:
    """`text` between backticks, cut if it is long, with what can't be seen spelled out."""
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"`{''.join(_spelled(character) for character in cut)}`"


def _hidden(character: str) -> str | None:
    category = unicodedata.category(character)
    if category == "Cs":
        return "is not UTF-8; save the file as UTF-8"
    if category in _HIDDEN_CATEGORIES or character in _HIDDEN_CHARACTERS:
        return f"has the invisible character U+{ord(character):04X}; remove it"
    if category == "Zs" and character != " ":
        return f"has the space U+{ord(character):04X}; write a plain space"
    return None


def _unstable(text: str) -> str | None:
    if unicodedata.is_normalized("NFC", text):
        return None
    return "has accents apart from their letters; write it in the form NFC"


def _spelled(character: str) -> str:
    if character == " " or (character.isprintable() and character not in _HIDDEN_CHARACTERS):
        return character
    return f"<U+{ord(character):04X}>"
