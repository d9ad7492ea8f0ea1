"""The portal's clock: moments are kept in UTC, and told as it shows them in Paris."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

__all__ = ["in_paris", "paris"]


@cache
def paris() -> ZoneInfo:
    """The zone; raises ZoneInfoNotFoundError on a machine that has none: install `tzdata`."""
    return ZoneInfo("Europe/Paris")


def in_paris(moment: datetime) -> datetime:
    return moment.astimezone(paris())
