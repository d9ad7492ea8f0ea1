"""What options say, read: places and moments; what cannot be ends the command."""

from datetime import datetime

from habilis import Perimeter
from habilis_companion.command_line.exits import ExitCode, Failure

__all__ = ["misread", "moment_of", "perimeter_of"]


def misread(option: str, text: str, remedy: str) -> Failure:
    """The failure of an option that says what cannot be."""
    return Failure(ExitCode.USAGE, f"`{option} {text}`: {remedy}")


def perimeter_of(option: str, text: str) -> Perimeter:
    """The structure, or the service after the first `/`; raises Failure."""
    perimeter = Perimeter.parse(text)
    if not perimeter.structure or perimeter.service == "":
        raise misread(option, text, "write STRUCTURE or STRUCTURE/SERVICE")
    return perimeter


def moment_of(text: str | None, option: str = "--at") -> datetime | None:
    """The moment, with its time zone; None where none is said. Raises Failure."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise misread(option, text, "write a date and time, such as 2026-03-03T10:00:00Z") from None
    if moment.tzinfo is None:
        raise misread(option, text, "it has no time zone; end it with `Z` for UTC, or `+02:00`")
    return moment
