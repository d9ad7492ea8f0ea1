"""What is open to everybody, logged in or not: the only methods that ask no right.

The categories are the same for all. A message of somebody who is not logged in
goes to the support alone, is answered by mail, and tells its author nothing
by which it could be followed (§3.7): so it shows nothing, and only adds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from habilis_companion.refusals import Problem, raise_if_any
from habilis_companion.requests import Request
from habilis_companion.results import as_kept, as_made
from habilis_companion.store import PublicEvent, Store, WriteSession
from habilis_soliciting.model.asked import Reception
from habilis_soliciting.model.categories import Categories, Category, Routing
from habilis_soliciting.model.circuit import Act, Actor, row_of
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.message import Message
from habilis_soliciting.model.moves import moved
from habilis_soliciting.model.refusals import Code, problem, refuse
from habilis_soliciting.model.rules import problems_to_submit
from habilis_soliciting.model.solicitation import Solicitation, StateLine
from habilis_soliciting.store import solicitations

__all__ = ["MOST_AN_HOUR", "MOST_OF_ONE_AN_HOUR", "Welcome"]

MOST_OF_ONE_AN_HOUR: Final = 5
"""Messages that one address may send in an hour."""

MOST_AN_HOUR: Final = 200
"""Messages that all those who are not logged in may send in an hour."""

_HOUR: Final = timedelta(hours=1)
_NAME: Final = "submit_anonymously"
# INVARIANT: no request of a person begins with a space, so that none is in a stranger's way.
_APART: Final = " public/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What everybody may do. `clock` tells the time, with its zone."""

    store: Store
    categories: Categories
    clock: Callable[[], datetime]

    def list_categories(self) -> tuple[Category, ...]:
        """What one may write about, and to whom it goes."""
        return tuple(self.categories.offered())

    def submit_anonymously(  # the form is all of this
        self,
        *,
        request_id: str,
        category: str = "",
        subcategory: str = "",
        contact_email: str = "",
        title: str = "",
        description: str = "",
    ) -> Reception:
        """Send the support a message. Raises RefusedError, TOO_MANY_REQUESTS among others."""
        message = Message(
            category=category,
            subcategory=subcategory,
            contact_email=contact_email.lower(),
            title=title,
            description=description,
        )
        request = Request.of(request_id, "", _NAME, message)
        request = replace(request, id=f"{_APART}{request.id}")
        raise_if_any(self._wrong(message))
        now = self.clock()
        event = PublicEvent(name=_NAME, at=now)
        with self.store.welcoming(event) as session:
            former = self.store.welcomed(session, request)
            if former is not None:
                return as_made(Reception, former)
            # Whoever comes at the same time waits for the number, and then finds this one counted.
            number = solicitations.next_number(session, now)
            _need_room(session, message.contact_email, now)
            new, lines = _received(message, number, now)
            solicitations.add(session, new, lines, event)
            reception = Reception(at=now)
            self.store.remember(session, request, as_kept(reception), now)
        return reception

    def _wrong(self, message: Message) -> Iterator[Problem]:
        chosen = self.categories.subcategory(message.category, message.subcategory)
        if chosen is not None and chosen.routing is not Routing.SUPPORT:
            told = "log in to write to the service of a structure"
            yield problem(Code.SUPPORT_ONLY, "subcategory", told)
        else:
            yield from problems_to_submit(message, self.categories)


def _received(
    message: Message, number: str, now: datetime
) -> tuple[Solicitation, Sequence[StateLine]]:
    """The solicitation of somebody who is not logged in, at the support."""
    written = Solicitation(
        id=uuid4().hex,
        etat=Etat.BROUILLON,
        etat_emetteur=EtatEmetteur.BROUILLON,
        number=number,
        category=message.category,
        subcategory=message.subcategory,
        contact_email=message.contact_email,
        title=message.title,
        description=message.description,
        created_at=now,
        state_at=now,
        shown_at=now,
    )
    return moved(written, row_of(None, Act.SUBMIT, Actor.ANONYME, to_support=True), now)


def _need_room(session: WriteSession, email: str, now: datetime) -> None:
    """Return only if another message may come now; else raise RefusedError."""
    since = now - _HOUR
    if solicitations.anonymous_since(session, since, email) >= MOST_OF_ONE_AN_HOUR:
        told = f"this address has sent {MOST_OF_ONE_AN_HOUR} messages within an hour; write later"
        raise refuse(Code.TOO_MANY_REQUESTS, "contact_email", told)
    if solicitations.anonymous_since(session, since) >= MOST_AN_HOUR:
        raise refuse(Code.TOO_MANY_REQUESTS, "", "too many messages within an hour; write later")
