"""Reads over the contract, by both clients: what is told, page by page, and what is not."""

import asyncio
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from habilis import Perimeter, Token
from habilis.organisation import (
    AccountState,
    ApprovalObject,
    ApprovalState,
    AsyncOrganisationClient,
    HistoryEntry,
    HistoryEvent,
    Moa,
    OrganisationClient,
    Person,
    StructureType,
)
from habilis_server.world import Attachment, Detachment, StructureRenaming
from tests.service.portal import STARTED, Portal, open_portal

MOA: Final = Perimeter("17340430200015")
STATE: Final = "11000201100044"
PATIENT: Final = 20.0

Ask = Callable[..., Any]


def ask_and_wait(target: str, method: str, **words: Any) -> Any:
    with OrganisationClient(target) as client:
        return getattr(client, method)(deadline=PATIENT, **words)


def ask_on_a_loop(target: str, method: str, **words: Any) -> Any:
    async def ask() -> Any:
        async with AsyncOrganisationClient(target) as client:
            return await getattr(client, method)(deadline=PATIENT, **words)

    return asyncio.run(ask())


DOORS: Final = {"OrganisationClient": ask_and_wait, "AsyncOrganisationClient": ask_on_a_loop}


@pytest.fixture(params=DOORS)
def ask(request: pytest.FixtureRequest) -> Ask:
    """One read by one of the clients."""
    return DOORS[request.param]


@pytest.fixture
def own(tmp_path: Path) -> Generator[Portal]:
    with open_portal(tmp_path) as portal:
        yield portal


def test_a_record_is_told_and_the_manager_to_those_who_are_attached(
    ask: Ask, portal: Portal
) -> None:
    told = {
        who: ask(portal.target, "get_structure", subject=who, structure=MOA.structure).structure
        for who in ("claire", "zoe")
    }

    assert told["claire"].principal_manager == Person(
        account="delphine", email="delphine@example.org"
    )
    assert told["zoe"].principal_manager is None
    assert (told["zoe"].name, told["zoe"].type, told["zoe"].moa, told["zoe"].active) == (
        "ACADEMIE DE MONTPELLIER",
        StructureType.PUBLIC,
        Moa.ONLY,
        True,
    )


def test_details_are_told_as_they_were_set(ask: Ask, own: Portal) -> None:
    ask(
        own.target,
        "modify_structure",
        subject="delphine",
        structure=MOA.structure,
        fields={"label": "Rectorat", "phone": "0400000000", "service_code_required": True},
    )

    details = ask(
        own.target, "get_structure", subject="zoe", structure=MOA.structure
    ).structure.details
    assert (details.label, details.phone, details.service_code_required, details.address) == (
        "Rectorat",
        "0400000000",
        True,
        None,
    )


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({"name": "montpellier"}, {MOA.structure}),
        ({"name": "académie de M"}, {MOA.structure}),
        ({"identifier": MOA.structure}, {MOA.structure}),
        ({"identifier": MOA.structure, "structure_type": StructureType.PRIVATE}, set[str]()),
        ({"identifier": "40512377900010"}, set[str]()),
        ({"identifier_type": "RIDET"}, set[str]()),
        ({"name": "nowhere"}, set[str]()),
        ({"city": "Montpellier"}, set[str]()),
    ],
)
def test_structures_are_found_by_every_criterion(
    ask: Ask, portal: Portal, criteria: dict[str, Any], found: set[str]
) -> None:
    page = ask(portal.target, "search_structures", subject="zoe", **criteria)

    assert {each.id for each in page} == found
    assert page.next_page_token == ""


def test_a_private_structure_is_found_by_its_own(ask: Ask, portal: Portal) -> None:
    page = ask(portal.target, "search_structures", subject="alice", identifier="40512377900010")

    assert [each.id for each in page] == ["40512377900010"]


def test_services_are_told_active_or_not(ask: Ask, portal: Portal) -> None:
    page = ask(portal.target, "list_services", subject="zoe", structure=STATE)

    assert {each.perimeter.service: each.active for each in page} == {
        "CGF0000034": False,
        "FAC0000034": True,
        "RECCHOR034": True,
    }


def test_an_attachment_is_told_with_what_it_entitles_to(ask: Ask, own: Portal) -> None:
    own.record(Detachment(account="claire", perimeter=MOA), request_id="left", at=day(1))
    back = own.record(Attachment(account="claire", perimeter=MOA), request_id="back", at=day(2))
    fresh = {"at_least": Token("", back)}
    page = ask(own.target, "list_attachments", subject="delphine", perimeter=MOA, **fresh)
    told = {each.account: each for each in page}

    assert told["claire"].since == day(2)
    assert told["bernard"].since == STARTED
    assert told["claire"].email == "claire@example.org"
    assert told["claire"].state is AccountState.ACTIVE
    assert told["delphine"].principal_manager
    assert set(told["delphine"].ex_officio) == {
        "organisation:consultation",
        "organisation:modification",
    }
    assert told["bernard"].legacy_secondary_manager
    assert told["bernard"].ex_officio == ("organisation:modification",)
    assert "organisation:modification" not in told["claire"].profiles
    assert told["claire"].structure_name == "ACADEMIE DE MONTPELLIER"


def test_since_is_that_of_the_moment_asked_about(ask: Ask, own: Portal) -> None:
    own.record(Detachment(account="claire", perimeter=MOA), request_id="left", at=day(1))
    own.record(Attachment(account="claire", perimeter=MOA), request_id="back", at=day(2))
    renaming = StructureRenaming(id=MOA.structure, new_id="19340088400013")
    fresh = {"at_least": Token("", own.record(renaming, request_id="moved"))}
    moments = {"before": day(1) - timedelta(seconds=1), "away": day(1), "back": day(3)}
    told = {
        name: {each.since for each in ask(own.target, "list_entitlements", subject="claire", at=at)}
        for name, at in moments.items()
    }
    now = ask(own.target, "list_entitlements", subject="claire", **fresh)

    assert told == {"before": {STARTED}, "away": set(), "back": {day(2)}}
    assert {each.perimeter: each.since for each in now} == {Perimeter("19340088400013"): day(2)}


def test_an_inbox_tells_what_waits_and_what_became_of_the_rest(ask: Ask, own: Portal) -> None:
    asked = ask(
        own.target, "request_attachment", subject="serge", perimeter=MOA, comment="Je rejoins."
    ).made
    waiting = ask(own.target, "list_approvals", subject="delphine", structure=MOA.structure)
    ask(own.target, "refuse", subject="delphine", approval=asked, reason="Complet")
    after = ask(own.target, "list_approvals", subject="delphine", structure=MOA.structure)
    refused = ask(own.target, "list_approvals", subject="delphine", state=ApprovalState.REFUSED)
    [mine] = ask(own.target, "list_my_requests", subject="serge")

    told = {each.id: each for each in waiting}[asked]
    assert (told.object, told.state) == (ApprovalObject.ATTACHMENT, ApprovalState.REQUESTED)
    assert (told.requester.email, told.comment) == ("serge@example.org", "Je rejoins.")
    assert (told.structure_name, told.perimeter) == ("ACADEMIE DE MONTPELLIER", MOA)
    assert after.pending == waiting.pending - 1
    assert refused.pending >= after.pending
    assert [each.id for each in refused] == [asked]
    assert (mine.state, mine.reason, mine.decided_by) == (
        ApprovalState.REFUSED,
        "Complet",
        Person(account="delphine", email="delphine@example.org"),
    )
    assert mine.requested_at <= mine.decided_at <= datetime.now(UTC)


def test_the_support_sees_the_accounts_that_nobody_else_decides(ask: Ask, portal: Portal) -> None:
    page = ask(portal.target, "list_approvals", subject="samir")

    assert {each.id for each in page} == {"compte-felix", "compte-felix-refuse", "compte-samir"}


def test_a_history_says_who_did_what_and_on_whose_request(ask: Ask, own: Portal) -> None:
    def do(method: str, subject: str, **words: Any) -> str:
        made: str = ask(own.target, method, subject=subject, **words).made
        return made

    asked = do("request_attachment", "serge", perimeter=MOA, comment="Bonjour")
    do("approve_many", "delphine", approvals=[asked, "habilitation-nadia"])
    do("refuse", "delphine", approval="rattachement-zoe", reason="Complet")
    some = {"account": "serge", "perimeter": MOA, "profiles": ["signature:consultation"]}
    do("remove_entitlements", "bernard", **some)
    do("transfer_principal_manager", "delphine", structure=MOA.structure, account="serge")
    page = ask(own.target, "list_history", subject="serge", perimeter=MOA, page_size=500)
    news = [told(each) for each in page if each.command != "import"][::-1]

    events = HistoryEvent
    assert news == [
        (events.REQUESTED, "serge", "RequestAttachment", "serge", "serge", "delphine"),
        (events.APPROVED, "delphine", "ApproveMany", "serge", "serge", "delphine"),
        (events.ATTACHED, "delphine", "ApproveMany", "serge", "serge", "delphine"),
        (events.APPROVED, "delphine", "ApproveMany", "nadia", "nadia", "delphine"),
        (events.REFUSED, "delphine", "Refuse", "zoe", "zoe", "delphine"),
        (events.ENTITLEMENTS_CHANGED, "bernard", "RemoveEntitlements", "serge", None, None),
        (events.PRINCIPAL_MANAGER_CHANGED, "delphine", TRANSFER, "serge", None, None),
        (events.ATTACHED, "delphine", TRANSFER, "delphine", None, None),
    ]


TRANSFER: Final = "TransferPrincipalManager"


def told(each: HistoryEntry) -> tuple[Any, ...]:
    people = (each.account, each.requester, each.decided_by)
    named = (None if who is None else who.account for who in people)
    return (each.event, each.actor.account, each.command, *named)


def test_a_former_secondary_manager_is_told_of_entitlements_and_not_of_requests(
    ask: Ask, own: Portal
) -> None:
    asked = ask(own.target, "request_attachment", subject="serge", perimeter=MOA, comment="x").made
    ask(own.target, "approve", subject="delphine", approval=asked)
    page = ask(own.target, "list_history", subject="bernard", perimeter=MOA, page_size=500)

    assert not {each.event for each in page} & {HistoryEvent.REQUESTED, HistoryEvent.APPROVED}
    [attached] = [each for each in page if each.command == "Approve"]
    assert (attached.event, attached.approval) == (HistoryEvent.ATTACHED, asked)
    assert (attached.requester, attached.decided_by) == (None, None)


def day(number: int) -> datetime:
    return STARTED + timedelta(days=number)
