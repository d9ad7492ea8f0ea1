"""What a solicitation is about: an invoice or a works piece that its author may consult (R93)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from habilis import AccessDenied
from habilis_companion.refusals import Problem, RefusedError
from habilis_companion.terms import Looking
from habilis_invoicing.client import InvoicingClient
from habilis_invoicing.model.asked import Criteria
from habilis_invoicing.model.cadres import WORKS
from habilis_invoicing.model.piece import Piece
from habilis_soliciting.model.asked import Draft
from habilis_soliciting.model.categories import Categories
from habilis_soliciting.model.refusals import Code, problem
from habilis_soliciting.model.rules import WITH_OBJECTS
from habilis_soliciting.model.solicitation import ObjectType, Solicitation

__all__ = ["InvoicingObjects", "LinkedObject", "NoObjects", "Objects", "linked"]

_ENOUGH: Final = 2  # to know that there are several


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedObject:
    """The invoice or the works piece that was found; nothing: it is about none."""

    type: ObjectType | None = None
    number: str = ""
    id: str = ""

    def on(self, solicitation: Solicitation) -> Solicitation:
        """The solicitation, about this."""
        return replace(
            solicitation, object_type=self.type, object_number=self.number, object_id=self.id
        )


class Objects(Protocol):
    """Where what solicitations are about is kept."""

    def find(
        self, subject: str, application: str, *, number: str, object_id: str
    ) -> Sequence[LinkedObject]:
        """Those that the person may consult through this application; none, one, or several.

        Raises HabilisError where no answer came. Raises RefusedError where
        nothing could ever be found.
        """
        ...


class NoObjects:
    """Where nothing is kept: no solicitation can be about anything."""

    def find(
        self, subject: str, application: str, *, number: str, object_id: str
    ) -> Sequence[LinkedObject]:
        del subject, application
        told = "no invoice can be looked up here; leave it out, and name it in the description"
        field = "object_id" if object_id else "object_number"
        del number
        raise RefusedError([problem(Code.OBJECT_UNAVAILABLE, field, told)])


class InvoicingObjects:
    """Invoices and works pieces, as the invoices companion lets their reader consult them."""

    def __init__(self, client: InvoicingClient) -> None:
        self._client = client

    def find(
        self, subject: str, application: str, *, number: str, object_id: str
    ) -> Sequence[LinkedObject]:
        look: Looking = {"subject": subject, "application": application}
        try:
            if object_id:
                pieces = [self._client.get_piece(object_id, **look)]
            else:
                asked = Criteria(number=number)
                pieces = [*self._client.search(asked, page_size=_ENOUGH, **look).pieces]
        except (AccessDenied, RefusedError):
            return []
        # What was not asked for is none of it, whoever answers.
        return [
            _linked(piece)
            for piece in pieces
            if number in {"", piece.number} and object_id in {"", piece.id}
        ]


def linked(
    objects: Objects, subject: str, draft: Draft, categories: Categories
) -> tuple[LinkedObject, Sequence[Problem]]:
    """What the draft is about, and what is wrong with how it names it.

    It is looked up through the application that its category concerns.
    """
    category = categories.category(draft.category)
    if not (draft.object_number or draft.object_id) or category is None:
        return LinkedObject(), ()
    if category.application not in WITH_OBJECTS:
        return LinkedObject(), ()  # it is told as such already
    field = "object_id" if draft.object_id else "object_number"
    try:
        found = objects.find(
            subject, category.application, number=draft.object_number, object_id=draft.object_id
        )
    except RefusedError as refused:
        return LinkedObject(), refused.problems
    if not found:
        told = f"you can consult no such document through `{category.application}`"
        return LinkedObject(), [problem(Code.OBJECT_UNKNOWN, field, told)]
    if len(found) > 1:
        told = "several documents have this number; name the one by its id"
        return LinkedObject(), [problem(Code.OBJECT_AMBIGUOUS, "object_id", told)]
    return found[0], ()


def _linked(piece: Piece) -> LinkedObject:
    kind = ObjectType.PIECE_TRAVAUX if piece.cadre in WORKS else ObjectType.FACTURE
    return LinkedObject(type=kind, number=piece.number, id=piece.id)
