"""What a receiver does: he assigns, chooses a status, re-routes (R87–R95, §5.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from habilis import AccessDenied, Perimeter
from habilis_companion.attachments import FileRef, problems_of_files
from habilis_companion.flows import Asked
from habilis_companion.guard import Permit, asks
from habilis_companion.refusals import Problem, RefusedError
from habilis_companion.terms import Reference
from habilis_soliciting.flows.base import Flow, Said, loaded
from habilis_soliciting.model.asked import Outcome
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.etats import Etat
from habilis_soliciting.model.refusals import Code, problem, refuse
from habilis_soliciting.model.rules import problems_of_message, problems_of_receiver, status_of
from habilis_soliciting.model.solicitation import (
    Solicitation,
    resource_of,
    resource_to_process,
)
from habilis_soliciting.store.schema import UPLOADS

__all__ = ["Processing"]

_CHOSEN: Final[Mapping[Etat, Act]] = {
    Etat.EN_COURS: Act.TAKE_CHARGE,
    Etat.DEMANDE_INFORMATION: Act.ASK_INFORMATION,
    Etat.RESOLUE: Act.RESOLVE,
    Etat.MAUVAISE_AFFECTATION: Act.REPORT_MISROUTING,
}


class Processing(Flow):
    """The acts of a receiver: a business service, or the support."""

    @asks("sollicitations_recues.assigner", "sollicitations_recues.prendre_en_charge")
    def assign_solicitation(
        self, *, subject: str, request_id: str, solicitation: Reference, assignee: str
    ) -> Outcome:
        """Name who handles it: oneself, or somebody entitled to take charge of it (R94)."""

        def problems(received: Solicitation) -> Iterator[Problem]:
            if received.assignee == assignee:
                yield problem(Code.ALREADY_ASSIGNED, "assignee", f"`{assignee}` handles it already")

        def entitled(received: Solicitation) -> tuple[Permit, ...]:
            try:
                return (self.guard.ask(assignee, Act.TAKE_CHARGE, resource_of(received)),)
            except AccessDenied as denied:
                # Not why: whether there is such an account is nobody's business here.
                told = f"`{assignee}` may not take charge of it; name somebody who may"
                raise refuse(Code.ASSIGNEE_NOT_ENTITLED, "assignee", told) from denied

        def assigned(received: Solicitation) -> Solicitation:
            return replace(received, assignee=assignee)

        asked = self._asked("assign_solicitation", subject, request_id, solicitation, assignee)
        return self._act(asked, Act.ASSIGN, change=assigned, problems=problems, beside=entitled)

    @asks(
        "sollicitations_recues.demander_information",
        "sollicitations_recues.prendre_en_charge",
        "sollicitations_recues.resoudre",
        "sollicitations_recues.signaler_mauvaise_affectation",
    )
    def process_solicitation(
        self,
        *,
        subject: str,
        request_id: str,
        solicitation: Reference,
        status: str = "",
        comment: str = "",
        attachments: tuple[FileRef, ...] = (),
    ) -> Outcome:
        """Give it the status that is chosen, which is mandatory (R88–R92).

        Raises RefusedError with STATUS_REQUIRED where none was: told to whoever
        processes what comes there, in whatever state this one is (R88, §5.1).
        """
        said = [status, comment, attachments]
        asked = self._asked("process_solicitation", subject, request_id, solicitation, *said)
        with self.store.asking() as session:
            received = loaded(session, solicitation.id)
            held = received.answer_attachments
            files, wrong = UPLOADS.handed_in(session, subject, "attachments", attachments, held)
        try:
            act = _CHOSEN[status_of(status)]
        except RefusedError:
            self.guard.ask(subject, Act.TAKE_CHARGE, resource_to_process(received))
            raise
        words = Said(comment=comment, attachments=files)
        match act:
            case Act.TAKE_CHARGE:
                return self._take_charge(asked, words, wrong)
            case Act.ASK_INFORMATION:
                return self._ask_information(asked, words, wrong)
            case Act.RESOLVE:
                return self._resolve(asked, words, wrong, received)
            case _:
                return self._report_misrouting(asked, words, wrong)

    @asks("sollicitations_recues.rerouter")
    def reroute_solicitation(
        self,
        *,
        subject: str,
        request_id: str,
        solicitation: Reference,
        recepteur: Perimeter,
        comment: str = "",
    ) -> Outcome:
        """Send what the support received to the service of a public structure (R85, §5.1)."""

        def problems(received: Solicitation) -> Iterator[Problem]:
            facts = self.directory.receiver(subject, recepteur)
            yield from problems_of_receiver(recepteur, facts)
            yield from problems_of_message(comment, required=False)
            yield from _of_nobody(received, "what nobody was logged in for stays with the support")

        def rerouted(received: Solicitation) -> Solicitation:
            return replace(_put_down(received), recepteur=recepteur)

        said = (recepteur, comment)
        asked = self._asked("reroute_solicitation", subject, request_id, solicitation, *said)
        words = Said(comment=comment)
        return self._act(asked, Act.REROUTE, words, change=rerouted, problems=problems)

    def _take_charge(self, asked: Asked, said: Said, wrong: Sequence[Problem]) -> Outcome:
        """What is prepared is kept, and said to nobody: what is not said anew, as it was (R89)."""

        def problems(_: Solicitation) -> Iterator[Problem]:
            yield from problems_of_message(said.comment, required=False)
            yield from wrong
            yield from problems_of_files(said.attachments)

        def prepared(received: Solicitation) -> Solicitation:
            return replace(
                received,
                assignee=asked.subject,
                answer=said.comment or received.answer,
                answer_attachments=said.attachments or received.answer_attachments,
            )

        return self._act(asked, Act.TAKE_CHARGE, change=prepared, problems=problems)

    def _ask_information(self, asked: Asked, said: Said, wrong: Sequence[Problem]) -> Outcome:
        def problems(received: Solicitation) -> Iterator[Problem]:
            yield from problems_of_message(said.comment, required=True)
            yield from wrong
            yield from problems_of_files((*received.attachments, *said.attachments))
            yield from _of_nobody(received, "nobody could answer here; resolve it by mail")

        def asking(received: Solicitation) -> Solicitation:
            return replace(received, attachments=(*received.attachments, *said.attachments))

        return self._act(asked, Act.ASK_INFORMATION, said, change=asking, problems=problems)

    def _resolve(
        self, asked: Asked, said: Said, wrong: Sequence[Problem], read: Solicitation
    ) -> Outcome:
        """Without words, by those that are prepared, and their files where no others are given."""
        if not said.comment.strip():
            files = said.attachments or read.answer_attachments
            said = Said(comment=read.answer, attachments=files)

        def problems(received: Solicitation) -> Iterator[Problem]:
            if not said.comment.strip():
                yield problem(Code.ANSWER_REQUIRED, "comment", "answer in words")
            yield from problems_of_message(said.comment, required=False)
            yield from wrong
            yield from problems_of_files((*received.attachments, *said.attachments))
            if received.emetteur is None and said.attachments:
                told = "the answer goes by mail, without files; leave them out"
                yield problem(Code.ATTACHMENT_NOT_EXPECTED, "attachments", told)

        def answered(received: Solicitation) -> Solicitation:
            known = (*received.attachments, *said.attachments)
            return replace(received, attachments=known, answer="", answer_attachments=())

        return self._act(asked, Act.RESOLVE, said, change=answered, problems=problems)

    def _report_misrouting(self, asked: Asked, said: Said, wrong: Sequence[Problem]) -> Outcome:
        """The support receives it from now on, and the structure no more (R92)."""

        def problems(_: Solicitation) -> Iterator[Problem]:
            yield from problems_of_message(said.comment, required=True)
            yield from wrong
            if said.attachments:
                told = "the support needs no file of yours; leave it out"
                yield problem(Code.ATTACHMENT_NOT_EXPECTED, "attachments", told)

        def misrouted(received: Solicitation) -> Solicitation:
            return replace(_put_down(received), recepteur=None)

        return self._act(asked, Act.REPORT_MISROUTING, said, change=misrouted, problems=problems)


def _put_down(received: Solicitation) -> Solicitation:
    """As whoever receives it next finds it: nothing prepared, and nobody named."""
    return replace(received, assignee="", answer="", answer_attachments=())


def _of_nobody(received: Solicitation, told: str) -> Iterator[Problem]:
    if received.emetteur is None:
        yield problem(Code.SENDER_NOT_LOGGED_IN, "", told)
