"""A list is the filter of Check, whole, in a fixed order, and in parts that make it up."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from habilis import Perimeter, Question, Resource
from habilis.organisation import ApprovalState
from habilis_server.engine import Judge
from habilis_server.organisation import AccessRefused
from habilis_server.organisation.reading import (
    FactsQuery,
    ListApprovals,
    ListAttachments,
    ListEntitlements,
    ListMyRequests,
    ListServices,
    Reader,
    SearchStructures,
    Slice,
    paging,
    read,
)
from habilis_server.world import Approval, World
from tests.conftest import Figure
from tests.differential.dice import Dice
from tests.differential.portable import world_of
from tests.differential.worlds import random_records
from tests.organisation.town import engine

PROFILES: Final = ("organisation:consultation", "signature:consultation")
WORLDS: Final = 250
STRUCTURE: Final = "organisation.consulter_structure"
ENTITLED: Final = "organisation.consulter_habilitations"
INBOX: Final = "organisation.consulter_approbations"
OWN: Final = "organisation.consulter_demandes"


def worlds(what: str) -> Iterator[World]:
    for number in range(WORLDS):
        yield world_of(random_records(Dice("reading", what, number), PROFILES), number)


def whole(query: FactsQuery, reader: Reader) -> list[Any] | None:
    """Every record, on one page; None where the read is refused."""
    try:
        found = read(query, reader, Slice(0, 10_000))
    except AccessRefused:
        return None
    assert found.next is None
    return list(found.records)


def may(judge: Judge, who: str, action: str, resource: Resource) -> bool:
    return judge.decide(Question(subject=who, action=action, resource=resource)).allowed


def of(kind: str, name: str, place: Perimeter | None = None) -> Resource:
    return Resource(type=kind, id=name, parties={} if place is None else {"structure": place})


def ties(world: World) -> Iterator[tuple[str, Perimeter]]:
    """Who has a tie where, principal managers without one included; read from the tables alone."""
    held = {(who, place) for who, places in world.attachments.items() for place in places}
    for structure in world.structures.values():
        if structure.principal_manager is not None:
            held.add((structure.principal_manager, Perimeter(structure.id)))
    return iter(held)


def seen_structures(judge: Judge, who: str) -> set[str]:
    return {s for s in judge.world.structures if may(judge, who, STRUCTURE, of("structure", s))}


def seen_services(judge: Judge, who: str, structure: str) -> set[Perimeter]:
    return {
        place
        for place in judge.world.services
        if place.structure == structure and may(judge, who, STRUCTURE, of("service", str(place)))
    }


def seen_ties(judge: Judge, who: str) -> set[tuple[str, Perimeter]]:
    return {
        (person, place)
        for person, place in ties(judge.world)
        if may(judge, who, ENTITLED, of("compte", person, place))
    }


def seen_requests(judge: Judge, who: str, action: str) -> list[Approval]:
    asked = judge.world.approvals.values()
    return [each for each in asked if may(judge, who, action, of("approbation", each.id))]


def test_a_search_finds_what_check_allows_and_nothing_else() -> None:
    compared = 0
    for world in worlds("search"):
        judge = engine().on(world)
        for who in [*world.accounts, "stranger"]:
            found = whole(SearchStructures(), Reader(subject=who, judge=judge))
            allowed = seen_structures(judge, who)
            assert [each.id for each in found or ()] == sorted(allowed)
            compared += len(allowed)
    assert compared > 200


def test_services_are_those_that_check_allows() -> None:
    compared = 0
    for world in worlds("services"):
        judge = engine().on(world)
        for who in world.accounts:
            for structure in [*world.structures, "none"]:
                found = whole(ListServices(structure=structure), Reader(subject=who, judge=judge))
                allowed = seen_services(judge, who, structure)
                record = may(judge, who, STRUCTURE, of("structure", structure))
                assert (found is None) == (not record and not allowed)
                assert [each.perimeter for each in found or ()] == sorted(allowed)
                compared += len(allowed)
    assert compared > 200


def test_attachments_are_those_that_check_allows_or_none_at_all() -> None:
    compared = 0
    for world in worlds("attachments"):
        judge = engine().on(world)
        for who in world.accounts:
            seen = seen_ties(judge, who)
            for place in [*map(Perimeter, world.structures), *world.services]:
                found = whole(ListAttachments(perimeter=place), Reader(subject=who, judge=judge))
                kind = "structure" if place.service is None else "service"
                assert (found is None) == (not may(judge, who, ENTITLED, of(kind, str(place))))
                if found is None:
                    continue
                inside = {
                    (person, where)
                    for person, where in seen
                    if place == where or (place.service is None and place[0] == where[0])
                }
                assert {(each.account, each.perimeter) for each in found} == inside
                assert len(found) == len(inside)
                compared += len(inside)
    assert compared > 200


def test_entitlements_are_those_that_check_allows() -> None:
    compared = 0
    for world in worlds("entitlements"):
        judge = engine().on(world)
        for who in world.accounts:
            seen = seen_ties(judge, who)
            for person in world.accounts:
                found = whole(ListEntitlements(account=person), Reader(subject=who, judge=judge))
                theirs = {place for account, place in seen if account == person}
                itself = may(judge, who, ENTITLED, of("compte", person))
                assert (found is None) == (not itself and not theirs)
                assert {each.perimeter for each in found or ()} == theirs
                compared += len(theirs)
    assert compared > 200


def test_profiles_are_those_that_the_engine_judges_by() -> None:
    """A profile is told on a perimeter if and only if what it opens is open there."""
    compared = 0
    opened = {
        "signature:consultation": "signature.consulter",
        "dume:consultation": "dume.consulter",
    }
    for world in worlds("profiles"):
        judge = engine().on(world)
        for who, account in world.accounts.items():
            if account.state != "active":
                continue
            for record in whole(ListEntitlements(), Reader(subject=who, judge=judge)) or ():
                place = record.perimeter
                if place.service is not None or not record.structure_active:
                    continue
                for profile, action in opened.items():
                    open_there = may(judge, who, action, of("structure", str(place)))
                    assert (profile in record.profiles) == open_there
                    compared += 1
                managing = may(
                    judge, who, "organisation.modifier_structure", of("structure", str(place))
                )
                writes = {"organisation:consultation", "organisation:modification"}
                assert (writes <= {*record.profiles}) == managing
                assert {*record.ex_officio} <= {*record.profiles}
    assert compared > 200


@pytest.mark.parametrize("state", [None, ApprovalState.REQUESTED])
def test_an_inbox_is_what_check_allows_of_it(state: ApprovalState | None) -> None:
    compared = 0
    for world in worlds("inbox"):
        judge = engine().on(world)
        for who in world.accounts:
            reader = Reader(subject=who, judge=judge)
            seen = seen_requests(judge, who, INBOX)
            wanted = {each.id for each in seen if state in {None, each.state}}
            assert {each.id for each in whole(ListApprovals(state=state), reader) or ()} == wanted
            for structure in world.structures:
                found = whole(ListApprovals(structure=structure, state=state), reader)
                allowed = may(judge, who, INBOX, of("structure", structure))
                assert (found is None) == (not allowed)
                here = {e.id for e in seen if e.perimeter and e.perimeter.structure == structure}
                if found is not None:
                    assert {each.id for each in found} == here & wanted
                    compared += len(found)
    assert compared > 50


def test_ones_own_requests_are_what_check_allows() -> None:
    compared = 0
    for world in worlds("own"):
        judge = engine().on(world)
        for who in world.accounts:
            found = whole(ListMyRequests(), Reader(subject=who, judge=judge))
            seen = {each.id for each in seen_requests(judge, who, OWN)}
            assert {each.id for each in found or ()} == seen
            compared += len(seen)
    assert compared > 50


LISTS: Final[dict[str, Callable[[World], FactsQuery]]] = {
    "search": lambda _: SearchStructures(),
    "services": lambda world: ListServices(structure=next(iter(world.structures))),
    "attachments": lambda world: ListAttachments(perimeter=Perimeter(next(iter(world.structures)))),
    "entitlements": lambda _: ListEntitlements(),
    "approvals": lambda _: ListApprovals(),
    "requests": lambda _: ListMyRequests(),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("most", [1, 3, 20_000])
def test_the_parts_of_a_list_make_it_up(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    """Whatever their size, and however few candidates are looked at for each."""
    monkeypatch.setattr(paging, "MOST_EXAMINED", most)
    records = parts = 0
    for world in worlds(name):
        for who in world.accounts:
            reader, query = Reader(subject=who, judge=engine().on(world)), LISTS[name](world)
            for size in (1, 2, 7):
                try:
                    joined, count = joined_parts(query, reader, size)
                except AccessRefused:
                    continue
                monkeypatch.setattr(paging, "MOST_EXAMINED", 20_000)
                assert joined == whole(query, reader)
                monkeypatch.setattr(paging, "MOST_EXAMINED", most)
                records, parts = records + len(joined), parts + count
    figure(f"{name}: {records} records in {parts} parts, none lost, none twice")
    assert records > 50


def joined_parts(query: FactsQuery, reader: Reader, size: int) -> tuple[list[Any], int]:
    joined: list[Any] = []
    start, count = 0, 0
    while True:
        found = read(query, reader, Slice(start, size))
        assert len(found.records) <= size
        joined += found.records
        count += 1
        if found.next is None:
            return joined, count
        assert found.next > start
        start = found.next
