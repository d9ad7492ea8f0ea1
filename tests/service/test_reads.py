"""Reads over the contract, by both clients: what is told, page by page, and what is not."""

import asyncio
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from habilis import AccessDenied, Perimeter, Reason, Token
from habilis.errors import InvalidQuestionError, UnavailableError
from habilis.organisation import (
    AccountState,
    ApprovalObject,
    ApprovalState,
    AsyncOrganisationClient,
    HistoryEntry,
    HistoryEvent,
    Moa,
    OrganisationClient,
    Page,
    Person,
    StructureType,
)
from habilis_server.world import Attachment, Detachment, StructureRenaming
from tests.conftest import Figure
from tests.service.portal import STARTED, Portal, open_portal, reseal

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


# How each list is asked for by somebody who sees all of it, and what names a record.
LISTS: Final[dict[str, tuple[dict[str, Any], Callable[[Any], object]]]] = {
    "search_structures": ({"subject": "zoe"}, lambda each: each.id),
    "list_services": ({"subject": "zoe", "structure": STATE}, lambda each: each.perimeter),
    "list_attachments": (
        {"subject": "delphine", "perimeter": MOA},
        lambda each: (each.account, each.perimeter),
    ),
    "list_entitlements": ({"subject": "delphine"}, lambda each: each.perimeter),
    "list_approvals": ({"subject": "delphine"}, lambda each: each.id),
    "list_my_requests": ({"subject": "zoe"}, lambda each: each.id),
    "list_history": ({"subject": "delphine", "perimeter": MOA}, lambda each: each.revision),
}


def pages(target: str, method: str, between: Callable[[], object], **words: Any) -> list[Page[Any]]:
    found: list[Page[Any]] = []
    token = ""
    while True:
        found.append(ask_and_wait(target, method, page_token=token, **words))
        token = found[-1].next_page_token
        if not token:
            return found
        between()


@pytest.mark.parametrize("method", LISTS)
def test_pages_make_up_the_list_of_the_first_whatever_is_recorded_meanwhile(
    own: Portal, method: str, figure: Figure
) -> None:
    words, name = LISTS[method]
    whole = [name(each) for each in ask_and_wait(own.target, method, page_size=500, **words)]
    writes = iter(range(1_000))

    def write() -> None:
        number = next(writes)
        who = ("claire", "bernard", "nora", "oscar")[number % 4]
        change = Attachment if number % 8 >= 4 else Detachment
        own.record(change(account=who, perimeter=MOA), request_id=f"write-{number}")
        ask_and_wait(
            own.target, "request_attachment", subject="alice", perimeter=MOA, comment="Bonjour"
        )
        [asked] = ask_and_wait(
            own.target, "list_my_requests", subject="alice", state=ApprovalState.REQUESTED
        )
        ask_and_wait(own.target, "withdraw_request", subject="alice", approval=asked.id)

    parts = pages(own.target, method, write, page_size=1, **words)

    assert [name(each) for part in parts for each in part] == whole
    assert len({part.token for part in parts}) == 1
    figure(
        f"{method}: {len(whole)} records on {len(parts)} pages, {3 * next(writes)} writes between"
    )


def test_a_page_is_read_again_by_a_server_that_has_forgotten_its_facts(
    own: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, name = LISTS["list_attachments"]
    whole = [name(each) for each in ask_and_wait(own.target, "list_attachments", **words)]
    first = ask_and_wait(own.target, "list_attachments", page_size=2, **words)
    timeline: Any = own.state._facts
    for number in range(9):
        own.record(Detachment(account="claire", perimeter=MOA), request_id=f"left-{number}")
        ask_and_wait(own.target, "get_structure", subject="zoe", structure=STATE)
        timeline._others, timeline._former = [], []
    rest = ask_and_wait(own.target, "list_attachments", page_token=first.next_page_token, **words)

    assert [name(each) for each in (*first, *rest)] == whole


@pytest.mark.parametrize("method", [each for each in LISTS if each != "list_history"])
def test_a_list_of_the_past_is_that_of_then(own: Portal, method: str) -> None:
    words, name = LISTS[method]
    before = ask_and_wait(own.target, method, **words)
    for who in ("claire", "bernard", "nora"):
        own.record(Detachment(account=who, perimeter=MOA), request_id=who)
    then = ask_and_wait(own.target, method, at=day(1), **words)
    never = STARTED - timedelta(days=1)

    assert [name(each) for each in then] == [name(each) for each in before]
    with pytest.raises(AccessDenied) as caught:
        ask_and_wait(own.target, method, at=never, **words)
    assert caught.value.reason is Reason.UNKNOWN_SUBJECT


@pytest.mark.parametrize("method", [*LISTS, "get_structure"])
def test_nothing_is_read_from_older_facts_than_demanded(portal: Portal, method: str) -> None:
    words = LISTS[method][0] if method in LISTS else {"subject": "zoe", "structure": STATE}
    with (
        OrganisationClient(portal.target) as client,
        pytest.raises(UnavailableError, match="before 1000000"),
    ):
        getattr(client, method)(at_least=Token("", 1_000_000), deadline=0.5, **words)


@pytest.mark.parametrize("method", LISTS)
def test_what_was_just_written_is_read_by_its_token(own: Portal, method: str) -> None:
    words, _ = LISTS[method]
    revision = own.record(Detachment(account="nora", perimeter=MOA), request_id="left")

    page = ask_and_wait(own.target, method, at_least=Token("", revision), **words)

    assert page.token.revision == revision


BAD_TOKENS: Final = {
    "a word": "next",
    "no base64": "é!",
    "another length": "AAAA",
    "nothing decoded": "=",
    "very long": "A" * 100_000,
    "a check of nothing": "A" * 16,
    "control": "\x00",
}


@pytest.mark.parametrize("method", LISTS)
def test_a_page_token_that_is_none_is_refused(portal: Portal, method: str) -> None:
    words, _ = LISTS[method]
    given = ask_and_wait(portal.target, method, page_size=1, **words).next_page_token
    assert given
    middle = len(given) // 2
    altered = given[:middle] + ("A" if given[middle] != "A" else "B") + given[middle + 1 :]
    for token in [*BAD_TOKENS.values(), altered, given + given, given[:-4]]:
        with pytest.raises(InvalidQuestionError, match="`page_token` is not what the page before"):
            ask_and_wait(portal.target, method, page_token=token, page_size=1, **words)


def test_a_page_token_is_of_its_question_alone(portal: Portal) -> None:
    target = portal.target
    token = ask_and_wait(target, "list_my_requests", subject="zoe", page_size=1).next_page_token
    others = (
        ("list_my_requests", {"subject": "nadia"}),
        ("list_my_requests", {"subject": "zoe", "state": ApprovalState.REQUESTED}),
        ("list_my_requests", {"subject": "zoe", "at": day(1)}),
        ("list_entitlements", {"subject": "zoe"}),
    )
    for method, words in others:
        with pytest.raises(InvalidQuestionError, match="`page_token` is not what"):
            ask_and_wait(target, method, page_token=token, **words)


def test_a_page_token_is_of_its_policy_alone(own: Portal) -> None:
    first = ask_and_wait(own.target, "list_my_requests", subject="zoe", page_size=1)
    rules = own.policy / "rules" / "organisation.yaml"
    rules.write_text(rules.read_text().replace("basis: [R24, R51,", "basis: [R51,"))
    reseal(own.policy)
    with own.client() as client:
        assert client.reload().replaced

    with pytest.raises(InvalidQuestionError, match="`page_token` is of another policy"):
        ask_and_wait(
            own.target, "list_my_requests", subject="zoe", page_token=first.next_page_token
        )


@pytest.mark.parametrize("method", LISTS)
def test_a_page_is_no_longer_than_it_may_be(portal: Portal, method: str) -> None:
    words, _ = LISTS[method]
    with pytest.raises(InvalidQuestionError, match="`page_size` is 501; at most 500"):
        ask_and_wait(portal.target, method, page_size=501, **words)


@pytest.mark.parametrize("method", LISTS)
def test_a_read_changes_nothing(own: Portal, method: str) -> None:
    words, _ = LISTS[method]
    before, waiting = own.journal.seal(), own.journal.outbox.waiting()
    ask_and_wait(own.target, method, page_size=1, **words)

    assert own.journal.seal() == before
    assert own.journal.outbox.waiting() == waiting


def day(number: int) -> datetime:
    return STARTED + timedelta(days=number)
