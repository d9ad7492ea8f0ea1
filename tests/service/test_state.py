"""Which facts an answer comes from: fresh enough, of the moment asked about, or none at all."""

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from habilis import Client, Perimeter, Reason, Token
from habilis.errors import InvalidQuestionError, UnavailableError
from habilis_server.world import Detachment
from tests.sdk.methods import QUESTION
from tests.service.portal import STARTED, Portal, open_portal

pytestmark = pytest.mark.alone

CLAIRE_LEFT = Detachment(account="claire", perimeter=Perimeter("17340430200015"))
BEYOND = Token("", 1_000_000)
PATIENT = 10.0


@pytest.fixture
def own(tmp_path: Path) -> Generator[Portal]:
    """A server whose facts a test may change."""
    with open_portal(tmp_path) as portal:
        yield portal


@pytest.fixture
def client(portal: Portal) -> Generator[Client]:
    with portal.client() as client:
        yield client


def test_a_change_is_seen_though_nobody_asks_for_it(own: Portal) -> None:
    with own.client() as client:
        assert client.check(QUESTION, deadline=PATIENT).allowed
        revision = own.record(CLAIRE_LEFT, request_id="left")
        until = time.monotonic() + PATIENT
        while client.revision(deadline=PATIENT).revision < revision:
            assert time.monotonic() < until

        decision = client.check(QUESTION, deadline=PATIENT)

    assert (decision.reason, decision.token.revision) == (Reason.NOT_ATTACHED, revision)


def test_the_token_of_a_write_is_honoured_at_once(own: Portal) -> None:
    with own.client() as client:
        revision = own.record(CLAIRE_LEFT, request_id="left")

        decision = client.check(QUESTION, at_least=Token("", revision), deadline=PATIENT)

    assert (decision.reason, decision.token.revision) == (Reason.NOT_ATTACHED, revision)


def test_the_policy_of_a_token_is_not_compared(client: Client) -> None:
    token = client.revision(deadline=PATIENT)

    other = Token("of another time", token.revision)

    assert client.check(QUESTION, at_least=other, deadline=PATIENT).allowed


def test_facts_that_were_not_reached_are_a_denial(client: Client) -> None:
    single = client.check(QUESTION, at_least=BEYOND, deadline=PATIENT)
    several = client.check_many([QUESTION] * 3, at_least=BEYOND, deadline=PATIENT)
    explained = client.explain(QUESTION, at_least=BEYOND, deadline=PATIENT)

    reasons = {decision.reason for decision in (single, *several, explained.decision)}
    assert reasons == {Reason.STALE}
    assert explained.considered == ()


LISTS: dict[str, Callable[[Client, Token, float], object]] = {
    "list_actions": lambda client, at_least, deadline: client.list_actions(
        subject="claire", resource=QUESTION.resource, at_least=at_least, deadline=deadline
    ),
    "list_perimeters": lambda client, at_least, deadline: client.list_perimeters(
        subject="claire", action=QUESTION.action, at_least=at_least, deadline=deadline
    ),
    "enumerate": lambda client, at_least, deadline: list(
        client.enumerate(at_least=at_least, deadline=deadline)
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_facts_that_were_not_reached_are_no_list(client: Client, name: str) -> None:
    with pytest.raises(UnavailableError, match="before 1000000"):
        LISTS[name](client, BEYOND, 0.3)


def test_a_past_moment_is_judged_on_the_facts_of_then(own: Portal) -> None:
    left = STARTED + timedelta(days=10)
    own.record(CLAIRE_LEFT, request_id="left", at=left)
    moments = {
        "before the first fact": STARTED - timedelta(seconds=1),
        "at the first fact": STARTED,
        "before she left": left - timedelta(microseconds=1),
        "when she left": left,
        "after she left": left + timedelta(days=1),
    }
    questions = [replace(QUESTION, at=moment) for moment in moments.values()]
    with own.client() as client:
        single = [client.check(question, deadline=PATIENT).reason for question in questions]
        several = client.check_many([*questions, QUESTION], deadline=PATIENT)

    assert dict(zip(moments, single, strict=True)) == {
        "before the first fact": Reason.UNKNOWN_SUBJECT,
        "at the first fact": Reason.ALLOWED,
        "before she left": Reason.ALLOWED,
        "when she left": Reason.NOT_ATTACHED,
        "after she left": Reason.NOT_ATTACHED,
    }
    assert [decision.reason for decision in several] == [*single, Reason.NOT_ATTACHED]
    assert len({decision.token for decision in several}) == 1


def test_a_moment_in_another_zone_is_the_same_moment(client: Client) -> None:
    moment = datetime.fromisoformat("2026-01-05T09:00:00+01:00")

    assert client.check(replace(QUESTION, at=moment), deadline=PATIENT).allowed


def test_a_clock_somewhat_ahead_asks_about_now(client: Client) -> None:
    soon = replace(QUESTION, at=datetime.now(UTC) + timedelta(minutes=4))

    assert client.check(soon, deadline=PATIENT).allowed


def test_the_future_is_not_answered(client: Client) -> None:
    later = replace(QUESTION, at=datetime.now(UTC) + timedelta(minutes=6))

    with pytest.raises(InvalidQuestionError, match="`at` is in the future"):
        client.check(later, deadline=PATIENT)


def test_a_batch_has_few_moments(client: Client) -> None:
    questions = [replace(QUESTION, at=STARTED + timedelta(days=day)) for day in range(17)]

    with pytest.raises(InvalidQuestionError, match="at most 16"):
        client.check_many(questions, deadline=PATIENT)


def test_facts_that_cannot_be_read_are_never_guessed(own: Portal, tmp_path: Path) -> None:
    with own.client() as client:
        before = client.check(QUESTION, deadline=PATIENT)
        (tmp_path / "data" / "habilis.sqlite3").write_bytes(b"scribbled over" * 1000)

        assert client.check(QUESTION, deadline=PATIENT).token == before.token
        with pytest.raises(UnavailableError):
            client.check(QUESTION, at_least=BEYOND, deadline=1)
        with pytest.raises(UnavailableError):
            client.check(replace(QUESTION, at=STARTED), deadline=1)


def test_a_reload_of_the_same_policy_changes_nothing(client: Client) -> None:
    before = client.revision(deadline=PATIENT)

    reloaded = client.reload()

    assert (reloaded.replaced, reloaded.digest) == (False, before.policy_digest)
    assert client.revision(deadline=PATIENT) == before
