"""The solicitations companion, made of the parts of any companion."""

from collections.abc import Callable
from functools import partial

from habilis_companion.assembly import Companion, Parts
from habilis_companion.organisation import RecordReader
from habilis_soliciting.flows import Soliciting
from habilis_soliciting.flows.directory import HabilisDirectory
from habilis_soliciting.flows.objects import NoObjects, Objects
from habilis_soliciting.flows.public import Welcome
from habilis_soliciting.model.categories import Categories
from habilis_soliciting.service.servicer import SERVICE, SolicitingServicer
from habilis_soliciting.store.schema import FORM

__all__ = ["companion_with", "flows_of"]


def flows_of(parts: Parts, categories: Categories, objects: Objects) -> Soliciting:
    """What people do with solicitations, of these parts."""
    return Soliciting(
        store=parts.store,
        guard=parts.guard,
        directory=HabilisDirectory(RecordReader(parts.organisation)),
        files=parts.files,
        clock=parts.clock,
        objects=objects,
        categories=categories,
    )


def companion_with(categories: Categories, objects: Objects | None = None) -> Companion:
    """The companion by these categories; without `objects` nothing can be written about."""
    objects = NoObjects() if objects is None else objects
    made: Callable[[Parts], SolicitingServicer] = partial(_servicer, categories, objects)
    return Companion(command="habilis-soliciting", form=FORM, service=SERVICE, servicer=made)


def _servicer(categories: Categories, objects: Objects, parts: Parts) -> SolicitingServicer:
    flows = flows_of(parts, categories, objects)
    public = Welcome(store=parts.store, categories=categories, clock=parts.clock)
    return SolicitingServicer(flows, public)
