"""The portal's clock: moments are kept in UTC, and told as it shows them in Paris."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

__all__ = ["in_paris", "paris", "printed"]


@cache
def paris() -> ZoneInfo:
    """The zone; raises ZoneInfoNotFoundError on a machine that has none: install `tzdata`."""
    return ZoneInfo("Europe/Paris")


def in_paris(moment: datetime) -> datetime:
    return moment.astimezone(paris())


def printed(moment: datetime | None) -> str:
    """The moment as the portal prints it, `12/05/2022 02:59:54`; "" for none."""
    return "" if moment is None else f"{in_paris(moment):%d/%m/%Y %H:%M:%S}"
