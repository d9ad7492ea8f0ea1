"""What is replayed: who deposits what and when, and what the portal printed of it (R142)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from habilis import Perimeter
from habilis_companion.paris import paris
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat

__all__ = ["STORIES", "Deposit", "Pay", "Story", "Tick"]

_E: Final = Etat

# Those of the facts of the policy's cases.
_NICOLAS: Final = Perimeter("40512377900010")
_MB_INGENIERIE: Final = Perimeter("43155257900051")
_ACADEMIE: Final = Perimeter("17340430200015")
_CSP: Final = Perimeter("11000201100044", "RECCHOR034")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A piece sent at this moment, after the one before it if there is one."""

    at: datetime
    who: str
    cadre: Cadre
    number: str
    deposant: Perimeter
    destinataire: Perimeter
    moe: Perimeter = _MB_INGENIERIE
    moa: Perimeter = _ACADEMIE


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What time brings about at this moment."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """What the payer does with the last piece: a method of the client, and what it takes."""

    at: datetime
    who: str
    act: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`expected` are the pieces in their order, each with the states that it has to go through."""

    title: str
    steps: tuple[Deposit | Tick | Pay, ...]
    expected: tuple[tuple[Cadre, str, tuple[Etat, ...]], ...]


def _on(moment: str) -> datetime:
    """A moment as the portal's clock shows it, `2022-05-12T02:59:54`."""
    return datetime.fromisoformat(moment).replace(tzinfo=paris())


_MONTHLY: Final = Story(
    title="The dossier 20220094, a monthly payment",
    steps=(
        Deposit(
            at=_on("2022-05-12T02:59:54"),
            who="alice",
            cadre=Cadre.A4,
            number="20220094",
            deposant=_NICOLAS,
            destinataire=_ACADEMIE,
        ),
        Deposit(
            at=_on("2022-05-12T03:12:13"),
            who="julie",
            cadre=Cadre.A15,
            number="EA1+F20220094",
            deposant=_MB_INGENIERIE,
            destinataire=_ACADEMIE,
        ),
        Deposit(
            at=_on("2022-05-30T10:07:03"),
            who="claire",
            cadre=Cadre.A19,
            number="F001_ACL_lot04",
            deposant=_ACADEMIE,
            destinataire=_CSP,
        ),
        Tick(at=_on("2022-05-30T10:16:39")),
        Tick(at=_on("2022-05-30T15:24:40")),
    ),
    expected=(
        (Cadre.A4, "20220094", (_E.MISE_A_DISPOSITION_MOE, _E.ASSOCIEE)),
        (Cadre.A15, "EA1+F20220094", (_E.BROUILLON, _E.MISE_A_DISPOSITION_MOA, _E.ASSOCIEE)),
        (
            Cadre.A19,
            "F001_ACL_lot04",
            (_E.BROUILLON, _E.DEPOSEE, _E.EN_COURS_ACHEMINEMENT, _E.MISE_A_DISPOSITION),
        ),
    ),
)

_FINAL: Final = Story(
    title="The end of the contract, to its payment",
    steps=(
        Deposit(
            at=_on("2022-10-03T09:00:00"),
            who="alice",
            cadre=Cadre.A7,
            number="20220094-DF",
            deposant=_NICOLAS,
            destinataire=_ACADEMIE,
        ),
        Deposit(
            at=_on("2022-10-14T11:30:00"),
            who="julie",
            cadre=Cadre.A17,
            number="PDG+20220094",
            deposant=_MB_INGENIERIE,
            destinataire=_ACADEMIE,
        ),
        Deposit(
            at=_on("2022-10-26T16:05:00"),
            who="claire",
            cadre=Cadre.A20,
            number="DG_ACL_lot04",
            deposant=_ACADEMIE,
            destinataire=_ACADEMIE,
        ),
        Deposit(
            at=_on("2022-11-08T08:45:00"),
            who="alice",
            cadre=Cadre.A8,
            number="20220094-DGD",
            deposant=_NICOLAS,
            destinataire=_CSP,
        ),
        Tick(at=_on("2022-11-08T08:50:00")),
        Tick(at=_on("2022-11-08T08:55:00")),
        Pay(at=_on("2022-11-15T14:00:00"), who="karim", act="certify_service"),
        Pay(at=_on("2022-11-16T10:20:00"), who="karim", act="mandate", number="M2022-4711"),
        Pay(at=_on("2022-11-28T07:00:00"), who="karim", act="issue_payment"),
    ),
    expected=(
        (Cadre.A7, "20220094-DF", (_E.MISE_A_DISPOSITION_MOE, _E.ASSOCIEE)),
        (Cadre.A17, "PDG+20220094", (_E.BROUILLON, _E.MISE_A_DISPOSITION_MOA, _E.ASSOCIEE)),
        (Cadre.A20, "DG_ACL_lot04", (_E.BROUILLON, _E.MISE_A_DISPOSITION_FOURNISSEUR, _E.ASSOCIEE)),
        (
            Cadre.A8,
            "20220094-DGD",
            (
                *(_E.BROUILLON, _E.DEPOSEE, _E.EN_COURS_ACHEMINEMENT, _E.MISE_A_DISPOSITION),
                *(_E.SERVICE_FAIT, _E.MANDATEE, _E.MISE_EN_PAIEMENT),
            ),
        ),
    ),
)

STORIES: Final = (_MONTHLY, _FINAL)
"""R142 as the deck prints it, its first « Mise à disposition » of the A19 read as R143 does; and
the circuit of the end of a contract (§4.3), on days of our own."""
