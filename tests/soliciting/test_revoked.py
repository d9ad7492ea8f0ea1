"""F8: a right that is lost between the question and the commit leaves nothing written."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from habilis.organisation.facts import AccountState
from habilis_companion.guard import Guard
from habilis_server.engine import Judge
from habilis_server.world import Account, Detachment, Record
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.etats import TO_PROCESS, Etat, EtatEmetteur
from tests.companion.bureau import engine
from tests.companion.revoking import Fickle, Try, faults_of_revoked_rights, written_by
from tests.conftest import Figure
from tests.soliciting.deeds import call
from tests.soliciting.office import SFACT, STATE, SUPPLIER, Office, a_solicitation, open_office

TRIES: Final = 1_000

_SENDER: Final = ("alice", Detachment(account="alice", perimeter=SUPPLIER))
_AGENT: Final = ("lea", Detachment(account="lea", perimeter=SFACT))
_SUPPORT: Final = (
    "samir",
    Account(id="samir", email="samir@example.org", state=AccountState.ACTIVE, support=False),
)
# Who does it from which state, and how he loses the right to.
ACTS: Final[list[tuple[Act, Etat, tuple[str, Record]]]] = [
    (Act.SAVE, Etat.BROUILLON, _SENDER),
    (Act.SUBMIT, Etat.BROUILLON, _SENDER),
    (Act.COMPLETE, Etat.DEMANDE_INFORMATION, _SENDER),
    (Act.SEND_BACK, Etat.RESOLUE, _SENDER),
    (Act.CLOSE, Etat.RESOLUE, _SENDER),
    (Act.ASSIGN, Etat.A_TRAITER, _AGENT),
    (Act.TAKE_CHARGE, Etat.A_TRAITER, _AGENT),
    (Act.ASK_INFORMATION, Etat.EN_COURS, _AGENT),
    (Act.RESOLVE, Etat.EN_COURS, _AGENT),
    (Act.REPORT_MISROUTING, Etat.A_TRAITER, _AGENT),
    (Act.RESOLVE, Etat.A_TRAITER, _SUPPORT),
    (Act.REROUTE, Etat.A_TRAITER, _SUPPORT),
]


@pytest.fixture
def fickle(tmp_path: Path) -> Iterator[tuple[Office, Fickle]]:
    office = open_office(tmp_path / "data", tmp_path)
    office.habilis = habilis = Fickle(office.habilis.judge)
    office.__post_init__()
    with office.store:
        yield office, habilis


def tries(office: Office) -> list[Try]:
    """Each act, ready to succeed; and a file that is handed in."""
    made = [a_try(office, number, *row) for number, row in enumerate(ACTS, start=1)]

    def upload(request: str) -> object:
        return office.document("alice", "facture.txt", emetteur=SUPPLIER, request=request)

    return [*made, Try("upload_attachment", upload, judge_without(office, _SENDER[1]))]


def a_try(office: Office, number: int, act: Act, etat: Etat, losing: tuple[str, Record]) -> Try:
    who, loss = losing
    told = EtatEmetteur.AFFECTEE if etat in TO_PROCESS else EtatEmetteur(etat.value)
    at_support: dict[str, Any] = {"recepteur": None} if who == "samir" else {}
    answer = {"answer": "Nous cherchons."} if etat is Etat.EN_COURS else {}
    on = office.put(a_solicitation(number, etat, told, **answer, **at_support))
    name = f"{act.name} {etat} by {who}"
    return Try(name, partial(call(act, office, on), who), judge_without(office, loss))


def judge_without(office: Office, loss: Record) -> Judge:
    return engine().on(office.world.after([loss], office.world.revision + 1))


def test_f8_a_right_lost_between_question_and_commit_leaves_nothing_written(
    fickle: tuple[Office, Fickle], figure: Figure
) -> None:
    office, habilis = fickle
    acts = tries(office)

    assert [*faults_of_revoked_rights(office, habilis, acts, TRIES)] == []
    figure(f"{TRIES} rights lost between question and commit, nothing written")


@pytest.mark.parametrize("act", [Act.SAVE, Act.SUBMIT])
def test_f8_both_questions_on_a_kept_draft_are_asked_again(
    fickle: tuple[Office, Fickle], act: Act
) -> None:
    """That on what is written, and that on the draft from which it comes."""
    office, habilis = fickle
    on = office.put(a_solicitation(1, Etat.BROUILLON, EtatEmetteur.BROUILLON))
    before = habilis.asked
    call(act, office, on)("alice", "once")

    assert habilis.asked - before == 2 + 2


def test_f8_somebody_named_who_loses_his_right_on_the_way_is_not_assigned(
    fickle: tuple[Office, Fickle],
) -> None:
    office, habilis = fickle
    on = office.write()
    gone = judge_without(office, Detachment(account="hugo", perimeter=STATE))
    act = Try("ASSIGN", partial(call(Act.ASSIGN, office, on), "lea"), gone, answers=2)

    assert [*faults_of_revoked_rights(office, habilis, [act], 3)] == []


def unasked(*_: object) -> None:
    """In place of the second question: none."""


def test_f8_without_the_second_question_they_would_be_written(
    fickle: tuple[Office, Fickle], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, habilis = fickle
    acts = tries(office)
    monkeypatch.setattr(Guard, "again", unasked)

    told, written = faults_of_revoked_rights(office, habilis, acts[:1], 1)
    assert told.startswith("`SAVE BROUILLON by alice` came to None")
    assert written.startswith("`SAVE BROUILLON by alice` or one before it was written")
    assert written_by(office, habilis, acts[1:]) == [each.name for each in acts[1:]]
