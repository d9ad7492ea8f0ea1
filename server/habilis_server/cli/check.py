"""`habilis check`: may this account do this?"""

import typer

from habilis import Decision
from habilis_companion.command_line.exits import ExitCode
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.reading import moment_of
from habilis_companion.command_line.shapes import decision_shape
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
    token_text,
)
from habilis_server.cli.reasons import MEANINGS
from habilis_server.cli.where import Where, open_door

__all__ = ["app", "check", "exit_of", "tell"]

app = typer.Typer(add_completion=False)


@app.command()
@spread
def check(
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
    """Ask one question: exit 0 if it is allowed, 3 if it is denied.

    Example: habilis check --data .data --subject claire --action organisation.modifier_structure
    --resource structure:17340430200015
    """
    question = question_of(subject, action, resource_of(resource, party, property_), moment_of(at))
    token = token_of(at_least)
    with open_door(where) as door:
        decision = door.check(question, token)
    if json:
        as_json(decision_shape(decision))
    else:
        tell(decision)
    raise typer.Exit(exit_of(decision))


def exit_of(decision: Decision) -> ExitCode:
    return ExitCode.OK if decision.allowed else ExitCode.DENIED


def tell(decision: Decision) -> None:
    """Print the answer, its reason, its rule, and the state it was taken on."""
    say(f"{'allowed' if decision.allowed else 'denied'}: {MEANINGS[decision.reason]}")
    say(f"reason  {decision.reason}")
    if decision.rule_id:
        acting = f", acting as {decision.acting_as}" if decision.acting_as else ""
        say(f"rule    {decision.rule_id}{acting}")
    say(f"token   {token_text(decision.token)}")
