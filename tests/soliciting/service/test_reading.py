"""Every reading, by the client: what each side may see, page by page, and the same as a file."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from habilis import AccessDenied
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import ExportFormat, Looking
from habilis_soliciting.model.asked import Age, Criteria, ToProcess
from habilis_soliciting.model.shown import Received, Sent
from tests.companion.keeping import codes_of
from tests.conftest import Figure
from tests.invoicing.service.office import CSP, NICOLAS, SFACT
from tests.soliciting.service.office import ALICE, EMISES, LEA, RECUES, SAMIR, Desk

pytestmark = pytest.mark.xdist_group("soliciting")

Seen = Sent | Received


@pytest.fixture(scope="module")
def town(desk: Desk) -> Desk:
    """Some of everything: a draft, and one in each state, at the SFACT and at the support."""
    desk.client.save_solicitation_draft(desk.draft(), subject="alice")
    desk.sent()
    desk.sent(desk.for_support())
    desk.client.process_solicitation(desk.received(), status="EN_COURS", subject="lea")
    desk.processed("DEMANDE_INFORMATION")
    desk.client.close_solicitation(desk.processed("RESOLUE"), subject="alice")
    desk.client.process_solicitation(
        desk.received(), status="MAUVAISE_AFFECTATION", comment="Au support.", subject="lea"
    )
    desk.client.assign_solicitation(desk.received(), assignee="hugo", subject="lea")
    return desk


def every(desk: Desk, look: Looking, criteria: Criteria | None = None, size: int = 1_000) -> Any:
    found: list[Seen] = []
    token = ""
    while True:
        page = desk.client.search_solicitations(criteria, page_size=size, page_token=token, **look)
        assert len(page.solicitations) <= size
        found += page.solicitations
        token = page.next_page_token
        if not token:
            return found


def cells_of(book: io.BytesIO) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True))


@pytest.mark.parametrize("look", [ALICE, LEA, SAMIR], ids=["alice", "lea", "samir"])
def test_a_list_is_what_may_be_consulted_whatever_the_size_of_its_pages(
    town: Desk, look: Looking, figure: Figure
) -> None:
    at_once = every(town, look)

    assert at_once
    assert every(town, look, size=3) == at_once
    assert [town.seen(each, look) for each in at_once] == at_once
    figure(f"{look['subject']} finds {len(at_once)} solicitations, each of which may be consulted")


def test_nobody_finds_what_is_another_s(town: Desk) -> None:
    for subject in ("zoe", "denis", "personne", "omar"):
        for application in (EMISES, RECUES):
            look: Looking = {"subject": subject, "application": application}
            assert every(town, look) == []
            assert town.client.list_solicitations_to_process(**look).solicitations == ()
            assert town.client.get_solicitation_dashboard(**look) == ()
            assert town.client.get_solicitation_statistics(**look) == ()


def test_each_side_has_its_own_worklist(town: Desk) -> None:
    def awaited(look: Looking) -> set[str]:
        page = town.client.list_solicitations_to_process(page_size=1_000, **look)
        return {each.etat.value for each in page.solicitations}

    assert awaited(LEA) == {"A_TRAITER", "EN_COURS"}
    assert awaited(SAMIR) <= {"A_TRAITER", "EN_COURS"}
    assert awaited(ALICE) == {"DEMANDE_INFORMATION"}


def test_what_is_a_draft_is_its_sender_s_alone(town: Desk) -> None:
    kept = town.client.save_solicitation_draft(town.draft(), subject="alice")

    assert kept.id in {each.id for each in every(town, ALICE)}
    for look in (LEA, SAMIR):
        with pytest.raises(AccessDenied):
            town.client.get_solicitation(kept.id, **look)
        assert kept.id not in {each.id for each in every(town, look)}


NARROWED: dict[str, tuple[Criteria, Callable[[Any], bool]]] = {
    "a sender": (Criteria(emetteurs=(NICOLAS,)), lambda each: each.emetteur == NICOLAS),
    "a receiver": (Criteria(recepteurs=(SFACT,)), lambda each: each.recepteur == SFACT),
    "a category": (
        Criteria(categories=("FACTURES_EMISES",)),
        lambda each: each.category == "FACTURES_EMISES",
    ),
    "a subcategory": (
        Criteria(subcategories=("ERREUR_DESTINATAIRE",)),
        lambda each: each.subcategory == "ERREUR_DESTINATAIRE",
    ),
    "two states": (
        Criteria(etats=("EN_COURS", "CLOTUREE")),
        lambda each: each.etat.value in {"EN_COURS", "CLOTUREE"},
    ),
    "an assignee": (Criteria(assignee="hugo"), lambda each: each.assignee == "hugo"),
    "a while": (
        Criteria(submitted_from=datetime(2026, 1, 1, tzinfo=UTC)),
        lambda each: each.submitted_at is not None,
    ),
}


@pytest.mark.parametrize(("criteria", "holds"), NARROWED.values(), ids=list(NARROWED))
def test_each_criterion_keeps_what_meets_it(
    town: Desk, criteria: Criteria, holds: Callable[[Any], bool]
) -> None:
    found = every(town, LEA, criteria)

    assert found
    assert found == [each for each in every(town, LEA) if holds(each)]


def test_a_number_finds_one_and_another_place_or_time_nothing(town: Desk) -> None:
    [one, *_] = every(town, LEA)
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    assert every(town, LEA, Criteria(number=one.number)) == [one]
    for nowhere in (
        Criteria(number=one.number[:-1]),
        Criteria(recepteurs=(CSP,)),
        Criteria(submitted_from=tomorrow),
        Criteria(submitted_to=tomorrow - timedelta(days=9_999)),
        Criteria(object_number="NOTHING"),
    ):
        assert every(town, LEA, nowhere) == []


def test_the_counts_are_those_of_what_the_search_finds(town: Desk) -> None:
    for look in (ALICE, LEA):
        found = every(town, look)
        rows = town.client.get_solicitation_dashboard(**look)
        sent = [each for each in found if each.submitted_at is not None]
        told = town.client.get_solicitation_statistics(**look)

        assert {row.etat: row.counts for row in rows} == {
            etat: {Age.TWO_DAYS: sum(each.etat.value == etat for each in found)}
            for etat in {each.etat.value for each in found}
        }
        assert sum(row.solicitations for row in told) == len(sent)
        assert sum(row.answered for row in told) == sum(
            each.answered_at is not None for each in sent
        )
        assert sum(row.resolved for row in told) == sum(
            each.resolved_at is not None for each in sent
        )


def test_an_export_is_the_list(town: Desk) -> None:
    for look in (ALICE, LEA):
        listed = [each.id for each in every(town, look)]
        text, book = io.BytesIO(), io.BytesIO()
        rows = town.client.export_solicitations(Criteria(), ExportFormat.CSV, text, **look)
        town.client.export_solicitations(Criteria(), ExportFormat.XLSX, book, **look)
        lines = csv.DictReader(io.StringIO(text.getvalue().decode("utf-8-sig")), delimiter=";")
        [heads, *cells] = cells_of(book)

        assert rows == len(listed)
        assert [line["Identifiant"] for line in lines] == listed
        assert [row[heads.index("Identifiant")] for row in cells] == listed
        waiting = town.client.list_solicitations_to_process(page_size=1_000, **look).solicitations
        worklist = town.client.export_solicitations(
            ToProcess(), ExportFormat.CSV, io.BytesIO(), **look
        )
        assert worklist == len(waiting)


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ({"page_token": "no-token"}, ("PAGE_TOKEN_INVALID", "page_token")),
        ({"page_token": "x" * 9_999}, ("FIELD_INVALID", "page_token")),
        ({"page_size": 1_001}, ("FIELD_INVALID", "page_size")),
        ({"application": "factures_recues"}, ("WRONG_APPLICATION", "application")),
        ({"application": ""}, ("FIELD_INVALID", "application")),
        ({"criteria": Criteria(etats=("PERDUE",))}, ("STATE_UNKNOWN", "criteria.etats")),
        (
            {**ALICE, "criteria": Criteria(etats=("EN_COURS",))},
            ("STATE_UNKNOWN", "criteria.etats"),
        ),
        (
            {**ALICE, "criteria": Criteria(assignee="lea")},
            ("CRITERION_NOT_EXPECTED", "criteria.assignee"),
        ),
    ],
    ids=str,
)
def test_a_list_that_cannot_be_asked_for(
    town: Desk, what: dict[str, Any], problem: tuple[str, str]
) -> None:
    asked: dict[str, Any] = {**LEA, **what}

    assert codes_of(lambda: town.client.search_solicitations(**asked)) == [problem]


def test_a_page_token_is_of_one_list_and_one_reader(town: Desk) -> None:
    client = town.client
    token = client.search_solicitations(page_size=1, **LEA).next_page_token
    narrowed = Criteria(categories=("FACTURES_EMISES",))

    assert client.search_solicitations(page_size=1, page_token=token, **LEA).solicitations
    tries: tuple[Callable[[], object], ...] = (
        lambda: client.search_solicitations(page_size=1, page_token=token, **SAMIR),
        lambda: client.search_solicitations(page_size=1, page_token=token, **ALICE),
        lambda: client.search_solicitations(narrowed, page_size=1, page_token=token, **LEA),
        lambda: client.list_solicitations_to_process(page_size=1, page_token=token, **LEA),
    )
    for asked in tries:
        with pytest.raises(RefusedError):
            asked()


def test_a_file_comes_back_to_both_sides_and_what_is_prepared_to_one(desk: Desk) -> None:
    client = desk.client
    file = desk.upload(content=b"la facture", name="facture \u00e9t\u00e9.txt")
    received = desk.received(draft=desk.draft(attachments=(file,)))
    answer = desk.upload("lea", content=b"brouillon", name="reponse.txt", solicitation=received.id)
    client.process_solicitation(
        received, status="EN_COURS", comment="...", attachments=[answer], subject="lea"
    )

    for look in (ALICE, LEA):
        assert client.download_attachment(received.id, file.sha256, **look) == b"la facture"
    assert client.download_attachment(received.id, answer.sha256, **LEA) == b"brouillon"
    unseen = codes_of(lambda: client.download_attachment(received.id, answer.sha256, **ALICE))
    nothing = codes_of(lambda: client.download_attachment(received.id, "0" * 64, **ALICE))
    assert unseen == nothing == [("FILE_UNKNOWN", "sha256")]
    with pytest.raises(AccessDenied):
        client.download_attachment(received.id, file.sha256, subject="zoe", application=EMISES)

    now = desk.seen(received, LEA)
    client.process_solicitation(now, status="RESOLUE", subject="lea")
    assert client.download_attachment(received.id, answer.sha256, **ALICE) == b"brouillon"


def readings(desk: Desk, solicitation: str) -> dict[str, object]:
    """All that its sender is told by any reading, of it and of all the others that he has."""
    client = desk.client
    files: dict[str, object] = {}
    for what, name in ((Criteria(), "found"), (ToProcess(), "awaited")):
        for file_format in ExportFormat:
            into = io.BytesIO()
            client.export_solicitations(what, file_format, into, **ALICE)
            files[f"{name}.{file_format}"] = (
                # A workbook tells also when it was made.
                cells_of(into) if file_format is ExportFormat.XLSX else into.getvalue()
            )
    return {
        **files,
        "solicitation": client.get_solicitation(solicitation, **ALICE),
        "history": client.get_solicitation_history(solicitation, **ALICE),
        "found": every(desk, ALICE),
        "sent": every(desk, ALICE, Criteria(etats=("AFFECTEE",))),
        "awaited": client.list_solicitations_to_process(page_size=1_000, **ALICE),
        "counted": client.get_solicitation_dashboard(**ALICE),
        "waited": client.get_solicitation_statistics(**ALICE),
        "refused": codes_of(lambda: client.download_attachment(solicitation, "0" * 64, **ALICE)),
    }


def denial(desk: Desk, solicitation: str) -> object:
    """Of an act for which it is too early, whoever is at work on it."""
    read = desk.client.get_solicitation(solicitation, **ALICE)
    with pytest.raises(AccessDenied) as denied:
        desk.client.close_solicitation(read, subject="alice")
    return replace(denied.value.decision, decision_id="")


def test_nothing_that_its_sender_reads_tells_that_somebody_is_at_work_on_it(
    desk: Desk, figure: Figure
) -> None:
    client, received = desk.client, desk.received()
    before, denied = readings(desk, received.id), denial(desk, received.id)
    file = desk.upload("lea", name="reponse.txt", solicitation=received.id)
    unseen: list[Callable[[Any], object]] = [
        lambda now: client.assign_solicitation(now, assignee="hugo", subject="lea"),
        lambda now: client.process_solicitation(now, status="EN_COURS", subject="hugo"),
        lambda now: client.process_solicitation(
            now, status="EN_COURS", comment="Prête.", attachments=[file], subject="lea"
        ),
        lambda now: codes_of(lambda: client.process_solicitation(now, subject="lea")),
    ]

    for step in unseen:
        step(desk.seen(received, LEA))
        assert readings(desk, received.id) == before
        assert denial(desk, received.id) == denied
    now = desk.seen(received, LEA)
    assert (now.etat, now.answer, now.assignee) == ("EN_COURS", "Prête.", "lea")
    figure(f"{len(before) + 1} readings of the sender, alike after each of {len(unseen)} steps")

    client.process_solicitation(now, status="RESOLUE", subject="lea")
    after = readings(desk, received.id)
    unmoved = {"awaited", "awaited.csv", "awaited.xlsx", "refused"}
    assert {name for name in before if before[name] == after[name]} == unmoved
