"""`habilis actions`: what may this account do on this resource?"""

import typer

from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say, table
from habilis_companion.command_line.reading import moment_of
from habilis_companion.command_line.shapes import token_shape
from habilis_server.cli.question import (
    AtLeast,
    Moment,
    Parties,
    Properties,
    ResourceName,
    SubjectId,
    resource_of,
    token_of,
    token_text,
)
from habilis_server.cli.where import Where, open_door

__all__ = ["actions", "app"]

app = typer.Typer(add_completion=False)


@app.command()
@spread
def actions(
    *,
    subject: SubjectId,
    resource: ResourceName,
    party: Parties = None,
    property_: Properties = None,
    at: Moment = None,
    at_least: AtLeast = None,
    where: Where,
    json: Json = False,
) -> None:
    """List what an account may do on one resource: exactly what `check` would allow."""
    target, moment = resource_of(resource, party, property_), moment_of(at)
    token = token_of(at_least)
    with open_door(where) as door:
        found = door.list_actions(subject, target, moment, token)
    if json:
        as_json(
            {
                "subject": subject,
                "resource": {"type": target.type, "id": target.id},
                "actions": [
                    {
                        "action": item.action,
                        "rule": item.rule_id,
                        "acting_as": item.acting_as or None,
                    }
                    for item in found.actions
                ],
                "token": token_shape(found.token),
            }
        )
        return
    if found.actions:
        table(
            ("action", "rule", "as"),
            [(item.action, item.rule_id, item.acting_as) for item in found.actions],
        )
    say(f"{len(found.actions)} actions allowed")
    say(f"token   {token_text(found.token)}")
