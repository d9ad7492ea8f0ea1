"""What a flow reads of structures: their settings, for routing; who is to be told of a piece.

Rights are no matter of this: Habilis judges the same facts itself, as they
stand. What is read here may be as old as the patience of its reader.
"""

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from typing import Final, Generic, Protocol, TypeVar

from habilis import AccessDenied, Client, Perimeter, Reason
from habilis.answers import Effect
from habilis.organisation.facts import Moa as MoaFact
from habilis.organisation.facts import StructureDetails, StructureType
from habilis.organisation.reader import OrganisationReader
from habilis.organisation.records import AttachmentRecord, StructureRecord
from habilis_invoicing.model.routing import Known, Moa, ServiceFacts, StructureFacts

__all__ = ["Directory", "HabilisAddresses", "HabilisDirectory"]

_Key = TypeVar("_Key", bound=Hashable)
_Kept = TypeVar("_Kept")

_PATIENCE: Final = 30.0
_ROOM: Final = 10_000
_PAGE: Final = 500
_MOA: Final = {MoaFact.NONE: Moa.NONE, MoaFact.WITH: Moa.WITH, MoaFact.ONLY: Moa.ONLY}


class Directory(Protocol):
    """The settings of structures, as far as a person may read them."""

    def known(self, subject: str, places: Iterable[Perimeter]) -> Known:
        """What the person may read of these places.

        Raises HabilisError where no answer came: nothing may be done then.
        """
        ...


class HabilisDirectory:
    """The organisation of a Habilis server, each record kept for `patience` seconds.

    A change of a structure takes up to 30 minutes to be in effect (R62), so
    that seconds more change nothing to anybody.
    """

    def __init__(
        self,
        reader: OrganisationReader,
        *,
        patience: float = _PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader: Final = reader
        self._structures: Final = _Shelf[str, StructureFacts](patience, clock)
        self._services: Final = _Shelf[Perimeter, ServiceFacts](patience, clock)

    def known(self, subject: str, places: Iterable[Perimeter]) -> Known:
        structures: dict[str, StructureFacts | None] = {}
        services: dict[Perimeter, ServiceFacts | None] = {}
        for place in places:
            # What is not for this person to read, Habilis will judge.
            with suppress(AccessDenied):
                structures[place.structure] = self._structures.get(
                    subject, place.structure, self._structure
                )
                if place.service is not None and structures[place.structure] is not None:
                    services[place] = self._services.get(subject, place, self._service)
        return Known(structures, services)

    def _structure(self, subject: str, name: str) -> StructureFacts | None:
        try:
            return _facts(self._reader.get_structure(subject=subject, structure=name).structure)
        except AccessDenied as denied:
            if denied.reason is Reason.UNKNOWN_RESOURCE:
                return None
            raise

    def _service(self, subject: str, place: Perimeter) -> ServiceFacts | None:
        token = ""
        while True:
            page = self._reader.list_services(
                subject=subject, structure=place.structure, page_size=_PAGE, page_token=token
            )
            for each in page.records:
                if each.perimeter == place:
                    return ServiceFacts(
                        perimeter=place,
                        active=each.active,
                        commitment_required=each.commitment_required,
                    )
            token = page.next_page_token
            if not token:
                return None


class HabilisAddresses:
    """The addresses of a Habilis server, as far as `account` may read who is attached where.

    That is an account of the companion's own, which its operator has made.
    """

    def __init__(self, client: Client, reader: OrganisationReader, account: str) -> None:
        self._client: Final = client
        self._reader: Final = reader
        self._account: Final = account

    def of(self, place: Perimeter, action: str) -> tuple[str, ...]:
        """Those who may do the action for this place; () where that may not be read."""
        may = {
            each.subject
            for each in self._client.enumerate(action=action, perimeter=place)
            if each.effect is Effect.ALLOW
        }
        with suppress(AccessDenied):
            found = {each.email for each in self._attached(place) if each.account in may}
            return tuple(sorted(found))
        return ()

    def _attached(self, place: Perimeter) -> Iterator[AttachmentRecord]:
        token = ""
        while True:
            page = self._reader.list_attachments(
                subject=self._account,
                perimeter=Perimeter(place.structure),
                page_size=_PAGE,
                page_token=token,
            )
            yield from page.records
            token = page.next_page_token
            if not token:
                return


class _Shelf(Generic[_Key, _Kept]):
    """What was read, by whom and of what, until it is too old; None: it is not there.

    Between threads each operation on a dictionary stands by itself: at worst
    the same is read twice.
    """

    def __init__(self, patience: float, clock: Callable[[], float]) -> None:
        self._patience: Final = patience
        self._clock: Final = clock
        self._kept: Final = dict[tuple[str, _Key], tuple[float, _Kept | None]]()

    def get(
        self, subject: str, key: _Key, read: Callable[[str, _Key], _Kept | None]
    ) -> _Kept | None:
        now = self._clock()
        until, kept = self._kept.get((subject, key), (now, None))
        if now < until:
            return kept
        fresh = read(subject, key)
        if len(self._kept) >= _ROOM:
            self._kept.clear()
        self._kept[subject, key] = (now + self._patience, fresh)
        return fresh


def _facts(record: StructureRecord) -> StructureFacts:
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
