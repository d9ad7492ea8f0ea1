"""How the answers of the contract are read; one that cannot be raises RefusedError."""

from typing import Any, Final

from habilis.v1 import invoicing_pb2
from habilis_companion.wire import read, read_value, slots_of
from habilis_invoicing.model.asked import DashboardRow, Draft, Form, Page, Tracked
from habilis_invoicing.model.etats import Group
from habilis_invoicing.model.piece import Piece, StateLine

__all__ = [
    "form_of",
    "history_of",
    "page_of",
    "piece_of",
    "rows_of",
    "tracked_of",
]

_SHOWN: Final = frozenset({"shown", "shown_at"})


def _one(message: invoicing_pb2.Piece) -> Piece:
    """A caller is shown one state, and it is the piece's own as far as the caller knows."""
    values = read((slot for slot in slots_of(Piece) if slot.name not in _SHOWN), message)
    return Piece(**values, shown=values["etat"], shown_at=values["state_at"])


def piece_of(response: invoicing_pb2.GetPieceResponse) -> Piece:
    return _one(response.piece)


def page_of(response: Any) -> Page:  # noqa: ANN401  # one of the responses that hold one
    return Page(tuple(map(_one, response.pieces)), response.next_page_token)


def tracked_of(response: invoicing_pb2.GetBillingFileResponse) -> tuple[Tracked, ...]:
    return tuple(Tracked(_one(each.piece), history_of(each)) for each in response.pieces)


def history_of(told: Any) -> tuple[StateLine, ...]:  # noqa: ANN401  # whatever holds a history
    return tuple(read_value(StateLine, line) for line in told.lines)


def form_of(response: invoicing_pb2.PrefillNextResponse) -> Form:
    return Form(read_value(Draft, response.draft), tuple(response.to_replace))


def rows_of(response: invoicing_pb2.GetDashboardResponse) -> tuple[DashboardRow, ...]:
    return tuple(
        DashboardRow(row.structure, {_group(each.group): each.pieces for each in row.counts})
        for row in response.rows
    )


def _group(number: invoicing_pb2.StateGroup.ValueType) -> Group:
    name = invoicing_pb2.StateGroup.Name(number).removeprefix("STATE_GROUP_")
    return Group[name]
