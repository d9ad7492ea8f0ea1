"""Ordinary invoices, justice claims, tax refunds, and what a payer does with any request (§3.4).

Justice claims and tax refunds go the simple way: their depositors have no
button to complete, recycle or acknowledge, so nobody asks it of them.
"""

from typing import Final

from habilis_invoicing.model.cadres import CADRES, PAYABLE, Cadre, Party, Validation
from habilis_invoicing.model.circuits.row import Transition, rows
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event

__all__ = ["INVOICES"]

_E = Etat
_ISSUED: Final = frozenset({Cadre.A1, Cadre.A2, Cadre.A9, Cadre.A12})
_ORDINARY: Final = _ISSUED | {Cadre.A3, Cadre.A21}
_DIRECT: Final = frozenset(
    cadre for cadre in _ORDINARY if CADRES[cadre].validation is Validation.NEVER
)
_RECEIVED: Final = _ORDINARY | PAYABLE
_SENT_BACK: Final = _ISSUED | PAYABLE
_PAID: Final = _RECEIVED - {Cadre.A2}
"""A2 is sent for information: it has been paid already (§3.2)."""

_SUPPLIER, _PAYER, _DEPOSITOR = Party.FOURNISSEUR, Party.DESTINATAIRE, Party.DEPOSANT
_UNANSWERED: Final = (_E.MISE_A_DISPOSITION, _E.SERVICE_FAIT, _E.COMPLETEE)
_ORDERED: Final = (_E.MISE_A_DISPOSITION, _E.SERVICE_FAIT, _E.MANDATEE)
_UNPOSTED: Final = (*_UNANSWERED, _E.MANDATEE, _E.MISE_A_DISPOSITION_COMPTABLE)
_UNPAID: Final = (*_UNPOSTED, _E.COMPTABILISEE)
_AT_ACCOUNTANT: Final = _E.MISE_A_DISPOSITION_COMPTABLE

INVOICES: Final[tuple[Transition, ...]] = (
    *rows("3.4/1", _ORDINARY, (None, _E.BROUILLON), Event.SAVE, _SUPPLIER, _E.BROUILLON),
    *rows("3.4/2", _DIRECT, _E.BROUILLON, Event.DEPOSIT, _SUPPLIER, _E.DEPOSEE),
    *rows("3.4/3", _RECEIVED, _E.DEPOSEE, Event.ROUTE, None, _E.EN_COURS_ACHEMINEMENT),
    *rows("3.4/3", _RECEIVED, _E.EN_COURS_ACHEMINEMENT, Event.ROUTE, None, _E.MISE_A_DISPOSITION),
    *rows("3.4/4", _RECEIVED, _E.MISE_A_DISPOSITION, Event.CERTIFY, _PAYER, _E.SERVICE_FAIT),
    *rows("3.4/5", _PAID, _UNANSWERED, Event.MANDATE, _PAYER, _E.MANDATEE),
    *rows("3.4/6", _RECEIVED, _ORDERED, Event.SEND_TO_ACCOUNTANT, _PAYER, _AT_ACCOUNTANT),
    *rows("3.4/7", _RECEIVED, _UNPOSTED, Event.POST, _PAYER, _E.COMPTABILISEE),
    *rows("3.4/8", _PAID, _UNPAID, Event.PAY, _PAYER, _E.MISE_EN_PAIEMENT),
    *rows("3.4/9", _SENT_BACK, _UNANSWERED, Event.ASK_RECYCLING, _PAYER, _E.A_RECYCLER),
    *rows("3.4/10", _ISSUED, _E.A_RECYCLER, Event.RECYCLE, _SUPPLIER, _E.MISE_A_DISPOSITION),
    *rows("3.4/11", _SENT_BACK, _UNANSWERED, Event.SUSPEND, _PAYER, _E.SUSPENDUE),
    *rows("3.4/12", _ISSUED, _E.SUSPENDUE, Event.COMPLETE, _SUPPLIER, _E.COMPLETEE),
    *rows("3.4/12", PAYABLE, _E.SUSPENDUE, Event.COMPLETE, _DEPOSITOR, _E.COMPLETEE),
    *rows("3.4/13", _RECEIVED, _UNANSWERED, Event.REJECT, _PAYER, _E.REJETEE),
    *rows("3.4/14", _ISSUED, _E.REJETEE, Event.ACKNOWLEDGE, _SUPPLIER, None),
    *rows("3.4/15", _SENT_BACK, _E.SUSPENDUE, Event.LIFT, _PAYER, _E.MISE_A_DISPOSITION),
    # The button « Supprimer » of a draft (R128, §4.4).
    *rows("4.4/11", _ORDINARY, _E.BROUILLON, Event.DELETE, _SUPPLIER, _E.SUPPRIMEE),
)
