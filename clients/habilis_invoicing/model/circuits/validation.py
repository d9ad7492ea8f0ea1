"""Requests of subcontractors and co-contractors, to which a validator agrees first (§3.5).

The second validator, of a co-contractor's subcontractor, does as the first.
Silence is a tacit validation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from habilis_invoicing.model.cadres import CADRES, WORKS, Party, Validation
from habilis_invoicing.model.circuits.row import Condition, Transition, rows
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event, Motif

__all__ = ["VALIDATION"]

_E = Etat
_VALIDATED: Final = frozenset(
    cadre for cadre in CADRES if CADRES[cadre].validation is not Validation.NEVER
)
_OPTIONAL: Final = frozenset(
    cadre for cadre in CADRES if CADRES[cadre].validation is Validation.IF_NAMED
)
_INVOICES: Final = _VALIDATED - WORKS
_PIECES: Final = _VALIDATED & WORKS
_SUPPLIER, _VALIDATOR = Party.FOURNISSEUR, Party.VALIDEUR
_DAYS: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """The states of one validator."""

    waiting: Etat
    agreed: Etat
    refused: Etat
    wrong: Etat
    silent: Etat


_FIRST: Final = _Level(
    waiting=_E.A_VALIDER_1,
    agreed=_E.VALIDEE_1,
    refused=_E.REFUSEE_1,
    wrong=_E.ERREUR_FOURNISSEUR_SUR_VALIDEUR,
    silent=_E.ABSENCE_VALIDATION_1_HORS_DELAI,
)
_SECOND: Final = _Level(
    waiting=_E.A_VALIDER_2,
    agreed=_E.VALIDEE_2,
    refused=_E.REFUSEE_2,
    wrong=_E.ERREUR_COTRAITANT_SUR_VALIDEUR,
    silent=_E.ABSENCE_VALIDATION_2_HORS_DELAI,
)


def _answers(level: _Level, row: Iterator[str]) -> Iterator[Transition]:
    """What the validator of this level does, and what his silence does."""
    waiting = level.waiting
    agrees, errs, refuses, lapses = row
    yield from rows(agrees, _VALIDATED, waiting, Event.VALIDATE, _VALIDATOR, level.agreed)
    yield from rows(
        *(errs, _VALIDATED, waiting, Event.REFUSE_VALIDATION, _VALIDATOR, level.wrong),
        motif=Motif.MAUVAIS_VALIDEUR,
    )
    yield from rows(
        *(refuses, _VALIDATED, waiting, Event.REFUSE_VALIDATION, _VALIDATOR, level.refused),
        motif=Motif.AUTRE,
    )
    yield from rows(
        *(lapses, _VALIDATED, waiting, Event.LAPSE, None, level.silent), opens_after=_DAYS
    )
    for depositor, cadres in ((_SUPPLIER, _INVOICES), (Party.DEPOSANT, _PIECES)):
        yield from rows(errs, cadres, level.wrong, Event.CORRECT_VALIDATOR, depositor, waiting)
        yield from rows(refuses, cadres, level.refused, Event.ACKNOWLEDGE, depositor, None)


def _onward(row: str, left: Etat, condition: Condition) -> Iterator[Transition]:
    """Where an agreement leads at once, given or tacit, when no other is awaited."""
    for cadres, after in ((_INVOICES, _E.DEPOSEE), (_PIECES, _E.MISE_A_DISPOSITION_MOE)):
        yield from rows(row, cadres, left, Event.GO_ON, None, after, condition=condition)


def _to_second(row: str, left: Etat) -> Iterator[Transition]:
    yield from rows(
        *(row, _VALIDATED, left, Event.GO_ON, None, _SECOND.waiting), condition=Condition.SECOND
    )


VALIDATION: Final[tuple[Transition, ...]] = (
    *rows(
        *("3.5/1", _VALIDATED, _E.BROUILLON, Event.DEPOSIT, _SUPPLIER, _FIRST.waiting),
        condition=Condition.VALIDATOR,
    ),
    *rows(
        *("4.1/2", _OPTIONAL, _E.BROUILLON, Event.DEPOSIT, _SUPPLIER, _E.MISE_A_DISPOSITION_MOE),
        condition=Condition.NO_VALIDATOR,
    ),
    *_answers(_FIRST, iter(("3.5/2", "3.5/3", "3.5/4", "3.5/5"))),
    *_to_second("3.5/2", _FIRST.agreed),
    *_to_second("3.5/5", _FIRST.silent),
    *_onward("3.5/2", _FIRST.agreed, Condition.NO_SECOND),
    *_onward("3.5/5", _FIRST.silent, Condition.NO_SECOND),
    *_answers(_SECOND, iter(("3.5/6",) * 4)),
    *_onward("3.5/6", _SECOND.agreed, Condition.NONE),
    *_onward("3.5/6", _SECOND.silent, Condition.NONE),
)
