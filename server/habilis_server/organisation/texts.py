"""The texts of a command: taken only as the facts can keep them, and refused by their field."""

import re
from typing import Final

from habilis.organisation import RefusalCode
from habilis.texts import flaw, flaw_of_prose
from habilis_server.organisation.errors import CommandRefused

__all__ = ["checked_email", "checked_name", "checked_prose"]

_MAX_EMAIL: Final = 254
# One address and no more: what separates addresses, or ends one, is no part of it.
_PART: Final = r"[^\s@,;:<>()\[\]\\\"]+"
_EMAIL: Final = re.compile(rf"{_PART}@(?!\.){_PART}(?<!\.)")


def checked_email(email: str, field: str = "email") -> str:
    """The address as it is kept: in lower case. Raises CommandRefused if it is none."""
    address = email.strip()
    domain = address.rpartition("@")[2]
    written = _EMAIL.fullmatch(address) and "." in domain and ".." not in domain
    if not written or len(address) > _MAX_EMAIL or flaw(address):
        raise CommandRefused(
            RefusalCode.FIELD_INVALID, f"`{field}` must read like someone@example.org", field
        )
    return address.lower()


def checked_name(text: str, field: str) -> str:
    """A text of one line, without the spaces around it. Raises CommandRefused, if empty too."""
    name = text.strip()
    _refuse(flaw(name), field)
    return name


def checked_prose(text: str, field: str) -> str:
    """A comment or a reason, of any number of lines, maybe none. Raises CommandRefused."""
    prose = text.strip()
    _refuse(flaw_of_prose(prose), field)
    return prose


def _refuse(found: str | None, field: str) -> None:
    if found is not None:
        raise CommandRefused(RefusalCode.FIELD_INVALID, f"`{field}` {found}", field)
