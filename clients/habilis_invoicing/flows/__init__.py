"""What people do with invoices, screen by screen: each act asked of Habilis before it is done."""

from dataclasses import dataclass

from habilis_invoicing.flows.corrections import Corrections
from habilis_invoicing.flows.deposits import Deposits
from habilis_invoicing.flows.listing import Listing
from habilis_invoicing.flows.reading import Reading
from habilis_invoicing.flows.received import Received
from habilis_invoicing.flows.validation import Validation
from habilis_invoicing.flows.works import Works

__all__ = ["Invoicing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoicing(Deposits, Corrections, Works, Validation, Received, Reading, Listing):
    """All the screens: a method for each act, and for each reading."""
