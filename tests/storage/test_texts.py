"""What is kept comes back to the letter, whatever a database might make of it."""

import dataclasses

import pytest

from habilis import Perimeter
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, StructureType
from habilis_companion.outbox import Notice
from habilis_server.journal import ChangeRefusedError, Journal, Timeline
from habilis_server.world import Account, Approval, Attachment, Record, Structure, StructureChange
from tests.journal.some_records import ANNA, NOON, minutes, put

TEXTS = {
    "a quote": "d'Oléron",
    "quotes": "\"a\" 'b' `c`",
    "a backslash": "C:\\new\\table",
    "an injection": "'); DROP TABLE change; --",
    "a comment": "/* */ -- #",
    "placeholders": "%s %(a)s ? :name $1 {x}",
    "percents": "100 %%",
    "lines": "one\ntwo\n\nfour",
    "no latin": "日本語 Ελλάς Кириллица עברית",
    "beyond the basic plane": "\U0001f3db \U0001d400",
    "JSON": '{"kind":"account"} [1, null]',
    "a number": "007",
    "a truth": "true",
    "a nothing": "NULL",
    "an empty one": "",
    "a long one": "é" * 4_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_comes_back_to_the_letter(journal: Journal, text: str) -> None:
    asked = Approval(
        id="a",
        object=ApprovalObject.ATTACHMENT,
        requester="anna",
        perimeter=Perimeter("s"),
        state=ApprovalState.REQUESTED,
        comment=text,
    )
    notice = Notice(event="e", recipient="anna@example.org", template="t", context={"text": text})
    with journal.write() as session:
        session.record(
            [(ANNA, None), (asked, None)],
            actor="anna",
            request_id="r",
            recorded_at=NOON,
            command="RequestAttachment",
            digest="d",
            notices=[notice],
        )

    assert [change.record for change in journal.changes()] == [ANNA, asked]
    (waiting,) = journal.outbox.claim(minutes(1), lease=minutes(2) - minutes(1))
    assert waiting.context == {"text": text}
    assert journal.verify() == []


STRUCTURE = Structure(
    id="s", identifier_type="SIRET", type=StructureType.PUBLIC, name="n", active=True
)

# What is absent is absent, and not the empty text or the text of an absence.
ABSENCES: dict[str, tuple[Record, Record]] = {
    "no service, or one": (
        Attachment(account="a", perimeter=Perimeter("s")),
        Attachment(account="a", perimeter=Perimeter("s", "None")),
    ),
    "no principal manager, or one": (
        STRUCTURE,
        dataclasses.replace(STRUCTURE, principal_manager="None"),
    ),
    "nobody any more, or somebody": (
        StructureChange(id="s", fields={"principal_manager": None}),
        StructureChange(id="s", fields={"principal_manager": "null"}),
    ),
    "default profiles, or none": (
        Attachment(account="a", perimeter=Perimeter("s")),
        Attachment(account="a", perimeter=Perimeter("s"), profiles=frozenset()),
    ),
    "false, or true": (STRUCTURE, dataclasses.replace(STRUCTURE, active=False)),
}


@pytest.mark.parametrize(("absent", "present"), ABSENCES.values(), ids=ABSENCES)
def test_what_is_absent_stays_so(journal: Journal, absent: Record, present: Record) -> None:
    put(journal, absent, name="absent")
    put(journal, present, name="present")

    assert [change.record for change in journal.changes()] == [absent, present]


@pytest.mark.parametrize("column", ["actor", "request_id", "payload", "hash", "command"])
def test_no_cell_of_a_change_may_be_missing(journal: Journal, column: str) -> None:
    put(journal, ANNA, name="r")
    with journal.store.reading() as connection:
        found = connection.exec_driver_sql(f"SELECT count(*) FROM change WHERE {column} IS NULL")  # noqa: S608  # a known column

        assert found.scalar() == 0
    with pytest.raises(ChangeRefusedError), journal.write() as session:
        session.record(
            [(ANNA, None)], actor="", request_id="n", recorded_at=NOON, command="X", digest="d"
        )


def test_a_great_record_is_kept_whole(journal: Journal) -> None:
    many = frozenset(f"application_{number}:modification" for number in range(2_000))
    tie = Attachment(account="anna", perimeter=Perimeter("s"), profiles=many)
    put(journal, tie, name="r")

    assert next(journal.changes()).record == tie
    assert journal.verify() == []


def test_half_a_character_is_refused_and_nothing_recorded(journal: Journal) -> None:
    notice = Notice(event="e", recipient="anna@example.org", template="t", context={"a": "\ud800"})
    account = Account(id="a", email="\ud800@x.org", state=AccountState.ACTIVE)
    for records, notices in (([ANNA], [notice]), ([account], [])):
        with pytest.raises(ChangeRefusedError), journal.write() as session:
            session.record(
                [(record, None) for record in records],
                actor="paul",
                request_id="r",
                recorded_at=NOON,
                command="X",
                digest="d",
                notices=notices,
            )

    assert journal.head() == journal.outbox.waiting() == 0
    assert Timeline(journal).current(minutes(0)).accounts == {}
