"""Each method of the contract as a call: what is sent, and how its answer is read."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NotRequired, Protocol, TypedDict, TypeVar
from uuid import uuid4

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis.calls import Call
from habilis.errors import InvalidQuestionError, UntrustedAnswerError
from habilis.v1 import invoicing_pb2
from habilis_companion.refusals import RefusedError
from habilis_invoicing.model.asked import DashboardRow, Draft, Form, Outcome, Page, Tracked
from habilis_invoicing.model.etats import Group
from habilis_invoicing.model.piece import Piece, StateLine
from habilis_invoicing.wire import fill, read, read_value, slots_of

__all__ = [
    "PATH",
    "READ_DEADLINE",
    "STREAM_DEADLINE",
    "WRITE_DEADLINE",
    "Acting",
    "Looking",
    "Versioned",
    "acting",
    "asking",
    "call",
    "form_of",
    "history_of",
    "outcome_of",
    "page_of",
    "piece_of",
    "request",
    "rows_of",
    "tracked_of",
]

READ_DEADLINE: Final = 5.0
"""Seconds for an answer: the right is asked, then the store."""
WRITE_DEADLINE: Final = 10.0
"""Seconds for an act: the right is asked twice, and it is on disk before it is told."""
STREAM_DEADLINE: Final = 120.0
"""Seconds for a file or an export to come or to go, whole."""

_SERVICE: Final = invoicing_pb2.DESCRIPTOR.services_by_name["InvoicingService"]
PATH: Final = f"/{_SERVICE.full_name}/"

_Answer = TypeVar("_Answer")


class Acting(TypedDict):
    """Who acts, and on which terms.

    `request_id`: the request's own name, kept to offer it again; without it a
    new one, under which it is carried out once however often it has to be sent.
    `deadline`: seconds, in place of the method's own.
    """

    subject: str
    request_id: NotRequired[str]
    deadline: NotRequired[float | None]


class Looking(TypedDict):
    """Who looks, through which application (`factures_travaux`), within how many seconds."""

    subject: str
    application: str
    deadline: NotRequired[float | None]


class Versioned(Protocol):
    """A piece as it was read: a Piece, an Outcome or a PieceRef."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


def acting(terms: Acting) -> dict[str, object]:
    """Who acts, under the request's own name; a new one if none is given."""
    request_id = terms["request_id"] if "request_id" in terms else uuid4().hex
    return {"subject": terms["subject"], "request_id": request_id}


def asking(terms: Looking) -> dict[str, object]:
    """Who looks, and through which application."""
    return {"subject": terms["subject"], "application": terms["application"]}


def request(method: str, fields: Mapping[str, object]) -> Message:
    """The request of a method; raises InvalidQuestionError for what no message can carry."""
    message = GetMessageClass(_SERVICE.methods_by_name[method].input_type)()
    try:
        fill(message, fields)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidQuestionError(f"the request cannot be sent: {error}") from error
    return message


def call(
    method: str,
    reader: Callable[[Any], _Answer],
    deadline: float,
    fields: Mapping[str, object],
) -> Call[Message, _Answer]:
    """The call of a method that answers at once; its answer is believed only if it can be read."""

    def answered(response: Message) -> _Answer:
        try:
            return reader(response)
        except (RefusedError, KeyError, ValueError) as malformed:
            raise UntrustedAnswerError(f"the answer cannot be read: {malformed}") from malformed

    kind = GetMessageClass(_SERVICE.methods_by_name[method].output_type)
    return Call(f"{PATH}{method}", request(method, fields), kind, answered, deadline)


def outcome_of(response: Any) -> Outcome:  # noqa: ANN401  # one of the responses that hold one
    return read_value(Outcome, response.outcome)


def _one(message: invoicing_pb2.Piece) -> Piece:
    """A caller sees one state, the one that it is shown."""
    values = read((slot for slot in slots_of(Piece) if slot.name != "shown"), message)
    return Piece(**values, shown=values["etat"])


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
