"""The policy that a command works on: read whole, or every problem told with its place."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_server.locations import policy_directory
from habilis_server.rulebook import PolicyError, Problem, Rulebook, load

__all__ = ["Folder", "folder_of", "placed", "read_policy"]

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DIR]",
        help="The policy folder. Without it: the one shipped with Habilis.",
        show_default=False,
    ),
]


def folder_of(given: Path | None) -> Path:
    """The folder given, or the shipped one; raises Failure where there is none."""
    if given is None:
        return policy_directory()
    if not given.is_dir():
        raise Failure(ExitCode.USAGE, f"no folder `{given}`; give that of a policy")
    return given


def read_policy(given: Path | None) -> Rulebook:
    """The sealed policy; raises Failure with every problem."""
    folder = folder_of(given)
    try:
        return load(folder)
    except PolicyError as error:
        raise Failure(ExitCode.PROBLEMS, placed(folder, error.problems)) from error


def placed(folder: Path, problems: Sequence[Problem]) -> str:
    """The problems, one a line, each with a path that an editor opens, then their count."""
    count = len(problems)
    lines = [str(folder / str(problem)) for problem in problems]
    return "\n".join([*lines, f"{count} problem{'' if count == 1 else 's'}; nothing was loaded"])
