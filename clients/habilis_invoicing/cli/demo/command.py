"""`habilis-invoicing demo`: two billing files replayed through the service, and printed."""

from contextlib import ExitStack
from typing import Annotated

import typer

from habilis import HabilisError
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.reaching import failure_of
from habilis_companion.refusals import RefusedError
from habilis_invoicing.cli.demo.habilis import habilis_beside
from habilis_invoicing.cli.demo.play import as_told, open_stage, play
from habilis_invoicing.cli.demo.story import STORIES
from habilis_invoicing.cli.page import dossier_shape, tell_dossier

__all__ = ["app", "demo"]

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    *,
    habilis: Annotated[
        str | None,
        typer.Option(
            "--habilis",
            metavar="HOST:PORT",
            help="A Habilis server that knows the story's people. Without it: one of its own.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Replay two works billing files through the service, each step asked of Habilis.

    Exit 1 if one does not come to the pieces and the states that the portal printed.
    """
    with ExitStack() as beside:
        address = beside.enter_context(habilis_beside()) if habilis is None else habilis
        try:
            well = _replayed(address, json=json)
        except RefusedError as refused:
            raise Failure(ExitCode.PROBLEMS, f"a step was refused: {refused}") from refused
        except HabilisError as error:
            raise failure_of(error, address) from error
    raise typer.Exit(ExitCode.OK if well else ExitCode.PROBLEMS)


def _replayed(address: str, *, json: bool) -> bool:
    """Whether each story came to what it tells."""
    told: list[bool] = []
    with open_stage(address) as stage:
        for story in STORIES:
            pieces = play(stage, story)
            told.append(as_told(story, pieces))
            number = pieces[0].piece.dossier_number
            if json:
                as_json({**dossier_shape(number, pieces), "as_told": told[-1]})
                continue
            say(f"{story.title}, by the service")
            tell_dossier(number, pieces)
            say("as told\n" if told[-1] else "NOT AS TOLD\n")
    return all(told)
