"""`habilis perimeters`: on which structures and services may this account do this?"""

from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from habilis.answers import PermittedPerimeter
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, console, say
from habilis_companion.command_line.reading import moment_of
from habilis_companion.command_line.shapes import token_shape
from habilis_server.cli.question import ActionName, AtLeast, Moment, SubjectId, token_of, token_text
from habilis_server.cli.shapes import permitted_shape
from habilis_server.cli.where import Where, open_door

__all__ = ["app", "perimeters"]

app = typer.Typer(add_completion=False)


@app.command()
@spread
def perimeters(
    *,
    subject: SubjectId,
    action: ActionName,
    resource_type: Annotated[
        str,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="Only on this type of resource, such as `facture`.",
            show_default=False,
        ),
    ] = "",
    at: Moment = None,
    at_least: AtLeast = None,
    where: Where,
    json: Json = False,
) -> None:
    """List where an account may do an action: what a list of objects must be filtered by.

    An object is within reach if one line that allows covers it and no line that denies does.
    """
    moment, token = moment_of(at), token_of(at_least)
    with open_door(where) as door:
        found = door.list_perimeters(subject, action, resource_type, moment, token)
    if json:
        as_json(
            {
                "subject": subject,
                "action": action,
                "perimeters": [permitted_shape(item) for item in found.perimeters],
                "token": token_shape(found.token),
            }
        )
        return
    target = console()
    for item in found.perimeters:
        place = str(item.perimeter or "anywhere")
        acting = f" as {item.acting_as}" if item.acting_as else ""
        say(f"{item.resource_type}{acting}, {place}: {item.rule_id} ({item.effect})")
        for condition in _conditions(item):
            target.print(Padding(Text(f"if {condition}"), (0, 0, 0, 4)))
    say(f"{len(found.perimeters)} lines")
    say(f"token   {token_text(found.token)}")


def _conditions(item: PermittedPerimeter) -> list[str]:
    conditions = [str(condition) for condition in item.conditions]
    return [*conditions, f"it has no {item.without}"] if item.without else conditions
