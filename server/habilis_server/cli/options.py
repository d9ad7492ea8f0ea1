"""The switch that every command has."""

from typing import Annotated

import typer

__all__ = ["Json"]

Json = Annotated[bool, typer.Option("--json", metavar="", help="Print JSON, for programs.")]
