"""`habilis demo`: a real dossier walked on a real server, each answer held against the rules."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from habilis_companion.command_line.exits import ExitCode
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, console
from habilis_companion.command_line.shapes import token_shape
from habilis_server.cli.demo.page import Page, shape_of
from habilis_server.cli.demo.play import Answer, play
from habilis_server.cli.demo.stage import open_stage
from habilis_server.cli.demo.story import NOTE, PEOPLE, STORY
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
    """Walk one real dossier, from its first piece to its payment, asking who may do what.

    Starts a server of its own. Exit 1 if one answer is not what the portal's rules give.
    """
    started = time.perf_counter()
    folder = folder_of(policy)
    rulebook = read_policy(folder)
    target = console()
    page = Page(target, rulebook.vocabulary, PEOPLE)
    answers: list[Answer] = []
    shapes: list[dict[str, object]] = []
    with open_stage(folder, rulebook) as stage:
        if not json:
            target.print(
                Text(
                    "The works dossier 20220094, asked about over gRPC to a `habilis serve`\n"
                    f"(policy {rulebook.digest[:12]}, facts of revision {stage.start.revision})\n"
                )
            )
        for scene, said in play(stage, STORY):
            answers += said
            shapes += [shape_of(scene, answer) for answer in said]
            if not json:
                page.scene(scene, said)
        token = stage.start
    unexpected = [answer for answer in answers if not answer.as_expected]
    seconds = time.perf_counter() - started
    if json:
        as_json(
            {
                "questions": shapes,
                **_counts(answers),
                "seconds": round(seconds, 3),
                "token": token_shape(token),
                "note": NOTE,
            }
        )
    else:
        target.print(Text(_summary(answers, seconds), style="bold red" if unexpected else "bold"))
        target.print(Text(NOTE))
    raise typer.Exit(ExitCode.PROBLEMS if unexpected else ExitCode.OK)


def _counts(answers: list[Answer]) -> dict[str, int]:
    allowed = sum(answer.decision.allowed for answer in answers)
    return {
        "allowed": allowed,
        "denied": len(answers) - allowed,
        "unexpected": sum(not answer.as_expected for answer in answers),
    }


def _summary(answers: list[Answer], seconds: float) -> str:
    counts = _counts(answers)
    asking = sum(answer.seconds for answer in answers)
    return (
        f"{len(answers)} questions: {counts['allowed']} allowed, {counts['denied']} denied,"
        f" {counts['unexpected']} not as expected;"
        f" {seconds:.1f} seconds, {asking * 1000:.0f} ms of them asking"
    )
