"""What is kept of an act: its evidence, its version, its result; and who handed a file in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest

from habilis import Resource
from habilis_companion.attachments import MOST_BYTES_TOGETHER, FileRef, problems_of_files
from habilis_companion.errors import RequestIdReusedError, StaleVersionError
from habilis_companion.evidence import append_lines
from habilis_companion.guard import Guard, UnaskedError, asks
from habilis_companion.prose import (
    problems_of_comment,
    problems_of_required,
    problems_of_text,
)
from habilis_companion.refusals import CommonCode, Fault, Problem, RefusedError, raise_if_any
from habilis_companion.requests import Request
from habilis_companion.results import as_kept, as_made
from habilis_companion.store import ClockEvent, PublicEvent, Store, WriteSession
from habilis_companion.uploads import Upload
from habilis_companion.versions import need_version, replace_version
from tests.companion.answering import Habilis
from tests.companion.shelf import (
    NOON,
    UPLOADS,
    Line,
    Shelf,
    line,
    lines_of,
    put,
    thing,
    things_of,
)

TICK = ClockEvent(name="VU", at=NOON)
ACTION = "factures_emises.deposer"
FILE = FileRef(name="a.pdf", sha256="1" * 64, size=3)
NOTHING = ("", "", "", "", 0)


def tick(store: Store, body: Callable[[WriteSession], Any]) -> Any:
    with store.ticking(TICK) as session:
        return body(session)


# Evidence.


def test_a_line_bears_what_its_change_rests_on_and_nothing_else(store: Store) -> None:
    @asks(ACTION)
    def deposit() -> None:
        guard = Guard(Habilis())
        permit = guard.ask("anna", ACTION, Resource(type="facture", id="F1"))
        with store.writing(guard, permit) as session:
            append_lines(session, line, {"thing": "F1"}, [Line("A"), Line("B")], permit)
            append_lines(session, line, {"thing": "F1"}, [], permit)
            append_lines(session, line, {"thing": "F2"}, [Line("C")], permit)

    deposit()
    with store.welcoming(event := PublicEvent(name="LAISSE", at=NOON)) as session:
        append_lines(session, line, {"thing": "F2"}, [Line("D")], event)
    tick(store, lambda session: append_lines(session, line, {"thing": "F2"}, [Line("E")], TICK))

    decided = ("anna", ACTION, "fournisseur", "decision-1", "rule", "policy", 1)
    assert lines_of(store) == [
        ("F1", 1, "A", *decided),
        ("F1", 2, "B", *decided),
        ("F2", 1, "C", *decided),
        ("F2", 2, "D", "", "LAISSE", *NOTHING),
        ("F2", 3, "E", "", "VU", *NOTHING),
    ]


@pytest.mark.parametrize("by", [ClockEvent(name="VU", at=NOON), PublicEvent(name="VU", at=NOON)])
def test_a_line_of_what_its_transaction_does_not_rest_on_is_refused(
    store: Store, by: ClockEvent | PublicEvent
) -> None:
    with pytest.raises(UnaskedError, match="rests on a permit of its own transaction"):
        tick(store, lambda session: append_lines(session, line, {"thing": "F1"}, [Line("A")], by))
    assert lines_of(store) == []


# People without an account.


def test_what_is_left_without_an_account_is_kept_once_and_told_alike(shelf: Shelf) -> None:
    assert [shelf.leave("F1", request_id="r1") for _ in range(2)] == [{"name": "F1"}] * 2
    assert things_of(shelf.store) == [("F1", "LAISSE", 1)]
    with pytest.raises(RequestIdReusedError):
        shelf.leave("F2", request_id="r1")
    assert things_of(shelf.store) == [("F1", "LAISSE", 1)]


def test_what_a_person_s_request_came_to_is_told_to_nobody_without_an_account(
    shelf: Shelf,
) -> None:
    put(shelf.store, "F1")
    shelf.move("anna", "F1", "DEPOSEE", version=1, request_id="r1")
    said = {"name": "F1", "state": "DEPOSEE", "version": 1}
    hers, forged = (Request.of("r1", who, "move", said) for who in ("anna", ""))

    with shelf.store.welcoming(PublicEvent(name="LAISSE", at=NOON)) as session:
        with pytest.raises(UnaskedError):
            shelf.store.welcomed(session, hers)
        with pytest.raises(RequestIdReusedError):
            shelf.store.welcomed(session, forged)
    with pytest.raises(UnaskedError):
        tick(shelf.store, lambda session: shelf.store.welcomed(session, forged))


def test_what_was_left_without_an_account_is_told_to_no_account(shelf: Shelf) -> None:
    shelf.leave("F1", request_id="r1")

    @asks(ACTION)
    def outcome() -> object:
        return shelf.store.outcome(shelf.guard, Request.of("r1", "", "leave", {"name": "F1"}))

    with pytest.raises(UnaskedError):
        outcome()


# Versions.


def test_who_has_not_read_the_present_version_does_nothing(shelf: Shelf) -> None:
    put(shelf.store, "F1", "F2")
    need_version("`F1`", 1, 1)
    with pytest.raises(StaleVersionError, match="`F1` has changed since it was read"):
        need_version("`F1`", 2, 1)

    row = {"name": "F1", "state": "LU", "version": 2}
    tick(shelf.store, lambda session: replace_version(session, thing, row, "`F1`"))
    with pytest.raises(StaleVersionError, match="`F1` has changed since it was read"):
        tick(shelf.store, lambda session: replace_version(session, thing, row, "`F1`"))
    assert things_of(shelf.store) == [("F1", "LU", 2), ("F2", "BROUILLON", 1)]


# Results.


class State(StrEnum):
    SENT = "ENVOYEE"


@dataclass(frozen=True)
class Outcome:
    id: str
    version: int
    state: State
    at: datetime
    closed_at: datetime | None = None
    former: State | None = None


@dataclass(frozen=True)
class Odd:
    places: tuple[str, ...]


PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    "made",
    [
        Outcome("F1", 2, State.SENT, NOON),
        Outcome("", 0, State.SENT, NOON.astimezone(PARIS), datetime.max.replace(tzinfo=UTC)),
        Outcome("é", -1, State.SENT, NOON, former=State.SENT),
        FILE,
    ],
)
def test_a_result_comes_back_as_it_was(made: Any) -> None:
    again = as_made(type(made), as_kept(made))

    assert again == made
    assert [type(value) for value in vars_of(again)] == [type(value) for value in vars_of(made)]


def vars_of(made: Any) -> list[object]:
    return [getattr(made, name) for name in type(made).__dataclass_fields__]


def test_what_would_not_come_back_as_it_was_is_no_result() -> None:
    with pytest.raises(TypeError, match="no part of what a request comes to"):
        as_kept(Odd(("a",)))


# Files.


def test_an_upload_is_noted_once_for_who_handed_it_in(store: Store) -> None:
    upload = Upload(FILE, signed=True)
    for _ in range(2):
        tick(store, lambda session: UPLOADS.keep(session, "anna", upload, NOON))

    def found(who: str, what: FileRef) -> Upload | None:
        given: Upload | None = tick(store, lambda session: UPLOADS.of(session, who, what))
        return given

    assert found("anna", FILE) == upload
    assert found("anna", replace(FILE, size=0)) == upload
    assert found("paul", FILE) is None
    for other in (replace(FILE, name="b.pdf"), replace(FILE, size=4), replace(FILE, sha256="2")):
        assert found("anna", other) is None


HELD = replace(FILE, name="held.pdf")
NAMED = [
    # who names it, what, what he held, unsigned?, the problems
    ("anna", FILE, (), False, []),
    ("anna", FILE, (), True, [CommonCode.FILE_SIGNED]),
    ("paul", FILE, (), False, [CommonCode.FILE_UNKNOWN]),
    ("anna", HELD, (), False, [CommonCode.FILE_UNKNOWN]),
    ("paul", HELD, (HELD,), True, []),
]


@pytest.mark.parametrize(("who", "file", "held", "unsigned", "codes"), NAMED)
def test_a_person_names_what_he_has_handed_in_or_what_is_held(  # a row of the table
    store: Store,
    who: str,
    file: FileRef,
    held: tuple[FileRef, ...],
    unsigned: bool,  # a column of the table
    codes: list[CommonCode],
) -> None:
    upload = Upload(FILE, signed=True)
    tick(store, lambda session: UPLOADS.keep(session, "anna", upload, NOON))

    def handed_in(session: WriteSession) -> Any:
        return UPLOADS.handed_in(session, who, "files", [file], held, unsigned=unsigned)

    files, wrong = tick(store, handed_in)
    assert files == (file,)
    assert [(each.code, each.field) for each in wrong] == [(code, "files") for code in codes]
    missing = Fault.MISSING if CommonCode.FILE_UNKNOWN in codes else Fault.INVALID
    assert {each.fault for each in wrong} <= {missing}


TOGETHER = [
    ([], []),
    ([FILE, replace(FILE, name="b.pdf")], []),
    ([FILE, replace(FILE, name="A.PDF")], [CommonCode.FILE_NAME_REPEATED]),
    ([replace(FILE, size=MOST_BYTES_TOGETHER)], []),
    ([replace(FILE, size=MOST_BYTES_TOGETHER), HELD], [CommonCode.DEPOSIT_TOO_BIG]),
]


@pytest.mark.parametrize(("files", "codes"), TOGETHER)
def test_what_files_may_be_together(files: list[FileRef], codes: list[CommonCode]) -> None:
    assert [each.code for each in problems_of_files(files)] == codes


# Texts.

BAD = [("TEXT_NOT_ALLOWED", "field")]
TEXTS: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("nothing", problems_of_text("field", "", 3), []),
    ("as long as may be", problems_of_text("field", "été", 3), []),
    ("too long", problems_of_text("field", "abcd", 3), BAD),
    ("a space at the end", problems_of_text("field", "a ", 3), BAD),
    ("what cannot be read", problems_of_text("field", "a\0b", 3), BAD),
    ("two lines where one is due", problems_of_text("field", "a\nb", 3), BAD),
    ("two lines", problems_of_text("field", "a\nb", 3, lines=True), []),
    ("no comment", problems_of_comment("", required=False), []),
    (
        "no comment where one is due",
        problems_of_comment(" ", required=True),
        [("COMMENT_REQUIRED", "comment")],
    ),
    ("a long comment", problems_of_comment("x" * 256, required=True, field="field"), BAD),
    ("a comment of two lines", problems_of_comment("a\nb", required=True), []),
    ("no title", problems_of_required("field", " ", 3, State.SENT), [("ENVOYEE", "field")]),
    ("a title too long", problems_of_required("field", "abcd", 3, State.SENT), BAD),
    ("a title", problems_of_required("field", "abc", 3, State.SENT), []),
]


@pytest.mark.parametrize(
    ("problems", "told"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS]
)
def test_what_may_be_written(problems: Any, told: list[tuple[str, str]]) -> None:
    assert [(each.code, each.field) for each in problems] == told


def test_all_problems_are_raised_together_and_none_where_there_are_none() -> None:
    problems = [Problem(code=code, field=code, message="is wrong") for code in ("A", "B")]
    raise_if_any(iter(()))
    with pytest.raises(RefusedError) as refused:
        raise_if_any(iter(problems))

    assert refused.value.problems == tuple(problems)
