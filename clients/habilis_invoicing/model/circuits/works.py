"""The pieces of a works billing file: deposit, next piece, refusal, correction (§4.1–§4.4).

Points on which the portal's rules can be read in two ways are settled here:

- A refusal for routing tells who was named wrongly: the refuser himself, or (as
  ERREUR_DE_MOE, ERREUR_DE_MOA) another one.
- Once the regulatory delay has passed, the MOE has lost its turn, and the
  supplier goes on in its place: a state that is not one's own is nobody's to act on.
- A previous piece whose recycling was asked keeps its successor, and is
  associated with it again once corrected.
- What the payer rejects for good is issued anew as what another party refused.
- A8 is a signed general statement: there is none without the one that is signed.
"""

from typing import Final

from habilis_invoicing.model.cadres import CADRES, PAYABLE, WORKS, Cadre, Party, Validation
from habilis_invoicing.model.circuits.row import Condition, Transition, rows
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event, Motif

__all__ = ["PIECES"]

_C, _E = Cadre, Etat
_SUPPLIER, _MOE, _MOA, _DEPOSITOR = Party.FOURNISSEUR, Party.MOE, Party.MOA, Party.DEPOSANT
_AT_MOE, _AT_MOA = _E.MISE_A_DISPOSITION_MOE, _E.MISE_A_DISPOSITION_MOA
_AT_SUPPLIER, _AT_PAYER = _E.MISE_A_DISPOSITION_FOURNISSEUR, _E.MISE_A_DISPOSITION


def _to(party: Party) -> frozenset[Cadre]:
    return frozenset(cadre for cadre in WORKS if CADRES[cadre].addressee is party)


def _by(party: Party) -> frozenset[Cadre]:
    return frozenset(cadre for cadre in WORKS if CADRES[cadre].depositor is party)


_REPLACED: Final = _E.REMPLACEE_PAR_A22
_LAPSED: Final = _E.ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE
_VALIDATED: Final = frozenset(
    cadre for cadre in WORKS if CADRES[cadre].validation is not Validation.NEVER
)
_TO_MOE, _TO_MOA, _TO_SUPPLIER = _to(_MOE), _to(_MOA), _to(_SUPPLIER)
_HELD: Final = ((_TO_MOE, _AT_MOE, _MOE), (_TO_MOA, _AT_MOA, _MOA))
_RECYCLED: Final = frozenset(
    cadre for cadre in WORKS if CADRES[cadre].followed_by & (_TO_MOE | _TO_MOA)
)
"""What the holder of the next piece may have corrected."""
_ERRORS_OF_MOE: Final = (_E.ERREUR_DE_MOE, _E.ERREUR_FOURNISSEUR_SUR_MOE)
_ERRORS_OF_MOA: Final = (_E.ERREUR_DE_MOA, _E.ERREUR_FOURNISSEUR_SUR_MOA, _E.ERREUR_MOE_SUR_MOA)
_SENT_BACK: Final = (
    (_TO_MOE, _E.REFUSEE_MOE),
    (_TO_MOA, _E.REFUSEE_MOA),
    (_TO_SUPPLIER, _E.REFUSEE_FOURNISSEUR),
    (PAYABLE, _E.REJETEE),
)


def _deposits() -> tuple[Transition, ...]:
    """Who sends what, and the state in which it reaches its addressee (§4.1)."""
    drafts = tuple(
        row
        for party in (_SUPPLIER, _MOE, _MOA)
        for row in rows("4.2/1", _by(party), (None, _E.BROUILLON), Event.SAVE, party, _E.BROUILLON)
    )
    by_supplier = _by(_SUPPLIER) - _VALIDATED - {_C.A8}
    by_moe, by_moa = _by(_MOE), _by(_MOA)
    table = (
        ("4.1/1", by_supplier & _TO_MOE, _SUPPLIER, _AT_MOE),
        ("4.1/1", by_supplier & _TO_MOA, _SUPPLIER, _AT_MOA),
        ("4.1/1", by_supplier & PAYABLE, _SUPPLIER, _E.DEPOSEE),
        ("4.1/3", by_moe & _TO_MOA, _MOE, _AT_MOA),
        ("4.1/3", by_moe & _TO_SUPPLIER, _MOE, _AT_SUPPLIER),
        ("4.1/3", by_moe & PAYABLE, _MOE, _E.DEPOSEE),
        ("4.1/4", by_moa & _TO_SUPPLIER, _MOA, _AT_SUPPLIER),
        ("4.1/4", by_moa & PAYABLE, _MOA, _E.DEPOSEE),
    )
    sent = tuple(
        row
        for name, cadres, party, after in table
        for row in rows(name, cadres, _E.BROUILLON, Event.DEPOSIT, party, after)
    )
    signed = rows(
        *("4.1/11", [_C.A8], _E.BROUILLON, Event.DEPOSIT, _SUPPLIER, _E.DEPOSEE),
        condition=Condition.PREVIOUS,
    )
    deleted = rows("4.4/11", WORKS, _E.BROUILLON, Event.DELETE, _DEPOSITOR, _E.SUPPRIMEE)
    return (*drafts, *sent, *signed, *deleted)


def _follows(  # noqa: PLR0913  # as many values as the table has columns
    row: str,
    previous: set[Cadre],
    state: Etat,
    party: Party,
    following: set[Cadre],
    *,
    after: Etat = _E.ASSOCIEE,
    opens_after: int | None = None,
    closes_after: int | None = None,
) -> tuple[Transition, ...]:
    """What becomes of a piece when the next one is submitted (§4.1)."""
    return rows(
        *(row, previous, state, Event.FOLLOW, party, after),
        following=following,
        opens_after=opens_after,
        closes_after=closes_after,
    )


_FOLLOWED: Final = (
    *_follows("4.1/5", {_C.A4, _C.A13}, _AT_MOE, _MOE, {_C.A15, _C.A16}),
    *_follows("4.1/6", {_C.A4}, _AT_MOE, _MOA, {_C.A19}),
    *_follows("4.1/7", {_C.A5}, _AT_MOA, _MOA, {_C.A19}),
    *_follows("4.1/8", {_C.A15}, _AT_MOA, _MOA, {_C.A19}),
    *_follows("4.1/9", {_C.A7, _C.A14}, _AT_MOE, _MOE, {_C.A17, _C.A18}),
    *_follows("4.1/10", {_C.A17}, _AT_MOA, _MOA, {_C.A20}),
    *_follows("4.1/11", {_C.A18, _C.A20}, _AT_SUPPLIER, _SUPPLIER, {_C.A8}),
    *_follows("4.1/12", {_C.A7}, _AT_MOE, _SUPPLIER, {_C.A22}, after=_REPLACED, opens_after=30),
    *_follows("4.1/13", {_C.A22}, _AT_MOA, _MOA, {_C.A20}, closes_after=10),
    *_follows("4.1/14", {_C.A22}, _AT_MOA, _SUPPLIER, {_C.A23}, opens_after=10),
    *_follows("4.1/15", {_C.A22}, _AT_MOA, _MOE, {_C.A24}, opens_after=10),
    *_follows("4.1/16", {_C.A22}, _AT_MOA, _MOA, {_C.A25}, opens_after=10),
    *_follows("4.1/16", {_C.A20}, _AT_SUPPLIER, _MOA, {_C.A25}, opens_after=30),
    *_follows("4.4/9", {_C.A4}, _LAPSED, _SUPPLIER, {_C.A5, _C.A6}),
)

_REFUSALS: Final = (
    ("4.4/1", _TO_MOE, _AT_MOE, _MOE, Motif.MAUVAISE_MOE, _E.ERREUR_FOURNISSEUR_SUR_MOE),
    ("4.4/1", _TO_MOE, _AT_MOE, _MOE, Motif.MAUVAISE_MOA, _E.ERREUR_DE_MOE),
    ("4.4/2", _TO_MOA, _AT_MOA, _MOA, Motif.MAUVAISE_MOE, _E.ERREUR_DE_MOA),
    *(
        ("4.4/2", _TO_MOA & _by(depositor), _AT_MOA, _MOA, Motif.MAUVAISE_MOA, after)
        for depositor, after in (
            (_SUPPLIER, _E.ERREUR_FOURNISSEUR_SUR_MOA),
            (_MOE, _E.ERREUR_MOE_SUR_MOA),
        )
    ),
    ("4.4/3", _TO_MOE, _AT_MOE, _MOE, Motif.AUTRE, _E.REFUSEE_MOE),
    ("4.4/3", _TO_MOA, _AT_MOA, _MOA, Motif.AUTRE, _E.REFUSEE_MOA),
    ("4.4/3", _TO_SUPPLIER, _AT_SUPPLIER, _SUPPLIER, Motif.AUTRE, _E.REFUSEE_FOURNISSEUR),
)


def _answers() -> tuple[Transition, ...]:
    """What the holder of a piece does with it, besides continuing it (§4.4, R113, R137)."""
    refused = tuple(
        row
        for name, cadres, state, party, motif, after in _REFUSALS
        for row in rows(name, cadres, state, Event.REFUSE, party, after, motif=motif)
    )
    held = tuple(
        row
        for cadres, state, party in _HELD
        for row in (
            *rows("4.4/6", cadres, state, Event.SUSPEND_PIECE, party, _E.SUSPENDUE),
            *rows("4.4/8", cadres, state, Event.REQUEST_RECYCLING, party, None),
            *rows("R113", cadres, state, Event.ASSIGN, party, None),
        )
    )
    return (
        *refused,
        *held,
        *rows("4.1/17", [_C.A10], _AT_MOE, Event.TAKE_NOTE, _MOE, _E.PRISE_EN_COMPTE_MOE),
        *rows("4.4/9", [_C.A4], _AT_MOE, Event.LAPSE, None, _LAPSED, opens_after=7),
    )


def _corrections() -> tuple[Transition, ...]:
    """What the depositor does with a piece that came back to him (§4.4)."""
    awaiting = _E.EN_ATTENTE_RECYCLAGE_FOURNISSEUR
    completed = tuple(
        row
        for cadres, state, _ in _HELD
        for row in (
            *rows("4.4/6", cadres, _E.SUSPENDUE, Event.COMPLETE, _DEPOSITOR, _E.COMPLETEE),
            *rows("4.4/6", cadres, _E.COMPLETEE, Event.GO_ON, None, state),
        )
    )
    lost = tuple(
        row
        for cadres, state in _SENT_BACK
        for row in (
            *rows("4.4/10", cadres, state, Event.ACKNOWLEDGE, _DEPOSITOR, None),
            *rows("4.4/3", cadres, state, Event.REISSUE, _DEPOSITOR, _E.DUPLIQUE_APRES_REFUS),
        )
    )
    return (
        *completed,
        *lost,
        *rows("4.4/1", _TO_MOE, _ERRORS_OF_MOE, Event.RECYCLE, _DEPOSITOR, _AT_MOE),
        *rows("4.4/2", _TO_MOA, _ERRORS_OF_MOA, Event.RECYCLE, _DEPOSITOR, _AT_MOA),
        *rows("4.4/7", PAYABLE, _E.A_RECYCLER, Event.RECYCLE, _DEPOSITOR, _AT_PAYER),
        *rows("4.4/8", _RECYCLED, _E.ASSOCIEE, Event.RECYCLING_REQUESTED, None, awaiting),
        *rows("4.4/8", _RECYCLED, awaiting, Event.RECYCLE, _DEPOSITOR, _E.ASSOCIEE),
    )


PIECES: Final[tuple[Transition, ...]] = (
    *_deposits(),
    *_FOLLOWED,
    *_answers(),
    *_corrections(),
)
