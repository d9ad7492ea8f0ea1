"""Each solicitation that is sent has a number of its own, given in order and without a gap."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from habilis import AccessDenied
from habilis_companion.refusals import RefusedError
from habilis_companion.store import Store
from tests.companion.bureau import engine, world
from tests.companion.judging import Judging
from tests.conftest import Figure
from tests.soliciting.office import Office

THREADS, EACH = 8, 12


def test_eight_who_send_at_once_have_each_number_once(
    store: Store, tmp_path: Path, figure: Figure
) -> None:
    facts = world()
    office = Office(store, Judging(engine().on(facts)), facts, tmp_path)

    def send(thread: int) -> list[str]:
        numbers: list[str] = []
        for turn in range(EACH):
            request = f"{thread}-{turn}"
            if turn % 3 == 1:
                # Who is refused takes no number.
                with pytest.raises((AccessDenied, RefusedError)):
                    office.soliciting.submit_solicitation(
                        subject=("lea", "alice")[thread % 2],
                        request_id=request,
                        draft=office.draft(title=""),
                    )
                continue
            sent = office.soliciting.submit_solicitation(
                subject="alice", request_id=request, draft=office.draft()
            )
            numbers.append(sent.number)
        return numbers

    with ThreadPoolExecutor(THREADS) as threads:
        given = [*threads.map(send, range(THREADS))]

    count = sum(map(len, given))
    assert sorted(number for each in given for number in each) == [
        f"S2022-{number:06d}" for number in range(1, count + 1)
    ]
    assert all(each == sorted(each) for each in given)
    figure(f"{count} numbers given by {THREADS} threads at once: each once, in order, no gap")


def test_each_year_counts_from_one_as_paris_has_it(office: Office) -> None:
    office.clock.now = datetime(2022, 12, 31, 22, 59, 59, tzinfo=UTC)
    first = office.write()
    office.clock.forward(seconds=1)
    then = [office.write(), office.anonymous(), office.write()]

    assert first.number == "S2022-000001"
    assert [each.number for each in then] == ["S2023-000001", "S2023-000002", "S2023-000003"]


def test_a_draft_has_none_and_a_request_made_twice_has_one(office: Office) -> None:
    kept = office.soliciting.save_solicitation_draft(
        subject="alice", request_id="draft", draft=office.draft()
    )
    twice = [
        office.soliciting.submit_solicitation(
            subject="alice", request_id="once", draft=office.draft()
        )
        for _ in range(2)
    ]

    assert kept.number == ""
    assert twice[0] == twice[1]
    assert office.write().number == "S2022-000002"
