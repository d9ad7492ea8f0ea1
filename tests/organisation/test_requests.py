"""A request is carried out once, whoever did not hear the answer and asks again."""

from itertools import combinations
from types import MappingProxyType

import pytest

from habilis import Perimeter
from habilis.organisation import StructureType
from habilis_server.journal.errors import RequestIdReusedError
from habilis_server.organisation import CommandRefused
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from habilis_server.organisation.execution import Outcome, _digest
from tests.conftest import Figure
from tests.organisation.matrix import CASES, COLUMNS, OWN, PEOPLE, Case
from tests.organisation.test_matrix import ANSWERS
from tests.organisation.town import HALL, NEW_FIRM, Bench

PLACE = Perimeter(HALL)
ALLOWED = [
    (case, OWN.get(case, PEOPLE[kind]) if kind == "himself" else PEOPLE[kind])
    for case in CASES
    for kind, word in zip(COLUMNS, ANSWERS[case], strict=True)
    if word == "ok"
]


def made(case: Case, who: str) -> Command:
    return case(who) if callable(case) else case


def execute(bench: Bench, who: str, command: Command) -> Outcome:
    return bench.organisation.execute(command, actor=who, request_id="one")


@pytest.mark.parametrize(("case", "who"), ALLOWED)
def test_a_request_offered_again_has_its_first_outcome(case: str, who: str) -> None:
    bench, command = Bench(delay=60), made(CASES[case], who)
    first = execute(bench, who, command)
    notices = len(bench.memory.notices)
    bench.wait(3600)

    assert execute(bench, who, command) == first
    assert bench.memory.head() == first.token.revision
    assert len(bench.memory.notices) == notices
    with pytest.raises(RequestIdReusedError):
        execute(bench, "fay", command)
    other = c.ModifyAccount(email="quite.another@example.org")
    with pytest.raises(RequestIdReusedError):
        execute(bench, who, other)


def test_no_two_commands_are_taken_for_one_another(figure: Figure) -> None:
    commands = [made(case, "tim") for case in CASES.values()]
    commands += [
        c.ModifyStructure(structure=HALL, fields={"label": "1", "rcs": "2"}),
        c.ModifyStructure(structure=HALL, fields={"label": "2", "rcs": "1"}),
        c.ModifyStructure(structure=HALL, fields={"service_code_required": True}),
        c.ModifyStructure(structure=HALL, fields={"service_code_required": "True"}),
        c.ActivateStructure(structure=HALL),
        c.CreateStructure(identifier_type="SIRET", identifier=HALL, type=StructureType.PUBLIC),
        c.CreateStructure(identifier_type="SIRET", identifier=HALL, type=StructureType.PRIVATE),
    ]
    different = [(one, two) for one, two in combinations(commands, 2) if one != two]
    for one, two in different:
        assert _digest(one) != _digest(two), (one, two)
    figure(f"{len(different)} pairs of commands told apart")


def test_the_order_of_fields_and_their_kind_of_mapping_are_no_difference() -> None:
    bench = Bench()
    first = c.ModifyStructure(structure=HALL, fields={"label": "1", "rcs": "2"})
    again = c.ModifyStructure(structure=HALL, fields=MappingProxyType({"rcs": "2", "label": "1"}))

    outcome = execute(bench, "gina", first)

    assert execute(bench, "gina", again) == outcome


def test_a_refused_request_leaves_its_name_free() -> None:
    bench = Bench()
    with pytest.raises(CommandRefused):
        execute(bench, "gina", c.Refuse(approval="tim-asks", reason=""))

    execute(bench, "gina", c.Refuse(approval="tim-asks", reason="no room"))

    assert bench.state("tim-asks").value == "refused"


def test_what_a_request_makes_has_a_name_of_its_own() -> None:
    bench = Bench()
    new = c.CreateStructure(
        identifier_type="SIRET", identifier=NEW_FIRM, type=StructureType.PRIVATE
    )
    names = [
        bench.does("dora", c.RequestAttachment(perimeter=PLACE, comment="one")),
        bench.does("x", c.RequestAccount(email="a@example.org", perimeter=PLACE)),
        bench.does("x", c.RequestAccount(email="b@example.org", perimeter=PLACE)),
        bench.does("dora", new),
    ]
    assert len({*names}) == len(names)
    assert names[3] == NEW_FIRM
