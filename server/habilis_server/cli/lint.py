"""`habilis lint`: what is wrong with a policy, all of it, each problem with its place."""

import os
from pathlib import Path
from typing import Annotated

import typer

from habilis_companion.command_line.exits import ExitCode
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.shapes import problem_shapes
from habilis_server.cli.policy import Folder, folder_of
from habilis_server.cli.review import Review, review
from habilis_server.rulebook.manifest import MANIFEST, seal

__all__ = ["app", "lint"]

app = typer.Typer(add_completion=False)


@app.command()
def lint(
    directory: Folder = None,
    sealing: Annotated[
        bool,
        typer.Option(
            "--seal", metavar="", help="If nothing else is wrong, seal the policy: write MANIFEST."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Find every problem of a policy folder: exit 0 if there is none, 1 otherwise."""
    folder = folder_of(directory)
    found = review(folder)
    sealed = sealing and not found.problems
    if sealed and found.unsealed:
        _write(folder / MANIFEST, seal(found.files))
    problems = found.problems if sealed else (*found.problems, *found.unsealed)
    if json:
        as_json(
            {
                "policy": str(folder),
                "digest": None if found.rulebook is None else found.rulebook.digest,
                "rules": 0 if found.rulebook is None else len(found.rulebook.rules),
                "cases": len(found.cases),
                "sealed": not problems,
                "problems": problem_shapes(problems),
            }
        )
    else:
        for problem in problems:
            say(str(folder / str(problem)))
        say(_summary(folder, found, len(problems)))
    raise typer.Exit(ExitCode.PROBLEMS if problems else ExitCode.OK)


def _summary(folder: Path, found: Review, count: int) -> str:
    told = f"{folder}: {count} problem{'' if count == 1 else 's'}"
    if found.rulebook is None or count:
        return told
    rulebook = found.rulebook
    actions = len(rulebook.vocabulary.actions)
    return (
        f"{told}; {actions} actions, {len(rulebook.rules)} rules, {len(found.cases)} cases,"
        f" digest {rulebook.digest[:12]}"
    )


def _write(path: Path, text: str) -> None:
    """In one piece: a seal cut short would look like a policy tampered with."""
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(aside, path)  # noqa: PTH105  # the one call that promises to be atomic
