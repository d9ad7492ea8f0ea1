"""Where a payment request may go, by the settings of those it concerns (R106–R111, §3.8)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from habilis import Perimeter
from habilis_companion.refusals import Problem
from habilis_invoicing.model.cadres import CADRES, Cadre, Party
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.model.refusals import Code, problem

__all__ = [
    "Known",
    "Moa",
    "Reference",
    "ServiceFacts",
    "StructureFacts",
    "problems_of_places",
    "problems_of_routing",
    "problems_of_validator",
    "received_in",
    "references_of",
]


class Moa(StrEnum):
    """How a structure takes part in works contracts as contracting authority."""

    NONE = "none"
    WITH = "with"
    ONLY = "only"


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureFacts:
    """What routing reads of a structure's record (R77)."""

    id: str
    identifier_type: str
    public: bool
    active: bool
    moa: Moa = Moa.NONE
    service_code_required: bool = False
    commitment_required: bool = False
    service_or_commitment_required: bool = False
    payment_status_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """What routing reads of a service."""

    perimeter: Perimeter
    active: bool
    commitment_required: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What could be read of the structures and services that a request names.

    None stands for one that is not there. What is absent may not be read by the
    depositor: nothing is held against it here, and Habilis judges it.
    """

    structures: Mapping[str, StructureFacts | None] = field(
        default_factory=dict[str, StructureFacts | None]
    )
    services: Mapping[Perimeter, ServiceFacts | None] = field(
        default_factory=dict[Perimeter, ServiceFacts | None]
    )


class Reference(StrEnum):
    """What a recipient wants named on what it has to pay."""

    SERVICE = "service"
    COMMITMENT = "commitment"
    EITHER = "either"


_TRAVAUX: Final = "factures_travaux"
_RECUES: Final = "factures_recues"
# The three settings of §2.12: what is addressed to a MOA, and what is to be paid.
_RECEIVED: Final[Mapping[Moa, tuple[str | None, str | None]]] = {
    Moa.WITH: (_TRAVAUX, _RECUES),
    Moa.ONLY: (_TRAVAUX, None),
    Moa.NONE: (None, _RECUES),
}
_PERSON: Final = "PARTICULIER"


def received_in(cadre: Cadre, moa: Moa) -> str | None:
    """The application in which a structure of this setting receives such a document.

    None: never. Suppliers and MOE have no such setting: always « Factures de travaux ».
    """
    to_moa, to_pay = _RECEIVED[moa]
    match CADRES[cadre].addressee:
        case Party.MOA:
            return to_moa
        case Party.DESTINATAIRE:
            return to_pay
        case _:
            return _TRAVAUX


def references_of(structure: StructureFacts, service: ServiceFacts | None) -> frozenset[Reference]:
    """What the recipient wants: either, or both, or one, in this order (§3.8).

    A service may want the commitment even where its structure does not.
    """
    wanted: set[Reference] = set()
    if structure.service_or_commitment_required:
        wanted.add(Reference.EITHER)
    else:
        if structure.service_code_required:
            wanted.add(Reference.SERVICE)
        if structure.commitment_required:
            wanted.add(Reference.COMMITMENT)
    if service is not None and service.commitment_required:
        wanted.add(Reference.COMMITMENT)
    return frozenset(wanted)


def problems_of_routing(piece: Piece, known: Known) -> Iterator[Problem]:
    """What keeps the request from where it is addressed, as far as its depositor may know."""
    yield from problems_of_places(piece, known)
    addressee = piece.framework.addressee
    goes_to = piece.party(addressee)
    structure = None if goes_to is None else known.structures.get(goes_to.structure)
    if goes_to is not None and structure is not None:
        service = known.services.get(goes_to)
        yield from _closed(f"parties.{addressee}", structure, service)
        yield from _setting(piece.cadre, structure)
        if addressee is Party.DESTINATAIRE:
            yield from _references(piece, goes_to, structure, service)
    for name, validator in (("valideur", piece.valideur), ("valideur_2", piece.valideur_2)):
        if validator is not None:
            yield from problems_of_validator(f"parties.{name}", validator, known)


def problems_of_places(piece: Piece, known: Known) -> Iterator[Problem]:
    """The structures and services that it names and that are not there."""
    for party, place in piece.places.items():
        unknown = _unknown(place, known)
        if unknown is not None:
            yield problem(unknown, f"parties.{party}", f"`{place}` is not there; look it up again")


def problems_of_validator(name: str, place: Perimeter, known: Known) -> Iterator[Problem]:
    """What keeps a structure from being asked to agree (§3.5)."""
    structure = known.structures.get(place.structure)
    if structure is None:
        return
    yield from _closed(name, structure, known.services.get(place))
    if structure.identifier_type == _PERSON:
        yield problem(
            Code.VALIDATOR_IS_A_PERSON, name, "a natural person does not validate; name a company"
        )


def _unknown(place: Perimeter, known: Known) -> Code | None:
    if place.structure in known.structures and known.structures[place.structure] is None:
        return Code.STRUCTURE_UNKNOWN
    if place in known.services and known.services[place] is None:
        return Code.SERVICE_UNKNOWN
    return None


def _closed(
    name: str, structure: StructureFacts, service: ServiceFacts | None
) -> Iterator[Problem]:
    if not structure.active:
        yield problem(Code.STRUCTURE_INACTIVE, name, f"`{structure.id}` receives nothing any more")
    if service is not None and not service.active:
        yield problem(
            Code.SERVICE_INACTIVE, name, f"`{service.perimeter}` receives nothing any more"
        )


def _setting(cadre: Cadre, structure: StructureFacts) -> Iterator[Problem]:
    addressee = CADRES[cadre].addressee
    if addressee is Party.DESTINATAIRE and not structure.public:
        yield problem(
            Code.RECIPIENT_NOT_PUBLIC,
            "parties.destinataire",
            f"`{structure.id}` is private; what is to be paid goes to a public structure",
        )
    if received_in(cadre, structure.moa) is not None:
        return
    if addressee is Party.DESTINATAIRE:
        yield problem(
            Code.MOA_ONLY_STRUCTURE,
            "parties.destinataire",
            f"`{structure.id}` is a MOA and nothing else; name the structure that pays",
        )
    else:
        yield problem(
            Code.MOA_NOT_PRESENT,
            "parties.moa",
            f"`{structure.id}` takes no part as MOA; name the structure that does",
        )


def _references(
    piece: Piece, place: Perimeter, structure: StructureFacts, service: ServiceFacts | None
) -> Iterator[Problem]:
    wanted = references_of(structure, service)
    if Reference.EITHER in wanted and not (place.service or piece.commitment_number):
        yield problem(
            Code.SERVICE_CODE_REQUIRED,
            "parties.destinataire",
            f"`{structure.id}` wants a service code or a commitment number",
        )
    if Reference.SERVICE in wanted and not place.service:
        yield problem(
            Code.SERVICE_CODE_REQUIRED,
            "parties.destinataire",
            f"`{structure.id}` wants a service code",
        )
    if Reference.COMMITMENT in wanted and not piece.commitment_number:
        yield problem(
            Code.COMMITMENT_REQUIRED,
            "commitment_number",
            f"`{place}` wants a commitment number",
        )
