"""The invoices companion, made of the parts of any companion."""

from typing import Final

from habilis_companion.assembly import Companion, Parts
from habilis_invoicing.flows import Invoicing
from habilis_invoicing.flows.directory import HabilisDirectory
from habilis_invoicing.service.servicer import SERVICE, InvoicingServicer
from habilis_invoicing.store.schema import FORM

__all__ = ["COMPANION", "flows_of"]


def flows_of(parts: Parts) -> Invoicing:
    """What people do with invoices, of these parts."""
    return Invoicing(
        store=parts.store,
        guard=parts.guard,
        directory=HabilisDirectory(parts.organisation),
        files=parts.files,
        clock=parts.clock,
    )


def _servicer(parts: Parts) -> InvoicingServicer:
    return InvoicingServicer(flows_of(parts))


COMPANION: Final = Companion(
    command="habilis-invoicing", form=FORM, service=SERVICE, servicer=_servicer
)
