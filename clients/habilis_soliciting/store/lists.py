"""The lists that people read: « Synthèse », « Rechercher », « Tableau de bord », « Statistiques ».

Whatever is asked of a list, it holds what Habilis lets its reader consult and
nothing else, in the states and by the moments that his side is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, case, func, select

from habilis_companion.guard import Guard, Scope
from habilis_companion.pages import Paging, Rows, every_row
from habilis_companion.store import ReadSession
from habilis_companion.visibility import Sight, visible
from habilis_soliciting.model.asked import Age, Criteria, DashboardRow, StatisticsRow
from habilis_soliciting.model.etats import ACTION_REQUIRED, TO_PROCESS, Etat, EtatEmetteur
from habilis_soliciting.model.solicitation import Solicitation
from habilis_soliciting.store.criteria import criteria_met
from habilis_soliciting.store.rows import solicitation_of
from habilis_soliciting.store.schema import solicitation
from habilis_soliciting.store.sights import RECEIVED, SENT

__all__ = ["OF_RECEIVER", "OF_SENDER", "Listed", "Lists"]

_Test: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a side lists: by which sight, in which suite of states, and what awaits its act.

    `order` are the columns by which the newest come first.
    """

    sight: Sight
    etat: ColumnElement[Any]
    etats: type[StrEnum]
    awaited: Iterable[StrEnum]
    order: Sequence[ColumnElement[Any]]


OF_SENDER: Final = Listed(
    sight=SENT,
    etat=solicitation.c.etat_emetteur,
    etats=EtatEmetteur,
    awaited=ACTION_REQUIRED,
    order=(solicitation.c.created_at, solicitation.c.id),
)
OF_RECEIVER: Final = Listed(
    sight=RECEIVED,
    etat=solicitation.c.etat,
    etats=Etat,
    awaited=TO_PROCESS,
    # He is shown nothing before it is sent, and an old draft may be sent today (R83).
    order=(solicitation.c.submitted_at, solicitation.c.id),
)


class Lists:
    """The lists of one person on one side, as of one moment; `scope` is where he may consult."""

    def __init__(self, session: ReadSession, guard: Guard, scope: Scope, listed: Listed) -> None:
        self._session = session
        self._said = (scope.action, scope.subject)
        self._listed = listed
        self._seen: _Test = visible(session, guard, scope, listed.sight)

    def search(self, criteria: Criteria, *, size: int = 0, token: str = "") -> Rows:
        """« Rechercher »: what meets the criteria, the newest first.

        Raises InvalidRequestError, PageTokenError.
        """
        paging = Paging(
            "search", *self._said, criteria, by=self._listed.order, size=size, token=token
        )
        return paging.of(self._session, self._found(criteria))

    def to_process(self, *, size: int = 0, token: str = "") -> Rows:
        """« Synthèse », or « Actions requises »: what awaits an act of the reader's side (R82).

        Raises InvalidRequestError, PageTokenError.
        """
        paging = Paging("to_process", *self._said, by=self._listed.order, size=size, token=token)
        return paging.of(self._session, self._awaiting())

    def every_found(self, criteria: Criteria) -> Iterator[Solicitation]:
        """All that `search` gives."""
        return self._every(self._found(criteria))

    def every_to_process(self) -> Iterator[Solicitation]:
        """All that `to_process` gives."""
        return self._every(self._awaiting())

    def dashboard(self, criteria: Criteria, now: datetime) -> tuple[DashboardRow, ...]:
        """« Tableau de bord »: what `search` gives, counted by state and by age (R81)."""
        etat, age = self._listed.etat.label("told_etat"), _age(now).label("age")
        found = self._tests(criteria)
        query = select(etat, age, func.count().label("found")).where(*found).group_by(etat, age)
        counts: dict[str, dict[Age, int]] = {}
        for told, old, number in self._session.connection.execute(query):
            counts.setdefault(told, {})[Age(old)] = number
        known = (each.value for each in self._listed.etats)
        return tuple(
            DashboardRow(each, _in_order(counts[each])) for each in known if each in counts
        )

    def statistics(self, criteria: Criteria) -> tuple[StatisticsRow, ...]:
        """« Statistiques »: what was sent of what `search` gives, by category, and its delays."""
        by = (solicitation.c.category, solicitation.c.subcategory)
        first, resolved = solicitation.c.first_answer_seconds, solicitation.c.resolution_seconds
        sums = (
            func.count(),
            *(f(each) for each in (first, resolved) for f in (func.count, func.sum)),
        )
        sent = solicitation.c.submitted_at.is_not(None)
        query = select(*by, *sums).where(sent, *self._tests(criteria)).group_by(*by).order_by(*by)
        found = self._session.connection.execute(query)
        return tuple(_statistics(*row) for row in found)

    def _tests(self, criteria: Criteria) -> tuple[_Test, ...]:
        return (self._seen, *criteria_met(criteria, self._listed.etat))

    def _found(self, criteria: Criteria) -> Select[Any]:
        return select(solicitation).where(*self._tests(criteria))

    def _awaiting(self) -> Select[Any]:
        awaited = sorted(each.value for each in self._listed.awaited)
        return select(solicitation).where(self._seen, self._listed.etat.in_(awaited))

    def _every(self, query: Select[Any]) -> Iterator[Solicitation]:
        return map(solicitation_of, every_row(self._session, query, self._listed.order))


def _statistics(  # noqa: PLR0913, PLR0917  # a row is all of this
    category: str,
    subcategory: str,
    found: int,
    answered: int,
    waited: int | None,
    ended: int,
    lasted: int | None,
) -> StatisticsRow:
    return StatisticsRow(
        category=category,
        subcategory=subcategory,
        solicitations=found,
        answered=answered,
        first_answer_seconds=_mean(waited, answered),
        resolved=ended,
        resolution_seconds=_mean(lasted, ended),
    )


def _age(now: datetime) -> ColumnElement[str]:
    """How long ago it was sent, or first kept where it was not sent."""
    since = func.coalesce(solicitation.c.submitted_at, solicitation.c.created_at)
    younger = [(since > now - age.under, age.value) for age in Age if age.under is not None]
    return case(*younger, else_=Age.OLDER.value)


def _in_order(counts: Mapping[Age, int]) -> Mapping[Age, int]:
    return {age: counts[age] for age in Age if age in counts}


def _mean(total: int | None, count: int) -> int:
    """Of whole seconds, in whole seconds; 0 of none."""
    return round(int(total or 0) / count) if count else 0
