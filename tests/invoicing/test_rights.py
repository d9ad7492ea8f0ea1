"""Every act of every party, by people of every profile and every perimeter, through the flows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final
from uuid import uuid4

import pytest

from habilis import AccessDenied, Perimeter
from habilis.organisation.facts import AccountState
from habilis_companion.guard import actions_of
from habilis_invoicing.flows import Invoicing
from habilis_server.world import Account, Attachment, Record, Service
from tests.conftest import Figure
from tests.invoicing.deeds import DEEDS, PLACES, VALIDATOR, a_piece_of, call
from tests.invoicing.office import Office, open_office

OTHER: Final = "AUTRE"
APPLICATIONS: Final = (
    *("factures_emises", "factures_recues", "factures_a_valider", "factures_travaux"),
    *("frais_justice", "remboursements_taxes"),
)
LEVELS: Final = {
    "nothing": (),
    "reads": ("consultation",),
    "writes": ("modification",),
    "both": ("consultation", "modification"),
}
SCOPES: Final = ("structure", "service", "other service", "another structure")
ELSEWHERE: Final = Perimeter("17130430600011")


@dataclass(frozen=True)
class Person:
    """Somebody attached near one of the actors, with these levels in every application."""

    party: str
    scope: str
    level: str

    @property
    def id(self) -> str:
        return f"{self.party}, {self.scope}, {self.level}"

    @property
    def place(self) -> Perimeter:
        place = PLACES[self.party]
        return {
            "structure": Perimeter(place.structure),
            "service": place,
            "other service": Perimeter(place.structure, OTHER),
            "another structure": ELSEWHERE,
        }[self.scope]

    def may(self, parties: str, *, read: bool) -> bool:
        """Whether he should: he acts for one of the parties, and holds what it takes (R17)."""
        covers = self.scope in {"structure", "service"}
        holds = self.level == "both" or (read and self.level == "reads")
        return self.party in parties.split() and covers and holds


PEOPLE: Final = [Person(*each) for each in product(PLACES, SCOPES, LEVELS)]


def records() -> Iterator[Record]:
    for place in PLACES.values():
        if place == VALIDATOR:
            yield Service(structure=place.structure, code="CHANTIERS", name="", active=True)
        yield Service(structure=place.structure, code=OTHER, name="", active=True)
    for person in PEOPLE:
        account = f"{person.party}@{uuid4().hex}.example.org"
        yield Account(id=person.id, email=account, state=AccountState.ACTIVE)
        names = {f"{each}:{level}" for each in APPLICATIONS for level in LEVELS[person.level]}
        yield Attachment(
            account=person.id,
            perimeter=person.place,
            profiles=frozenset(names or {"mes_messages:consultation"}),
        )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("rights")
    office = open_office(folder / "data", folder, *records())
    with office.store:
        yield office


def test_who_may_do_what_is_who_should(office: Office, figure: Figure) -> None:
    office.clock.forward(days=1)
    wrong: list[str] = []
    allowed = asked = 0
    for deed in DEEDS:
        piece = a_piece_of(deed, office)
        # Those who may come last, each to a piece of his own.
        for person in sorted(PEOPLE, key=lambda each: each.may(deed.parties, read=deed.reads)):
            should = person.may(deed.parties, read=deed.reads)
            if should:
                piece = a_piece_of(deed, office)
            try:
                call(deed, office, piece)(person.id)
                may = True
            except AccessDenied:
                may = False
            asked, allowed = asked + 1, allowed + may
            if may != should:
                wrong.append(f"{deed}: {person.id} {'may' if may else 'may not'}")

    assert wrong == []
    figure(f"{asked} (act × person): {allowed} allowed, all as the tables say")


def test_every_act_on_a_piece_is_tried() -> None:
    lists = {"list_to_process", "search", "get_dashboard", "export"}

    assert {deed.method for deed in DEEDS} == actions_of(Invoicing).keys() - lists
