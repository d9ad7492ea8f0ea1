"""« Synthèse », « Rechercher », « Tableau de bord »: the lists of what a person may consult."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from habilis_companion.guard import asks
from habilis_invoicing.flows.base import Flow
from habilis_invoicing.flows.reading import CONSULT, action_through
from habilis_invoicing.model.asked import Criteria, DashboardRow, Page, ToProcess
from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.store.lists import Lists

__all__ = ["Listing"]

_EVERY_TYPE: Final = ""


class Listing(Flow):
    """What a person finds, through one of the applications: what Check would let him consult."""

    @asks(*CONSULT.values())
    def list_to_process(
        self,
        *,
        subject: str,
        application: str,
        criteria: ToProcess | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> Page:
        """What awaits an act of this person, the newest first (R113)."""
        with self._lists(subject, application) as lists:
            asked = criteria or ToProcess()
            return lists.to_process(asked, self.clock(), size=page_size, token=page_token)

    @asks(*CONSULT.values())
    def search(
        self,
        *,
        subject: str,
        application: str,
        criteria: Criteria | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> Page:
        """What meets the criteria, the newest first (§3.6)."""
        with self._lists(subject, application) as lists:
            return lists.search(criteria or Criteria(), size=page_size, token=page_token)

    @asks(*CONSULT.values())
    def get_dashboard(
        self, *, subject: str, application: str, role: Party
    ) -> tuple[DashboardRow, ...]:
        """How many pieces each structure has in this part, by group of states (R114, R115)."""
        with self._lists(subject, application) as lists:
            return lists.dashboard(role)

    @asks(*CONSULT.values())
    def export(
        self,
        *,
        subject: str,
        application: str,
        to_process: ToProcess | None = None,
        search: Criteria | None = None,
    ) -> tuple[Piece, ...]:
        """A list whole, of one moment: « Synthèse » where it is asked for, else « Rechercher »."""
        with self._lists(subject, application) as lists:
            if to_process is not None:
                return tuple(lists.every_to_process(to_process, self.clock()))
            return tuple(lists.every_found(search or Criteria()))

    @contextmanager
    def _lists(self, subject: str, application: str) -> Generator[Lists]:
        scope = self.guard.where(subject, action_through(CONSULT, application), _EVERY_TYPE)
        with self.store.reading(scope) as session:
            yield Lists(session, self.guard, scope)
