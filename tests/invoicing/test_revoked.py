"""F8: a right that is lost between the question and the commit leaves nothing written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from habilis import Perimeter
from habilis_companion.guard import Guard
from habilis_companion.terms import Reference
from habilis_invoicing.model.piece import Piece
from habilis_server.world import Detachment
from tests.companion.bureau import engine
from tests.companion.revoking import Fickle, Try, faults_of_revoked_rights, written_by
from tests.conftest import Figure
from tests.invoicing.office import Office, open_office
from tests.invoicing.pieces import MOE, PAYER, SUPPLIER

TRIES: Final = 1_000


def ref(piece: Piece) -> Reference:
    return Reference(piece.id, piece.version)


@pytest.fixture
def fickle(tmp_path: Path) -> Iterator[tuple[Office, Fickle]]:
    office = open_office(tmp_path / "data", tmp_path)
    office.habilis = habilis = Fickle(office.habilis.judge)
    office.__post_init__()
    with office.store:
        yield office, habilis


def a_try(office: Office, method: str, who: str, place: Perimeter, **said: Any) -> Try:
    """An act of this person, who is detached from the place on the way."""
    done = getattr(office.invoicing, method)
    gone = Detachment(account=who, perimeter=place)
    return Try(
        method,
        lambda request: done(subject=who, request_id=request, **said),
        engine().on(office.world.after([gone], office.world.revision + 1)),
    )


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
        a_try(office, "save_draft", "alice", SUPPLIER, draft=kept),
        a_try(office, "deposit", "alice", SUPPLIER, saved=draft),
        a_try(office, "deposit", "julie", MOE, draft=linked),
        a_try(office, "delete_draft", "alice", SUPPLIER, piece=draft),
        a_try(office, "refuse_piece", "julie", MOE, piece=ref(a4), **why),
        a_try(office, "suspend_piece", "julie", MOE, piece=ref(a4), comment="RIB"),
        a_try(office, "validate", "alice", SUPPLIER, piece=ref(a9)),
        a_try(office, "refuse_validation", "alice", SUPPLIER, piece=ref(a9), **why),
        a_try(office, "mandate", "karim", PAYER, piece=ref(a19), mandate_number="M-1"),
        a_try(office, "issue_payment", "karim", PAYER, piece=ref(a19)),
        a_try(office, "reject", "karim", PAYER, piece=ref(a19), comment="doublon"),
    ]


def test_f8_a_right_lost_between_question_and_commit_leaves_nothing_written(
    fickle: tuple[Office, Fickle], figure: Figure
) -> None:
    office, habilis = fickle
    acts = tries(office)

    assert [*faults_of_revoked_rights(office, habilis, acts, TRIES)] == []
    figure(f"{TRIES} rights lost between question and commit, nothing written")


def unasked(*_: object) -> None:
    """In place of the second question: none."""


def test_f8_without_the_second_question_they_would_be_written(
    fickle: tuple[Office, Fickle], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, habilis = fickle
    names = ("save_draft", "deposit", "validate", "mandate")
    acts = {each.name: each for each in reversed(tries(office)) if each.name in names}
    monkeypatch.setattr(Guard, "again", unasked)

    told, written = faults_of_revoked_rights(office, habilis, [acts["save_draft"]], 1)
    assert told.startswith("`save_draft` came to None")
    assert written.startswith("`save_draft` or one before it was written")
    assert sorted(written_by(office, habilis, [*acts.values()])) == sorted(names)
