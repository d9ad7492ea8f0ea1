"""Killed at any moment, a depositor leaves a linked deposit whole, or nothing of it."""

import random
import time
from pathlib import Path
from typing import Final

from sqlalchemy import select

from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.store.schema import piece, state_line
from tests.conftest import Figure
from tests.invoicing.office import Office, open_office
from tests.invoicing.pieces import MOE, SUPPLIER
from tests.journal.nursery import Nursery

KILLS: Final = 100
LONGEST: Final = 0.15
"""Seconds for which a depositor is let work, at most."""


def kept(office: Office) -> dict[str, tuple[str, list[str]]]:
    """Each piece by its number: what it continues, and its states."""
    with office.store._reading() as connection:
        found = connection.execute(select(piece.c.id, piece.c.number, piece.c.previous)).all()
        lines = connection.execute(
            select(state_line.c.piece, state_line.c.etat).order_by(
                state_line.c.piece, state_line.c.position
            )
        ).all()
    states: dict[str, list[str]] = {}
    for of, etat in lines:
        states.setdefault(of, []).append(etat)
    return {number: (previous or "", states[name]) for name, number, previous in found}


def test_killed_in_the_middle_of_a_linked_deposit_both_pieces_moved_or_neither(
    tmp_path: Path, figure: Figure
) -> None:
    chance, told = random.Random(20220094), dict[str, int]()
    office = open_office(tmp_path / "data", tmp_path)
    office.document("alice", Cadre.A4, SUPPLIER)
    office.document("julie", Cadre.A15, MOE)
    with office.store, Nursery("tests.invoicing.depositor") as nursery:
        for turn in range(KILLS):
            nursery.start(tmp_path / "data", f"{turn}")
            if turn % 4 == 0:
                nursery.hear()
            time.sleep(chance.uniform(0, LONGEST))
            told |= nursery.kill()
        pieces = kept(office)
    alone = 0
    for number, (_, states) in pieces.items():
        if number.startswith("EA-"):
            assert states == ["BROUILLON", "MISE_A_DISPOSITION_MOA"]
            continue
        answered = number.replace("F-", "EA-") in pieces
        assert states == ["MISE_A_DISPOSITION_MOE", *(["ASSOCIEE"] if answered else [])]
        alone += not answered

    assert set(told) <= set(pieces)
    figure(f"{KILLS} kills, {len(told)} linked deposits acknowledged, {alone} A4 left unanswered")
