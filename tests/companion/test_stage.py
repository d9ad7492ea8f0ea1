"""How a demonstration ends, by what its playing came to."""

from pathlib import Path

import pytest
import typer

from habilis import AccessDenied, Decision, Reason, Token
from habilis.errors import UnavailableError
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.stage import replay
from habilis_companion.refusals import Problem, RefusedError

DENIED = AccessDenied(
    Decision(
        allowed=False,
        reason=Reason.NO_RULE,
        rule_id="",
        acting_as="",
        token=Token("policy", 1),
        decision_id="d",
    )
)
REFUSED = RefusedError([Problem(code="STATUS_REQUIRED", field="status", message="choose one")])


def ended(came_to: bool | Exception) -> tuple[int, str]:
    def play(_: str) -> bool:
        if isinstance(came_to, Exception):
            raise came_to
        return came_to

    try:
        replay("127.0.0.1:1", Path("facts.jsonl"), play)
    except typer.Exit as left:
        return left.exit_code, ""
    except Failure as failure:
        return failure.code, failure.text
    raise AssertionError("it did not end")


@pytest.mark.parametrize(
    ("came_to", "code", "told"),
    [
        (True, ExitCode.OK, ""),
        (False, ExitCode.PROBLEMS, ""),
        (DENIED, ExitCode.PROBLEMS, "a step was refused: access denied: NO_RULE"),
        (REFUSED, ExitCode.PROBLEMS, "a step was refused: status: choose one"),
        (UnavailableError("gone"), ExitCode.UNAVAILABLE, "no answer from `127.0.0.1:1`"),
    ],
    ids=str,
)
def test_it_ends_well_only_if_all_came_to_what_is_told(
    came_to: bool | Exception, code: ExitCode, told: str
) -> None:
    ends, text = ended(came_to)

    assert ends == code
    assert told in text
