"""When a change counts (R62 to R64, Q7): at once or later, to the microsecond (F13)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from habilis import Perimeter
from habilis.organisation import StructureType
from habilis_server.journal import Journal, Timeline
from habilis_server.organisation import MAX_DELAY, Organisation
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from habilis_server.organisation.table import HANDLERS
from habilis_server.world import World
from tests.organisation.soundness import held
from tests.organisation.town import (
    ASKED,
    CLOSED,
    HALL,
    HALL_MOVED,
    NEW_FIRM,
    NOON,
    ORPHAN,
    PROFILE,
    REGISTER,
    ROADS,
    SLEEPY,
    Bench,
    engine,
)

WHOLE = Perimeter(HALL)
SOME = frozenset({PROFILE})
TICK = timedelta(microseconds=1)
DELAYS = (0, 1, 1800)

Probe = Callable[[World], object]


def profile(account: str, place: Perimeter = WHOLE) -> Probe:
    return lambda world: PROFILE in held(world.attachments.get(account, {}).get(place))


def tie(account: str, place: Perimeter = WHOLE) -> Probe:
    return lambda world: place in world.attachments.get(account, {})


def manager(structure: str = HALL) -> Probe:
    return lambda world: world.structures[structure].principal_manager


def request(name: str) -> Probe:
    return lambda world: world.approvals[name].state.value


def account(name: str) -> Probe:
    return lambda world: world.accounts[name].state.value


LATER: dict[str, tuple[str, Command, Probe]] = {
    "a structure's record": (
        "gina",
        c.ModifyStructure(structure=HALL, fields={"label": "x"}),
        lambda w: w.structures[HALL].details is None,
    ),
    "a structure from INSEE": (
        "gina",
        c.UpdateFromInsee(structure=HALL),
        lambda w: w.structures[HALL].name,
    ),
    "a structure to sleep": (
        "gina",
        c.DeactivateStructure(structure=HALL),
        lambda w: w.structures[HALL].active,
    ),
    "a structure awake": (
        "gina",
        c.ActivateStructure(structure=SLEEPY),
        lambda w: w.structures[SLEEPY].active,
    ),
    "a service's record": (
        "gina",
        c.ModifyService(perimeter=ROADS, fields={"name": "x"}),
        lambda w: w.services[ROADS].name,
    ),
    "a service stopped": (
        "gina",
        c.DeactivateService(perimeter=ROADS),
        lambda w: w.services[ROADS].active,
    ),
    "a service started": (
        "gina",
        c.ActivateService(perimeter=CLOSED),
        lambda w: w.services[CLOSED].active,
    ),
    "an account's address": (
        "sam",
        c.ModifyAccount(email="x@example.org"),
        lambda w: w.accounts["sam"].email,
    ),
    "a profile given": (
        "gina",
        c.AddEntitlements(account="rob", perimeter=WHOLE, profiles=SOME),
        profile("rob"),
    ),
    "a profile among others": (
        "gina",
        c.ReplaceEntitlements(account="rob", perimeter=WHOLE, profiles=SOME),
        profile("rob"),
    ),
    "a profile of a colleague": (
        "gina",
        c.DuplicateEntitlements(source="sam", account="rob", perimeter=WHOLE),
        profile("rob"),
    ),
    "a profile asked for": ("gina", c.Approve(approval="rob-asks"), profile("rob")),
    "profiles asked for": ("gina", c.ApproveMany(approvals=("rob-asks",)), profile("rob")),
}

AT_ONCE: dict[str, tuple[str, Command, Probe]] = {
    "an attachment": ("gina", c.AttachUser(email="dora@example.org", perimeter=WHOLE), tie("dora")),
    "a detachment": ("gina", c.DetachUser(account="sam", perimeter=WHOLE), tie("sam")),
    "a departure": ("sam", c.LeaveStructure(perimeter=WHOLE), tie("sam")),
    "a profile taken": (
        "gina",
        c.RemoveEntitlements(account="sam", perimeter=WHOLE, profiles=SOME),
        profile("sam"),
    ),
    "all taken": ("gina", c.RemoveAllEntitlements(account="sam", perimeter=WHOLE), profile("sam")),
    "a profile replaced": (
        "gina",
        c.ReplaceEntitlements(
            account="sam", perimeter=WHOLE, profiles=frozenset({"dume:consultation"})
        ),
        profile("sam"),
    ),
    "a profile that a colleague lacks": (
        "gina",
        c.DuplicateEntitlements(source="rob", account="sam", perimeter=WHOLE),
        profile("sam"),
    ),
    "an attachment approved": ("gina", c.Approve(approval="nell-asks"), tie("nell")),
    "the decision of an approval": ("gina", c.Approve(approval="rob-asks"), request("rob-asks")),
    "an account approved": ("gina", c.ApproveAccount(approval="pia-asks"), account("pia")),
    "a refusal": ("gina", c.Refuse(approval="tim-asks", reason="no"), request("tim-asks")),
    "refusals": (
        "gina",
        c.RefuseMany(approvals=("tim-asks",), reason="no"),
        request("tim-asks"),
    ),
    "a withdrawal": ("tim", c.WithdrawRequest(approval="tim-asks"), request("tim-asks")),
    "a request of an attachment": (
        "dora",
        c.RequestAttachment(perimeter=WHOLE, comment="please"),
        lambda w: len(w.approvals),
    ),
    "a request of profiles": (
        "sam",
        c.RequestEntitlementChange(perimeter=WHOLE, remove=SOME),
        lambda w: len(w.approvals),
    ),
    "a request of an account": (
        "x",
        c.RequestAccount(email="x@example.org", perimeter=WHOLE),
        lambda w: len(w.accounts),
    ),
    "a transfer": ("gina", c.TransferPrincipalManager(structure=HALL, account="sam"), manager()),
    "an installation": (
        "sue",
        c.InstallPrincipalManager(structure=ORPHAN, account="sam"),
        manager(ORPHAN),
    ),
    "a structure created": (
        "sam",
        c.CreateStructure(identifier_type="SIRET", identifier=NEW_FIRM, type=StructureType.PRIVATE),
        lambda w: NEW_FIRM in w.structures,
    ),
    "a structure renamed": (
        "gina",
        c.UpdateFromInsee(structure=HALL, new_identifier=HALL_MOVED),
        lambda w: HALL in w.structures,
    ),
    "a service created": (
        "gina",
        c.CreateService(structure=HALL, code="PARKS", name="Parks"),
        lambda w: len(w.services),
    ),
    "a service deleted": ("gina", c.DeleteService(perimeter=ROADS), tie("vera", ROADS)),
    "an account shut": ("sam", c.DeactivateAccount(), account("sam")),
    "an account opened": ("ina", c.ReactivateAccount(), account("ina")),
}


def test_every_command_counts_later_or_at_once() -> None:
    named = {type(command) for table in (LATER, AT_ONCE) for _, command, _ in table.values()}

    # The address apart, an account is its owner's, who waits for nobody.
    assert named == {*HANDLERS}


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("change", LATER)
def test_it_counts_from_the_very_moment_on(change: str, delay: int) -> None:
    who, command, read = LATER[change]
    bench = Bench(ASKED, delay=delay)
    bench.wait(10)
    start, end = bench.now, bench.now + timedelta(seconds=delay)
    former = read(bench.world)

    bench.does(who, command)

    new = read(bench.memory.latest())
    assert new != former
    for moment in (NOON, start - TICK, end - TICK):
        assert read(bench.memory.at(moment)) == former
    for moment in (end, end + TICK, end + timedelta(days=400)):
        assert read(bench.memory.at(moment)) == new
    for moment in sorted({start, end - TICK, end, end + TICK} - {start - TICK}):
        bench.now = moment
        assert read(bench.world) == (new if moment >= end else former)


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("change", AT_ONCE)
def test_it_counts_at_once_whatever_the_delay(change: str, delay: int) -> None:
    who, command, read = AT_ONCE[change]
    bench = Bench(ASKED, delay=delay)
    bench.wait(10)
    former = read(bench.world)

    bench.does(who, command)

    new = read(bench.world)
    assert new != former
    assert read(bench.memory.at(bench.now - TICK)) == former
    for moment in (bench.now, bench.now + TICK, bench.now + 2 * MAX_DELAY):
        assert read(bench.memory.at(moment)) == new


@pytest.mark.parametrize("delay", [-1e-6, -1, 1800.000001, 3600])
def test_a_delay_is_of_half_an_hour_at_most(delay: float) -> None:
    with pytest.raises(ValueError, match="the delay of effect"):
        Bench(delay=delay)


@pytest.mark.parametrize("delay", [timedelta(0), timedelta(seconds=1), MAX_DELAY])
def test_the_journal_keeps_the_moment_to_the_microsecond(delay: timedelta, tmp_path: Path) -> None:
    now = NOON + timedelta(seconds=10, microseconds=123_456)
    with Journal.create(tmp_path) as journal:
        journal.append(ASKED, actor="import", request_id="import", recorded_at=NOON)
        timeline = Timeline(journal)
        organisation = Organisation(
            journal, timeline, engine, REGISTER, clock=lambda: now, delay=delay
        )
        who, command, read = LATER["a profile given"]

        organisation.execute(command, actor=who, request_id="one")

        assert [read(timeline.at(now + delay + tick)) for tick in (-TICK, 0 * TICK, TICK)] == [
            *(False, True, True)
        ]
        assert [read(timeline.current(now + delay + tick)) for tick in (-TICK, 0 * TICK)] == [
            *(delay == timedelta(0), True)
        ]
