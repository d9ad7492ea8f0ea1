"""What people do with solicitations, screen by screen: each act asked of Habilis first."""

from dataclasses import dataclass

from habilis_soliciting.flows.listing import Listing
from habilis_soliciting.flows.processing import Processing
from habilis_soliciting.flows.reading import Reading
from habilis_soliciting.flows.sending import Sending

__all__ = ["Soliciting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Soliciting(Sending, Processing, Reading, Listing):
    """All the screens: a method for each act, and for each reading."""
