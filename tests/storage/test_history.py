"""The history of a place on both databases: what a plain replay of the whole journal finds."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import event, text

from habilis import Perimeter
from habilis.organisation import (
    AccountState,
    ApprovalObject,
    ApprovalState,
    AttachmentRecord,
    StructureType,
    WantedStructure,
)
from habilis_server.journal import Journal, JournalOlderError, stamp, store, upgrade
from habilis_server.journal import journal as module
from habilis_server.journal.history import Span, spans_of
from habilis_server.journal.schema import FORM
from habilis_server.organisation.reading import with_beginnings
from habilis_server.world import (
    Account,
    Approval,
    Attachment,
    Detachment,
    EntitlementChange,
    Record,
    Service,
    ServiceChange,
    ServiceRemoval,
    Structure,
    StructureChange,
    StructureRenaming,
    World,
)
from tests.conftest import Figure
from tests.differential.dice import Dice
from tests.organisation.past import Replay
from tests.storage.places import Place

NOON: Final = datetime(2026, 3, 3, 12, tzinfo=UTC)
NAMES: Final = ("S1", "S2", 'S"3\\', "é4")
PEOPLE: Final = ("anna", "bruno", "chloe")
WANTED: Final = WantedStructure(
    identifier_type="AUTRE", identifier="1", name="a name", type=StructureType.PUBLIC
)
CODES: Final = (None, None, "A", "B")


def random_record(dice: Dice) -> Record:
    name, person = dice.one(NAMES), dice.one(PEOPLE)
    place = Perimeter(name, dice.one(CODES))
    service = Perimeter(name, dice.one(("A", "B")))
    some = frozenset({"signature:consultation"})
    told: list[Record] = [
        structure(name),
        StructureChange(id=name, fields={"principal_manager": person}),
        StructureRenaming(id=name, new_id=dice.one(NAMES)),
        Service(structure=name, code=service.service or "", name="s", active=True),
        ServiceChange(perimeter=service, fields={"active": dice.chance(0.5)}),
        ServiceRemoval(perimeter=service),
        Account(id=person, email="a@example.org", state=AccountState.ACTIVE),
        EntitlementChange(account=person, perimeter=place, added=some),
        approval(person, place if dice.chance(0.8) else None),
        *(Attachment(account=person, perimeter=place) for _ in range(4)),
        *(Detachment(account=person, perimeter=place) for _ in range(3)),
    ]
    return dice.one(told)


def structure(name: str) -> Structure:
    return Structure(
        id=name, identifier_type="AUTRE", type=StructureType.PUBLIC, name=name, active=True
    )


def approval(person: str, place: Perimeter | None) -> Approval:
    return Approval(
        id=f"{person}-asks",
        object=ApprovalObject.ACCOUNT,
        requester=person,
        perimeter=place,
        state=ApprovalState.REQUESTED,
        wanted=None if place else WANTED,
    )


def changes(record: Record, world: World) -> bool:
    """Whether it renames or removes something, if it does either; no command records others."""
    match record:
        case StructureRenaming():
            return record.id in world.structures and record.new_id not in world.structures
        case ServiceRemoval():
            return record.perimeter in world.services
        case _:
            return True


def written(journal: Journal, seed: str, count: int) -> list[datetime]:
    """Random changes, a second apart, and when each was recorded."""
    dice, world = Dice("history", seed), World.empty()
    moments: list[datetime] = []
    batch: list[Record] = [*map(structure, NAMES[:2])]
    while len(moments) < count:
        moments.append(NOON + timedelta(seconds=len(moments)))
        journal.append(batch, actor="p", request_id=f"r{len(moments)}", recorded_at=moments[-1])
        world = world.after(batch, 0)
        batch = []
        while not batch:
            batch = [each for each in [random_record(dice)] if changes(each, world)]
    return moments


def test_the_history_of_a_place_is_what_a_replay_finds(journal: Journal, figure: Figure) -> None:
    written(journal, "places", 160)
    replay, head = Replay(list(journal.changes())), journal.head()
    compared = 0
    for until in range(1, head + 2, 7):
        for name in NAMES:
            for code in (None, "A", "B"):
                place = Perimeter(name, code)
                wanted = [each.revision for each in replay.page(place, until, 10_000)]
                assert [e.revision for e in journal.history.page(place, until, 10_000)] == wanted
                assert [e.revision for e in journal.history.page(place, until, 3)] == wanted[:3]
                compared += len(wanted)
    figure(f"{compared} changes of {head}, the same as by replay")
    assert compared > 1_000


def test_a_person_is_attached_since_the_tie_was_last_made(journal: Journal, figure: Figure) -> None:
    moments = written(journal, "ties", 160)
    compared = 0
    for place, moment in enumerate(moments[::5]):
        head = place * 5 + 2  # the first request has two records
        wanted = beginnings(journal, head)
        records = [
            AttachmentRecord(
                account=account,
                email="",
                state=AccountState.ACTIVE,
                perimeter=perimeter,
                structure_name="",
                structure_active=True,
            )
            for account, perimeter in wanted
        ]
        found = with_beginnings(records, head, stamp(moment), journal.history)
        assert {(each.account, each.perimeter): each.since for each in found} == wanted
        compared += len(found)
    figure(f"{compared} attachments, each since when it was made")
    assert compared > 50


def beginnings(journal: Journal, head: int) -> dict[tuple[str, Perimeter], datetime]:
    """Read off the Worlds one change after the other, as ties come and go."""
    world, since = World.empty(), dict[tuple[str, Perimeter], datetime]()
    for change in journal.changes(until=head):
        world = world.after([change.record], change.revision)
        held = {(who, place) for who, places in world.attachments.items() for place in places}
        if isinstance(change.record, StructureRenaming):
            renamed = change.record
            for who, place in list(since):
                if place.structure == renamed.id:
                    moved = place._replace(structure=renamed.new_id)
                    since[who, moved] = since.pop((who, place))
        since = {tie: since.get(tie, change.effective_at) for tie in held}
    return since


def test_two_that_share_a_name_in_turn_keep_their_own_history(journal: Journal) -> None:
    told: Sequence[Record] = (
        structure("S1"),
        StructureRenaming(id="S1", new_id="S2"),
        structure("S1"),
        StructureChange(id="S1", fields={"label": "new"}),
        StructureChange(id="S2", fields={"label": "old"}),
    )
    journal.append(told, actor="p", request_id="r", recorded_at=NOON)

    def read(name: str) -> list[int]:
        return [each.revision for each in journal.history.page(Perimeter(name), 6, 10)]

    assert (read("S1"), read("S2")) == ([4, 3], [5, 2, 1])
    places = journal.history.places({"S2"}, 5)
    assert spans_of("S2", 5, places) == [Span("S2", 1, 5), Span("S1", 0, 1)]


def test_a_deferred_change_is_told_with_both_its_times(journal: Journal) -> None:
    later = NOON + timedelta(minutes=30)
    words: dict[str, Any] = {"actor": "p", "recorded_at": NOON}
    journal.append([structure("S1")], request_id="r1", **words)
    change = StructureChange(id="S1", fields={"label": "new"})
    journal.append([change], request_id="r2", effective_at=later, **words)

    [deferred, made] = journal.history.page(Perimeter("S1"), 3, 10)
    assert (deferred.recorded_at, deferred.effective_at) == (NOON, later)
    assert made.record == structure("S1")


@pytest.mark.parametrize("code", [None, "A"])
def test_a_page_is_found_by_an_index(journal: Journal, kind: str, code: str | None) -> None:
    written(journal, "index", 30)
    asked: list[tuple[str, Any]] = []

    def note(_1: object, _2: object, statement: str, given: object, *_: object) -> None:
        asked.append((statement, given))

    engine = journal.store.database.reading
    event.listen(engine, "before_cursor_execute", note)
    journal.history.page(Perimeter("S1", code), 31, 10)
    event.remove(engine, "before_cursor_execute", note)
    statement, given = asked[-1]
    with engine.connect() as connection:
        explain = "EXPLAIN QUERY PLAN"
        if kind == "postgresql":
            explain = "EXPLAIN"
            # So few rows are read faster without an index: by none means that none can be used.
            connection.execute(text("SET enable_seqscan = off"))
        plan = "\n".join(map(str, connection.exec_driver_sql(f"{explain} {statement}", given)))

    assert ("change_by_structure" if code is None else "change_by_service") in plan


def test_a_journal_of_the_form_before_has_its_history_once_upgraded(
    blank: Callable[[], Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = blank()
    to_form(place, "0002")
    with monkeypatch.context() as patch:
        patch.setattr(store, "FORM", replace(FORM, revisions=("0001", "0002")))
        with place.open() as journal:
            told: list[Record] = [structure("S1"), StructureRenaming(id="S1", new_id="S2")]
            journal.append(told, actor="p", request_id="r", recorded_at=NOON)
    with pytest.raises(JournalOlderError):
        place.open()

    assert upgrade(place.target) == ("0002", FORM.present)
    with place.open() as journal:
        found = journal.history.page(Perimeter("S2"), 3, 10)
        assert [each.revision for each in found] == [2, 1]
        assert journal.verify() == []


def to_form(place: Place, name: str) -> None:
    """Bring an empty database to a former form."""
    database = module._database(place.target)
    with database.told(), database.writing.begin() as connection:
        database.hold(connection)
        replace(FORM, revisions=(name,)).bring_up(connection)
    database.close()
