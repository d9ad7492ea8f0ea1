"""« Rechercher » in SQL: each criterion as a condition on what its reader is told (§3.6)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, exists

from habilis_companion.criteria import at, between, exactly
from habilis_companion.errors import InvalidRequestError
from habilis_invoicing.model.asked import Criteria, ServiceScope
from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.etats import GROUPS, Etat
from habilis_invoicing.store.schema import piece
from habilis_invoicing.store.sights import PARTIES

__all__ = ["Told", "among", "criteria_met"]

_Test: TypeAlias = ColumnElement[bool]
_MOST: Final = 2**63 - 1  # cents that a database can count


@dataclass(frozen=True, slots=True)
class Told:
    """The state of each piece as the reader is told it, and since when."""

    etat: ColumnElement[str]
    state_at: ColumnElement[Any]


def criteria_met(criteria: Criteria, told: Told) -> Iterator[_Test]:
    """What each criterion asks; the role of the reader is left to who knows it.

    What was deleted is found by who asks for it alone. Raises
    InvalidRequestError for an amount that is none.
    """
    yield from _places(criteria)
    yield from _states(criteria, told)
    yield from _moments(criteria, told)
    yield from _amounts(criteria)
    yield from _texts(criteria)
    if criteria.cadres:
        yield piece.c.cadre.in_([cadre.value for cadre in criteria.cadres])
    if criteria.only_without_next:
        following = piece.alias()
        yield ~exists().where(following.c.continues == piece.c.id)


def among(told: ColumnElement[str], etats: Iterable[Etat]) -> _Test:
    """Whether the state is one of these."""
    return told.in_(sorted(etat.value for etat in etats))


def _places(criteria: Criteria) -> Iterator[_Test]:
    with_services = criteria.services is ServiceScope.WITH_AND_WITHOUT
    for party, places in (
        (Party.FOURNISSEUR, criteria.fournisseurs),
        (Party.MOE, criteria.moes),
        (Party.MOA, criteria.moas),
        (Party.DESTINATAIRE, criteria.destinataires),
        (Party.VALIDEUR, criteria.valideurs),
    ):
        if places:
            yield at(PARTIES[party], places, with_services=with_services)


def _states(criteria: Criteria, told: Told) -> Iterator[_Test]:
    if criteria.etats:
        yield among(told.etat, criteria.etats)
    else:
        yield told.etat != Etat.SUPPRIMEE.value
    if criteria.group is not None:
        yield among(told.etat, GROUPS[criteria.group])


def _moments(criteria: Criteria, told: Told) -> Iterator[_Test]:
    yield from between(piece.c.deposited_at, criteria.deposited_from, criteria.deposited_to)
    yield from between(told.state_at, criteria.state_from, criteria.state_to)


def _amounts(criteria: Criteria) -> Iterator[_Test]:
    column = piece.c.including_tax
    least, most = criteria.including_tax_from, criteria.including_tax_to
    if least is not None:
        yield column >= _cents("including_tax_from", least, ROUND_CEILING)
    if most is not None:
        yield column <= _cents("including_tax_to", most, ROUND_FLOOR)


def _cents(field: str, amount: Decimal, rounding: str) -> int:
    if not amount.is_finite():
        raise InvalidRequestError(f"criteria.{field}", "is no amount")
    bounded = min(max(amount, Decimal(-_MOST) / 100), Decimal(_MOST) / 100)
    return int((bounded * 100).to_integral_value(rounding))


_EXACTLY: Final[dict[str, Callable[[Criteria], str]]] = {
    "number": lambda criteria: criteria.number,
    "contract_number": lambda criteria: criteria.contract_number,
    "commitment_number": lambda criteria: criteria.commitment_number,
    "dossier_number": lambda criteria: criteria.dossier_number,
    "case_officer": lambda criteria: criteria.case_officer,
}


def _texts(criteria: Criteria) -> Iterator[_Test]:
    for name, wanted in _EXACTLY.items():
        if wanted(criteria):
            yield exactly(piece.c[name], wanted(criteria))
