"""`habilis matrix`: who may do what, as the policy has it, for its reviewers."""

from difflib import unified_diff
from pathlib import Path
from typing import Annotated, Final

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_server.analysis.matrix import render
from habilis_server.cli.policy import Folder, folder_of, read_policy

__all__ = ["FILE", "app", "matrix"]

FILE: Final = "matrix.md"
"""Where a policy folder keeps its matrix."""

app = typer.Typer(add_completion=False)


@app.command()
def matrix(
    directory: Folder = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", metavar="", help="Exit 1, with the difference, if matrix.md is not fresh."
        ),
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", metavar="", help="Write it into the folder.")
    ] = False,
    json: Json = False,
) -> None:
    """Print the matrix of a policy folder, check the one that it keeps, or write it."""
    if check and write:
        raise Failure(ExitCode.USAGE, "give `--check` or `--write`, one of them")
    folder = folder_of(directory)
    rendered = render(read_policy(folder))
    path = folder / FILE
    if not check and not write:
        if json:
            as_json({"policy": str(folder), "matrix": rendered})
        else:
            say(rendered.removesuffix("\n"))
        return
    kept = path.read_text(encoding="utf-8") if path.is_file() else ""
    fresh = kept == rendered
    if write and not fresh:
        path.write_text(rendered, encoding="utf-8", newline="\n")
    if json:
        as_json({"policy": str(folder), "file": str(path), "fresh": fresh, "written": write})
    elif write:
        say(f"{path}: {'unchanged' if fresh else 'written; read the difference before committing'}")
    else:
        say(f"{path}: fresh" if fresh else _difference(path, kept, rendered))
    raise typer.Exit(ExitCode.PROBLEMS if check and not fresh else ExitCode.OK)


def _difference(path: Path, kept: str, rendered: str) -> str:
    lines = unified_diff(
        kept.splitlines(), rendered.splitlines(), str(path), "what the rules say", lineterm="", n=0
    )
    remedy = f"{path}: not fresh; accept it with `habilis matrix --write {path.parent}`"
    return "\n".join([*lines, remedy])
