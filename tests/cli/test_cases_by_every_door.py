"""The cases of the policy, each asked through every door: all must give the same answers."""

from pathlib import Path

import pytest

from habilis import Client
from habilis_server.cli.in_process import open_in_process
from habilis_server.rulebook import load
from habilis_server.rulebook.cases import Case, load_cases
from tests.cli.shell import habilis, words_of
from tests.conftest import Figure

BATCH = 500


@pytest.fixture(scope="module")
def cases(policy: Path) -> tuple[Case, ...]:
    return load_cases(policy, load(policy))


def wrong(case: Case, reason: str, rule: str | None) -> str | None:
    """What is not as the case expects; None if all is."""
    if reason == case.expect and case.rule in {None, rule}:
        return None
    return f"{case.place}: expected {case.expect} by {case.rule}, got {reason} by {rule}"


def test_every_case_holds_in_the_engine(policy: Path, figure: Figure) -> None:
    said = habilis("test", policy, "--json")

    assert said.code == 0, said.out
    told = said.json()
    assert told["failed"] == []
    assert 0 < told["allowed"] < told["cases"]
    figure(f"{told['cases']} cases by the engine, {told['allowed']} allowed, 0 wrong")


def test_every_case_holds_over_grpc_by_the_sdk(
    server: str, cases: tuple[Case, ...], figure: Figure
) -> None:
    with Client(server) as client:
        found = [
            wrong(case, decision.reason, decision.rule_id)
            for start in range(0, len(cases), BATCH)
            for case, decision in zip(
                cases[start : start + BATCH],
                client.check_many(
                    [case.question for case in cases[start : start + BATCH]], deadline=30
                ),
                strict=True,
            )
        ]

    assert list(filter(None, found)) == []
    figure(f"{len(found)} cases over gRPC by the SDK, 0 wrong")


def test_every_case_holds_without_a_server(
    data: Path, policy: Path, cases: tuple[Case, ...], figure: Figure
) -> None:
    with open_in_process(data, policy) as door:
        decisions = [(case, door.check(case.question, None)) for case in cases]
    found = [wrong(case, decision.reason, decision.rule_id) for case, decision in decisions]

    assert list(filter(None, found)) == []
    figure(f"{len(found)} cases on the facts of a folder, 0 wrong")


@pytest.mark.slow
def test_every_case_holds_over_grpc_by_the_command_line(
    server: str, cases: tuple[Case, ...], figure: Figure
) -> None:
    found: list[str] = []
    codes = {0: 0, 3: 0}
    for case in cases:
        said = habilis("check", "--server", server, "--json", *words_of(case.question))
        assert said.code in codes, f"{case.place}: {said.err}"
        told = said.json()
        codes[said.code] += 1
        assert told["allowed"] is (said.code == 0)
        found += filter(None, [wrong(case, told["reason"], told["rule"])])

    assert found == []
    figure(f"{len(cases)} cases by `habilis check`: {codes[0]} exit 0, {codes[3]} exit 3, 0 wrong")
