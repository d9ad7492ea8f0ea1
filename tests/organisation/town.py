"""A small town where commands are tried: who is who, what is where, and a bench to try them on.

Of two structures gina is the principal manager: the hall, and one that sleeps.
The firm is olaf's; nobody manages the orphan.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import cast

from habilis import Perimeter, Question, Resource
from habilis.organisation import (
    AccountState,
    Address,
    ApprovalObject,
    ApprovalState,
    Moa,
    StructureType,
    WantedStructure,
)
from habilis_server.engine import Engine
from habilis_server.insee import Establishment, RegistryUnavailableError
from habilis_server.journal import Journal, Timeline
from habilis_server.organisation import (
    AccessRefused,
    CommandRefused,
    ManyRefused,
    Organisation,
    OrganisationError,
)
from habilis_server.organisation.commands import Command
from habilis_server.organisation.reading import (
    Found,
    ListHistory,
    Query,
    Reader,
    Slice,
    list_history,
    read,
)
from habilis_server.rulebook import build
from habilis_server.world import Account, Approval, Attachment, Record, Service, Structure, World
from tests.differential.policies import SHIPPED
from tests.organisation.memory import Memory

__all__ = [
    "ASKED",
    "CLOSED",
    "DEPOT",
    "FACTS",
    "FIRM",
    "HALL",
    "HALL_MOVED",
    "LAB",
    "NEW_FIRM",
    "NEW_HALL",
    "NOON",
    "OK",
    "OLD_FIRM",
    "ORGANISATION",
    "ORPHAN",
    "PROFILE",
    "REGISTER",
    "ROADS",
    "SLEEPY",
    "UNKNOWN",
    "Bench",
    "Register",
    "engine",
    "verdict",
]

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
OK = "ok"

HALL, SLEEPY, FIRM, ORPHAN = "21340301700014", "38877120600017", "43155257900051", "19340987700019"
HALL_MOVED = "21340301700022"
ROADS, CLOSED = Perimeter(HALL, "ROADS"), Perimeter(HALL, "CLOSED")
DEPOT, LAB = Perimeter(SLEEPY, "DEPOT"), Perimeter(FIRM, "LAB")
NEW_FIRM, NEW_HALL, OLD_FIRM, UNKNOWN = (
    *("73282932000074", "17340430200015", "40512377900010", "51980446200025"),
)
PROFILE, ORGANISATION = "signature:consultation", "organisation:modification"


class Register:
    """The national register, or its silence."""

    def __init__(self, *found: Establishment, silent: bool = False) -> None:
        self.found = {establishment.siret: establishment for establishment in found}
        self.silent = silent

    def find(self, siret: str) -> Establishment | None:
        if self.silent:
            raise RegistryUnavailableError("closed for the night")
        return self.found.get(siret)


def _known(siret: str, name: str, *, active: bool = True) -> Establishment:
    return Establishment(siret=siret, name=name, active=active, address=Address(city="SETE"))


REGISTER = Register(
    _known(HALL, "COMMUNE DE SETE"),
    _known(HALL_MOVED, "COMMUNE DE SETE"),
    _known(SLEEPY, "ANCIENS CHANTIERS"),
    _known(FIRM, "MB INGENIERIE"),
    _known(ORPHAN, "LYCEE DES CALANQUES"),
    _known(NEW_FIRM, "NOUVELLE FIRME"),
    _known(NEW_HALL, "ACADEMIE"),
    _known(OLD_FIRM, "FIRME FERMEE", active=False),
)


def _person(
    name: str, state: AccountState = AccountState.ACTIVE, *, support: bool = False
) -> Account:
    return Account(id=name, email=f"{name}@example.org", state=state, support=support)


def _asks(
    name: str, kind: ApprovalObject, on: Perimeter | None, *, add: tuple[str, ...] = ()
) -> Approval:
    return Approval(
        id=f"{name}-asks",
        object=kind,
        requester=name,
        perimeter=on,
        state=ApprovalState.REQUESTED,
        comment="please",
        add=add,
        wanted=None
        if on
        else WantedStructure(
            identifier_type="SIRET", identifier=NEW_HALL, name="A", type=StructureType.PUBLIC
        ),
    )


def _tie(
    name: str, place: Perimeter, profiles: frozenset[str] | str = "default", *, legacy: bool = False
) -> Attachment:
    return Attachment(
        account=name, perimeter=place, profiles=profiles, legacy_secondary_manager=legacy
    )


def _structure(
    siret: str, kind: StructureType, manager: str | None, *, active: bool = True
) -> Structure:
    return Structure(
        id=siret,
        identifier_type="SIRET",
        type=kind,
        name=f"structure {siret}",
        active=active,
        moa=Moa.NONE,
        principal_manager=manager,
    )


def _service(place: Perimeter, *, active: bool = True) -> Service:
    return Service(
        structure=place.structure, code=str(place.service), name="service", active=active
    )


FACTS: Sequence[Record] = (
    _structure(HALL, StructureType.PUBLIC, "gina"),
    _structure(SLEEPY, StructureType.PRIVATE, "gina", active=False),
    _structure(FIRM, StructureType.PRIVATE, "olaf"),
    _structure(ORPHAN, StructureType.PUBLIC, None),
    _service(ROADS),
    _service(CLOSED, active=False),
    _service(DEPOT),
    _service(LAB),
    *map(_person, ("gina", "olaf", "sam", "rob", "vera", "leo", "dora", "tim", "nell", "fay")),
    _person("sue", support=True),
    _person("ina", AccountState.INACTIVE),
    _person("pia", AccountState.PENDING),
    _person("quin", AccountState.PENDING),
    *(_tie(name, Perimeter(HALL)) for name in ("gina", "sam", "tim", "ina")),
    *(_tie(name, Perimeter(SLEEPY)) for name in ("sam", "tim", "ina")),
    *(_tie("leo", Perimeter(place), legacy=True) for place in (HALL, SLEEPY)),
    *(_tie("vera", place) for place in (ROADS, DEPOT)),
    _tie("rob", Perimeter(HALL), frozenset({"factures_travaux:consultation"})),
    _tie("olaf", Perimeter(FIRM)),
    _tie("fay", LAB),
    _asks("tim", ApprovalObject.ENTITLEMENT, Perimeter(HALL), add=(PROFILE,)),
    _asks("nell", ApprovalObject.ATTACHMENT, Perimeter(HALL)),
    _asks("fay", ApprovalObject.ATTACHMENT, Perimeter(SLEEPY)),
    _asks("pia", ApprovalObject.ACCOUNT, Perimeter(HALL)),
    _asks("quin", ApprovalObject.ACCOUNT, None),
)

ASKED: Sequence[Record] = (
    *FACTS,
    _asks("rob", ApprovalObject.ENTITLEMENT, Perimeter(HALL), add=(PROFILE,)),
)
"""The town, where rob has asked for the profile that he lacks."""


@cache
def engine() -> Engine:
    return Engine(build(SHIPPED))


def verdict(refusal: OrganisationError) -> str:
    """`denied REASON` by the policy, `refused CODE` by the rules; of several, the first."""
    match refusal:
        case AccessRefused():
            return f"denied {refusal.decision.reason}"
        case CommandRefused():
            return f"refused {refusal.code}"
        case ManyRefused():
            return verdict(next(iter(refusal.refusals.values())))
        case _:
            raise TypeError(refusal)


class Bench:
    """An organisation with a clock that moves when it is told to, a second a command besides."""

    def __init__(
        self,
        facts: Sequence[Record] = FACTS,
        *,
        delay: float = 0,
        register: Register = REGISTER,
        checked: bool = True,
    ) -> None:
        self.memory = Memory(facts, NOON, checked=checked)
        self.now = NOON
        self.made = ""
        self.field = ""
        self._asked = 0
        self.organisation = Organisation(
            cast(Journal, self.memory),
            cast(Timeline, self.memory),
            engine,
            register,
            clock=lambda: self.now,
            delay=timedelta(seconds=delay),
        )

    @property
    def world(self) -> World:
        """The facts in effect now."""
        return self.memory.current(self.now)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def ask(self, actor: str, command: Command | Query) -> str:
        """OK, with `made` set; or why not, with `field`, and then nothing was recorded."""
        if isinstance(command, Query):
            found = self.reads(actor, command)
            return found if isinstance(found, str) else OK
        self._asked += 1
        head = self.memory.head()
        try:
            outcome = self.organisation.execute(
                command, actor=actor, request_id=f"request-{self._asked}"
            )
        except OrganisationError as refusal:
            assert self.memory.head() == head
            self.field = refusal.field if isinstance(refusal, CommandRefused) else ""
            return verdict(refusal)
        assert outcome.token.revision == self.memory.head() > head
        self.made = outcome.made
        return OK

    def reads(self, subject: str, query: Query) -> Found | str:
        """What the subject is shown first, or why nothing is."""
        reader = Reader(subject=subject, judge=engine().on(self.world))
        try:
            if isinstance(query, ListHistory):
                return list_history(query, reader, Slice(0, 500), self.memory.history)
            return read(query, reader, Slice(0, 500))
        except OrganisationError as refusal:
            return verdict(refusal)

    def does(self, actor: str, command: Command) -> str:
        """What the command, which must succeed, made."""
        assert self.ask(actor, command) == OK, (actor, command)
        return self.made

    def may(self, actor: str, action: str, kind: str, thing: str) -> bool:
        question = Question(subject=actor, action=action, resource=Resource(type=kind, id=thing))
        return engine().on(self.world).decide(question).allowed

    def holds(self, actor: str, place: Perimeter) -> bool:
        """Whether PROFILE is in effect there, for it is all that this action asks for."""
        return self.may(actor, "signature.consulter", _kind(place), str(place))

    def manages(self, actor: str, place: Perimeter) -> bool:
        """Whether ORGANISATION is in effect there: the place is active, or nobody manages it."""
        verb = "modifier_structure" if place.service is None else "modifier_service"
        return self.may(actor, f"organisation.{verb}", _kind(place), str(place))

    def manager(self, structure: str = HALL) -> str | None:
        return self.world.structures[structure].principal_manager

    def tie(self, account: str, place: Perimeter) -> Attachment | None:
        return self.world.attachments.get(account, {}).get(place)

    def state(self, approval: str) -> ApprovalState:
        return self.world.approvals[approval].state


def _kind(place: Perimeter) -> str:
    return "structure" if place.service is None else "service"
