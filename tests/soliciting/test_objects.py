"""What the invoices companion answers is believed as far as it answers what was asked."""

from typing import Any, cast

import pytest

from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Page
from habilis_invoicing.model.piece import Piece
from habilis_soliciting.flows.objects import InvoicingObjects
from tests.invoicing.pieces import a_piece

ASKED = a_piece("A1", id="a" * 32, number="F-1")
OTHER = a_piece("A1", id="b" * 32, number="F-2")


class Answers:
    """Answers whatever is asked with this piece."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece

    def get_piece(self, *_: object, **__: object) -> Piece:
        return self.piece

    def search(self, *_: object, **__: object) -> Page:
        return Page((self.piece,))


@pytest.mark.parametrize(
    "said",
    [
        {"number": "F-1", "object_id": ""},
        {"number": "", "object_id": "a" * 32},
        {"number": "F-1", "object_id": "a" * 32},
    ],
)
def test_a_document_that_was_not_asked_for_is_linked_to_nothing(said: dict[str, Any]) -> None:
    def found(piece: Piece) -> list[str]:
        objects = InvoicingObjects(cast("InvoicingClient", Answers(piece)))
        return [each.id for each in objects.find("alice", "factures_emises", **said)]

    assert found(ASKED) == [ASKED.id]
    assert found(OTHER) == []
