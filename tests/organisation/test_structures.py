"""Structures (domain §2.9, §3.8, §5.5): created, modified, updated, put to sleep and awakened."""

import pytest

from habilis import Perimeter, Question, Resource
from habilis.organisation import Address, Moa, StructureDetails, StructureType
from habilis_server.organisation import commands as c
from habilis_server.world.changes import Scalar
from tests.organisation.rows import row
from tests.organisation.town import (
    FIRM,
    HALL,
    NEW_FIRM,
    NEW_HALL,
    OK,
    OLD_FIRM,
    ORPHAN,
    ROADS,
    SLEEPY,
    UNKNOWN,
    Bench,
    engine,
)

WHOLE = Perimeter(HALL)


def founded(siret: str, kind: StructureType = StructureType.PRIVATE, **more: str) -> c.Command:
    return c.CreateStructure(identifier_type="SIRET", identifier=siret, type=kind, **more)


def details(bench: Bench, structure: str = HALL) -> StructureDetails:
    return bench.world.structures[structure].details or StructureDetails()


@row("5.5.1", may=True)
def test_a_user_creates_a_private_structure_that_the_register_knows() -> None:
    bench = Bench(delay=1800)

    bench.does("nell", founded(NEW_FIRM, name="whatever"))

    made = bench.world.structures[NEW_FIRM]
    assert (made.type, made.active, made.name) == (StructureType.PRIVATE, True, "NOUVELLE FIRME")
    assert details(bench, NEW_FIRM).address == Address(city="SETE")


@row("5.5.1", may=True)
def test_one_account_may_create_several() -> None:
    bench = Bench()
    bench.does("nell", founded(NEW_FIRM))
    shed = c.CreateStructure(
        identifier_type="AUTRE", identifier="shed", type=StructureType.PRIVATE, name=" The shed "
    )
    bench.does("nell", shed)

    assert bench.world.managed_by("nell") == {NEW_FIRM, "shed"}
    assert bench.world.structures["shed"].name == "The shed"


@row("5.5.1", may=False)
@pytest.mark.parametrize(
    ("siret", "answer"),
    [
        (OLD_FIRM, "refused ESTABLISHMENT_CLOSED"),
        (UNKNOWN, "refused IDENTIFIER_NOT_IN_REGISTRY"),
        (FIRM, "refused STRUCTURE_EXISTS"),
        ("73282932000075", "refused IDENTIFIER_INVALID"),
        ("", "refused IDENTIFIER_INVALID"),
    ],
)
def test_what_the_register_does_not_vouch_for_is_not_created(siret: str, answer: str) -> None:
    bench = Bench()

    assert bench.ask("nell", founded(siret)) == answer
    assert bench.field == "identifier"


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 257, "a\u200bb"])
def test_a_structure_has_a_name_that_can_be_read(name: str) -> None:
    bench = Bench()
    command = c.CreateStructure(
        identifier_type="AUTRE", identifier="shed", type=StructureType.PRIVATE, name=name
    )

    assert bench.ask("nell", command) == "refused FIELD_INVALID"
    assert bench.field == "name"


@row("5.5.2", may=True)
@pytest.mark.parametrize("manager", [None, "nell"])
def test_the_support_creates_a_public_structure(manager: str | None) -> None:
    bench = Bench()
    command = c.CreateStructure(
        identifier_type="SIRET",
        identifier=NEW_HALL,
        type=StructureType.PUBLIC,
        principal_manager=manager,
    )

    bench.does("sue", command)

    assert bench.world.structures[NEW_HALL].active
    assert bench.manager(NEW_HALL) == manager
    assert bench.tie("sue", Perimeter(NEW_HALL)) is None


@row("5.5.2", may=False)
def test_nobody_else_does_and_only_an_active_account_manages_it() -> None:
    bench = Bench()
    public = founded(NEW_HALL, StructureType.PUBLIC)
    for who in ("gina", "olaf", "nell"):
        assert bench.ask(who, public) == "denied CONDITION_NOT_MET"
    for manager, answer in (("ina", "ACCOUNT_NOT_ACTIVE"), ("none", "ACCOUNT_UNKNOWN")):
        managed = founded(NEW_HALL, StructureType.PUBLIC, principal_manager=manager)
        assert bench.ask("sue", managed) == f"refused {answer}"
        assert bench.field == "principal_manager"


@row("5.5.3", may=True)
@pytest.mark.parametrize("who", ["gina", "leo"])
def test_a_sleeping_structure_is_awakened(who: str) -> None:
    bench = Bench()

    bench.does(who, c.ActivateStructure(structure=SLEEPY))

    assert bench.world.structures[SLEEPY].active
    assert bench.may("sam", "signature.modifier", "structure", SLEEPY)


@row("5.5.3", may=False)
def test_what_is_awake_or_about_to_be_is_not_awakened() -> None:
    bench = Bench(delay=60)
    assert bench.ask("gina", c.ActivateStructure(structure=HALL)) == "denied CONDITION_NOT_MET"
    bench.does("gina", c.ActivateStructure(structure=SLEEPY))
    assert bench.ask("gina", c.ActivateStructure(structure=SLEEPY)) == "refused ALREADY_ACTIVE"
    assert not bench.world.structures[SLEEPY].active
    bench.wait(60)
    assert bench.world.structures[SLEEPY].active


EDITABLE: dict[str, Scalar] = {
    "label": "Mairie",
    "rcs": "552 100 554 R.C.S. Paris",
    "vat": "FR40303265045",
    "email": "mairie@example.org",
    "phone": "+33 4 67 00 00 00",
    "service_code_required": True,
    "commitment_required": True,
    "payment_status_hidden": True,
    "moa": "with",
}


@row("5.5.4", may=True)
@pytest.mark.parametrize("who", ["gina", "leo"])
def test_each_editable_field_is_modified_and_no_other_changes(who: str) -> None:
    bench = Bench()
    for name, value in EDITABLE.items():
        bench.does(who, c.ModifyStructure(structure=HALL, fields={name: value}))

    record = bench.world.structures[HALL]
    told = {name: getattr(record.details, name) for name in EDITABLE if name != "moa"}
    assert told | {"moa": record.moa} == EDITABLE
    assert (record.name, record.active, record.principal_manager) == (
        f"structure {HALL}",
        True,
        "gina",
    )


def test_a_field_is_emptied() -> None:
    bench = Bench()
    for value in ("x", ""):
        for name in ("label", "rcs", "phone"):
            bench.does("gina", c.ModifyStructure(structure=HALL, fields={name: value}))
    assert bench.world.structures[HALL].details is None


FIXED: dict[str, Scalar] = {
    **dict.fromkeys(("street", "complement_1", "complement_2", "postal_code"), "x"),
    **dict.fromkeys(("city", "country", "id", "identifier_type", "name", "type"), "x"),
    **dict.fromkeys(("receives_lifecycles", "sends_flows", "receives_data"), True),
    **dict.fromkeys(("connection_requested", "insee_undisclosed", "active"), True),
    **dict.fromkeys(("principal_manager", "unheard_of", ""), "gina"),
}


@row("5.5.4", may=False)
@pytest.mark.parametrize("name", FIXED)
def test_a_greyed_field_is_not_modified(name: str) -> None:
    bench = Bench()
    fields = {"label": "x", name: FIXED[name]}

    assert bench.ask("gina", c.ModifyStructure(structure=HALL, fields=fields)) == (
        "refused FIELD_NOT_EDITABLE"
    )
    assert bench.field == name
    assert bench.world.structures[HALL].details is None


@row("5.5.4", may=False)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("label", True),
        ("label", None),
        ("label", "a\tb"),
        ("label", "x" * 257),
        ("phone", "04\u00a067"),
        ("email", "nobody"),
        ("email", "a@b.fr, c@d.fr"),
        ("vat", "FR00303265045"),
        ("moa", "maybe"),
        ("moa", True),
        ("moa", None),
        ("service_code_required", "yes"),
        ("payment_status_hidden", None),
    ],
)
def test_a_field_takes_only_what_fits_it(name: str, value: Scalar) -> None:
    bench = Bench()

    assert bench.ask("gina", c.ModifyStructure(structure=HALL, fields={name: value})) == (
        "refused FIELD_INVALID"
    )
    assert bench.field == name
    assert bench.ask("gina", c.ModifyStructure(structure=HALL, fields={})) == (
        "refused NOTHING_TO_DO"
    )


EITHER, SERVICE, COMMITMENT = (
    *("service_or_commitment_required", "service_code_required", "commitment_required"),
)


@pytest.mark.parametrize("one", [SERVICE, COMMITMENT])
def test_one_reference_or_the_other_excludes_each_for_itself(one: str) -> None:
    """The invariants of domain §3.8, on what is asked together and on what was there."""
    code = "refused PARAMETERS_EXCLUDE_EACH_OTHER"
    bench = Bench()

    def ask(**fields: Scalar) -> str:
        return bench.ask("gina", c.ModifyStructure(structure=HALL, fields=fields))

    assert ask(**{EITHER: True, one: True}) == code
    assert ask(**{one: True}) == OK
    assert ask(**{EITHER: True}) == code
    assert ask(**{EITHER: True, one: False}) == OK
    assert ask(**{one: True}) == code
    assert ask(**{EITHER: False, SERVICE: True, COMMITMENT: True}) == OK


def test_what_is_awaited_excludes_too() -> None:
    bench = Bench(delay=60)
    bench.does("gina", c.ModifyStructure(structure=HALL, fields={SERVICE: True}))

    either = c.ModifyStructure(structure=HALL, fields={EITHER: True})

    assert bench.ask("gina", either) == "refused PARAMETERS_EXCLUDE_EACH_OTHER"


@pytest.mark.parametrize("moa", [*Moa])
def test_exclusively_moa_is_moa(moa: Moa) -> None:
    """One field of three values: « exclusivement » without « présence » can't be said."""
    bench = Bench()

    bench.does("gina", c.ModifyStructure(structure=HALL, fields={"moa": moa.value}))

    assert bench.world.structures[HALL].moa is moa


@pytest.mark.parametrize("name", [EITHER, SERVICE, COMMITMENT, "payment_status_hidden", "moa"])
def test_the_parameters_are_a_public_structure_s(name: str) -> None:
    bench = Bench()
    value = "with" if name == "moa" else True

    assert bench.ask("olaf", c.ModifyStructure(structure=FIRM, fields={name: value})) == (
        "refused FIELD_NOT_EDITABLE"
    )
    assert bench.ask("olaf", c.ModifyStructure(structure=FIRM, fields={"label": "MB"})) == OK


@row("5.5.6", may=True)
@pytest.mark.parametrize("who", ["gina", "leo"])
def test_an_active_structure_is_put_to_sleep(who: str) -> None:
    bench = Bench(delay=60)

    bench.does(who, c.DeactivateStructure(structure=HALL))
    assert bench.world.structures[HALL].active  # it has only begun
    bench.wait(60)

    assert not bench.world.structures[HALL].active
    assert bench.manager() == "gina"
    assert bench.ask("gina", c.TransferPrincipalManager(structure=HALL, account="sam")) == OK


@row("5.5.6", may=False)
def test_what_is_asleep_or_falling_asleep_is_not_put_to_sleep() -> None:
    bench = Bench(delay=60)
    bench.does("gina", c.DeactivateStructure(structure=HALL))

    assert bench.ask("gina", c.DeactivateStructure(structure=HALL)) == "refused ALREADY_INACTIVE"
    assert bench.ask("dora", c.RequestAttachment(perimeter=WHOLE, comment="x")) == (
        "refused STRUCTURE_NOT_ACTIVE"
    )
    assert bench.ask("gina", c.AttachUser(email="dora@example.org", perimeter=ROADS)) == (
        "refused STRUCTURE_NOT_ACTIVE"
    )
    assert bench.ask("gina", c.DeactivateStructure(structure=SLEEPY)) == (
        "denied STRUCTURE_INACTIVE"
    )


@row("5.5.7", may=False)
def test_nothing_is_sent_from_a_sleeping_structure_and_it_stays_readable() -> None:
    assert sends("sam", SLEEPY) is False
    assert Bench().may("sam", "signature.consulter", "structure", SLEEPY)
    assert not Bench().may("sam", "signature.modifier", "structure", SLEEPY)


@row("5.5.7", may=True)
def test_an_active_structure_sends() -> None:
    assert sends("sam", HALL) is True


def sends(who: str, structure: str) -> bool:
    question = Question(
        subject=who,
        action="factures_emises.deposer",
        resource=Resource(
            type="facture",
            id="F1",
            parties={"fournisseur": Perimeter(structure), "destinataire": Perimeter(ORPHAN)},
            properties={"etat": "BROUILLON", "cadre": "A1"},
        ),
    )
    return engine().on(Bench().world).decide(question).allowed
