"""Every act, by the client, on both servers: done once, and otherwise nothing is done."""

import pytest

from habilis_invoicing.service.servicer import SERVICE
from tests.companion.acting import ActCase, denied, done_once, missing, refused, stale
from tests.invoicing.service.acts import ACTS
from tests.invoicing.service.office import Office

pytestmark = pytest.mark.xdist_group("invoicing")

Act = ActCase[Office]
each_act = pytest.mark.parametrize("act", ACTS, ids=str)


@each_act
def test_it_is_done_once_and_offered_again_it_tells_the_same(desk: Office, act: Act) -> None:
    done_once(desk, act, other="hugo")


@each_act
def test_who_has_no_right_is_told_by_which_decision_and_nothing_moves(
    desk: Office, act: Act
) -> None:
    denied(desk, act, stranger="zoe")


@each_act
def test_a_piece_that_moved_since_it_was_read_is_left_as_it_is(desk: Office, act: Act) -> None:
    stale(desk, act)


@pytest.mark.parametrize("act", [act for act in ACTS if act.refused is not None], ids=str)
def test_a_rule_that_stands_against_it_is_told_by_its_code(desk: Office, act: Act) -> None:
    refused(desk, act)


@each_act
def test_a_piece_that_is_not_there_is_not_found(desk: Office, act: Act) -> None:
    missing(desk, act, code="PIECE_UNKNOWN")


def test_the_table_has_every_act_of_the_contract() -> None:
    acts = {method.name for method in SERVICE.methods if "act" in method.input_type.fields_by_name}

    assert {act.name.title().replace("_", "") for act in ACTS} == acts
