"""Accounts (domain §2.3, §5.6): asked for, opened, modified, put aside."""

import pytest

from habilis import Perimeter
from habilis.organisation import AccountState, StructureType, WantedStructure
from habilis_server.organisation import commands as c
from habilis_server.world import Account, Attachment
from tests.organisation.rows import row
from tests.organisation.town import (
    CLOSED,
    FIRM,
    HALL,
    NEW_FIRM,
    NEW_HALL,
    OK,
    OLD_FIRM,
    ROADS,
    SLEEPY,
    UNKNOWN,
    Bench,
)

WHOLE = Perimeter(HALL)
PUBLIC, PRIVATE = StructureType.PUBLIC, StructureType.PRIVATE


def wanted(
    siret: str, kind: StructureType, name: str = "a name", sort: str = "SIRET"
) -> WantedStructure:
    return WantedStructure(identifier_type=sort, identifier=siret, name=name, type=kind)


def account_of(bench: Bench, email: str) -> Account:
    found = bench.world.account_with_email(email)
    assert found is not None
    return found


def state(bench: Bench, account: str) -> str:
    return bench.world.accounts[account].state


@row("5.6.1", may=True)
@pytest.mark.parametrize("place", [WHOLE, ROADS, Perimeter(FIRM)], ids=str)
def test_a_registration_waits_and_is_told_of_by_mail(place: Perimeter) -> None:
    bench = Bench()

    made = bench.does("x", c.RequestAccount(email=" New@Example.org ", perimeter=place))

    account = account_of(bench, "new@example.org")
    assert (account.email, account.state, account.support) == (
        "new@example.org",
        AccountState.PENDING,
        False,
    )
    assert bench.world.approvals[made].requester == account.id
    manager = bench.manager(place.structure)
    told = [(n.template, n.recipient) for n in bench.memory.notices]
    assert told == [
        ("account-requested", "new@example.org"),
        ("approval-awaited", f"{manager}@example.org"),
    ]
    assert bench.tie(account.id, place) is None


@row("5.6.1", may=False)
@pytest.mark.parametrize(
    "email",
    [
        *("", " ", "nobody", "@example.org", "a@", "a@b", "a@b.", "a@.fr", "a@b..fr", "a b@c.fr"),
        *("a@b@c.fr", "a@b.fr, c@d.fr", "a@b.fr;c@d.fr", "<a@b.fr>", "a@b.fr\nBcc: c@d.fr"),
        *("a\x00@b.fr", "a\u200b@b.fr", f"{'a' * 260}@b.fr", '"a"@b.fr', "a@b,fr"),
    ],
)
def test_an_address_is_one_address(email: str) -> None:
    bench = Bench()

    assert bench.ask("x", c.RequestAccount(email=email, perimeter=WHOLE)) == "refused FIELD_INVALID"
    assert bench.field == "email"


@row("5.6.1", may=False)
@pytest.mark.parametrize(
    ("place", "what", "answer", "field"),
    [
        (None, None, "refused FIELD_INVALID", "perimeter"),
        (WHOLE, wanted(NEW_HALL, PUBLIC), "refused FIELD_INVALID", "perimeter"),
        (Perimeter(SLEEPY), None, "refused STRUCTURE_NOT_ACTIVE", "perimeter"),
        (CLOSED, None, "refused SERVICE_NOT_ACTIVE", "perimeter"),
        (Perimeter("999"), None, "refused STRUCTURE_UNKNOWN", "structure"),
        (Perimeter(HALL, "NONE"), None, "refused SERVICE_UNKNOWN", "perimeter"),
        (None, wanted(HALL, PUBLIC), "refused STRUCTURE_EXISTS", "wanted"),
        (None, wanted("123", PUBLIC), "refused IDENTIFIER_INVALID", "wanted"),
        (None, wanted("x", PRIVATE, sort="SIREN"), "refused IDENTIFIER_INVALID", "identifier_type"),
        (None, wanted(NEW_HALL, PUBLIC, name=" "), "refused FIELD_INVALID", "wanted"),
        (None, wanted("x", PRIVATE, name=" ", sort="AUTRE"), "refused FIELD_INVALID", "name"),
        (None, wanted(OLD_FIRM, PRIVATE), "refused ESTABLISHMENT_CLOSED", "identifier"),
        (None, wanted(UNKNOWN, PRIVATE), "refused IDENTIFIER_NOT_IN_REGISTRY", "identifier"),
    ],
)
def test_an_account_is_asked_for_on_one_structure_that_may_have_it(
    place: Perimeter | None, what: WantedStructure | None, answer: str, field: str
) -> None:
    bench = Bench()
    command = c.RequestAccount(email="new@example.org", perimeter=place, wanted=what)

    assert bench.ask("x", command) == answer
    assert bench.field == field
    assert bench.world.account_with_email("new@example.org") is None


@pytest.mark.parametrize("email", ["sam@example.org", "SAM@EXAMPLE.ORG", "pia@example.org"])
def test_an_address_has_one_account(email: str) -> None:
    bench = Bench()
    for command in (
        c.RequestAccount(email=email, perimeter=Perimeter(FIRM)),
        c.RequestAccount(email=email, wanted=wanted(NEW_FIRM, PRIVATE)),
    ):
        assert bench.ask("x", command) == "refused ACCOUNT_EXISTS"


@row("5.6.2", may=True)
@pytest.mark.parametrize("place", [WHOLE, ROADS], ids=str)
def test_on_an_existing_structure_its_principal_manager_opens_the_account(
    place: Perimeter,
) -> None:
    bench = Bench(delay=1800)
    made = bench.does("x", c.RequestAccount(email="new@example.org", perimeter=place))
    account = account_of(bench, "new@example.org").id

    bench.does("gina", c.ApproveAccount(approval=made))

    assert bench.world.accounts[account].state is AccountState.ACTIVE
    assert bench.tie(account, place) == Attachment(account=account, perimeter=place)
    assert bench.holds(account, place)
    assert not bench.manages(account, place)
    assert bench.memory.notices[-1].template == "account-approved"
    assert bench.memory.notices[-1].recipient == "new@example.org"


@row("5.6.2", may=False)
def test_a_refused_account_stays_shut_and_may_be_asked_for_anew() -> None:
    bench = Bench()

    bench.does("gina", c.Refuse(approval="pia-asks", reason="unknown here"))

    assert state(bench, "pia") == "pending"
    assert bench.memory.notices[-1].template == "account-refused"
    assert bench.ask("pia", c.RequestAttachment(perimeter=WHOLE, comment="x")) == (
        "denied ACCOUNT_INACTIVE"
    )
    made = bench.does("x", c.RequestAccount(email="Pia@example.org", perimeter=Perimeter(FIRM)))
    assert bench.world.approvals[made].requester == "pia"
    bench.does("olaf", c.ApproveAccount(approval=made))
    assert state(bench, "pia") == "active"
    assert bench.tie("pia", WHOLE) is None


@row("5.6.3", may=True)
def test_on_an_unknown_public_structure_the_support_opens_account_and_structure() -> None:
    bench = Bench()
    made = bench.does(
        "x", c.RequestAccount(email="new@example.org", wanted=wanted(NEW_HALL, PUBLIC))
    )
    assert NEW_HALL not in bench.world.structures
    account = account_of(bench, "new@example.org").id

    bench.does("sue", c.ApproveAccount(approval=made))

    assert bench.world.structures[NEW_HALL].type is PUBLIC
    assert bench.manager(NEW_HALL) == account
    assert bench.tie(account, Perimeter(NEW_HALL)) is not None
    assert bench.memory.notices[-1].template == "account-approved"


@row("5.6.3", may=False)
def test_the_support_refuses_what_the_register_does_not_know() -> None:
    bench = Bench()
    made = bench.does(
        "x", c.RequestAccount(email="new@example.org", wanted=wanted(UNKNOWN, PUBLIC))
    )

    assert bench.ask("sue", c.ApproveAccount(approval=made)) == "refused IDENTIFIER_NOT_IN_REGISTRY"
    assert bench.ask("gina", c.ApproveAccount(approval=made)) == "denied SUPPORT_ONLY"
    assert bench.ask("sue", c.Refuse(approval=made, reason="")) == "refused REASON_REQUIRED"
    assert bench.ask("sue", c.Refuse(approval=made, reason="no such thing")) == OK
    assert account_of(bench, "new@example.org").state is AccountState.PENDING


def test_on_an_unknown_private_structure_nobody_is_asked() -> None:
    """R25, R31: who creates a private structure manages it."""
    bench = Bench()

    made = bench.does(
        "x", c.RequestAccount(email="new@example.org", wanted=wanted(NEW_FIRM, PRIVATE))
    )

    assert account_of(bench, "new@example.org").id == made
    assert bench.world.accounts[made].state is AccountState.ACTIVE
    assert bench.manager(NEW_FIRM) == made
    assert bench.manages(made, Perimeter(NEW_FIRM))


def test_an_account_that_its_owner_shut_is_opened_by_nobody_else() -> None:
    bench = Bench()
    made = bench.does("x", c.RequestAccount(email="new@example.org", perimeter=WHOLE))
    bench.does("gina", c.ApproveAccount(approval=made))
    owner = account_of(bench, "new@example.org").id
    bench.does(owner, c.DeactivateAccount())

    assert bench.ask("x", c.RequestAccount(email="new@example.org", perimeter=WHOLE)) == (
        "refused ACCOUNT_EXISTS"
    )
    assert bench.ask("gina", c.ApproveAccount(approval=made)) == "refused ALREADY_DECIDED"


@row("5.6.5", may=True)
def test_an_owner_shuts_his_account_and_opens_it_again() -> None:
    bench = Bench(delay=1800)

    bench.does("sam", c.DeactivateAccount())
    assert not bench.holds("sam", WHOLE)
    assert bench.tie("sam", WHOLE) is not None

    bench.does("sam", c.ReactivateAccount())
    assert bench.holds("sam", WHOLE)


@row("5.6.5", may=False)
def test_an_account_is_shut_once_and_opened_once() -> None:
    bench = Bench()
    assert bench.ask("sam", c.ReactivateAccount()) == "refused NOTHING_TO_DO"
    bench.does("sam", c.DeactivateAccount())
    assert bench.ask("sam", c.DeactivateAccount()) == "refused ACCOUNT_NOT_ACTIVE"
    assert bench.ask("sam", c.ModifyAccount(email="x@y.fr")) == "refused ACCOUNT_NOT_ACTIVE"
    assert bench.ask("pia", c.ReactivateAccount()) == "refused NOTHING_TO_DO"
    assert bench.ask("ghost", c.ReactivateAccount()) == "refused ACCOUNT_UNKNOWN"


def test_an_address_is_changed_later_and_free_for_others_later_still() -> None:
    bench = Bench(delay=60)

    bench.does("sam", c.ModifyAccount(email="Sam2@Example.org"))
    assert account_of(bench, "sam@example.org").id == "sam"
    for email in ("sam@example.org", "sam2@example.org"):  # his, and soon to be his
        assert bench.ask("rob", c.ModifyAccount(email=email)) == "refused ACCOUNT_EXISTS"
        new = c.RequestAccount(email=email, perimeter=WHOLE)
        assert bench.ask("x", new) == "refused ACCOUNT_EXISTS"
    assert bench.ask("sam", c.ModifyAccount(email="sam2@example.org")) == "refused NOTHING_TO_DO"
    bench.wait(60)

    assert account_of(bench, "sam2@example.org").id == "sam"
    assert bench.ask("x", c.RequestAccount(email="sam@example.org", perimeter=WHOLE)) == OK


def test_who_thinks_better_of_it_keeps_his_address() -> None:
    bench = Bench(delay=60)
    bench.does("sam", c.ModifyAccount(email="sam2@example.org"))
    bench.wait(30)
    bench.does("sam", c.ModifyAccount(email="sam@example.org"))

    bench.wait(60)

    assert account_of(bench, "sam@example.org").id == "sam"
