"""The texts of a command: taken only as the facts can keep them, and refused by their field."""

from habilis.organisation import RefusalCode
from habilis.texts import flaw, flaw_of_email, flaw_of_prose
from habilis_server.organisation.errors import CommandRefused

__all__ = ["checked_email", "checked_name", "checked_prose"]


def checked_email(email: str, field: str = "email") -> str:
    """The address as it is kept: in lower case. Raises CommandRefused if it is none."""
    address = email.strip()
    _refuse(flaw_of_email(address), field)
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
