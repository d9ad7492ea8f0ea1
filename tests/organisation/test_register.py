"""The national register (R70, R75; domain §5.5): what it vouches for, and what it renews."""

import pytest

from habilis import Perimeter
from habilis.organisation import Address, StructureDetails, StructureType, WantedStructure
from habilis_server.insee import Establishment
from habilis_server.organisation import commands as c
from tests.organisation.rows import row
from tests.organisation.town import (
    FIRM,
    HALL,
    HALL_MOVED,
    NEW_FIRM,
    NEW_HALL,
    OK,
    ORPHAN,
    PROFILE,
    REGISTER,
    ROADS,
    SLEEPY,
    Bench,
    Register,
)


@row("5.5.5", may=True)
def test_the_record_is_updated_from_the_register() -> None:
    bench = Bench(delay=60)

    bench.does("gina", c.UpdateFromInsee(structure=HALL))
    assert bench.world.structures[HALL].name == f"structure {HALL}"
    bench.wait(60)

    assert bench.world.structures[HALL].name == "COMMUNE DE SETE"
    assert bench.world.structures[HALL].details == StructureDetails(address=Address(city="SETE"))


@row("5.5.5", may=True)
def test_a_new_identifier_takes_everything_along() -> None:
    bench = Bench()

    bench.does("gina", c.UpdateFromInsee(structure=HALL, new_identifier=HALL_MOVED))

    assert HALL not in bench.world.structures
    assert bench.manager(HALL_MOVED) == "gina"
    assert bench.tie("sam", Perimeter(HALL_MOVED)) is not None
    assert Perimeter(HALL_MOVED, "ROADS") in bench.world.services
    assert bench.world.approvals["tim-asks"].perimeter == Perimeter(HALL_MOVED)
    assert bench.ask("gina", c.Approve(approval="tim-asks")) == OK
    assert bench.ask("gina", c.UpdateFromInsee(structure=HALL)) == "denied UNKNOWN_RESOURCE"


def test_a_name_that_the_register_keeps_to_itself_is_left_as_it_is() -> None:
    hidden = Establishment(siret=HALL, name="", active=True, address=Address(), undisclosed=True)
    bench = Bench(register=Register(hidden))

    bench.does("gina", c.UpdateFromInsee(structure=HALL))

    assert bench.world.structures[HALL].name == f"structure {HALL}"
    assert bench.world.structures[HALL].details == StructureDetails(insee_undisclosed=True)


@row("5.5.5", may=False)
@pytest.mark.parametrize(
    ("structure", "name", "answer", "field"),
    [
        (HALL, NEW_FIRM, "refused IDENTIFIER_INVALID", "new_identifier"),
        (HALL, "21340301700015", "refused IDENTIFIER_INVALID", "new_identifier"),
        (HALL, HALL, "refused STRUCTURE_EXISTS", "new_identifier"),
        (HALL, "21340301700030", "refused IDENTIFIER_NOT_IN_REGISTRY", "structure"),
        (SLEEPY, "", "denied STRUCTURE_INACTIVE", ""),
        (FIRM, "", "denied NOT_ATTACHED", ""),
        (ORPHAN, "", "denied NOT_ATTACHED", ""),
    ],
)
def test_an_update_is_of_one_s_own_and_of_the_same_company(
    structure: str, name: str, answer: str, field: str
) -> None:
    bench = Bench()
    command = c.UpdateFromInsee(structure=structure, new_identifier=name)

    assert bench.ask("gina", command) == answer
    assert bench.field == field


def test_only_a_siret_is_in_the_register() -> None:
    bench = Bench()
    shed = c.CreateStructure(
        identifier_type="AUTRE", identifier="shed", type=StructureType.PRIVATE, name="The shed"
    )
    bench.does("nell", shed)

    assert bench.ask("nell", c.UpdateFromInsee(structure="shed")) == "refused IDENTIFIER_INVALID"


@pytest.mark.parametrize(
    "command",
    [
        c.ModifyStructure(structure=HALL, fields={"label": "x"}),
        c.ModifyService(perimeter=ROADS, fields={"name": "x"}),
        c.AddEntitlements(account="rob", perimeter=Perimeter(HALL), profiles=frozenset({PROFILE})),
    ],
)
def test_what_is_awaited_comes_before_a_new_identifier(command: c.Command) -> None:
    bench = Bench(delay=60)
    bench.does("gina", command)
    renamed = c.UpdateFromInsee(structure=HALL, new_identifier=HALL_MOVED)

    assert bench.ask("gina", renamed) == "refused CHANGES_PENDING"
    bench.wait(60)
    assert bench.ask("gina", renamed) == OK


def test_what_only_mentions_the_identifier_holds_nobody_up() -> None:
    bench = Bench(delay=60)
    bench.does("dora", c.ModifyAccount(email=f"{HALL}@example.org"))
    bench.does("olaf", c.ModifyStructure(structure=FIRM, fields={"label": HALL}))

    renamed = c.UpdateFromInsee(structure=HALL, new_identifier=HALL_MOVED)

    assert bench.ask("gina", renamed) == OK


def test_a_register_that_is_silent_vouches_for_nothing() -> None:
    bench = Bench(register=Register(silent=True))
    founded = c.CreateStructure(
        identifier_type="SIRET", identifier=NEW_FIRM, type=StructureType.PRIVATE
    )

    assert bench.ask("nell", founded) == "refused REGISTRY_UNAVAILABLE"
    assert bench.ask("gina", c.UpdateFromInsee(structure=HALL)) == "refused REGISTRY_UNAVAILABLE"
    assert bench.ask("sue", c.ApproveAccount(approval="quin-asks")) == (
        "refused REGISTRY_UNAVAILABLE"
    )


def request(email: str, siret: str) -> c.RequestAccount:
    """An account on a public structure that is not there yet."""
    wanted = WantedStructure(
        identifier_type="SIRET", identifier=siret, name="a name", type=StructureType.PUBLIC
    )
    return c.RequestAccount(email=email, wanted=wanted)


class Attentive(Register):
    """Notes what it is asked, and that the journal is nobody's when it is."""

    def __init__(self, *found: Establishment, silent: bool = False) -> None:
        super().__init__(*found, silent=silent)
        self.asked: list[str] = []
        self.bench: Bench | None = None

    def find(self, siret: str) -> Establishment | None:
        assert self.bench is not None
        assert not self.bench.memory.held
        self.asked.append(siret)
        return super().find(siret)


def attended(*, silent: bool = False) -> tuple[Bench, Attentive]:
    register = Attentive(*REGISTER.found.values(), silent=silent)
    register.bench = Bench(register=register)
    return register.bench, register


def test_the_register_is_asked_while_nobody_holds_the_journal_and_once_each() -> None:
    bench, register = attended()
    first = bench.does("x", request("a@example.org", NEW_HALL))
    second = bench.does(
        "y",
        request("b@example.org", HALL_MOVED),
    )
    assert register.asked == []

    assert bench.ask("sue", c.ApproveMany(approvals=(first, second))) == OK

    assert register.asked == [NEW_HALL, HALL_MOVED]


def test_a_silent_register_is_asked_once_a_command() -> None:
    bench, register = attended(silent=True)
    first = bench.does("x", request("a@example.org", NEW_HALL))
    second = bench.does(
        "y",
        request("b@example.org", HALL_MOVED),
    )

    assert bench.ask("sue", c.ApproveMany(approvals=(first, second))) == (
        "refused REGISTRY_UNAVAILABLE"
    )
    assert register.asked == [NEW_HALL]


def test_the_register_is_not_asked_for_whoever_may_not_nor_twice_for_one_request() -> None:
    bench, register = attended()

    assert bench.ask("sam", c.UpdateFromInsee(structure=HALL)).startswith("denied")
    for _ in range(2):
        bench.organisation.execute(
            c.UpdateFromInsee(structure=HALL), actor="gina", request_id="again"
        )

    assert register.asked == [HALL]
