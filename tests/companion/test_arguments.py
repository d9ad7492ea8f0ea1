"""What a request may hold of one thing: so many items, and no more."""

from typing import Any

import pytest

from habilis.v1 import companion_pb2
from habilis.v1 import soliciting_pb2 as pb
from habilis_companion.arguments import MOST_ITEMS, arguments_of
from habilis_companion.attachments import FileRef
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Reference
from habilis_companion.wire import MALFORMED
from habilis_soliciting.model.asked import Criteria


def search(*, criteria: Criteria) -> None: ...


def complete(*, solicitation: Reference, attachments: tuple[FileRef, ...] = ()) -> None: ...


def searching(count: int) -> pb.SearchSolicitationsRequest:
    return pb.SearchSolicitationsRequest(
        criteria=pb.SolicitationCriteria(etats=["AFFECTEE"] * count)
    )


def completing(count: int) -> pb.CompleteSolicitationRequest:
    ref = pb.SolicitationRef(id="0" * 32, version=1)
    file = companion_pb2.FileRef(name="a.txt", sha256="0" * 64, size=1)
    act = pb.SolicitationAct(solicitation=ref)
    return pb.CompleteSolicitationRequest(act=act, attachments=[file] * count)


@pytest.mark.parametrize(
    ("flow", "asked", "field"),
    [(search, searching, "criteria.etats"), (complete, completing, "attachments")],
)
def test_a_field_with_more_items_than_may_be_is_told(flow: Any, asked: Any, field: str) -> None:
    assert arguments_of(flow, asked(MOST_ITEMS))
    with pytest.raises(RefusedError, match=f"`{field}` has 1001 items; give at most 1000") as told:
        arguments_of(flow, asked(MOST_ITEMS + 1))

    assert [(each.code, each.field) for each in told.value.problems] == [(MALFORMED, field)]
