"""`habilis explain`: why is the answer what it is?"""

import typer
from rich.padding import Padding
from rich.text import Text

from habilis.answers import ConsideredRule
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, console, say
from habilis_companion.command_line.reading import moment_of
from habilis_server.cli.check import exit_of, tell
from habilis_server.cli.question import (
    ActionName,
    AtLeast,
    Moment,
    Parties,
    Properties,
    ResourceName,
    SubjectId,
    question_of,
    resource_of,
    token_of,
)
from habilis_server.cli.shapes import explanation_shape
from habilis_server.cli.where import Where, open_door

__all__ = ["app", "explain"]

app = typer.Typer(add_completion=False)


@app.command()
@spread
def explain(
    *,
    subject: SubjectId,
    action: ActionName,
    resource: ResourceName,
    party: Parties = None,
    property_: Properties = None,
    at: Moment = None,
    at_least: AtLeast = None,
    where: Where,
    json: Json = False,
) -> None:
    """Ask one question, and tell of each rule that speaks how far it went; exits as `check`."""
    question = question_of(subject, action, resource_of(resource, party, property_), moment_of(at))
    token = token_of(at_least)
    with open_door(where) as door:
        explanation = door.explain(question, token)
    if json:
        as_json(explanation_shape(explanation))
    else:
        tell(explanation.decision)
        _tell_rules(explanation.considered)
    raise typer.Exit(exit_of(explanation.decision))


def _tell_rules(considered: tuple[ConsideredRule, ...]) -> None:
    """Each rule: how far it went, what it lacked, why it is there and on what it rests."""
    if not considered:
        say("no rule was considered")
        return
    target = console()
    for rule in considered:
        place = " ".join(filter(None, (rule.acting_as, str(rule.perimeter or ""))))
        outcome = "passed" if rule.failed_check is None else str(rule.failed_check)
        target.print()
        target.print(
            Text(f"{rule.rule_id} ({rule.effect}{f', as {place}' if place else ''}): ").append(
                outcome, style="bold green" if rule.passed else "bold"
            )
        )
        for text in filter(None, (rule.detail, rule.because, ", ".join(rule.basis))):
            target.print(Padding(Text(text), (0, 0, 0, 4)))
