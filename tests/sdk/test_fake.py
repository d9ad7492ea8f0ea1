"""A Habilis for the tests of its callers says what they want, and no by default."""

import asyncio

import grpc
import pytest

from habilis import AccessDenied, Perimeter, Question, Reason, Resource, Token
from habilis.errors import ServerFailureError, StaleAnswerError, UnavailableError
from habilis.testing import FakeHabilis
from tests.sdk.methods import QUESTION

PIECE = QUESTION.resource
PATIENT = 20.0


@pytest.mark.parametrize(
    ("which", "allowed"),
    [
        ({}, True),
        ({"subject": "claire"}, True),
        ({"action": "factures_travaux.refuser"}, True),
        ({"subject": "claire", "type": "piece_travaux", "id": "EA1+F20220094"}, True),
        ({"subject": "karim"}, False),
        ({"subject": "claire", "action": "factures_travaux.suspendre"}, False),
        ({"type": "facture"}, False),
        ({"id": "another"}, False),
    ],
)
def test_what_the_test_said_is_answered(which: dict[str, str], allowed: bool) -> None:
    with FakeHabilis() as habilis, habilis.client() as client:
        habilis.allow(**which)

        assert client.check(QUESTION, deadline=PATIENT).allowed is allowed


def test_what_the_test_did_not_say_is_denied() -> None:
    with FakeHabilis() as habilis, habilis.client() as client:
        decision = client.check(QUESTION, deadline=PATIENT)

    assert (decision.allowed, decision.reason) == (False, Reason.NO_RULE)


def test_a_denial_beats_every_allow() -> None:
    with FakeHabilis() as habilis, habilis.client() as client:
        habilis.deny(Reason.PROFILE_MISSING, subject="claire")
        habilis.allow()

        with pytest.raises(AccessDenied) as caught:
            client.require(QUESTION, deadline=PATIENT)

    assert (caught.value.reason, caught.value.rule_id) == (Reason.PROFILE_MISSING, "fake-deny")
    assert str(caught.value) == "access denied: PROFILE_MISSING by rule `fake-deny`"


def test_a_denial_is_never_allowed_by_its_reason() -> None:
    with pytest.raises(ValueError, match="ALLOWED"):
        FakeHabilis().deny(Reason.ALLOWED)


def test_the_questions_are_kept_as_they_were_asked() -> None:
    asked = Question(
        subject="claire",
        action="factures_travaux.refuser",
        resource=Resource(
            type="piece_travaux",
            id="1",
            parties={"moe": Perimeter("2", "S")},
            properties={"etat": "ASSOCIEE"},
        ),
        context={"channel": "web"},
    )
    with FakeHabilis() as habilis, habilis.client() as client:
        client.check(asked, deadline=PATIENT)
        client.check_many([QUESTION], deadline=PATIENT)

        assert habilis.questions == (asked, QUESTION)


def test_a_later_token_is_stale() -> None:
    with FakeHabilis() as habilis, habilis.client() as client:
        habilis.allow()
        late = client.check(QUESTION, at_least=Token("", 2), deadline=PATIENT)
        habilis.token = Token("fake", 2)
        there = client.check(QUESTION, at_least=Token("", 2), deadline=PATIENT)

    assert (late.reason, there.reason) == (Reason.STALE, Reason.ALLOWED)


def test_lists_are_answered() -> None:
    place = Perimeter("17340430200015")
    with FakeHabilis() as habilis, habilis.client() as client:
        habilis.allow(action="factures_travaux.refuser")
        habilis.deny(action="factures_travaux.suspendre")
        habilis.permit_on(place, subject="claire", action="factures_travaux.refuser")
        actions = client.list_actions(subject="claire", resource=PIECE, deadline=PATIENT)
        perimeters = client.list_perimeters(
            subject="claire", action="factures_travaux.refuser", deadline=PATIENT
        )

    assert [item.action for item in actions.actions] == ["factures_travaux.refuser"]
    assert [item.perimeter for item in perimeters.perimeters] == [place]


def test_an_enumeration_is_refused_rather_than_made_up() -> None:
    with (
        FakeHabilis() as habilis,
        habilis.client() as client,
        pytest.raises(ServerFailureError, match="UNIMPLEMENTED"),
    ):
        list(client.enumerate(deadline=PATIENT))


def test_it_fails_when_the_test_wants_it() -> None:
    with FakeHabilis() as habilis, habilis.client() as client:
        habilis.allow()
        habilis.fail(grpc.StatusCode.UNAVAILABLE)
        with pytest.raises(UnavailableError):
            client.check(QUESTION)
        habilis.fail(None)

        assert client.check(QUESTION, deadline=PATIENT).allowed


def test_lists_of_an_older_state_are_refused() -> None:
    with (
        FakeHabilis() as habilis,
        habilis.client() as client,
        pytest.raises(StaleAnswerError),
    ):
        client.list_perimeters(subject="a", action="b", at_least=Token("", 9), deadline=PATIENT)


def test_both_clients_are_given() -> None:
    async def ask(habilis: FakeHabilis) -> bool:
        async with habilis.async_client() as client:
            return (await client.require(QUESTION, deadline=PATIENT)).allowed

    with FakeHabilis() as habilis:
        habilis.allow()

        assert asyncio.run(ask(habilis)) is True
