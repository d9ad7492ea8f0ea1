"""Every act of every party, by people of every profile and every perimeter, through the flows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest

from habilis import AccessDenied, Client, Decision, Perimeter, Question, Token
from habilis.organisation.facts import AccountState
from habilis_companion.guard import actions_of
from habilis_invoicing.flows import Invoicing
from habilis_server.engine import Judge
from habilis_server.world import Account, Attachment, Record, Service
from tests.companion.bureau import rulebook
from tests.companion.judging import Judging
from tests.conftest import Figure
from tests.invoicing.deeds import DEEDS, PLACES, VALIDATOR, a_piece_of, call
from tests.invoicing.office import Office, open_office
from tests.service.portal import facts_of_the_cases, open_portal

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
            yield Service(
                structure=place.structure, code="CHANTIERS", name="Chantiers", active=True
            )
        yield Service(structure=place.structure, code=OTHER, name="Autre", active=True)
    for person in PEOPLE:
        account = f"{person.party}@{uuid4().hex}.example.org"
        yield Account(id=person.id, email=account, state=AccountState.ACTIVE)
        names = {f"{each}:{level}" for each in APPLICATIONS for level in LEVELS[person.level]}
        yield Attachment(
            account=person.id,
            perimeter=person.place,
            profiles=frozenset(names or {"mes_messages:consultation"}),
        )


RECORDS: Final = [*records()]
BATCH: Final = 500


class Heard(Judging):
    """Keeps each question that the flows asked, with its answer."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self.answers: dict[str, tuple[Question, Decision]] = {}

    def check_many(
        self, questions: Sequence[Question], *, at_least: Token | None = None
    ) -> tuple[Decision, ...]:
        decisions = super().check_many(questions, at_least=at_least)
        for question, decision in zip(questions, decisions, strict=True):
            described = replace(question, resource=replace(question.resource, id="any"))
            self.answers.setdefault(repr(described), (question, decision))
        return decisions


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("rights")
    office = open_office(folder / "data", folder, *RECORDS)
    with office.store:
        yield office


def test_who_may_do_what_is_who_should(office: Office, tmp_path: Path, figure: Figure) -> None:
    office.clock.forward(days=1)
    heard = Heard(office.habilis.judge)
    office.invoicing = office.asking(heard)
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

    questions = [question for question, _ in heard.answers.values()]
    expected = [(said.allowed, said.reason, said.rule_id) for _, said in heard.answers.values()]
    facts = [*facts_of_the_cases(rulebook()), *RECORDS]
    with open_portal(tmp_path, records=facts) as portal, Client(portal.target) as client:
        told = [
            (said.allowed, said.reason, said.rule_id)
            for start in range(0, len(questions), BATCH)
            for said in client.check_many(questions[start : start + BATCH], deadline=60)
        ]
    assert told == expected
    figure(f"{len(told)} questions of theirs, asked of a server over gRPC: 0 answered otherwise")


def test_every_act_on_a_piece_is_tried() -> None:
    lists = {"list_to_process", "search", "get_dashboard", "export"}

    assert {deed.method for deed in DEEDS} == actions_of(Invoicing).keys() - lists
