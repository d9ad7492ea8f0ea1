"""The circuits are the portal's tables: each row of them, and nothing beside them."""

from dataclasses import replace
from itertools import product
from typing import Final

import pytest

from habilis_companion.refusals import RefusedError
from habilis_invoicing.model.cadres import CADRES, WORKS, Cadre, Party
from habilis_invoicing.model.circuits import TABLES, Act, Condition, move, transition
from habilis_invoicing.model.etats import GROUPS, LABELS, Etat, group_of
from habilis_invoicing.model.events import Event, Motif
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.model.refusals import Code
from tests.conftest import Figure
from tests.invoicing.pieces import MOE, NOON, a_piece
from tests.invoicing.portal_rows import COUNTS, ROWS, Row

PARTIES: Final = (None, *Party)
ACTS: Final = tuple(event for event in Event if event is not Event.GO_ON)


def answer(row: Row) -> tuple[Etat, ...] | Code:
    """What the tables say to the row."""
    piece = replace(a_piece(row.cadre, row.before or Etat.BROUILLON), **row.changes)  # type: ignore[arg-type]  # the changes of a row are its piece's own fields
    act = Act(event=row.event, party=row.party, motif=row.motif, following=row.following)
    try:
        if row.before is None:
            return (transition(piece, act, fresh=True).after,)
        return move(piece, act, NOON + row.waited)
    except RefusedError as refused:
        [problem] = refused.problems
        return Code(problem.code)


@pytest.mark.parametrize("row_id", sorted({row.id for row in ROWS}))
def test_a_row_of_the_portal_is_a_row_of_the_circuits(row_id: str) -> None:
    rows = [row for row in ROWS if row.id == row_id]

    assert {str(row): answer(row) for row in rows} == {str(row): row.expected for row in rows}


def test_no_row_of_the_portal_is_missing(figure: Figure) -> None:
    quoted = {table: {row.id for row in ROWS if row.id.startswith(f"{table}/")} for table in COUNTS}

    assert {table: len(ids) for table, ids in quoted.items()} == COUNTS
    figure(f"{sum(COUNTS.values())} rows of the portal's tables, {len(ROWS)} answers expected")


def expected_keys() -> set[tuple[Cadre, Etat | None, Event, Party | None, Cadre | None]]:
    return {
        (row.cadre, row.before, row.event, row.party, row.following)
        for row in ROWS
        if not isinstance(row.expected, Code)
    }


def variants(piece: Piece) -> list[Piece]:
    """The piece with all that a row may ask for, and with none of it."""
    return [
        replace(piece, valideur=MOE, valideur_2=MOE, previous="0" * 32),
        replace(piece, valideur=None, valideur_2=None, previous=None),
    ]


def refusal(piece: Piece, act: Act, *, fresh: bool) -> str:
    try:
        return f"leads to {transition(piece, act, fresh=fresh).after}"
    except RefusedError as refused:
        return refused.problems[0].code


def test_what_is_in_no_row_is_refused(figure: Figure) -> None:
    expected = expected_keys()
    refused = 0
    for cadre, before in product(Cadre, (None, *Etat)):
        pieces = variants(a_piece(cadre, before or Etat.BROUILLON))
        for event, party in product(ACTS, PARTIES):
            followings = (None, *WORKS) if event is Event.FOLLOW and cadre in WORKS else (None,)
            motifs = (None, *Motif) if event in {Event.REFUSE, Event.REFUSE_VALIDATION} else (None,)
            for following in followings:
                if (cadre, before, event, party, following) in expected:
                    continue
                for piece, motif in product(pieces, motifs):
                    act = Act(event=event, party=party, motif=motif, following=following)
                    told = refusal(piece, act, fresh=before is None)
                    assert told == Code.INVALID_TRANSITION, (cadre, before, act)
                refused += 1

    figure(f"{refused} of {refused + len(expected)} (cadre × state × act × party) refused")


def test_of_two_rows_only_one_ever_holds() -> None:
    seen: dict[tuple[object, ...], list[Condition]] = {}
    for row, each in [(line, cadre) for line in TABLES for cadre in line.cadres]:
        for following in row.following or {None}:
            key = (each, row.before, row.event, row.party, row.motif, following)
            seen.setdefault(key, []).append(row.condition)
    together = {tuple(sorted(conditions)) for conditions in seen.values() if len(conditions) > 1}

    assert together <= {
        (Condition.NO_VALIDATOR, Condition.VALIDATOR),
        (Condition.NO_SECOND, Condition.SECOND),
        (Condition.NO_SECOND, Condition.NO_SECOND, Condition.SECOND),
    }


def test_every_row_of_the_circuits_is_quoted() -> None:
    quoted = {(row.id, row.cadre) for row in ROWS}
    drawn = {(row.id, cadre) for row in TABLES for cadre in row.cadres if row.id != "R113"}

    assert drawn <= quoted


def test_what_may_follow_a_framework_is_what_its_rows_say() -> None:
    rows = [row for row in TABLES if row.event is Event.FOLLOW]

    for cadre, framework in CADRES.items():
        said = {each for row in rows if cadre in row.cadres for each in row.following}
        assert framework.followed_by == said


def test_a_state_is_in_one_group_of_the_dashboard_and_has_a_label() -> None:
    grouped = [etat for etats in GROUPS.values() for etat in etats]

    assert len(GROUPS) == 10
    assert sorted(grouped) == sorted(set(Etat) - {Etat.SUPPRIMEE})
    assert group_of(Etat.SUPPRIMEE) is None
    assert set(LABELS) == set(Etat)


def test_the_frameworks_are_those_of_the_portal_but_the_withdrawn_one() -> None:
    assert [cadre.value for cadre in Cadre] == [f"A{n}" for n in range(1, 26) if n != 11]
    assert set(CADRES) == set(Cadre)
    with pytest.raises(ValueError, match="withdrawn"):
        Cadre("A11")
    assert all(framework.code.startswith(f"{cadre}_") for cadre, framework in CADRES.items())
