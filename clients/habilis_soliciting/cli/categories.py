"""`habilis-soliciting categories`: what one may write about, and a reviewed file of it checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from habilis.v1 import soliciting_pb2
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.place import asking
from habilis_companion.command_line.shapes import problem_shapes, shape_of
from habilis_companion.reviewed.problems import Problem, ReviewedError
from habilis_soliciting.cli.page import tell_categories
from habilis_soliciting.cli.place import SERVER, Place
from habilis_soliciting.model.categories import Category
from habilis_soliciting.reference.reading import read_categories

__all__ = ["app", "categories"]

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place(Place):
    """Nowhere, where a file is checked."""

    server: Annotated[str, SERVER] = ""


@app.command("categories")
@spread
def categories(
    place: _Place,
    *,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", metavar="FILE", help="Tell every problem of this reviewed file instead."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Print what one may write about, and who receives it: the same for everybody.

    With --check: exit 0 if the file may be served by, 1 otherwise.
    """
    if check is not None:
        _checked(check, json=json)
        return
    if not place.server:
        raise Failure(ExitCode.USAGE, "give `--server HOST:PORT`, or `--check FILE`")
    with asking(place, json=json) as client:
        offered = client.list_categories(deadline=place.deadline)
    if json:
        as_json({"categories": [shape_of(each, soliciting_pb2.Category()) for each in offered]})
    else:
        tell_categories(offered)


def _checked(file: Path, *, json: bool) -> None:
    found: Sequence[Category] = ()
    problems: Sequence[Problem] = ()
    try:
        found = read_categories(file).every
    except ReviewedError as error:
        problems = error.problems
    count = sum(len(each.subcategories) for each in found)
    if json:
        told = {"file": str(file), "categories": len(found), "subcategories": count}
        as_json({**told, "problems": problem_shapes(problems)})
    else:
        for problem in problems:
            say(str(problem))
        say(f"{file}: {len(problems)} problems; {len(found)} categories, {count} subcategories")
    raise typer.Exit(ExitCode.PROBLEMS if problems else ExitCode.OK)
