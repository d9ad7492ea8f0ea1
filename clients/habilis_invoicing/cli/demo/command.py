"""`habilis-invoicing demo`: two billing files replayed through the service, and printed."""

from pathlib import Path
from typing import Final

import typer

from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.stage import HabilisOption, open_stage, replay
from habilis_invoicing.cli.demo.play import as_told, play
from habilis_invoicing.cli.demo.story import STORIES
from habilis_invoicing.cli.page import dossier_shape, tell_dossier
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.service.assembly import COMPANION

__all__ = ["app", "demo"]

_FACTS: Final = Path(__file__).with_name("facts.jsonl")

app = typer.Typer(add_completion=False)


@app.command()
def demo(*, habilis: HabilisOption = None, json: Json = False) -> None:
    """Replay two works billing files through the service, each step asked of Habilis.

    Exit 1 if one does not come to the pieces and the states that the portal printed.
    """
    replay(habilis, _FACTS, lambda address: _replayed(address, json=json))


def _replayed(address: str, *, json: bool) -> bool:
    """Whether each story came to what it tells."""
    told: list[bool] = []
    with open_stage(COMPANION, InvoicingClient, address) as stage:
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
