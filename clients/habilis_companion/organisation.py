"""What a companion reads of the organisation of its Habilis server: records, and addresses.

Rights are no matter of this: Habilis judges the same facts itself, as they
stand. What is read here may be as old as the patience of its reader.
"""

import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from habilis import AccessDenied, Client, Perimeter, Reason
from habilis.answers import Effect
from habilis.organisation.reader import OrganisationReader
from habilis.organisation.records import AttachmentRecord, Page, ServiceRecord, StructureRecord

__all__ = ["Addresses", "HabilisAddresses", "RecordReader", "Records"]

_Key = TypeVar("_Key", bound=Hashable)
_Kept = TypeVar("_Kept")
_Record = TypeVar("_Record")

_PATIENCE: Final = 30.0
_ROOM: Final = 10_000
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Records:
    """What a person may read of some places; None where nothing is there, no key where he may not.

    The services are those of the places that name one.
    """

    structures: Mapping[str, StructureRecord | None]
    services: Mapping[Perimeter, ServiceRecord | None]


class RecordReader:
    """The records of a Habilis server, each kept for `patience` seconds.

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
        self._structures: Final = _Shelf[str, StructureRecord](patience, clock)
        self._services: Final = _Shelf[str, Sequence[ServiceRecord]](patience, clock)

    def known(self, subject: str, places: Iterable[Perimeter]) -> Records:
        """What the person may read of these places.

        Raises HabilisError where no answer came: nothing may be done then.
        """
        structures: dict[str, StructureRecord | None] = {}
        services: dict[Perimeter, ServiceRecord | None] = {}
        for place in places:
            # What is not for this person to read, Habilis will judge.
            with suppress(AccessDenied):
                structures[place.structure] = self._structures.get(
                    subject, place.structure, self._structure
                )
                if place.service is not None and structures[place.structure] is not None:
                    services[place] = self._service(subject, place)
        return Records(structures, services)

    def services(self, subject: str, structure: str) -> Sequence[ServiceRecord]:
        """The services of a structure, inactive ones included; () where there is none.

        Raises AccessDenied where the person may not read them, HabilisError
        where no answer came.
        """
        return self._services.get(subject, structure, self._services_of) or ()

    def _structure(self, subject: str, name: str) -> StructureRecord | None:
        try:
            return self._reader.get_structure(subject=subject, structure=name).structure
        except AccessDenied as denied:
            if denied.reason is Reason.UNKNOWN_RESOURCE:
                return None
            raise

    def _service(self, subject: str, place: Perimeter) -> ServiceRecord | None:
        known = self.services(subject, place.structure)
        return next((each for each in known if each.perimeter == place), None)

    def _services_of(self, subject: str, structure: str) -> Sequence[ServiceRecord]:
        def page(token: str) -> Page[ServiceRecord]:
            return self._reader.list_services(
                subject=subject, structure=structure, page_size=_PAGE, page_token=token
            )

        return tuple(_every(page))


class Addresses(Protocol):
    """Who may do what somewhere, by their e-mail addresses."""

    def of(self, place: Perimeter, action: str, *, account: str = "") -> Sequence[str]:
        """Those who may do the action for this place; () where they cannot be told.

        `account` "": all of them; else this one alone.
        """
        ...


class HabilisAddresses:
    """The addresses of a Habilis server, as far as `account` may read who is attached where.

    That is an account of the companion's own, which its operator has made.
    """

    def __init__(self, client: Client, reader: OrganisationReader, account: str) -> None:
        self._client: Final = client
        self._reader: Final = reader
        self._account: Final = account

    def of(self, place: Perimeter, action: str, *, account: str = "") -> tuple[str, ...]:
        """Those who may do the action for this place; () where that may not be read."""
        may = {
            each.subject
            for each in self._client.enumerate(action=action, perimeter=place)
            if each.effect is Effect.ALLOW and account in {"", each.subject}
        }

        def page(token: str) -> Page[AttachmentRecord]:
            return self._reader.list_attachments(
                subject=self._account,
                perimeter=Perimeter(place.structure),
                page_size=_PAGE,
                page_token=token,
            )

        with suppress(AccessDenied):
            return tuple(sorted({each.email for each in _every(page) if each.account in may}))
        return ()


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


def _every(page: Callable[[str], Page[_Record]]) -> Iterator[_Record]:
    """The records of all the pages."""
    token, more = "", True
    while more:
        told = page(token)
        yield from told.records
        token, more = told.next_page_token, told.next_page_token != ""
