"""What a sender does: he writes, submits, completes, sends back, closes (R84–R86, R90, §5.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from habilis import Question
from habilis_companion.attachments import FileRef, problems_of_files
from habilis_companion.errors import InvalidRequestError
from habilis_companion.guard import asks
from habilis_companion.refusals import Problem
from habilis_companion.requests import Request
from habilis_companion.store import ReadSession
from habilis_companion.terms import Reference
from habilis_soliciting.flows.base import Flow, Said, loaded, ref_checked, unknown
from habilis_soliciting.flows.objects import linked
from habilis_soliciting.model.asked import Draft, Outcome
from habilis_soliciting.model.circuit import Act, Actor, row_of
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.message import Message
from habilis_soliciting.model.moves import moved
from habilis_soliciting.model.refusals import Code, problem
from habilis_soliciting.model.rules import (
    problems_of_message,
    problems_of_receiver,
    problems_to_save,
    problems_to_submit,
)
from habilis_soliciting.model.solicitation import Solicitation, resource_sent
from habilis_soliciting.store import solicitations
from habilis_soliciting.store.schema import UPLOADS

__all__ = ["Sending"]

_UNKNOWN = frozenset({Code.STRUCTURE_UNKNOWN, Code.SERVICE_UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What is written, the solicitation that it makes, the draft from which it comes."""

    draft: Draft
    solicitation: Solicitation
    kept: Solicitation | None
    wrong: tuple[Problem, ...]


class Sending(Flow):
    """The acts of a sender."""

    @asks("sollicitations_emises.saisir_brouillon")
    def save_solicitation_draft(
        self,
        *,
        subject: str,
        request_id: str,
        draft: Draft,
        replaces: Reference | None = None,
    ) -> Outcome:
        """Keep a draft, new or in place of one that was kept; its sender's structure sees it."""
        said = [draft, replaces]
        request = Request.of(request_id, subject, "save_solicitation_draft", said)
        if (former := self._former(request, Outcome)) is not None:
            return former
        now = self.clock()
        with self.store.asking(request) as session:
            drawn = _drawn(session, subject, draft, replaces, now)
        unknown = (each for each in self._wrong_receiver(subject, draft) if each.code in _UNKNOWN)
        wrong = [*drawn.wrong, *problems_to_save(draft, self.categories), *unknown]
        self._tell_sender(subject, draft.emetteur, wrong, drawn.kept)
        permits = self.guard.ask_all(list(_questions(subject, Act.SAVE, drawn)))
        row = row_of(drawn.kept.etat if drawn.kept else None, Act.SAVE, Actor.EMETTEUR)
        if drawn.kept is not None and replaces is not None:
            ref_checked(drawn.kept, replaces, Act.SAVE)
        after, lines = moved(drawn.solicitation, row, now)
        with self.store.writing(self.guard, *permits, request=request) as session:
            if drawn.kept is None:
                saved = solicitations.add(session, after, lines, permits[0])
            else:
                saved = solicitations.keep(session, after, [], permits[0])
            return self._kept(session, request, saved, permits[0], now)

    @asks("sollicitations_emises.saisir_brouillon", "sollicitations_emises.soumettre")
    def submit_solicitation(
        self,
        *,
        subject: str,
        request_id: str,
        draft: Draft | None = None,
        saved: Reference | None = None,
    ) -> Outcome:
        """Send a solicitation: a draft at once, or one that was kept, as it is (R84, R85)."""
        said = [draft, saved]
        request = Request.of(request_id, subject, "submit_solicitation", said)
        if (former := self._former(request, Outcome)) is not None:
            return former
        now = self.clock()
        with self.store.asking(request) as session:
            drawn = _drawn(session, subject, draft, saved, now)
        draft = drawn.draft
        wrong = [*drawn.wrong, *problems_to_submit(draft, self.categories)]
        wrong += self._wrong_receiver(subject, draft)
        about, unlinked = linked(self.objects, subject, draft, self.categories)
        self._tell_sender(subject, draft.emetteur, [*wrong, *unlinked], drawn.kept)
        permits = self.guard.ask_all(list(_questions(subject, Act.SUBMIT, drawn)))
        if drawn.kept is not None and saved is not None:
            ref_checked(drawn.kept, saved, Act.SUBMIT)
        before = drawn.kept.etat if drawn.kept else None
        to_support = draft.recepteur is None
        row = row_of(before, Act.SUBMIT, Actor.EMETTEUR, to_support=to_support)
        after, lines = moved(about.on(drawn.solicitation), row, now)
        with self.store.writing(self.guard, *permits, request=request) as session:
            after = replace(after, number=solicitations.next_number(session, now))
            keep = solicitations.add if drawn.kept is None else solicitations.keep
            sent = keep(session, after, lines, permits[0])
            return self._kept(session, request, sent, permits[0], now)

    @asks("sollicitations_emises.completer")
    def complete_solicitation(
        self,
        *,
        subject: str,
        request_id: str,
        solicitation: Reference,
        comment: str = "",
        attachments: tuple[FileRef, ...] = (),
    ) -> Outcome:
        """Bring the complement that was asked for (R90): words, files, or both."""
        return self._more(
            Act.COMPLETE,
            subject,
            request_id,
            solicitation,
            Said(comment=comment, attachments=attachments),
        )

    @asks("sollicitations_emises.renvoyer")
    def send_back_solicitation(
        self,
        *,
        subject: str,
        request_id: str,
        solicitation: Reference,
        comment: str = "",
        attachments: tuple[FileRef, ...] = (),
    ) -> Outcome:
        """Tell the receiver why the answer does not do (§3.7)."""
        return self._more(
            Act.SEND_BACK,
            subject,
            request_id,
            solicitation,
            Said(comment=comment, attachments=attachments),
        )

    @asks("sollicitations_emises.cloturer")
    def close_solicitation(
        self, *, subject: str, request_id: str, solicitation: Reference
    ) -> Outcome:
        """End the exchange, which bears from then on the date of its closing (R93)."""
        asked = self._asked("close_solicitation", subject, request_id, solicitation)
        return self._act(asked, Act.CLOSE)

    def _more(
        self, act: Act, subject: str, request_id: str, solicitation: Reference, said: Said
    ) -> Outcome:
        """What the sender adds to what he wrote: words, and files of his own."""
        with self.store.asking() as session:
            files, wrong = UPLOADS.handed_in(session, subject, "attachments", said.attachments)

        def more(sent: Solicitation) -> Solicitation:
            return replace(sent, attachments=(*sent.attachments, *files))

        def problems(sent: Solicitation) -> Iterator[Problem]:
            if act is Act.COMPLETE and not (said.comment or files):
                yield problem(Code.NOTHING_ADDED, "", "add words, or an attachment")
            yield from problems_of_message(said.comment, required=act is Act.SEND_BACK)
            yield from wrong
            yield from problems_of_files(more(sent).attachments)

        words = (said.comment, said.attachments)
        asked = self._asked(act.value, subject, request_id, solicitation, *words)
        said = replace(said, attachments=files)
        return self._act(asked, act, said, change=more, problems=problems)

    def _wrong_receiver(self, subject: str, draft: Draft) -> list[Problem]:
        if draft.recepteur is None:
            return []
        facts = self.directory.receiver(subject, draft.recepteur)
        return list(problems_of_receiver(draft.recepteur, facts))


def _drawn(
    session: ReadSession,
    subject: str,
    draft: Draft | None,
    ref: Reference | None,
    now: datetime,
) -> _Drawn:
    """The solicitation of this draft, or the kept one, or the kept one as this draft changes it."""
    kept = None if ref is None else loaded(session, ref.id)
    if draft is None:
        if kept is None:
            raise InvalidRequestError("what", "is missing: give a draft, or one that was saved")
        draft = _draft_of(kept)
    held = () if kept is None else kept.attachments
    files, wrong = UPLOADS.handed_in(session, subject, "attachments", draft.attachments, held)
    draft = replace(draft, attachments=files)
    said: dict[str, Any] = {each.name: getattr(draft, each.name) for each in fields(Draft)}
    if kept is not None:
        solicitation = replace(kept, **said)
    else:
        said |= {"id": uuid4().hex, "created_at": now, "state_at": now, "shown_at": now}
        solicitation = Solicitation(
            **said, etat=Etat.BROUILLON, etat_emetteur=EtatEmetteur.BROUILLON
        )
    if kept is not None and kept.emetteur != draft.emetteur:
        told = f"a draft keeps its sender, `{kept.emetteur}`"
        wrong = [*wrong, problem(Code.SENDER_CHANGED, "emetteur", told)]
    return _Drawn(draft=draft, solicitation=solicitation, kept=kept, wrong=tuple(wrong))


def _draft_of(kept: Solicitation) -> Draft:
    """What was kept, as it was written. Raises RefusedError where nobody logged in wrote it."""
    if kept.emetteur is None:
        raise unknown(kept.id)
    said = {each.name: getattr(kept, each.name) for each in fields(Message)}
    return Draft(emetteur=kept.emetteur, **said)


def _questions(subject: str, act: Act, drawn: _Drawn) -> Iterator[Question]:
    """The act on what is written; and on what it was written as, where that was kept."""
    resource = resource_sent(drawn.solicitation)
    yield Question(subject=subject, action=act, resource=resource)
    if drawn.kept is not None:
        kept = resource_sent(drawn.kept)
        yield Question(subject=subject, action=Act.SAVE, resource=kept)
