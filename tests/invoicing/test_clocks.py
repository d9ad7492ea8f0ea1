"""Time: what it brings about at its exact bounds; and what a hidden payment never tells."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Final

import pytest

from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.circuits import Act, move
from habilis_invoicing.model.clocks import (
    SPOKEN_OF,
    TICKED,
    Reminder,
    due,
    reminder_due,
    shown_rejections_since,
)
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event
from habilis_invoicing.model.piece import StateLine
from habilis_invoicing.model.shown import as_seen, lines_seen, moved, of_supplier_side
from tests.invoicing.pieces import NOON, a_piece

TICK: Final = timedelta(microseconds=1)

DELAYS: Final = [
    # framework, state, days, what time does then
    ("A4", Etat.MISE_A_DISPOSITION_MOE, 7, Event.LAPSE),
    ("A9", Etat.A_VALIDER_1, 15, Event.LAPSE),
    ("A10", Etat.A_VALIDER_1, 15, Event.LAPSE),
    ("A10", Etat.A_VALIDER_2, 15, Event.LAPSE),
    ("A1", Etat.DEPOSEE, 0, Event.ROUTE),
    ("A19", Etat.EN_COURS_ACHEMINEMENT, 0, Event.ROUTE),
]


@pytest.mark.parametrize(("cadre", "etat", "days", "event"), DELAYS)
def test_a_delay_has_passed_at_its_exact_bound(
    cadre: str, etat: Etat, days: int, event: Event
) -> None:
    piece = a_piece(cadre, etat)
    bound = NOON + timedelta(days=days)

    assert due(piece, bound) is event
    assert due(piece, bound - TICK) is None
    assert move(piece, Act(event=event), bound)


def test_time_does_nothing_else_to_any_piece() -> None:
    ticked = {
        (cadre, etat)
        for cadre, etat in product(Cadre, Etat)
        if due(a_piece(cadre, etat), NOON + timedelta(days=3650))
    }
    received = ["A1", "A2", "A9", "A12", "A3", "A21", "A6", "A8", "A16", "A19", "A23", "A24", "A25"]
    expected = set(product(received, (Etat.DEPOSEE, Etat.EN_COURS_ACHEMINEMENT)))
    validated = ["A9", "A10", "A12", "A13", "A14"]
    expected |= set(product(validated, (Etat.A_VALIDER_1, Etat.A_VALIDER_2)))
    expected |= {("A4", Etat.MISE_A_DISPOSITION_MOE)}

    assert {(cadre.value, etat) for cadre, etat in ticked} == expected


REMINDERS: Final = [
    ("A4", Etat.MISE_A_DISPOSITION_MOE, 5, (Party.MOE, Reminder.ANSWER)),
    ("A9", Etat.A_VALIDER_1, 13, (Party.VALIDEUR, Reminder.ANSWER)),
    ("A1", Etat.REJETEE, 7, (Party.DEPOSANT, Reminder.ACKNOWLEDGE)),
    ("A15", Etat.REFUSEE_MOA, 7, (Party.DEPOSANT, Reminder.ACKNOWLEDGE)),
]


@pytest.mark.parametrize(("cadre", "etat", "days", "who"), REMINDERS)
def test_who_has_to_act_is_reminded(
    cadre: str, etat: Etat, days: int, who: tuple[Party, Reminder]
) -> None:
    piece = a_piece(cadre, etat)
    bound = NOON + timedelta(days=days)

    assert reminder_due(piece, bound) == who
    assert reminder_due(piece, bound - TICK) is None


@pytest.mark.parametrize(
    ("cadre", "etat", "party"),
    [
        ("A9", Etat.A_VALIDER_1, Party.VALIDEUR),
        ("A9", Etat.A_VALIDER_2, Party.VALIDEUR),
        ("A4", Etat.MISE_A_DISPOSITION_MOE, Party.MOE),
        ("A15", Etat.MISE_A_DISPOSITION_MOA, Party.MOA),
        ("A20", Etat.MISE_A_DISPOSITION_FOURNISSEUR, Party.FOURNISSEUR),
        ("A19", Etat.MISE_A_DISPOSITION, Party.DESTINATAIRE),
        ("A1", Etat.MISE_A_DISPOSITION, Party.DESTINATAIRE),
    ],
)
def test_to_whom_a_piece_comes_is_told_within_a_day(cadre: str, etat: Etat, party: Party) -> None:
    piece, day = a_piece(cadre, etat), timedelta(days=1)

    assert reminder_due(piece, NOON) == (party, Reminder.ARRIVED)
    assert reminder_due(piece, NOON + day - TICK) == (party, Reminder.ARRIVED)
    assert reminder_due(piece, NOON + day) is None


def test_who_has_no_button_to_acknowledge_is_not_reminded_and_others_for_a_week() -> None:
    week = timedelta(days=7)

    assert reminder_due(a_piece("A3", Etat.REJETEE), NOON + week) is None
    assert reminder_due(a_piece("A1", Etat.REJETEE), NOON + 2 * week - TICK) is not None
    assert reminder_due(a_piece("A1", Etat.REJETEE), NOON + 2 * week) is None


def test_every_piece_that_time_concerns_is_looked_at() -> None:
    for cadre, etat, days in product(Cadre, Etat, (0, 1, 5, 6, 7, 13, 14, 15)):
        piece, now = a_piece(cadre, etat), NOON + timedelta(days=days)
        for watches, concerned in (
            (TICKED, due(piece, now)),
            (SPOKEN_OF, reminder_due(piece, now)),
        ):
            waited = now - piece.state_at
            looked_at = any(
                etat in watch.etats
                and watch.least <= waited
                and (watch.most is None or waited < watch.most)
                for watch in watches
            )
            # Once a silence has taken effect there is nobody to be reminded any more.
            lapsed = watches is SPOKEN_OF and due(piece, now) is not None
            assert looked_at or lapsed or concerned is None


def test_an_acknowledged_rejection_and_a_replaced_one_are_not_spoken_of_again() -> None:
    later = NOON + timedelta(days=30)

    assert reminder_due(a_piece("A1", Etat.REJETEE, acknowledged_at=NOON), later) is None
    assert reminder_due(a_piece("A4", Etat.DUPLIQUE_APRES_REFUS), later) is None


def test_r113_rejections_may_be_masked_after_ten_days() -> None:
    assert shown_rejections_since(NOON) == NOON - timedelta(days=10)


PAID_AT: Final = NOON + timedelta(days=40)


@pytest.mark.parametrize("cadre", ["A1", "A9", "A3", "A21", "A6", "A8", "A16", "A19", "A23"])
@pytest.mark.parametrize("party", Party)
def test_r77_a_hidden_payment_is_never_told_to_the_suppliers_side(cadre: str, party: Party) -> None:
    before = a_piece(cadre, Etat.MANDATEE, version=5)
    lines = [
        StateLine(etat=before.etat, at=NOON),
        StateLine(etat=Etat.MISE_EN_PAIEMENT, at=PAID_AT),
    ]
    paid = replace(moved(before, Etat.MISE_EN_PAIEMENT, PAID_AT, payment_hidden=True), version=6)

    seen, told = as_seen(paid, party), list(lines_seen(paid, lines, party))

    if of_supplier_side(paid, party):
        assert (seen, told) == (before, lines[:1])
    else:
        assert (seen, told) == (paid, lines)


def test_r77_the_suppliers_side_is_the_supplier_his_depositor_and_the_validator() -> None:
    sides = {
        (cadre, party): of_supplier_side(a_piece(cadre), party)
        for cadre, party in product(("A6", "A16", "A19"), Party)
    }

    assert {pair for pair, supplier in sides.items() if supplier} == {
        *product(("A6", "A16", "A19"), (Party.FOURNISSEUR, Party.VALIDEUR)),
        ("A6", Party.DEPOSANT),
    }


def test_a_payment_that_is_not_hidden_is_told_to_all() -> None:
    paid = moved(a_piece("A1", Etat.MANDATEE), Etat.MISE_EN_PAIEMENT, PAID_AT)

    assert paid.shown is Etat.MISE_EN_PAIEMENT
    assert all(as_seen(paid, party) is paid for party in Party)
