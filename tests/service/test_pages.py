"""Lists page by page: all from the facts of the first page, whatever is recorded meanwhile."""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from habilis import AccessDenied, Perimeter, Reason, Token
from habilis.errors import DeadlineExceededError, InvalidQuestionError, UnavailableError
from habilis.organisation import (
    ApprovalState,
    OrganisationClient,
    Page,
)
from habilis_server.world import Attachment, Detachment
from tests.conftest import Figure
from tests.service.portal import STARTED, Portal, open_portal, reseal

MOA: Final = Perimeter("17340430200015")
STATE: Final = "11000201100044"
PATIENT: Final = 20.0

Ask = Callable[..., Any]


def ask_and_wait(target: str, method: str, **words: Any) -> Any:
    with OrganisationClient(target) as client:
        return getattr(client, method)(deadline=PATIENT, **words)


@pytest.fixture
def own(tmp_path: Path) -> Generator[Portal]:
    with open_portal(tmp_path) as portal:
        yield portal


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
    # Which of the two it is depends on where the last try was when the time was over.
    with (
        OrganisationClient(portal.target) as client,
        pytest.raises((UnavailableError, DeadlineExceededError)),
    ):
        getattr(client, method)(at_least=Token("", 1_000_000), deadline=1.0, **words)


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
