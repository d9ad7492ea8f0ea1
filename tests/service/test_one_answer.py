"""E5: Check, CheckMany, Explain and ListActions give one answer, on every case of the policy."""

from collections.abc import Callable, Generator
from typing import Final

import pytest

from habilis import Client, Decision, Reason
from habilis_server.rulebook import load
from habilis_server.rulebook.cases import Case, load_cases
from tests.service.portal import SHIPPED, Portal

PATIENT: Final = 60.0

Told = tuple[bool, Reason, str, str]


@pytest.fixture
def client(portal: Portal) -> Generator[Client]:
    with portal.client() as client:
        yield client


@pytest.fixture(scope="module")
def cases(portal: Portal) -> tuple[Case, ...]:
    return load_cases(SHIPPED, load(portal.policy))


def told(decision: Decision) -> Told:
    """All of it but its name."""
    return decision.allowed, decision.reason, decision.rule_id, decision.acting_as


def test_each_case_has_its_answer_by_every_method(
    client: Client, cases: tuple[Case, ...], figure: Callable[[str], None]
) -> None:
    several: list[Decision] = []
    for start in range(0, len(cases), 500):
        questions = [case.question for case in cases[start : start + 500]]
        several.extend(client.check_many(questions, deadline=PATIENT))
    for case, decision in zip(cases, several, strict=True):
        asked = case.question
        explained = client.explain(asked, deadline=PATIENT)

        assert decision.reason == case.expect, case.place
        assert case.rule in {None, decision.rule_id}, case.place
        assert told(client.check(asked, deadline=PATIENT)) == told(decision), case.place
        assert told(explained.decision) == told(decision), case.place
        assert any(rule.passed for rule in explained.considered) == (
            decision.reason in {Reason.ALLOWED, Reason.DENIED_BY_RULE}
        ), case.place
    figure(f"E5: {len(cases)} cases by Check, CheckMany and Explain, 0 differences")


def test_the_actions_listed_are_those_that_check_allows(
    client: Client, cases: tuple[Case, ...], figure: Callable[[str], None]
) -> None:
    allowed = [case.question for case in cases if case.expect is Reason.ALLOWED][::10]
    for question in allowed:
        listed = client.list_actions(
            subject=question.subject, resource=question.resource, deadline=PATIENT
        )

        assert question.action in {item.action for item in listed.actions}
    figure(f"E5: {len(allowed)} lists of actions hold what Check allows")


def test_every_decision_has_a_name_of_its_own(client: Client, cases: tuple[Case, ...]) -> None:
    decisions = client.check_many([case.question for case in cases[:900]], deadline=PATIENT)

    assert len({decision.decision_id for decision in decisions}) == len(decisions)
