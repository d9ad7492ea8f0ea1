"""Services (domain §3.8, §5.5): created, modified, stopped, started, deleted."""

import pytest

from habilis import Perimeter
from habilis_server.organisation import commands as c
from habilis_server.world import Service
from habilis_server.world.changes import Scalar
from tests.organisation.rows import row
from tests.organisation.town import CLOSED, FIRM, HALL, LAB, OK, ROADS, SLEEPY, Bench

WHOLE = Perimeter(HALL)


def created(code: str, structure: str = HALL, name: str = "Parks") -> c.CreateService:
    return c.CreateService(structure=structure, code=code, name=name)


@row("5.5.8", may=True)
@pytest.mark.parametrize("who", ["gina", "leo"])
@pytest.mark.parametrize("code", ["PARKS", "roads", "SAAM D4", "A/B", "é", "x" * 100, "0"])
def test_a_service_is_active_as_soon_as_it_is_created(who: str, code: str) -> None:
    bench = Bench(delay=1800)

    made = bench.does(
        who,
        c.CreateService(
            structure=HALL,
            code=f" {code} ",
            name=" Parks ",
            description=" a\nb ",
            commitment_required=True,
        ),
    )

    assert made == f"{HALL}/{code}"
    assert bench.world.services[Perimeter(HALL, code)] == Service(
        structure=HALL,
        code=code,
        name="Parks",
        active=True,
        description="a\nb",
        commitment_required=True,
    )
    assert bench.holds("sam", Perimeter(HALL, code))  # Q4: who has the whole has its parts


@row("5.5.8", may=False)
@pytest.mark.parametrize(
    ("code", "name", "answer", "field"),
    [
        ("ROADS", "n", "refused SERVICE_EXISTS", "code"),
        ("CLOSED", "n", "refused SERVICE_EXISTS", "code"),
        ("FACTURES_PUBLIQUES", "n", "refused SERVICE_CODE_RESERVED", "code"),
        (" factures_Publiques ", "n", "refused SERVICE_CODE_RESERVED", "code"),
        ("SERVICE_DEFAUT", "n", "refused SERVICE_CODE_RESERVED", "code"),
        ("", "n", "refused FIELD_INVALID", "code"),
        (" ", "n", "refused FIELD_INVALID", "code"),
        ("x" * 101, "n", "refused FIELD_INVALID", "code"),
        ("a\u200bb", "n", "refused FIELD_INVALID", "code"),
        ("PARKS", "", "refused FIELD_INVALID", "name"),
        ("PARKS", "a\nb", "refused FIELD_INVALID", "name"),
    ],
)
def test_a_code_is_new_visible_and_not_the_portal_s(
    code: str, name: str, answer: str, field: str
) -> None:
    bench = Bench()

    assert bench.ask("gina", created(code, name=name)) == answer
    assert bench.field == field


def test_a_code_is_unique_in_its_structure_alone() -> None:
    bench = Bench()

    assert bench.ask("olaf", created("ROADS", FIRM)) == OK
    assert bench.ask("gina", created("LAB")) == OK
    assert bench.ask("gina", created("DEPOT", SLEEPY)) == "denied STRUCTURE_INACTIVE"


def test_commitments_are_public_structures_matter() -> None:
    bench = Bench()
    required = c.CreateService(structure=FIRM, code="X", name="X", commitment_required=True)
    altered = c.ModifyService(perimeter=LAB, fields={"commitment_required": True})

    for command in (required, altered):
        assert bench.ask("olaf", command) == "refused FIELD_NOT_EDITABLE"
        assert bench.field == "commitment_required"


@row("5.5.9", may=True)
@pytest.mark.parametrize("who", ["gina", "leo"])
def test_a_service_is_modified_and_it_counts_later(who: str) -> None:
    bench = Bench(delay=60)
    fields: dict[str, Scalar] = {
        "name": " Ways ",
        "description": "x\ny",
        "commitment_required": True,
    }

    bench.does(who, c.ModifyService(perimeter=ROADS, fields=fields))
    assert bench.world.services[ROADS].name == "service"
    bench.wait(60)

    changed = bench.world.services[ROADS]
    assert (changed.name, changed.description, changed.commitment_required) == (
        "Ways",
        "x\ny",
        True,
    )
    assert changed.active


@row("5.5.9", may=False)
@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, "refused NOTHING_TO_DO"),
        ({"code": "X"}, "refused FIELD_NOT_EDITABLE"),
        ({"active": False}, "refused FIELD_NOT_EDITABLE"),
        ({"structure": FIRM}, "refused FIELD_NOT_EDITABLE"),
        ({"name": ""}, "refused FIELD_INVALID"),
        ({"name": None}, "refused FIELD_INVALID"),
        ({"name": "a\x1bb"}, "refused FIELD_INVALID"),
        ({"description": True}, "refused FIELD_INVALID"),
        ({"description": "x" * 4001}, "refused FIELD_INVALID"),
        ({"commitment_required": "yes"}, "refused FIELD_INVALID"),
    ],
)
def test_only_what_may_be_edited_is_and_by_what_fits(
    fields: dict[str, Scalar], answer: str
) -> None:
    bench = Bench()

    assert bench.ask("gina", c.ModifyService(perimeter=ROADS, fields=fields)) == answer


@row("5.5.10", may=True)
def test_a_service_is_stopped_started_and_deleted() -> None:
    bench = Bench(delay=60)

    bench.does("leo", c.DeactivateService(perimeter=ROADS))
    assert bench.world.services[ROADS].active
    bench.wait(60)
    assert not bench.world.services[ROADS].active

    bench.does("gina", c.ActivateService(perimeter=ROADS))
    bench.wait(60)
    assert bench.world.services[ROADS].active

    bench.does("leo", c.DeleteService(perimeter=ROADS))
    assert ROADS not in bench.world.services


@row("5.5.10", may=True)
def test_a_stopped_service_is_deleted_as_it_is() -> None:
    bench = Bench()

    bench.does("gina", c.DeleteService(perimeter=CLOSED))

    assert CLOSED not in bench.world.services


@row("5.5.10", may=False)
def test_a_service_is_stopped_once_and_deleted_once() -> None:
    bench = Bench(delay=60)
    assert bench.ask("gina", c.ActivateService(perimeter=ROADS)) == "denied CONDITION_NOT_MET"
    bench.does("gina", c.DeactivateService(perimeter=ROADS))
    assert bench.ask("gina", c.DeactivateService(perimeter=ROADS)) == "refused ALREADY_INACTIVE"
    assert bench.ask("gina", c.AttachUser(email="nell@example.org", perimeter=ROADS)) == (
        "refused SERVICE_NOT_ACTIVE"
    )
    bench.wait(60)
    assert bench.ask("gina", c.DeactivateService(perimeter=ROADS)) == "denied SERVICE_INACTIVE"
    assert bench.ask("gina", c.ModifyService(perimeter=ROADS, fields={"name": "x"})) == (
        "denied SERVICE_INACTIVE"
    )
    bench.does("gina", c.ActivateService(perimeter=ROADS))
    assert bench.ask("gina", c.ActivateService(perimeter=ROADS)) == "refused ALREADY_ACTIVE"
    bench.does("gina", c.DeleteService(perimeter=ROADS))
    for command in (
        c.DeleteService(perimeter=ROADS),
        c.ActivateService(perimeter=ROADS),
        c.ModifyService(perimeter=ROADS, fields={"name": "x"}),
        c.AttachUser(email="nell@example.org", perimeter=ROADS),
    ):
        assert bench.ask("gina", command) == "denied UNKNOWN_RESOURCE"
    whole = c.DeleteService(perimeter=WHOLE)  # which is no service
    assert bench.ask("gina", whole) == "denied NO_RULE"


def test_what_was_awaited_of_a_deleted_service_leaves_the_new_one_alone() -> None:
    bench = Bench(delay=60)
    bench.does("gina", c.ModifyService(perimeter=ROADS, fields={"name": "Old ways"}))
    bench.does("gina", c.DeactivateService(perimeter=ROADS))
    bench.wait(10)
    bench.does("gina", c.DeleteService(perimeter=ROADS))
    bench.wait(10)
    bench.does("gina", created("ROADS", name="New ways"))
    new = bench.world.services[ROADS]
    bench.wait(10)
    bench.does("gina", c.ModifyService(perimeter=ROADS, fields={"description": "wide"}))

    bench.wait(30)
    assert bench.world.services[ROADS] == new
    bench.wait(60)
    assert bench.world.services[ROADS].active
    assert bench.world.services[ROADS].name == "New ways"
    assert bench.world.services[ROADS].description == "wide"


@pytest.mark.parametrize("who", ["nell", "vera"])
def test_requests_on_a_deleted_service_are_closed(who: str) -> None:
    bench = Bench()
    if who == "nell":
        asked = bench.does("nell", c.RequestAttachment(perimeter=ROADS, comment="please"))
    else:
        asked = bench.does(
            "vera",
            c.RequestEntitlementChange(perimeter=ROADS, remove=frozenset({"dume:consultation"})),
        )
    account = bench.does("x", c.RequestAccount(email="new@example.org", perimeter=ROADS))

    bench.does("gina", c.DeleteService(perimeter=ROADS))

    assert {bench.state(asked).value, bench.state(account).value} == {"withdrawn"}
    again = c.RequestAccount(email="new@example.org", perimeter=WHOLE)
    assert bench.ask("x", again) == OK  # whom nobody could answer asks elsewhere
