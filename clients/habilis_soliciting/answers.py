"""How the answers of the contract are read; one that cannot be raises RefusedError."""

from typing import Any, Final

from habilis.v1 import soliciting_pb2
from habilis_companion.wire import read_value
from habilis_soliciting.model.asked import Age, DashboardRow, Page, Reception, StatisticsRow
from habilis_soliciting.model.categories import Category
from habilis_soliciting.model.shown import Received, Sent, SentLine
from habilis_soliciting.model.solicitation import Line

__all__ = [
    "categories_of",
    "history_of",
    "page_of",
    "reception_of",
    "rows_of",
    "solicitation_of",
    "statistics_of",
]

_AGE: Final = "SOLICITATION_AGE_"


def _seen(message: soliciting_pb2.Solicitation) -> Sent | Received:
    """The receiver alone is told both states."""
    if message.etat_emetteur:
        return read_value(Received, message)
    return read_value(Sent, message)


def _line(message: soliciting_pb2.SolicitationLine) -> Line | SentLine:
    if message.etat_emetteur:
        return read_value(Line, message)
    return read_value(SentLine, message)


def solicitation_of(response: soliciting_pb2.GetSolicitationResponse) -> Sent | Received:
    return _seen(response.solicitation)


def history_of(
    response: soliciting_pb2.GetSolicitationHistoryResponse,
) -> tuple[Line | SentLine, ...]:
    return tuple(map(_line, response.lines))


def page_of(response: Any) -> Page:  # noqa: ANN401  # one of the responses that hold one
    return Page(tuple(map(_seen, response.solicitations)), response.next_page_token)


def categories_of(response: soliciting_pb2.ListCategoriesResponse) -> tuple[Category, ...]:
    return tuple(read_value(Category, each) for each in response.categories)


def reception_of(response: soliciting_pb2.SubmitAnonymouslyResponse) -> Reception:
    return read_value(Reception, response)


def rows_of(
    response: soliciting_pb2.GetSolicitationDashboardResponse,
) -> tuple[DashboardRow, ...]:
    return tuple(
        DashboardRow(row.etat, {_age(each.age): each.solicitations for each in row.counts})
        for row in response.rows
    )


def statistics_of(
    response: soliciting_pb2.GetSolicitationStatisticsResponse,
) -> tuple[StatisticsRow, ...]:
    return tuple(read_value(StatisticsRow, row) for row in response.rows)


def _age(number: soliciting_pb2.SolicitationAge.ValueType) -> Age:
    return Age[soliciting_pb2.SolicitationAge.Name(number).removeprefix(_AGE)]
