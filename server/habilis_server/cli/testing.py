"""`habilis test`: every case of a policy, judged by the engine that serves."""

from dataclasses import dataclass

import typer

from habilis import Decision
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_server.cli.policy import Folder, folder_of, placed, read_policy
from habilis_server.cli.review import facts_of
from habilis_server.engine import Engine
from habilis_server.rulebook import PolicyError
from habilis_server.rulebook.cases import Case, load_cases

__all__ = ["Outcome", "app", "run_cases"]

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case and what the engine answers to it."""

    case: Case
    decision: Decision

    @property
    def as_expected(self) -> bool:
        reason, rule = self.case.expect, self.case.rule
        return self.decision.reason is reason and rule in {None, self.decision.rule_id}


@app.command("test")
def run_cases(directory: Folder = None, json: Json = False) -> None:
    """Judge every case of a policy folder: exit 0 if all are answered as expected, 1 otherwise."""
    folder = folder_of(directory)
    rulebook = read_policy(folder)
    try:
        cases, world = load_cases(folder, rulebook), facts_of(folder, rulebook)
    except PolicyError as error:
        raise Failure(ExitCode.PROBLEMS, placed(folder, error.problems)) from error
    judge = Engine(rulebook).on(world)
    outcomes = [Outcome(case, judge.decide(case.question)) for case in cases]
    failed = [outcome for outcome in outcomes if not outcome.as_expected]
    if json:
        as_json(
            {
                "policy": str(folder),
                "digest": rulebook.digest,
                "cases": len(outcomes),
                "allowed": sum(outcome.decision.allowed for outcome in outcomes),
                "failed": [_shape(outcome) for outcome in failed],
            }
        )
    else:
        for outcome in failed:
            say(str(folder / _told(outcome)))
        allowed = sum(outcome.decision.allowed for outcome in outcomes)
        say(
            f"{len(outcomes)} cases ({allowed} allowed, {len(outcomes) - allowed} denied):"
            f" {len(failed)} not as expected"
        )
    raise typer.Exit(ExitCode.PROBLEMS if failed else ExitCode.OK)


def _told(outcome: Outcome) -> str:
    case, decision = outcome.case, outcome.decision
    question = case.question
    return (
        f"{case.place}: {question.subject}, {question.action},"
        f" {question.resource.type}:{question.resource.id}:"
        f" expected {_answer(case.expect, case.rule)},"
        f" got {_answer(decision.reason, decision.rule_id)}"
    )


def _answer(reason: str, rule: str | None) -> str:
    return f"{reason} by `{rule}`" if rule else str(reason)


def _shape(outcome: Outcome) -> dict[str, object]:
    case, decision = outcome.case, outcome.decision
    return {
        "file": case.place.file,
        "line": case.place.line,
        "subject": case.question.subject,
        "action": case.question.action,
        "resource": {"type": case.question.resource.type, "id": case.question.resource.id},
        "expected": {"reason": str(case.expect), "rule": case.rule},
        "answered": {"reason": str(decision.reason), "rule": decision.rule_id or None},
    }
