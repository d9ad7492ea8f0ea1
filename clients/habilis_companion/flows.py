"""What the flows of any companion work with: a request answered once, a file handed in.

@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(CompanionFlow):
    directory: Directory
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from habilis import Question
from habilis_companion.attachments import FileRef
from habilis_companion.files import Files
from habilis_companion.guard import Guard, Permit
from habilis_companion.refusals import Problem, RefusedError
from habilis_companion.requests import Request
from habilis_companion.results import as_kept, as_made
from habilis_companion.store import Store, WriteSession
from habilis_companion.terms import Reference
from habilis_companion.uploads import Upload, Uploads

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Asked", "CompanionFlow"]

_Made = TypeVar("_Made", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who acts on what, as he has read it, in a request that has a name of its own."""

    subject: str
    request: Request
    read: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionFlow:
    """The base of a companion's flows, whose marked methods are what people do.

    `clock` tells the time, with its zone.
    """

    store: Store
    guard: Guard
    files: Files
    clock: Callable[[], datetime]

    def _asked(
        self, method: str, subject: str, request_id: str, read: Reference, *said: object
    ) -> Asked:
        """The request of an act; `said` is all that it says beside what it acts on.

        Raises InvalidRequestError for an identifier that may name nothing.
        """
        request = Request.of(request_id, subject, method, [read, *said])
        return Asked(subject=subject, request=request, read=read)

    def _former(self, request: Request, kind: type[_Made]) -> _Made | None:
        """What the same request came to when it was made before; None where it never was.

        Raises RequestIdReusedError, AccessDenied, as `Store.outcome` does.
        """
        made = self.store.outcome(self.guard, request)
        return None if made is None else as_made(kind, made)

    def _tell(self, problems: Iterable[Problem], sight: Iterable[Question]) -> None:
        """Raise RefusedError if there are problems, once all that they tell of is allowed.

        `sight` are the questions on it. Raises AccessDenied instead, where one is denied.
        """
        wrong = tuple(problems)
        if wrong:
            self.guard.ask_all(list(sight))
            raise RefusedError(wrong)

    def _remember(
        self, session: WriteSession, request: Request, made: _Made, at: datetime
    ) -> _Made:
        """Keep under the request's name what it comes to, in the transaction that does it."""
        self.store.remember(session, request, as_kept(made), at)
        return made

    def _handed_in(  # a file is handed in with all of this
        self,
        uploads: Uploads,
        request: Request,
        permit: Permit,
        name: str,
        content: bytes,
        sha256: str,
    ) -> FileRef:
        """Keep a file aside for who hands it in by this permit, until he names it.

        Raises FileRefusedError.
        """
        kept = self.files.keep(permit, name, [content], sha256=sha256)
        signed = kept.pdf is not None and kept.pdf.signed
        file, now = FileRef(name=name, sha256=kept.sha256, size=kept.size), self.clock()
        with self.store.writing(self.guard, permit, request=request) as session:
            uploads.keep(session, request.subject, Upload(file, signed), now)
            return self._remember(session, request, file, now)
