"""`habilis enumerate`: everything that anyone may do anywhere, for a spreadsheet or a program."""

import csv
import json as jsonlib
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Final

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from habilis.answers import Permission
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import aside, complain, console
from habilis_companion.command_line.reading import moment_of, perimeter_of
from habilis_server.cli.question import AtLeast, Moment, token_of
from habilis_server.cli.shapes import permission_shape
from habilis_server.cli.where import Where, open_door

__all__ = ["COLUMNS", "Format", "app", "enumerate_"]

COLUMNS: Final = (
    "subject",
    "action",
    "resource_type",
    "acting_as",
    "structure",
    "service",
    "effect",
    "rule",
    "conditions",
    "without",
)
"""Of the CSV; without a structure: anywhere."""

_TOLD_EVERY: Final = 1_000


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


app = typer.Typer(add_completion=False)


@app.command("enumerate")
@spread
def enumerate_(
    *,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="ID", help="Only this account.")
    ] = None,
    action: Annotated[
        str | None, typer.Option("--action", metavar="NAME", help="Only this action.")
    ] = None,
    perimeter: Annotated[
        str | None,
        typer.Option(
            "--perimeter",
            metavar="STRUCTURE[/SERVICE]",
            help="Only what holds on exactly this perimeter, or anywhere.",
        ),
    ] = None,
    format_: Annotated[
        Format,
        typer.Option("--format", help="CSV, or JSON lines whose last one says that all was told."),
    ] = Format.CSV,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write this file, once everything has come. Without it: stdout.",
        ),
    ] = None,
    at: Moment = None,
    at_least: AtLeast = None,
    where: Where,
    json: Json = False,
) -> None:
    """List every permission of every account, each with its rule and what remains to be checked.

    The list is whole if the command exits with 0, and only then.
    """
    place = None if perimeter is None else perimeter_of("--perimeter", perimeter)
    moment, token = moment_of(at), token_of(at_least)
    write = _write_jsonl if json or format_ is Format.JSONL else _write_csv
    with open_door(where) as door:
        permissions = _watched(door.enumerate(subject, action, place, moment, token))
        if output is None:
            count = write(permissions, sys.stdout)
        else:
            with aside(output) as part, part.open("w", encoding="utf-8", newline="") as stream:
                count = write(permissions, stream)
    complain(f"{count} permissions; the list is whole")


def _write_csv(permissions: Iterator[Permission], stream: IO[str]) -> int:
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)
    count = 0
    for permission in permissions:
        rows.writerow(_row(permission))
        count += 1
    return count


def _write_jsonl(permissions: Iterator[Permission], stream: IO[str]) -> int:
    count = 0
    for permission in permissions:
        stream.write(f"{jsonlib.dumps(permission_shape(permission), ensure_ascii=False)}\n")
        count += 1
    stream.write(f"{jsonlib.dumps({'complete': {'permissions': count}})}\n")
    return count


def _row(permission: Permission) -> tuple[str, ...]:
    perimeter = permission.perimeter
    return (
        permission.subject,
        permission.action,
        permission.resource_type,
        permission.acting_as,
        "" if perimeter is None else perimeter.structure,
        "" if perimeter is None else perimeter.service or "",
        str(permission.effect),
        permission.rule_id,
        "; ".join(str(condition) for condition in permission.conditions),
        permission.without,
    )


def _watched(permissions: Iterator[Permission]) -> Iterator[Permission]:
    """The same, with a count that grows on stderr where a person watches it."""
    columns = (SpinnerColumn(), TextColumn("{task.completed} permissions"), TimeElapsedColumn())
    screen = console(stderr=True)
    with Progress(
        *columns, console=screen, transient=True, disable=not screen.is_terminal
    ) as shown:
        task = shown.add_task("permissions", total=None)
        for number, permission in enumerate(permissions):
            if number % _TOLD_EVERY == 0:
                shown.update(task, completed=number)
            yield permission
