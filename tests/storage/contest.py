"""Two commands at the same moment, by two servers on one database; and what if nobody took turns.

Each try has a structure of its own: xavier manages it, yan and zoe are attached.
"""

import random
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

from habilis import Perimeter
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, StructureType
from habilis_server.journal import Journal, JournalError, Recorded, Timeline, WriteSession
from habilis_server.journal.store import Store
from habilis_server.organisation import Organisation, OrganisationError
from habilis_server.organisation.commands import (
    Approve,
    AttachUser,
    Command,
    CreateService,
    DeactivateAccount,
    DetachUser,
    InstallPrincipalManager,
    LeaveStructure,
    Refuse,
    RequestAccount,
    TransferPrincipalManager,
    WithdrawRequest,
)
from habilis_server.world import Account, Approval, Attachment, Record, Structure, World
from tests.journal.some_records import NOON
from tests.organisation.town import REGISTER, engine

__all__ = ["RACES", "Race", "Tally", "run"]


@dataclass(frozen=True)
class Stage:
    """The names of one try."""

    number: int

    @property
    def structure(self) -> str:
        return f"{21340301700000 + self.number}"

    @property
    def place(self) -> Perimeter:
        return Perimeter(self.structure)

    def person(self, name: str) -> str:
        return f"{name}-{self.number}"

    def records(self) -> Iterator[Record]:
        for name in ("xavier", "yan", "zoe", "will"):
            yield Account(
                id=self.person(name),
                email=f"{self.person(name)}@example.org",
                state=AccountState.ACTIVE,
                support=name == "will",
            )
        yield Account(
            id=self.person("gone"),
            email=f"{self.person('gone')}@example.org",
            state=AccountState.INACTIVE,
        )
        for structure, manager in ((self.structure, "xavier"), (f"{self.structure}9", "gone")):
            yield Structure(
                id=structure,
                identifier_type="SIRET",
                type=StructureType.PUBLIC,
                name=f"structure {self.number}",
                active=True,
                principal_manager=self.person(manager),
            )
        for name in ("xavier", "yan", "zoe"):
            yield Attachment(account=self.person(name), perimeter=self.place)
        yield Approval(
            id=self.person("asked"),
            object=ApprovalObject.ENTITLEMENT,
            requester=self.person("yan"),
            perimeter=self.place,
            state=ApprovalState.REQUESTED,
            add=("signature:consultation",),
        )


@dataclass(frozen=True)
class Race:
    """Two commands of which exactly one may be carried out, and what must hold after them."""

    one: Callable[[Stage], tuple[str, Command]]
    other: Callable[[Stage], tuple[str, Command]]
    holds: Callable[[Stage, World], bool] = field(default=lambda _, __: True)


def transfer(to: str) -> Callable[[Stage], tuple[str, Command]]:
    return lambda on: (
        on.person("xavier"),
        TransferPrincipalManager(structure=on.structure, account=on.person(to)),
    )


def install(to: str) -> Callable[[Stage], tuple[str, Command]]:
    return lambda on: (
        on.person("will"),
        InstallPrincipalManager(structure=f"{on.structure}9", account=on.person(to)),
    )


def detach(name: str) -> Callable[[Stage], tuple[str, Command]]:
    return lambda on: (
        on.person("xavier"),
        DetachUser(account=on.person(name), perimeter=on.place),
    )


def decide(command: Callable[[str], Command], who: str) -> Callable[[Stage], tuple[str, Command]]:
    return lambda on: (on.person(who), command(on.person("asked")))


def managed(on: Stage, world: World) -> bool:
    """The structure has one manager: an active person, who is attached to it."""
    manager = world.structures[on.structure].principal_manager
    if manager is None or world.accounts[manager].state is not AccountState.ACTIVE:
        return False
    return on.place in world.attachments.get(manager, {})


def create(on: Stage) -> tuple[str, Command]:
    return on.person("xavier"), CreateService(structure=on.structure, code="DESK", name="Desk")


def attach(on: Stage) -> tuple[str, Command]:
    email = f"{on.person('will')}@example.org"
    return on.person("xavier"), AttachUser(email=email, perimeter=on.place)


def request_account(on: Stage) -> tuple[str, Command]:
    email = f"{on.person('new')}@example.org"
    return "visitor", RequestAccount(email=email, perimeter=on.place, comment="please")


def one_account(on: Stage, world: World) -> bool:
    email = f"{on.person('new')}@example.org"
    return sum(account.email == email for account in world.accounts.values()) == 1


approve = decide(lambda name: Approve(approval=name), "xavier")
refuse = decide(lambda name: Refuse(approval=name, reason="no"), "xavier")
withdraw = decide(lambda name: WithdrawRequest(approval=name), "yan")

RACES = {
    "F11 two transfers": Race(transfer("yan"), transfer("zoe"), managed),
    "F11 transfer and detachment of the heir": Race(transfer("yan"), detach("yan"), managed),
    "F11 transfer and the heir leaves": Race(
        transfer("yan"), lambda on: (on.person("yan"), LeaveStructure(perimeter=on.place)), managed
    ),
    "F10 transfer and the heir's account ends": Race(
        transfer("yan"), lambda on: (on.person("yan"), DeactivateAccount()), managed
    ),
    "F10 two installations": Race(install("yan"), install("zoe")),
    "D6 approval and withdrawal": Race(approve, withdraw),
    "D6 approval and refusal": Race(approve, refuse),
    "D6 one person attached twice": Race(attach, attach),
    "D6 one service created twice": Race(create, create),
    "D6 one address, two accounts": Race(request_account, request_account, one_account),
}


class Untaken(WriteSession):
    """A session that takes its turn only to record: it decides on what others may change."""

    def __init__(self, store: Store, meet: Callable[[], object]) -> None:
        self._store = store
        self._meet = meet

    def outcome(self, request_id: str, *, actor: str, digest: str) -> Recorded | None:
        with self._store.reading() as connection:
            return WriteSession(connection).outcome(request_id, actor=actor, digest=digest)

    def record_encoded(self, *steps: Any, **words: Any) -> Recorded:
        self._meet()
        with self._store.writing() as connection:
            return WriteSession(connection).record_encoded(*steps, **words)


class LawlessJournal(Journal):
    """A journal whose lock is taken away: both commands are decided before either is recorded."""

    meet: Callable[[], object] = staticmethod(lambda: None)

    @contextmanager
    def write(self) -> Generator[WriteSession]:
        yield Untaken(self.store, self.meet)


@dataclass
class Tally:
    """How often both commands or none were carried out, or what must hold did not."""

    tries: int = 0
    neither: int = 0
    violations: int = 0
    failed: list[str] = field(default_factory=list[str])


def run(target: Path | str, race: Race, tries: int, *, lawless: bool = False) -> Tally:
    """The race so many times, on two journals as two servers have them."""
    tally, chance = Tally(), random.Random(7)  # an order, not a secret
    first = 1_000 if lawless else 0
    stages = [Stage(number) for number in range(first, first + tries)]
    facts = [record for stage in stages for record in stage.records()]
    with ExitStack() as open_ones:
        kind = LawlessJournal if lawless else Journal
        one, other = (open_ones.enter_context(kind.open(target)) for _ in range(2))
        one.append(facts, actor="import", request_id=f"facts-{first}", recorded_at=NOON)
        organisations = [_organisation(one), _organisation(other)]
        timeline = Timeline(one)
        pool = open_ones.enter_context(ThreadPoolExecutor(2))
        for stage in stages:
            sides = [race.one(stage), race.other(stage)]
            chance.shuffle(sides)
            start, decided = Barrier(2), Barrier(2)
            for journal in (one, other):
                if isinstance(journal, LawlessJournal):
                    journal.meet = partial(_meet, decided)
            names = [f"try-{stage.number}-{number}" for number in range(2)]
            done = list(pool.map(partial(_carried_out, start, tally), organisations, sides, names))
            tally.tries += 1
            tally.neither += not any(done)
            tally.violations += all(done) or not race.holds(stage, timeline.current(NOON))
        tally.failed += one.verify()
    return tally


def _meet(decided: Barrier) -> None:
    """Until the other has decided as well, or will not."""
    with suppress(BrokenBarrierError):
        decided.wait(5)


def _organisation(journal: Journal) -> Organisation:
    return Organisation(
        journal,
        Timeline(journal),
        engine,
        REGISTER,
        clock=lambda: NOON,
        delay=timedelta(0),
    )


def _carried_out(
    start: Barrier,
    tally: Tally,
    organisation: Organisation,
    side: tuple[str, Command],
    request: str,
) -> bool:
    actor, command = side
    start.wait(30)
    try:
        organisation.execute(command, actor=actor, request_id=request)
    except OrganisationError:
        return False
    except JournalError as error:
        tally.failed.append(str(error))
        return False
    return True
