"""What every screen shares: how an act on a solicitation is asked, moved and kept, or not done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from habilis import Perimeter, Question
from habilis_companion.attachments import FileRef
from habilis_companion.flows import Asked, CompanionFlow
from habilis_companion.guard import Permit
from habilis_companion.refusals import Problem, RefusedError, raise_if_any
from habilis_companion.requests import Request
from habilis_companion.store import ReadSession, WriteSession
from habilis_companion.terms import Reference
from habilis_companion.versions import need_version
from habilis_soliciting.flows.directory import Directory
from habilis_soliciting.flows.objects import Objects
from habilis_soliciting.flows.sides import SENDER, side_of
from habilis_soliciting.model.asked import Outcome
from habilis_soliciting.model.categories import Categories
from habilis_soliciting.model.circuit import Act, Actor, row_of
from habilis_soliciting.model.moves import actor_of_receiver, moved
from habilis_soliciting.model.refusals import Code, refuse
from habilis_soliciting.model.solicitation import Solicitation, resource_of_sender, resource_sent
from habilis_soliciting.notices import notices_to_sender
from habilis_soliciting.store import solicitations

__all__ = ["NOTHING_SAID", "Flow", "Said", "loaded", "ref_checked", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What goes with an act: words, and files."""

    comment: str = ""
    attachments: tuple[FileRef, ...] = ()


NOTHING_SAID: Final = Said()


def _unchanged(solicitation: Solicitation) -> Solicitation:
    return solicitation


def _none(_: Solicitation) -> Iterable[Problem]:
    return ()


def _alone(_: Solicitation) -> tuple[Permit, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(CompanionFlow):
    """What the screens work with, beside what those of any companion do."""

    directory: Directory
    objects: Objects
    categories: Categories

    def _act(
        self,
        asked: Asked,
        act: Act,
        said: Said = NOTHING_SAID,
        *,
        change: Callable[[Solicitation], Solicitation] = _unchanged,
        problems: Callable[[Solicitation], Iterable[Problem]] = _none,
        beside: Callable[[Solicitation], tuple[Permit, ...]] = _alone,
    ) -> Outcome:
        """One act on one solicitation: asked, checked, moved and kept.

        `change` is what the act alters beside the states. `problems`, of the
        solicitation as it was, are told only to who may act. `beside` are the
        other rights that the act rests on, once who acts may.
        """
        former = self._former(asked.request, Outcome)
        if former is not None:
            return former
        with self.store.asking(asked.request) as session:
            solicitation = loaded(session, asked.read.id)
        side = side_of(act)
        permit = self.guard.ask(asked.subject, act, side.resource(solicitation))
        raise_if_any(problems(solicitation))
        others = beside(solicitation)
        ref_checked(solicitation, asked.read, act)
        actor = Actor.EMETTEUR if side is SENDER else actor_of_receiver(solicitation)
        row = row_of(solicitation.etat, act, actor)
        now = self.clock()
        after, lines = moved(
            change(solicitation), row, now, comment=said.comment, attachments=said.attachments
        )
        with self.store.writing(self.guard, permit, *others, request=asked.request) as session:
            kept = solicitations.keep(session, after, lines, permit)
            self.store.notify(session, notices_to_sender(kept, act, said.comment), now)
            return self._kept(session, asked.request, kept, permit, now)

    def _tell_sender(
        self,
        subject: str,
        emetteur: Perimeter,
        problems: Iterable[Problem],
        kept: Solicitation | None = None,
    ) -> None:
        """Raise RefusedError if there are problems, once `subject` may write for this sender.

        And may write what is `kept` of it: a problem may tell of that too.
        """
        drawn = [resource_of_sender(emetteur), *([resource_sent(kept)] if kept else [])]
        sight = (Question(subject=subject, action=Act.SAVE, resource=each) for each in drawn)
        self._tell(problems, sight)

    def _kept(
        self,
        session: WriteSession,
        request: Request,
        solicitation: Solicitation,
        permit: Permit,
        now: datetime,
    ) -> Outcome:
        """What the request came to, as its author is told of it, kept under its name."""
        seen = side_of(permit.question.action).view(solicitation)
        outcome = Outcome(
            id=seen.id,
            number=seen.number,
            etat=seen.etat.value,
            version=seen.version,
            at=now,
            decision_id=permit.decision.decision_id,
        )
        return self._remember(session, request, outcome, now)


def loaded(session: ReadSession, solicitation_id: str) -> Solicitation:
    """The solicitation. Raises RefusedError where there is none."""
    found = solicitations.load(session, solicitation_id)
    if found is None:
        raise unknown(solicitation_id)
    return found


def unknown(solicitation_id: str) -> RefusedError:
    """What is told of one that is not there, or that is none of what is asked for."""
    told = f"there is no solicitation `{solicitation_id}`"
    return refuse(Code.SOLICITATION_UNKNOWN, "solicitation", told)


def ref_checked(solicitation: Solicitation, read: Reference, act: Act) -> None:
    """Return only if it is as who acts has read it, by the version that his side is told."""
    seen = side_of(act).view(solicitation)
    need_version(f"the solicitation `{seen.number or seen.id}`", seen.version, read.version)
