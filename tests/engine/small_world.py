"""A small world, and every question that can be asked in it of the small policy."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from habilis import Perimeter, Question, Resource
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, Moa, StructureType
from habilis_server.world import Account, Approval, Attachment, Record, Service, Structure, World

__all__ = [
    "ACCOUNTS",
    "CLOSED",
    "OPEN",
    "OPEN_DESK",
    "RECORDS",
    "account",
    "asking",
    "every_question",
    "small_world",
    "structure",
]

OPEN: Final = Perimeter("S1")
OPEN_DESK: Final = Perimeter("S1", "GUICHET")
CLOSED: Final = Perimeter("S2")

_BOTH: Final = frozenset({"factures:consultation", "factures:modification"})


def account(
    name: str, state: AccountState = AccountState.ACTIVE, *, support: bool = False
) -> Account:
    return Account(id=name, email=f"{name}@exemple.fr", state=state, support=support)


def structure(name: str, manager: str | None = None, *, active: bool = True) -> Structure:
    return Structure(
        id=name,
        identifier_type="SIRET",
        type=StructureType.PUBLIC if active else StructureType.PRIVATE,
        name=name,
        active=active,
        moa=Moa.NONE,
        principal_manager=manager,
    )


RECORDS: Final[tuple[Record, ...]] = (
    structure("S1", manager="gp"),
    structure("S2", active=False),
    Service(structure="S1", code="GUICHET", name="Guichet", active=False),
    *(
        account(name)
        for name in ("gp", "agent", "lecteur", "guichet", "voisin", "ancien", "passant")
    ),
    account("aide", support=True),
    account("parti", AccountState.INACTIVE),
    Attachment(account="agent", perimeter=OPEN, profiles=_BOTH),
    Attachment(account="lecteur", perimeter=OPEN),
    Attachment(account="guichet", perimeter=OPEN_DESK, profiles=_BOTH),
    Attachment(account="voisin", perimeter=CLOSED, profiles=_BOTH),
    Attachment(
        account="ancien", perimeter=OPEN, profiles=frozenset(), legacy_secondary_manager=True
    ),
    Attachment(account="parti", perimeter=OPEN, profiles=_BOTH),
    Approval(
        id="demande",
        object=ApprovalObject.ENTITLEMENT,
        requester="ancien",
        perimeter=OPEN,
        state=ApprovalState.REQUESTED,
    ),
    Approval(
        id="close",
        object=ApprovalObject.ENTITLEMENT,
        requester="lecteur",
        perimeter=OPEN,
        state=ApprovalState.REFUSED,
    ),
)

ACCOUNTS: Final = (
    "gp",
    "agent",
    "lecteur",
    "guichet",
    "voisin",
    "ancien",
    "passant",
    "aide",
    "parti",
    "inconnu",
)


def small_world(revision: int = 7) -> World:
    return World.of(RECORDS, revision)


def asking(subject: str, action: str, resource: Resource) -> Question:
    return Question(subject=subject, action=action, resource=resource)


def every_question(*actions: str) -> Iterator[Question]:
    """Each account, on each object that differs in what a rule may see, for each action."""
    for subject in ACCOUNTS:
        for resource in (*_invoices(subject), *_kept(subject)):
            for action in actions:
                yield asking(subject, action, resource)


def _invoices(subject: str) -> Iterator[Resource]:
    sellers = (None, OPEN, OPEN_DESK, CLOSED)
    buyers = (None, OPEN, CLOSED)
    third = (None, OPEN)
    states = (None, "BROUILLON", "PAYEE")
    authors = (None, subject, "autrui")
    for seller, buyer, other, state, author in product(sellers, buyers, third, states, authors):
        parties = {"vendeur": seller, "acheteur": buyer, "tiers": other}
        properties = {"etat": state, "auteur": author}
        yield Resource(
            type="facture",
            id="F1",
            parties={party: perimeter for party, perimeter in parties.items() if perimeter},
            properties={name: value for name, value in properties.items() if value},
        )


def _kept(subject: str) -> Iterator[Resource]:
    for perimeter in (OPEN, CLOSED):
        yield Resource(type="structure", id=perimeter.structure)
    for name in (subject, "agent", "gp"):
        yield Resource(type="compte", id=name)
        yield Resource(type="compte", id=name, parties={"structure": OPEN})
    yield Resource(type="approbation", id="demande")
    yield Resource(type="approbation", id="close")
