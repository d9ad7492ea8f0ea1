"""The settings of structures and services, as routing reads them (§3.8)."""

from collections.abc import Iterable
from typing import Final, Protocol

from habilis import Perimeter
from habilis.organisation.facts import Moa as MoaFact
from habilis.organisation.facts import StructureDetails, StructureType
from habilis.organisation.reader import OrganisationReader
from habilis.organisation.records import ServiceRecord, StructureRecord
from habilis_companion.organisation import RecordReader
from habilis_invoicing.model.routing import Known, Moa, ServiceFacts, StructureFacts

__all__ = ["Directory", "HabilisDirectory"]

_MOA: Final = {MoaFact.NONE: Moa.NONE, MoaFact.WITH: Moa.WITH, MoaFact.ONLY: Moa.ONLY}


class Directory(Protocol):
    """The settings of structures, as far as a person may read them."""

    def known(self, subject: str, places: Iterable[Perimeter]) -> Known:
        """What the person may read of these places.

        Raises HabilisError where no answer came: nothing may be done then.
        """
        ...


class HabilisDirectory:
    """The organisation of a Habilis server."""

    def __init__(self, reader: OrganisationReader) -> None:
        self._records: Final = RecordReader(reader)

    def known(self, subject: str, places: Iterable[Perimeter]) -> Known:
        found = self._records.known(subject, places)
        structures = {name: _structure(each) for name, each in found.structures.items()}
        services = {place: _service(each) for place, each in found.services.items()}
        return Known(structures, services)


def _structure(record: StructureRecord | None) -> StructureFacts | None:
    if record is None:
        return None
    details = record.details or StructureDetails()
    return StructureFacts(
        id=record.id,
        identifier_type=record.identifier_type,
        public=record.type is StructureType.PUBLIC,
        active=record.active,
        moa=_MOA[record.moa],
        service_code_required=details.service_code_required,
        commitment_required=details.commitment_required,
        service_or_commitment_required=details.service_or_commitment_required,
        payment_status_hidden=details.payment_status_hidden,
    )


def _service(record: ServiceRecord | None) -> ServiceFacts | None:
    if record is None:
        return None
    return ServiceFacts(
        perimeter=record.perimeter,
        active=record.active,
        commitment_required=record.commitment_required,
    )
