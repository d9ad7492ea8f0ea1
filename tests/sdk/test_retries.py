"""K4: who cannot be reached is asked again, within the deadline; who answered never is."""

import time
from itertools import islice

import grpc
import pytest

from habilis import AccessDenied, Client, Reason
from habilis.channel import pauses
from habilis.errors import UnansweredError, UnavailableError
from habilis.testing import FakeHabilis
from tests.sdk.forger import forging
from tests.sdk.methods import DOORS, QUESTION, ask
from tests.sdk.test_status_codes import TRIED_AGAIN, TRUE_ALLOW, envelopes

pytestmark = pytest.mark.alone


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("code", TRIED_AGAIN, ids=str)
@pytest.mark.usefixtures("patient")
def test_a_server_that_recovers_is_heard(door: str, code: grpc.StatusCode) -> None:
    with forging() as forger:
        forger.answers = [envelopes(TRUE_ALLOW)["check"]]
        forger.failures, forger.status = 3, code

        assert ask(door, forger.target, "check").allowed
        assert forger.calls == 4


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "code", [code for code in grpc.StatusCode if code not in {*TRIED_AGAIN, grpc.StatusCode.OK}]
)
@pytest.mark.usefixtures("patient")
def test_any_other_status_is_not_tried_again(door: str, code: grpc.StatusCode) -> None:
    with forging() as forger:
        forger.status = code

        with pytest.raises(Exception, match="forged"):
            ask(door, forger.target, "check")
        assert forger.calls == 1


@pytest.mark.usefixtures("patient")
def test_a_denial_is_never_asked_again() -> None:
    with FakeHabilis() as habilis, habilis.client() as client:
        habilis.deny(Reason.EVALUATION_ERROR)

        with pytest.raises(AccessDenied):
            client.require(QUESTION)
        assert len(habilis.questions) == 1


def test_an_enumeration_is_never_begun_again() -> None:
    with forging() as forger:
        forger.status = grpc.StatusCode.UNAVAILABLE

        with Client(forger.target) as client, pytest.raises(UnavailableError):
            list(client.enumerate())
        assert forger.calls == 1


def test_tries_end_with_the_deadline() -> None:
    with forging() as forger, Client(forger.target) as client:
        forger.status = grpc.StatusCode.UNAVAILABLE
        started = time.monotonic()

        with pytest.raises(UnansweredError):
            client.check(QUESTION, deadline=0.5)

        assert time.monotonic() - started < 1
        assert 1 < forger.calls < 12


def test_pauses_grow_and_are_never_in_step() -> None:
    several = [list(islice(pauses(), 12)) for _ in range(20)]

    for waits in several:
        assert all(0 < wait <= 1 for wait in waits)
        assert sum(waits[:3]) < 0.08
        assert sum(waits) > 2
    assert len({tuple(waits) for waits in several}) == len(several)
