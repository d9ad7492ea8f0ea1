"""Structures and services: consulted, searched, listed (R65 to R67, R72 to R77; domain §3.8)."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from habilis import Perimeter
from habilis.organisation import ServiceRecord, StructureRecord
from habilis_server.organisation.errors import AccessRefused
from habilis_server.organisation.reading.paging import Found, Slice, found_in
from habilis_server.organisation.reading.queries import (
    GetStructure,
    ListServices,
    SearchStructures,
)
from habilis_server.organisation.reading.reader import Reader
from habilis_server.world import Service, Structure

__all__ = ["get_structure", "list_services", "search_structures"]

_CONSULT: Final = "organisation.consulter_structure"


def get_structure(query: GetStructure, reader: Reader, _part: Slice) -> Found:
    """The record itself; there is no other part of it."""
    reader.need(_CONSULT, reader.at(Perimeter(query.structure)))
    record = _record(reader.world.structures[query.structure], reader)
    return Found(records=[record], next=None)


def search_structures(query: SearchStructures, reader: Reader, part: Slice) -> Found:
    """Those whose record the reader may consult; all public ones, by the portal's rule."""
    reader.need_account(_CONSULT)
    candidates = sorted(_matching(query, reader))
    structures = reader.world.structures
    return found_in(
        candidates,
        part,
        lambda name: reader.sees(_CONSULT, reader.at(Perimeter(name))),
        lambda name: _record(structures[name], reader),
    )


def list_services(query: ListServices, reader: Reader, part: Slice) -> Found:
    """Of a private structure, whoever is attached to one service alone sees that one."""
    services = reader.world.services_of(query.structure)
    whole = reader.decision(_CONSULT, reader.at(Perimeter(query.structure)))

    def seen(service: Service) -> bool:
        return reader.sees(_CONSULT, reader.at(service.perimeter))

    if not whole.allowed and not any(map(seen, services)):
        raise AccessRefused(_CONSULT, whole)
    return found_in(services, part, seen, _service)


def _matching(query: SearchStructures, reader: Reader) -> Iterator[str]:
    structures = reader.world.structures
    among: Iterable[Structure] = structures.values()
    if query.identifier:
        known = structures.get(query.identifier)
        among = () if known is None else (known,)
    name, city = _folded(query.name), _folded(query.city)
    for structure in among:
        if query.type is not None and structure.type is not query.type:
            continue
        if query.identifier_type and structure.identifier_type != query.identifier_type:
            continue
        if name and not _named(structure, name):
            continue
        if city and _city(structure) != city:
            continue
        yield structure.id


def _named(structure: Structure, part: str) -> bool:
    if part in _folded(structure.name):
        return True
    return structure.details is not None and part in _folded(structure.details.label)


def _city(structure: Structure) -> str:
    address = None if structure.details is None else structure.details.address
    return "" if address is None else _folded(address.city)


def _folded(text: str) -> str:
    """Without case and accents: the register writes `SETE`, people write `Sète`."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _record(structure: Structure, reader: Reader) -> StructureRecord:
    manager = structure.principal_manager
    told = manager is not None and reader.attached_to(structure.id)
    return StructureRecord(
        id=structure.id,
        identifier_type=structure.identifier_type,
        type=structure.type,
        name=structure.name,
        active=structure.active,
        moa=structure.moa,
        details=structure.details,
        principal_manager=reader.person(manager) if told and manager is not None else None,
    )


def _service(service: Service) -> ServiceRecord:
    return ServiceRecord(
        perimeter=service.perimeter,
        name=service.name,
        active=service.active,
        description=service.description,
        commitment_required=service.commitment_required,
    )
