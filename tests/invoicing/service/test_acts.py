"""Every act, by the client, on both servers: done once, and otherwise nothing is done."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from habilis import AccessDenied, Reason
from habilis_companion.errors import RequestIdReusedError, StaleVersionError
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Reference
from habilis_invoicing.model.asked import Outcome
from tests.invoicing.service.acts import ACTS, ActCase
from tests.invoicing.service.kept import kept
from tests.invoicing.service.office import Office

pytestmark = pytest.mark.xdist_group("invoicing")

each_act = pytest.mark.parametrize("act", ACTS, ids=str)


def doing(desk: Office, act: ActCase) -> Callable[..., Outcome]:
    method: Callable[..., Outcome] = getattr(desk.client, act.name)
    return method


@each_act
def test_it_is_done_once_and_offered_again_it_tells_the_same(desk: Office, act: ActCase) -> None:
    piece = act.piece(desk)
    terms: dict[str, Any] = {"subject": act.who, "request_id": uuid4().hex, **act.given}

    done = doing(desk, act)(piece, **terms)
    before = kept(desk)
    again = doing(desk, act)(piece, **terms)

    assert done.etat is act.etat
    assert done == again
    assert kept(desk) == before
    with pytest.raises(RequestIdReusedError):
        doing(desk, act)(piece, **{**terms, "subject": "hugo"})


@each_act
def test_who_has_no_right_is_told_by_which_decision_and_nothing_moves(
    desk: Office, act: ActCase
) -> None:
    piece = act.piece(desk)
    before = kept(desk)

    with pytest.raises(AccessDenied) as denied:
        doing(desk, act)(piece, subject="zoe", **act.given)
    assert denied.value.reason is Reason.NOT_ATTACHED
    assert denied.value.decision.decision_id
    with pytest.raises(AccessDenied) as unknown:
        doing(desk, act)(piece, subject="personne", **act.given)
    assert unknown.value.reason is Reason.UNKNOWN_SUBJECT
    assert kept(desk) == before


@each_act
def test_a_piece_that_moved_since_it_was_read_is_left_as_it_is(desk: Office, act: ActCase) -> None:
    piece = act.piece(desk)
    before = kept(desk)

    for version in {piece.version + 1, max(piece.version - 1, 1), 999_999} - {piece.version}:
        with pytest.raises(StaleVersionError):
            doing(desk, act)(Reference(piece.id, version), subject=act.who, **act.given)

    assert kept(desk) == before


@pytest.mark.parametrize("act", [act for act in ACTS if act.refused is not None], ids=str)
def test_a_rule_that_stands_against_it_is_told_by_its_code(desk: Office, act: ActCase) -> None:
    piece = act.piece(desk)
    before = kept(desk)

    with pytest.raises(RefusedError) as refused:
        doing(desk, act)(piece, subject=act.who, **{**act.given, **(act.refused or {})})

    assert act.code in {problem.code for problem in refused.value.problems}
    assert kept(desk) == before


@each_act
def test_a_piece_that_is_not_there_is_not_found(desk: Office, act: ActCase) -> None:
    before = kept(desk)

    with pytest.raises(RefusedError) as refused:
        doing(desk, act)(Reference(uuid4().hex, 1), subject=act.who, **act.given)

    assert [problem.code for problem in refused.value.problems] == ["PIECE_UNKNOWN"]
    assert kept(desk) == before


def test_the_table_has_every_act_of_the_contract() -> None:
    from habilis.v1 import invoicing_pb2

    service = invoicing_pb2.DESCRIPTOR.services_by_name["InvoicingService"]
    acts = {method.name for method in service.methods if "act" in method.input_type.fields_by_name}

    assert {act.name.title().replace("_", "") for act in ACTS} == acts
