"""K3 on the smallest companion: it is found in order, and each fault is found in one that isn't."""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import habilis_companion
from habilis.v1 import policy_pb2
from habilis_companion.guard import Guard, asks
from habilis_companion.store import Store
from habilis_server.rulebook import Rulebook, load
from tests.companion.answering import Habilis
from tests.companion.coverage import (
    faults_as_it_runs,
    faults_of_code,
    faults_of_doors,
    faults_of_flows,
)
from tests.companion.shelf import Shelf, put, things_of

SERVICE = policy_pb2.DESCRIPTOR.services_by_name["PolicyService"]


class Gate:
    """The shelf as people have it who have accounts."""

    show = Shelf.show
    move = Shelf.move


@cache
def rulebook() -> Rulebook:
    return load(Path(__file__).resolve().parents[2] / "policy")


def test_a_public_method_without_a_mark_is_found() -> None:
    assert [*faults_of_flows([Shelf], rulebook(), [])] == [
        "`Shelf.grow_old` is public and not marked with `@asks`",
        "`Shelf.leave` is public and not marked with `@asks`",
    ]
    assert [*faults_of_flows([Gate], rulebook(), [])] == []


def test_an_unknown_action_and_one_that_nobody_asks_are_found() -> None:
    class Slip:
        @asks("dume.consulte", "dume.consulter")
        def show(self) -> None: ...

    assert [*faults_of_flows([Slip], rulebook(), ["dume"])] == [
        "`Slip.show` asks `dume.consulte`, which the policy does not know",
        "no method asks `dume.modifier`",
    ]


class Served:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def GetPolicy(self, request: Any) -> str:  # noqa: N802  # the contract's name
        return self.shelf.show(request.subject, request.name)

    def Reload(self, request: Any) -> str:  # noqa: N802  # the contract's name
        return str(request)


def test_a_door_that_leads_past_the_flows_is_found() -> None:
    assert [*faults_of_doors(Served, SERVICE, [Gate])] == [
        "`Reload` calls no method that is marked with `@asks`"
    ]

    assert [*faults_of_doors(Served, SERVICE, [Gate], public={"Reload"})] == []
    assert [*faults_of_doors(Served, SERVICE, [Gate], public={"GetPolicy", "Reload", "Gone"})] == [
        "`Gone` is public, and no method of the contract",
        "`GetPolicy` is public, and calls a method that is marked with `@asks`",
    ]

    class Inherits(Served): ...

    assert len([*faults_of_doors(Inherits, SERVICE, [Gate])]) == 2


@pytest.fixture
def package(tmp_path: Path) -> Iterator[ModuleType]:
    """A package whose modules a test writes."""
    module = ModuleType("slips")
    module.__path__ = [str(tmp_path)]
    (tmp_path / "clock.py").write_text("with store.ticking(event): ...\n")
    yield module
    sys.modules.pop("slips", None)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("store.ticking(event)", "the clock writes in"),
        ("door = store.ticking", "the clock writes in"),
        ("store.welcoming(event)", "whoever has no account writes in"),
        ("Permit(question=q)", "a.py:1 calls `Permit`"),
        ("x = Scope()", "a.py:1 calls `Scope`"),
        ("open_database(path)", "a.py:1 calls `open_database`"),
        ("create_engine(url)", "a.py:1 calls `create_engine`"),
        ("from habilis_companion.databases import Sqlite", "a.py:1 imports"),
        ("with store.writing(guard, permit): ...", None),
    ],
)
def test_code_that_goes_past_the_guard_is_found(
    package: ModuleType, code: str, fault: str | None
) -> None:
    (Path(package.__path__[0]) / "a.py").write_text(code)
    found = [*faults_of_code(package, clock="clock.py")]

    assert [each[: len(fault or "")] for each in found] == ([fault] if fault else [])


def test_the_kit_itself_has_no_clock_and_takes_nothing_from_anybody() -> None:
    assert [each for each in faults_of_code(habilis_companion) if " writes in " in each] == []
    found = faults_of_code(habilis_companion, clock="-", public="-")
    assert [each for each in found if " writes in " in each] == [
        "the clock writes in [], and ought to in one place of -",
        "whoever has no account writes in [], and ought to in one place of -",
    ]


def test_the_door_for_people_without_an_account_opens_in_one_place(package: ModuleType) -> None:
    place = Path(package.__path__[0]) / "counter.py"
    place.write_text("with store.welcoming(event): ...\n")
    assert [*faults_of_code(package, clock="clock.py", public="counter.py")] == []

    place.write_text("with store.welcoming(event): ...\n" * 2)
    [fault] = faults_of_code(package, clock="clock.py", public="counter.py")
    assert fault == (
        "whoever has no account writes in ['counter.py:1', 'counter.py:2'],"
        " and ought to in one place of counter.py"
    )


def calls_of(shelf: Shelf) -> dict[str, Any]:
    return {
        "show": lambda: shelf.show("anna", "F1"),
        "move": lambda: shelf.move("anna", "F1", "X", version=1, request_id="r"),
    }


def test_k3_nothing_moves_and_nothing_shows_without_a_yes(shelf: Shelf, habilis: Habilis) -> None:
    put(shelf.store, "F1")
    calls = calls_of(shelf)

    assert [*faults_as_it_runs(calls, [Gate], habilis, lambda: things_of(shelf.store))] == []


class Careless(Shelf):
    """Methods that a careless developer would write."""

    @asks("factures_emises.consulter")
    def shows_first(self, subject: str) -> object:
        shown = things_of(self.store)
        try:
            self.guard.where(subject, "factures_emises.consulter", "facture")
        except Exception:  # noqa: BLE001  # the carelessness itself
            return shown
        return shown

    @asks("factures_emises.deposer")
    def writes_first(self, subject: str) -> None:
        put(self.store, f"F{len(things_of(self.store)) + 1}")
        self.guard.where(subject, "factures_emises.consulter", "facture")

    def asks_nothing(self) -> None:
        raise AssertionError


def test_k3_as_it_runs_what_is_careless_is_found(store: Store, habilis: Habilis) -> None:
    careless = Careless(store, Guard(habilis))
    put(store, "F1")
    calls: dict[str, Any] = {
        "shows_first": lambda: careless.shows_first("anna"),
        "writes_first": lambda: careless.writes_first("anna"),
        "asks_nothing": careless.asks_nothing,
    }

    found = "\n".join(faults_as_it_runs(calls, [Careless], habilis, lambda: things_of(store)))
    for fault in (
        "`show` is not among both",
        "`asks_nothing` is not among both",
        "`shows_first` showed [('F1', 'BROUILLON', 1)], although it was not allowed",
        "`writes_first` changed what is kept",
        "`writes_first` fails otherwise than by the answer it got: UnaskedError",
        "`asks_nothing` asks nothing",
        "`asks_nothing` fails where everything is allowed",
    ):
        assert fault in found
