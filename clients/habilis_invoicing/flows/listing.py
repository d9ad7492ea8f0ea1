"""« Synthèse », « Rechercher », « Tableau de bord »: the lists, as their reader may see them."""

from collections.abc import Generator
from contextlib import contextmanager

from habilis_companion.guard import asks
from habilis_invoicing.flows.applications import CONSULT, action_in
from habilis_invoicing.flows.base import Flow
from habilis_invoicing.model.asked import Criteria, DashboardRow, Page, ToProcess
from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.store.lists import Lists

__all__ = ["Listing"]


class Listing(Flow):
    """What a person finds through an application: what he may consult, and nothing else."""

    @asks(*CONSULT.values())
    def list_to_process(
        self,
        *,
        subject: str,
        application: str,
        criteria: ToProcess,
        page_size: int = 0,
        page_token: str = "",
    ) -> Page:
        """What awaits an act of this person (R113)."""
        with self._lists(subject, application) as lists:
            return lists.to_process(criteria, self.clock(), size=page_size, token=page_token)

    @asks(*CONSULT.values())
    def search(
        self,
        *,
        subject: str,
        application: str,
        criteria: Criteria,
        page_size: int = 0,
        page_token: str = "",
    ) -> Page:
        """What meets the criteria (§3.6)."""
        with self._lists(subject, application) as lists:
            return lists.search(criteria, size=page_size, token=page_token)

    @asks(*CONSULT.values())
    def get_dashboard(
        self, *, subject: str, application: str, role: Party
    ) -> tuple[DashboardRow, ...]:
        """The pieces of each structure that has this part, counted by group of states (R114)."""
        with self._lists(subject, application) as lists:
            return lists.dashboard(role)

    @asks(*CONSULT.values())
    def export(
        self, *, subject: str, application: str, criteria: ToProcess | Criteria
    ) -> tuple[Piece, ...]:
        """The whole of a list, as of one moment."""
        with self._lists(subject, application) as lists:
            if isinstance(criteria, Criteria):
                return tuple(lists.every_found(criteria))
            return tuple(lists.every_to_process(criteria, self.clock()))

    @contextmanager
    def _lists(self, subject: str, application: str) -> Generator[Lists]:
        scope = self.guard.where(subject, action_in(CONSULT, application), "")
        with self.store.reading(scope) as session:
            yield Lists(session, self.guard, scope)
