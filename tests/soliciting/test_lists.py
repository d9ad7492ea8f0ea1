"""A list is the filter of Check, whatever is asked of it, on both databases (R82, R83)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from habilis_companion.errors import InvalidRequestError, PageTokenError
from habilis_companion.store import ClockEvent, Store
from habilis_server.rulebook.rulebook import Source
from habilis_soliciting.flows import Soliciting
from habilis_soliciting.flows.sides import RECEIVER, SENDER, Side
from habilis_soliciting.model.asked import Age, Criteria, Page, ToProcess
from habilis_soliciting.store import solicitations
from habilis_soliciting.store.schema import FORM
from habilis_soliciting.store.sights import RECEIVED, SENT
from tests.companion.bureau import NOW, rulebook
from tests.companion.judging import Judging
from tests.companion.keeping import forget_all
from tests.companion.looking import walked
from tests.conftest import Figure
from tests.soliciting.listing import Reader, Town, random_criteria, towns
from tests.soliciting.office import Office

TOWNS, MOST, SEARCHES = 6, 40, 3
SIDES = (SENDER, RECEIVER)


def opened(store: Store, town: Town, folder: Path) -> Soliciting:
    """The companion of this town."""
    event = ClockEvent(name="put", at=NOW)
    with store.ticking(event) as session:
        forget_all(session, FORM)
        for each in town.solicitations:
            solicitations.add(session, each, [], event)
    return Office(store, Judging(town.judge), town.judge.world, folder).soliciting


def looks(town: Town) -> Iterator[tuple[Reader, dict[str, Any], Side]]:
    """Everybody, and somebody unknown, through both applications."""
    for subject in [*town.people, "nobody"]:
        for side in SIDES:
            said: dict[str, Any] = {"subject": subject, "application": side.application}
            yield Reader(town, subject, side), said, side


def test_every_list_is_the_filter_of_check(store: Store, tmp_path: Path, figure: Figure) -> None:
    lists, shown = 0, {side.application: 0 for side in SIDES}
    for town in towns(TOWNS, MOST):
        flows = opened(store, town, tmp_path)
        for reader, said, side in looks(town):
            narrowed = [random_criteria(town, side) for _ in range(SEARCHES)]
            for criteria in [Criteria(), *narrowed]:
                found = flows.export_solicitations(**said, criteria=criteria)
                page = flows.search_solicitations(**said, criteria=criteria, page_size=1_000)
                assert [*found] == [*page.solicitations] == reader.search(criteria), (
                    said,
                    criteria,
                )
                lists, shown[side.application] = lists + 1, shown[side.application] + len(found)
            awaiting = flows.list_solicitations_to_process(**said, page_size=1_000).solicitations
            exported = flows.export_solicitations(**said, criteria=ToProcess())
            assert exported == awaiting, said
            assert [*exported] == reader.to_process(), said
            lists += 1
    assert min(shown.values()) > 100
    figure(f"{lists} lists of {MOST} solicitations, {sum(shown.values())} shown, 0 wrong")


def test_each_count_is_the_length_of_the_list_behind_it(
    store: Store, tmp_path: Path, figure: Figure
) -> None:
    boards = counts = 0
    for town in towns(2, MOST):
        flows = opened(store, town, tmp_path)
        for reader, said, side in looks(town):
            for criteria in (Criteria(), random_criteria(town, side)):
                board = flows.get_solicitation_dashboard(**said, criteria=criteria)
                assert {row.etat: row.counts for row in board} == reader.dashboard(criteria)
                order = [each.value for each in side.etats]
                assert [row.etat for row in board] == sorted(
                    (row.etat for row in board), key=order.index
                )
                statistics = flows.get_solicitation_statistics(**said, criteria=criteria)
                assert [*statistics] == reader.statistics(criteria)
                boards += 2
            for row in flows.get_solicitation_dashboard(**said, criteria=Criteria()):
                behind = Criteria(etats=(row.etat,))
                found = flows.export_solicitations(**said, criteria=behind)
                assert sum(row.counts.values()) == len(found)
                counts += 1
            for told in flows.get_solicitation_statistics(**said, criteria=Criteria()):
                about = Criteria(categories=(told.category,), subcategories=(told.subcategory,))
                found = flows.export_solicitations(**said, criteria=about)
                assert told.solicitations == sum(each.submitted_at is not None for each in found)
                counts += 1
    assert counts > 50
    figure(f"{boards} dashboards and statistics, {counts} counts with their lists, 0 wrong")


@pytest.mark.parametrize("size", [1, 2, 7, 0, 1_000])
def test_the_pages_of_any_size_are_the_whole_list(store: Store, tmp_path: Path, size: int) -> None:
    [town] = towns(1, MOST)
    flows, shown = opened(store, town, tmp_path), 0
    for reader, said, _ in looks(town):

        def found(token: str, said: dict[str, Any] = said) -> Page:
            every = Criteria()
            return flows.search_solicitations(
                **said, criteria=every, page_size=size, page_token=token
            )

        def awaited(token: str, said: dict[str, Any] = said) -> Page:
            return flows.list_solicitations_to_process(**said, page_size=size, page_token=token)

        for page, whole in ((found, reader.search(Criteria())), (awaited, reader.to_process())):
            pages = [*walked(page, lambda told: told.next_page_token)]
            assert [each for told in pages for each in told.solicitations] == whole
            assert all(len(told.solicitations) <= (size or 50) for told in pages)
            shown += len(whole)
    assert shown > 30


def test_a_token_is_of_one_list_one_filter_one_side_and_one_person(office: Office) -> None:
    for _ in range(3):
        office.write()
    flows = office.soliciting
    said: dict[str, Any] = {"subject": "alice", "application": SENDER.application}
    token = flows.search_solicitations(**said, criteria=Criteria(), page_size=1).next_page_token
    assert token

    others: list[tuple[dict[str, Any], Criteria]] = [
        ({**said, "subject": "paul"}, Criteria()),
        ({"subject": "lea", "application": RECEIVER.application}, Criteria()),
        (said, Criteria(number="S2022-000001")),
    ]
    for other, criteria in others:
        with pytest.raises(PageTokenError):
            flows.search_solicitations(**other, criteria=criteria, page_token=token)
    with pytest.raises(PageTokenError):
        flows.list_solicitations_to_process(**said, page_token=token)
    for wrong in ("x", token[:-2], token + "AA"):
        with pytest.raises(PageTokenError):
            flows.search_solicitations(**said, criteria=Criteria(), page_token=wrong)
    for size in (-1, 1_001):
        with pytest.raises(InvalidRequestError, match="page_size"):
            flows.search_solicitations(**said, criteria=Criteria(), page_size=size)


@pytest.mark.parametrize("days", [2, 7, 30])
def test_an_age_ends_at_its_day(office: Office, days: int) -> None:
    office.write()
    said: dict[str, Any] = {"subject": "alice", "application": SENDER.application}

    def age() -> list[Age]:
        [row] = office.soliciting.get_solicitation_dashboard(**said, criteria=Criteria())
        return [*row.counts]

    office.clock.forward(days=days, seconds=-1)
    before = age()
    office.clock.forward(seconds=1)

    ages = [*Age]
    assert before == [ages[ages.index(age()[0]) - 1]]


@pytest.mark.parametrize("sight", [SENT, RECEIVED])
def test_the_columns_tell_all_that_the_policy_can_ask(sight: Any) -> None:
    attributes = rulebook().vocabulary.attributes
    asked = {
        name
        for name, attribute in attributes.items()
        if sight.resource_type in attribute.resources and attribute.source is Source.PROPERTY
    }

    assert asked == {*sight.attributes}
    assert {*sight.parties} == rulebook().vocabulary.resources[sight.resource_type].parties
