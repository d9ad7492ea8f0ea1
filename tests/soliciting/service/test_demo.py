"""The demonstration: what each side is told, and a failure where it is not as told."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from habilis_companion.command_line.stage import open_stage
from habilis_soliciting.cli.demo.play import as_told, play
from habilis_soliciting.cli.demo.story import STORIES
from habilis_soliciting.client import SolicitingClient
from habilis_soliciting.reference.reading import read_categories
from habilis_soliciting.service.assembly import companion_with
from tests.soliciting.service.office import Desk

pytestmark = pytest.mark.xdist_group("soliciting")

# The deck's case (R86-R92), then a misrouting (R92, §5.1): the receiver's states, and the sender's.
FIRST = [
    ("A traiter", "Enregistrée"),
    ("A traiter", "Affectée"),
    ("En cours", "-"),
    ("Demande d'information", "Demande d'information"),
    ("A traiter", "Affectée"),
    ("Résolue", "Résolue"),
    ("Clôturée", "Clôturée"),
]
SECOND = [
    ("A traiter", "Enregistrée"),
    ("A traiter", "Affectée"),
    ("Mauvaise affectation", "-"),
    ("A traiter", "Affectée"),
    ("A traiter", "Affectée"),
    ("Résolue", "Résolue"),
    ("Clôturée", "Clôturée"),
]


def demo(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "habilis_soliciting", "demo", *options]
    # Without the width of whoever runs the tests: as wide as where there is no terminal.
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_both_sides_are_told_what_is_theirs() -> None:
    told = demo()
    lines = [line for line in told.stdout.splitlines() if re.match(r" \d", line)]
    rows = [tuple(re.split(r" {2,}", line.strip())[-2:]) for line in lines]

    assert told.returncode == 0, told.stdout + told.stderr
    assert rows == FIRST + SECOND
    assert max(map(len, told.stdout.splitlines())) <= 100
    assert told.stdout.count("as told") == 2
    for words in (
        "about the FACTURE F-2022-0417",
        "refused: « champ statut obligatoirement renseigné » (STATUS_REQUIRED)",
        "alice reads « Affectée », all as before",
        "lea reads it no more: SUPPORT_ONLY",
        "mail to alice@example.org: resolved",
        "mail to support@example.org: arrived",
    ):
        assert words in told.stdout, words


def test_on_a_portal_of_more_people_it_tells_the_same_as_json(desk: Desk) -> None:
    told = demo("--habilis", desk.habilis_address, "--json")
    stories: list[dict[str, Any]] = [json.loads(line) for line in told.stdout.splitlines()]
    in_charge = stories[0]["steps"][1]

    assert told.returncode == 0, told.stdout + told.stderr
    assert [story["as_told"] for story in stories] == [True, True]
    assert [story["object_number"] for story in stories] == ["F-2022-0417", None]
    assert (in_charge["status"], in_charge["sender_reads"]) == ("EN_COURS", "AFFECTEE")
    assert in_charge["unseen"]
    assert stories[0]["steps"][0]["ends"] == "STATUS_REQUIRED"


class Nobody:
    """Addresses of nobody."""

    def of(self, *_: Any, **__: Any) -> tuple[str, ...]:
        return ()


def test_what_does_not_come_to_what_it_tells_is_seen(desk: Desk) -> None:
    _, story = STORIES
    with open_stage(
        companion_with(read_categories()), SolicitingClient, desk.habilis_address
    ) as stage:
        untold = play(stage, story, Nobody())
    mails = [("arrived", "support@example.org"), ("resolved", "alice@example.org")]
    as_it_went = replace(story, notices=tuple(mails))

    assert as_told(as_it_went, untold)
    assert not as_told(story, untold)
    assert not as_told(replace(as_it_went, lines=story.lines[1:]), untold)
    assert not as_told(replace(as_it_went, notices=(mails[0],)), untold)
