"""The lists as one person has them, and the named people of the pieces of `a_piece`."""

from collections.abc import Callable
from functools import cache
from typing import Final, TypeVar

from habilis import Perimeter
from habilis_companion.guard import Guard
from habilis_companion.store import ClockEvent, Store
from habilis_invoicing.model.asked import Criteria, DashboardRow, Page, ToProcess
from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.piece import Piece, StateLine
from habilis_invoicing.store import pieces
from habilis_invoicing.store.lists import Lists
from habilis_invoicing.store.schema import FORM
from habilis_server.engine import Judge
from tests.companion.judging import Judging, judge_of
from tests.companion.keeping import forget_all
from tests.companion.looking import looked, walked
from tests.invoicing.listing import NOW
from tests.invoicing.pieces import MOA, MOE, NOON, PAYER, SUBCONTRACTOR, SUPPLIER

__all__ = ["ALL", "NOTHING", "PEOPLE", "Looking", "fill", "looking"]

Made = TypeVar("Made")
NOTHING: Final = Criteria()
ALL: Final = ToProcess()


def fill(
    store: Store,
    these: tuple[Piece, ...],
    downloaded: frozenset[tuple[str, str]] = frozenset(),
) -> None:
    event = ClockEvent(name="POSE", at=NOON)
    with store.ticking(event) as session:
        forget_all(session, FORM)
        for piece in these:
            pieces.insert_piece(session, piece, [StateLine(etat=piece.etat, at=NOON)], event)
        for piece_id, subject in downloaded:
            pieces.note_download(session, piece_id, subject, NOON)


class Looking:
    """The lists of one person through one application."""

    def __init__(self, store: Store, habilis: Judging, subject: str, application: str) -> None:
        self._store, self._guard = store, Guard(habilis)
        self._subject, self._action = subject, f"{application}.consulter"

    def look(self, body: Callable[[Lists], Made]) -> Made:
        return looked(
            self._store,
            self._guard,
            self._subject,
            self._action,
            lambda session, scope: body(Lists(session, self._guard, scope)),
        )

    def search(self, criteria: Criteria = NOTHING, size: int = 1_000) -> list[Piece]:
        return [*self.look(lambda lists: lists.search(criteria, size=size)).pieces]

    def to_process(self, criteria: ToProcess = ALL) -> list[Piece]:
        return [*self.look(lambda lists: lists.to_process(criteria, NOW, size=1_000)).pieces]

    def board(self, role: Party) -> tuple[DashboardRow, ...]:
        return self.look(lambda lists: lists.dashboard(role))

    def walk(self, page: Callable[[Lists, str], Page]) -> list[Piece]:
        """Every page, one after the other."""
        pages = walked(
            lambda token: self.look(lambda lists: page(lists, token)),
            lambda told: told.next_page_token,
        )
        return [piece for told in pages for piece in told.pieces]


PEOPLE = {
    "fournisseur": SUPPLIER,
    "sous-traitant": SUBCONTRACTOR,
    "moe": MOE,
    "moa": MOA,
    "payeur": PAYER,
    "intrus": Perimeter("99999999900001"),
}


@cache
def portal() -> Judge:
    return judge_of(PEOPLE)


def looking(store: Store, who: str, application: str = "factures_travaux") -> Looking:
    return Looking(store, Judging(portal()), who, application)
