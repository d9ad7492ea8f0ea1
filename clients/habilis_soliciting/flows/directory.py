"""What a flow reads of a structure that is written to: as far as its author may read it."""

from typing import Protocol

from habilis import Perimeter
from habilis.organisation.facts import StructureType
from habilis_companion.organisation import RecordReader
from habilis_soliciting.model.rules import ReceiverFacts

__all__ = ["Directory", "HabilisDirectory"]


class Directory(Protocol):
    """The structures to which one may write."""

    def receiver(self, subject: str, place: Perimeter) -> ReceiverFacts | None:
        """What the person may read of the structure of this place; None: there is none.

        Raises HabilisError where no answer came: nothing may be done then.
        """
        ...


class HabilisDirectory:
    """The organisation of a Habilis server."""

    def __init__(self, records: RecordReader) -> None:
        self._records = records

    def receiver(self, subject: str, place: Perimeter) -> ReceiverFacts | None:
        found = self._records.known(subject, [Perimeter(place.structure)]).structures
        if place.structure not in found:
            # Everybody may read a public structure: what may not be read is none.
            services = {} if place.service is None else {place.service: True}
            return ReceiverFacts(public=False, active=True, services=services)
        record = found[place.structure]
        if record is None:
            return None
        services = {
            each.perimeter.service or "": each.active
            for each in self._records.services(subject, place.structure)
        }
        public = record.type is StructureType.PUBLIC
        return ReceiverFacts(public=public, active=record.active, services=services)
