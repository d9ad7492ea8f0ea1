"""The lists that people read: « Synthèse », « Rechercher », « Tableau de bord ».

Whatever is asked of a list, it holds what Habilis lets its reader consult and
nothing else; and who is on the supplier's side finds and counts a piece by the
state that he is told of it (R77).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, exists, func, or_, select

from habilis_companion.criteria import at
from habilis_companion.guard import Guard, Scope
from habilis_companion.pages import Paging, every_row
from habilis_companion.store import ReadSession
from habilis_companion.visibility import visible
from habilis_invoicing.model.asked import Criteria, DashboardRow, Page, ToProcess
from habilis_invoicing.model.awaited import AWAITED
from habilis_invoicing.model.cadres import CADRES, Party
from habilis_invoicing.model.clocks import shown_rejections_since
from habilis_invoicing.model.etats import LOST, Etat, Group, group_of
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.model.shown import as_seen
from habilis_invoicing.store.criteria import Told, among, criteria_met
from habilis_invoicing.store.rows import piece_of
from habilis_invoicing.store.schema import download, piece
from habilis_invoicing.store.sights import PARTIES, SIGHTS

__all__ = ["Lists"]

_Test: TypeAlias = ColumnElement[bool]

_ORDER: Final = (piece.c.created_at, piece.c.id)
_BY_SUPPLIER: Final = piece.c.cadre.in_(
    [cadre.value for cadre in CADRES if CADRES[cadre].depositor is Party.FOURNISSEUR]
)


class Lists:
    """The lists of one person through one application, as of one moment.

    `scope` is where he may consult, on every type of payment request.
    """

    def __init__(self, session: ReadSession, guard: Guard, scope: Scope) -> None:
        self._session = session
        self._guard = guard
        self._scope = scope
        # As `model.shown.of_supplier_side` has it, whatever else he is to the piece.
        self._supplier_side = or_(
            self._seen_as(Party.FOURNISSEUR, Party.VALIDEUR),
            and_(self._seen_as(Party.DEPOSANT), _BY_SUPPLIER),
        )
        hidden = and_(piece.c.shown != piece.c.etat, self._supplier_side)
        self._told = Told(
            etat=case((hidden, piece.c.shown), else_=piece.c.etat),
            state_at=case((hidden, piece.c.shown_at), else_=piece.c.state_at),
        )

    def search(self, criteria: Criteria, *, size: int = 0, token: str = "") -> Page:
        """« Rechercher »: what meets the criteria, the newest first.

        Raises InvalidRequestError, PageTokenError.
        """
        said = ("search", self._scope.action, self._scope.subject, criteria)
        return self._page(self._found(criteria), Paging(*said, by=_ORDER, size=size, token=token))

    def to_process(
        self, criteria: ToProcess, now: datetime, *, size: int = 0, token: str = ""
    ) -> Page:
        """« Synthèse »: what awaits an act of the reader, the newest first (R113).

        Raises InvalidRequestError, PageTokenError.
        """
        said = ("to_process", self._scope.action, self._scope.subject, criteria)
        paging = Paging(*said, by=_ORDER, size=size, token=token)
        return self._page(self._awaiting(criteria, now), paging)

    def every_found(self, criteria: Criteria) -> Iterator[Piece]:
        """All that `search` gives, page by page."""
        return self._every(self._found(criteria))

    def every_to_process(self, criteria: ToProcess, now: datetime) -> Iterator[Piece]:
        """All that `to_process` gives, page by page."""
        return self._every(self._awaiting(criteria, now))

    def dashboard(self, role: Party) -> tuple[DashboardRow, ...]:
        """« Tableau de bord »: the pieces of each structure that has this part (R114, R115).

        Each count is the length of the list of that role, structure and group.
        """
        structure = PARTIES[role].structure
        etat = self._told.etat.label("told_etat")
        query = select(structure.label("of_structure"), etat, func.count().label("pieces"))
        query = query.where(self._seen_as(role)).group_by(structure, etat)
        counts: dict[str, Counter[Group]] = {}
        for found, told, number in self._session.connection.execute(query.order_by(structure)):
            group = group_of(Etat(told))
            if group is not None:
                counts.setdefault(found, Counter())[group] += number
        return tuple(DashboardRow(structure, told) for structure, told in counts.items())

    def _found(self, criteria: Criteria) -> Select[Any]:
        roles = () if criteria.role is None else (criteria.role,)
        return select(piece).where(self._seen_as(*roles), *criteria_met(criteria, self._told))

    def _awaiting(self, criteria: ToProcess, now: datetime) -> Select[Any]:
        application = self._scope.action.partition(".")[0]
        acts = [
            and_(self._awaited_of(party, criteria), among(self._told.etat, etats))
            for party, etats in AWAITED[application].items()
        ]
        lost = among(self._told.etat, LOST)
        query = select(piece).where(or_(*acts), or_(~lost, piece.c.acknowledged_at.is_(None)))
        if criteria.hide_old_rejections:
            recent = self._told.state_at >= shown_rejections_since(now)
            query = query.where(or_(~lost, recent))
        if criteria.hide_downloaded:
            theirs = download.c.piece == piece.c.id, download.c.subject == self._scope.subject
            query = query.where(~exists().where(*theirs))
        return query

    def _awaited_of(self, party: Party, criteria: ToProcess) -> _Test:
        if criteria.perimeter is None:
            return self._seen_as(party)
        here = at(PARTIES[party], [criteria.perimeter])
        return and_(self._seen_as(party), here)

    def _seen_as(self, *parties: Party) -> _Test:
        """What the reader may consult because he plays one of these parts; without any: at all."""
        names = {party.value for party in parties} or None
        return visible(self._session, self._guard, self._scope, *SIGHTS, acting_as=names)

    def _page(self, query: Select[Any], paging: Paging) -> Page:
        page = paging.of(self._session, self._with_side(query))
        return Page(tuple(map(_seen, page.rows)), page.next_token)

    def _every(self, query: Select[Any]) -> Iterator[Piece]:
        return map(_seen, every_row(self._session, self._with_side(query), _ORDER))

    def _with_side(self, query: Select[Any]) -> Select[Any]:
        return query.add_columns(self._supplier_side.label("supplier_side"))


def _seen(row: RowMapping) -> Piece:
    """The piece as its reader is told of it."""
    found = piece_of(row)
    return as_seen(found, Party.FOURNISSEUR) if row["supplier_side"] else found
