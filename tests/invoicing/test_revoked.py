"""F8: a right that is lost between the question and the commit leaves nothing written."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from habilis import AccessDenied, Decision, Perimeter, Question, Token
from habilis.errors import HabilisError, UnavailableError
from habilis_companion.guard import Guard
from habilis_companion.terms import Reference
from habilis_invoicing.model.piece import Piece
from habilis_server.engine import Judge
from habilis_server.world import Detachment
from tests.companion.judging import Judging
from tests.conftest import Figure
from tests.invoicing.office import Office, engine, open_office
from tests.invoicing.pieces import MOE, PAYER, SUPPLIER

TRIES: Final = 1_000


class Fickle(Judging):
    """Answers the first questions of an act, and takes the right away before the next ones."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self.lost: Judge | None = None
        self.gone = False
        self._answered = 0

    def lose(self, lost: Judge | None, *, gone: bool = False) -> None:
        self.lost, self.gone, self._answered = lost, gone, 0

    def check_many(
        self, questions: Sequence[Question], *, at_least: Token | None = None
    ) -> tuple[Decision, ...]:
        self._answered += 1
        if self._answered > 1 and self.gone:
            raise UnavailableError("nobody is there")
        if self._answered > 1 and self.lost is not None:
            self.judge = self.lost
        return super().check_many(questions, at_least=at_least)


@dataclass(frozen=True, eq=False)
class Try:
    """An act, and who does it for which perimeter."""

    method: str
    who: str
    place: Perimeter
    said: dict[str, Any]


def ref(piece: Piece) -> Reference:
    return Reference(piece.id, piece.version)


def fickle(office: Office) -> Fickle:
    assert isinstance(office.habilis, Fickle)
    return office.habilis


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = open_office(tmp_path / "data", tmp_path)
    office.habilis = Fickle(office.habilis.judge)
    office.__post_init__()
    with office.store:
        yield office


def tries(office: Office) -> list[Try]:
    """Acts of every screen, each of which would succeed."""
    a4 = office.deposit("A4", "F-1")
    a9 = office.deposit("A9", "ST-1")
    a19 = office.deposit("A19", "EAV-1")
    office.tick(minutes=1)
    a19 = office.piece(a19.id) if office.tick(minutes=1) else a19
    kept = office.draft("A4", "F-2")
    saved = office.invoicing.save_draft(subject="alice", request_id="kept", draft=kept)
    draft = Reference(saved.id, saved.version)
    linked = office.draft("A15", "EA-1", previous=a4.id)
    why = {"reason": "AUTRE", "comment": "lot 4"}
    return [
        Try("save_draft", "alice", SUPPLIER, {"draft": kept}),
        Try("deposit", "alice", SUPPLIER, {"saved": draft}),
        Try("deposit", "julie", MOE, {"draft": linked}),
        Try("delete_draft", "alice", SUPPLIER, {"piece": draft}),
        Try("refuse_piece", "julie", MOE, {"piece": ref(a4), **why}),
        Try("suspend_piece", "julie", MOE, {"piece": ref(a4), "comment": "RIB"}),
        Try("validate", "alice", SUPPLIER, {"piece": ref(a9)}),
        Try("refuse_validation", "alice", SUPPLIER, {"piece": ref(a9), **why}),
        Try("mandate", "karim", PAYER, {"piece": ref(a19), "mandate_number": "M-1"}),
        Try("issue_payment", "karim", PAYER, {"piece": ref(a19)}),
        Try("reject", "karim", PAYER, {"piece": ref(a19), "comment": "doublon"}),
    ]


def lost(office: Office, tried: Try) -> Judge:
    """The facts once the person has been detached."""
    gone = Detachment(account=tried.who, perimeter=tried.place)
    return engine().on(office.world.after([gone], office.world.revision + 1))


def attempt(office: Office, tried: Try, request: str) -> HabilisError | None:
    act = getattr(office.invoicing, tried.method)
    try:
        act(subject=tried.who, request_id=request, **tried.said)
    except HabilisError as error:
        return error
    return None


def test_f8_a_right_lost_between_question_and_commit_leaves_nothing_written(
    office: Office, figure: Figure
) -> None:
    acts, dice = tries(office), random.Random(8)
    kept = fickle(office).judge
    without = {tried: lost(office, tried) for tried in acts}
    before = office.rows()
    for number in range(TRIES):
        tried = acts[dice.randrange(len(acts))]
        unanswered = number % 10 == 0
        fickle(office).judge = kept
        fickle(office).lose(None if unanswered else without[tried], gone=unanswered)
        error = attempt(office, tried, f"lost-{number}")
        assert isinstance(error, UnavailableError if unanswered else AccessDenied)
        if number % 25 == 0:
            assert office.rows() == before

    assert office.rows() == before
    figure(f"{TRIES} rights lost between question and commit, nothing written")


def unasked(*_: object) -> None:
    """In place of the second question: none."""


def test_f8_without_the_second_question_they_would_be_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = tries(office)
    monkeypatch.setattr(Guard, "again", unasked)
    kept, written = fickle(office).judge, 0
    for number, method in enumerate(("save_draft", "deposit", "validate", "mandate")):
        [tried, *_] = [each for each in acts if each.method == method]
        before = office.rows()
        fickle(office).judge = kept
        fickle(office).lose(lost(office, tried))
        assert attempt(office, tried, f"lost-{number}") is None
        written += office.rows() != before

    assert written == 4
