"""What is played: who writes and does what and when, and what each side has to be told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from habilis import Perimeter
from habilis_companion.paris import paris
from habilis_invoicing.model.cadres import Cadre
from habilis_soliciting.model.asked import Draft
from habilis_soliciting.model.etats import Etat, EtatEmetteur

__all__ = ["INVOICE", "STORIES", "Invoice", "Step", "Story"]

_E: Final = Etat
_S: Final = EtatEmetteur

# Those of the facts of the policy's cases.
_NICOLAS: Final = Perimeter("40512377900010")
_SFACT: Final = Perimeter("11000201100044", "FAC0000034")
_CSP: Final = Perimeter("11000201100044", "RECCHOR034")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What the first story is about, deposited beforehand."""

    who: str
    cadre: Cadre
    number: str
    fournisseur: Perimeter
    destinataire: Perimeter
    commitment_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An act at this moment: a method of the client, and what it takes beside the solicitation.

    `ends`: the code by which it is refused; "": it is done. `unseen`: the
    sender is told the same before and after. `loses`: who can read it no more.
    """

    at: datetime
    who: str
    act: str
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ends: str = ""
    unseen: bool = False
    loses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`written` at the first moment by `who`; `reader` receives it at the end.

    `lines` are the receiver's states in their order, each beside what its
    sender is told, None for nothing; `notices` are mails, each by its template
    and to whom it has to go.
    """

    title: str
    at: datetime
    who: str
    written: Draft
    steps: tuple[Step, ...]
    reader: str
    lines: tuple[tuple[Etat, EtatEmetteur | None], ...]
    notices: tuple[tuple[str, str], ...]


def _on(moment: str) -> datetime:
    """A moment as the portal's clock shows it, `2022-06-07T09:12:00`."""
    return datetime.fromisoformat(moment).replace(tzinfo=paris())


INVOICE: Final = Invoice(
    who="alice",
    cadre=Cadre.A1,
    number="F-2022-0417",
    fournisseur=_NICOLAS,
    destinataire=_SFACT,
    commitment_number="EJ-9999999999",
)
"""The commitment that it names does not exist."""

_WRONG_RECIPIENT: Final = Story(
    title="An invoice whose commitment does not exist, « Erreur destinataire »",
    at=_on("2022-06-07T09:12:00"),
    who="alice",
    written=Draft(
        emetteur=_NICOLAS,
        category="FACTURES_EMISES",
        subcategory="ERREUR_DESTINATAIRE",
        recepteur=_SFACT,
        object_number=INVOICE.number,
        title="Engagement inconnu",
        description=f"La facture cite l'engagement {INVOICE.commitment_number}, inconnu.",
        contact_email="alice@example.org",
    ),
    steps=(
        Step(
            at=_on("2022-06-07T10:30:00"),
            who="lea",
            act="process_solicitation",
            ends="STATUS_REQUIRED",
            unseen=True,
        ),
        Step(
            at=_on("2022-06-07T10:31:00"),
            who="lea",
            act="process_solicitation",
            given={"status": "EN_COURS", "comment": "Le bon engagement est sans doute l'EJ-12."},
            unseen=True,
        ),
        Step(
            at=_on("2022-06-07T10:45:00"),
            who="lea",
            act="process_solicitation",
            given={"status": "DEMANDE_INFORMATION", "comment": "Quel est le bon de commande ?"},
        ),
        Step(
            at=_on("2022-06-08T08:20:00"),
            who="alice",
            act="complete_solicitation",
            given={"comment": "Le bon de commande 4500123."},
        ),
        Step(
            at=_on("2022-06-08T11:05:00"),
            who="lea",
            act="process_solicitation",
            given={"status": "RESOLUE", "comment": "Déposez-la pour l'engagement EJ-12."},
        ),
        Step(at=_on("2022-06-09T09:00:00"), who="alice", act="close_solicitation"),
    ),
    reader="lea",
    lines=(
        (_E.A_TRAITER, _S.ENREGISTREE),
        (_E.A_TRAITER, _S.AFFECTEE),
        (_E.EN_COURS, None),
        (_E.DEMANDE_INFORMATION, _S.DEMANDE_INFORMATION),
        (_E.A_TRAITER, _S.AFFECTEE),
        (_E.RESOLUE, _S.RESOLUE),
        (_E.CLOTUREE, _S.CLOTUREE),
    ),
    notices=(
        ("arrived", "lea@example.org"),
        ("information-requested", "alice@example.org"),
        ("arrived", "lea@example.org"),
        ("resolved", "alice@example.org"),
    ),
)

_MISROUTED: Final = Story(
    title="A solicitation that went to the wrong service, « Mauvaise affectation »",
    at=_on("2022-06-10T14:00:00"),
    who="alice",
    written=Draft(
        emetteur=_NICOLAS,
        category="FACTURES_EMISES",
        subcategory="STATUT_FACTURE",
        recepteur=_SFACT,
        title="Facture en attente",
        description="Le CSP n'a pas encore traité notre facture.",
        contact_email="alice@example.org",
    ),
    steps=(
        Step(
            at=_on("2022-06-10T15:10:00"),
            who="lea",
            act="process_solicitation",
            given={"status": "MAUVAISE_AFFECTATION", "comment": "C'est l'affaire du CSP."},
            loses="lea",
        ),
        Step(
            at=_on("2022-06-13T09:30:00"),
            who="samir",
            act="reroute_solicitation",
            given={"recepteur": _CSP, "comment": "Pour le CSP."},
            loses="samir",
        ),
        Step(
            at=_on("2022-06-13T16:40:00"),
            who="karim",
            act="process_solicitation",
            given={"status": "RESOLUE", "comment": "Elle est mandatée depuis ce matin."},
        ),
        Step(at=_on("2022-06-14T08:15:00"), who="alice", act="close_solicitation"),
    ),
    reader="karim",
    lines=(
        (_E.A_TRAITER, _S.ENREGISTREE),
        (_E.A_TRAITER, _S.AFFECTEE),
        (_E.MAUVAISE_AFFECTATION, None),
        (_E.A_TRAITER, _S.AFFECTEE),
        (_E.A_TRAITER, _S.AFFECTEE),
        (_E.RESOLUE, _S.RESOLUE),
        (_E.CLOTUREE, _S.CLOTUREE),
    ),
    notices=(
        ("arrived", "lea@example.org"),
        ("arrived", "support@example.org"),
        ("arrived", "karim@example.org"),
        ("resolved", "alice@example.org"),
    ),
)

STORIES: Final = (_WRONG_RECIPIENT, _MISROUTED)
"""The first as the portal's training tells it (R86–R92), the second by R92 and §5.1; on days of
our own."""
