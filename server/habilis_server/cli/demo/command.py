"""`habilis demo`: a world made by commands, a real dossier walked, all held against the rules."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from habilis_companion.command_line.exits import ExitCode
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, console
from habilis_companion.command_line.shapes import token_shape
from habilis_server.cli.demo.cast import PEOPLE
from habilis_server.cli.demo.chapters import CHAPTERS
from habilis_server.cli.demo.chapters.dossier import NOTE
from habilis_server.cli.demo.page import Page, answer_shape, deed_shape
from habilis_server.cli.demo.play import Answer, Deed, Played, play
from habilis_server.cli.demo.scene import Import
from habilis_server.cli.demo.stage import open_stage
from habilis_server.cli.policy import folder_of, read_policy

__all__ = ["app", "demo"]

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            metavar="DIR",
            help="The policy to judge by. Without it: the one shipped with Habilis.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Make the world of one real dossier by commands, then walk it, asking who may do what.

    Starts a server of its own. Exit 1 if one outcome is not what the portal's rules give.
    """
    started = time.perf_counter()
    folder = folder_of(policy)
    rulebook = read_policy(folder)
    target = console()
    page = Page(target, rulebook.vocabulary, PEOPLE)
    scenes: list[Played] = []
    with open_stage(folder, rulebook) as stage:
        if not json:
            target.print(
                Text(
                    "The works dossier 20220094 and its people, over gRPC to a `habilis serve`\n"
                    f"(policy {rulebook.digest[:12]}, an empty journal)\n"
                )
            )
        for played in play(stage, CHAPTERS):
            scenes.append(played)
            if not json:
                page.scene(played)
        token = stage.token
    counts = _counts(scenes)
    seconds = time.perf_counter() - started
    if json:
        as_json(
            {
                **_shapes(scenes),
                **counts,
                "seconds": round(seconds, 3),
                "token": None if token is None else token_shape(token),
                "note": NOTE,
            }
        )
    else:
        wrong = counts["unexpected"]
        target.print(Text(_summary(scenes, seconds), style="bold red" if wrong else "bold"))
        target.print(Text(NOTE))
    raise typer.Exit(ExitCode.PROBLEMS if counts["unexpected"] else ExitCode.OK)


def _shapes(scenes: list[Played]) -> dict[str, object]:
    return {
        "commands": [
            deed_shape(played.scene, deed)
            for played in scenes
            for deed in played.deeds
            if isinstance(deed, Deed)
        ],
        "imported": [
            deed.says for played in scenes for deed in played.deeds if isinstance(deed, Import)
        ],
        "questions": [
            answer_shape(played.scene, answer) for played in scenes for answer in played.answers
        ],
    }


def _counts(scenes: list[Played]) -> dict[str, int]:
    """How many of each; `unexpected` are commands and questions, whatever they came to."""
    deeds, answers = _deeds(scenes), _answers(scenes)
    return {
        "done": sum(not deed.came for deed in deeds),
        "refused": sum(bool(deed.came) for deed in deeds),
        "allowed": sum(answer.decision.allowed for answer in answers),
        "denied": sum(not answer.decision.allowed for answer in answers),
        "unexpected": _unexpected(deeds) + _unexpected(answers),
    }


def _deeds(scenes: list[Played]) -> list[Deed]:
    return [deed for played in scenes for deed in played.deeds if isinstance(deed, Deed)]


def _answers(scenes: list[Played]) -> list[Answer]:
    return [answer for played in scenes for answer in played.answers]


def _unexpected(outcomes: Sequence[Deed | Answer]) -> int:
    return sum(not each.as_expected for each in outcomes)


def _summary(scenes: list[Played], seconds: float) -> str:
    deeds, answers, counts = _deeds(scenes), _answers(scenes), _counts(scenes)
    asking = sum(answer.seconds for answer in answers)
    return (
        f"{len(deeds)} commands: {counts['done']} done, {counts['refused']} refused,"
        f" {_unexpected(deeds)} not as expected\n"
        f"{len(answers)} questions: {counts['allowed']} allowed, {counts['denied']} denied,"
        f" {_unexpected(answers)} not as expected;"
        f" {seconds:.1f} seconds, {asking * 1000:.0f} ms of them asking"
    )
