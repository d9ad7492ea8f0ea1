"""« Synthèse », « Rechercher », « Tableau de bord », « Statistiques », as may be seen."""

from collections.abc import Generator
from contextlib import contextmanager

from habilis_companion.guard import asks
from habilis_companion.pages import Rows
from habilis_soliciting.flows.base import Flow
from habilis_soliciting.flows.sides import CONSULT, SENDER, Side, side_of
from habilis_soliciting.model.asked import Criteria, DashboardRow, Page, StatisticsRow, ToProcess
from habilis_soliciting.model.refusals import Code, refuse
from habilis_soliciting.model.shown import Received, Sent
from habilis_soliciting.store.lists import OF_RECEIVER, OF_SENDER, Lists
from habilis_soliciting.store.rows import solicitation_of

__all__ = ["Listing"]


class Listing(Flow):
    """What a person finds through an application: what he may consult, and nothing else."""

    @asks(*CONSULT)
    def list_solicitations_to_process(
        self, *, subject: str, application: str, page_size: int = 0, page_token: str = ""
    ) -> Page:
        """What awaits an act of this side (R82): « Synthèse », « Actions requises »."""
        side = side_of(application)
        with self._lists(subject, side) as lists:
            return _page(side, lists.to_process(size=page_size, token=page_token))

    @asks(*CONSULT)
    def search_solicitations(
        self,
        *,
        subject: str,
        application: str,
        criteria: Criteria,
        page_size: int = 0,
        page_token: str = "",
    ) -> Page:
        """What meets the criteria."""
        side = _side_for(application, criteria)
        with self._lists(subject, side) as lists:
            return _page(side, lists.search(criteria, size=page_size, token=page_token))

    @asks(*CONSULT)
    def get_solicitation_dashboard(
        self, *, subject: str, application: str, criteria: Criteria
    ) -> tuple[DashboardRow, ...]:
        """What meets the criteria, counted by state and by age."""
        with self._lists(subject, _side_for(application, criteria)) as lists:
            return lists.dashboard(criteria, self.clock())

    @asks(*CONSULT)
    def get_solicitation_statistics(
        self, *, subject: str, application: str, criteria: Criteria
    ) -> tuple[StatisticsRow, ...]:
        """What was sent of it, by category, with how long an answer and a resolution took."""
        with self._lists(subject, _side_for(application, criteria)) as lists:
            return lists.statistics(criteria)

    @asks(*CONSULT)
    def export_solicitations(
        self, *, subject: str, application: str, criteria: ToProcess | Criteria
    ) -> tuple[Sent | Received, ...]:
        """The whole of a list, as of one moment (R83)."""
        narrowed = criteria if isinstance(criteria, Criteria) else Criteria()
        side = _side_for(application, narrowed)
        with self._lists(subject, side) as lists:
            if isinstance(criteria, Criteria):
                return tuple(map(side.view, lists.every_found(criteria)))
            return tuple(map(side.view, lists.every_to_process()))

    @contextmanager
    def _lists(self, subject: str, side: Side) -> Generator[Lists]:
        scope = self.guard.where(subject, side.consult, "sollicitation")
        with self.store.reading(scope) as session:
            listed = OF_SENDER if side is SENDER else OF_RECEIVER
            yield Lists(session, self.guard, scope, listed)


def _side_for(application: str, criteria: Criteria) -> Side:
    """The side that looks. Raises RefusedError for what no such side can narrow by.

    A sender who could ask for « En cours », or by who works on it, would be
    told by the length of the list.
    """
    side = side_of(application)
    if side is SENDER and criteria.assignee:
        told = "is for receivers; leave it out"
        raise refuse(Code.CRITERION_NOT_EXPECTED, "criteria.assignee", told)
    known = {each.value for each in side.etats}
    for etat in criteria.etats:
        if etat not in known:
            told = f"must be one of {', '.join(each.value for each in side.etats)}"
            raise refuse(Code.STATE_UNKNOWN, "criteria.etats", told)
    return side


def _page(side: Side, rows: Rows) -> Page:
    told = (side.view(solicitation_of(row)) for row in rows.rows)
    return Page(tuple(told), rows.next_token)
