"""`habilis perimeters`: on which structures and services may this account do this?"""

from typing import Annotated

import typer

from habilis.answers import PermittedPerimeter
from habilis_server.cli.options import Json
from habilis_server.cli.output import as_json, say, table
from habilis_server.cli.question import (
    ActionName,
    AtLeast,
    Moment,
    SubjectId,
    moment_of,
    token_of,
    token_text,
)
from habilis_server.cli.shapes import permitted_shape, token_shape
from habilis_server.cli.where import (
    Data,
    Deadline,
    PolicyFolder,
    Server,
    TlsCa,
    TlsCert,
    TlsKey,
    Where,
    open_door,
)

__all__ = ["app", "perimeters"]

app = typer.Typer(add_completion=False)


@app.command()
def perimeters(
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
    server: Server = None,
    data: Data = None,
    policy: PolicyFolder = None,
    deadline: Deadline = 5.0,
    tls_ca: TlsCa = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    json: Json = False,
) -> None:
    """List where an account may do an action: what a list of objects must be filtered by.

    An object is within reach if one line that allows covers it and no line that denies does.
    """
    moment, token = moment_of(at), token_of(at_least)
    where = Where(server, data, policy, deadline, tls_ca, tls_cert, tls_key)
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
    if found.perimeters:
        table(("on", "where", "as", "if", "rule"), map(_row, found.perimeters))
    say(f"{len(found.perimeters)} lines")
    say(f"token   {token_text(found.token)}")


def _row(item: PermittedPerimeter) -> tuple[str, ...]:
    conditions = [str(condition) for condition in item.conditions]
    if item.without:
        conditions.append(f"no {item.without}")
    return (
        item.resource_type,
        str(item.perimeter or "anywhere"),
        item.acting_as,
        "\n".join(conditions) or "always",
        f"{item.rule_id}\n{item.effect}",
    )
