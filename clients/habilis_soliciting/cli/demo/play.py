"""The playing of a story: each act by the client, over gRPC, when the story says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from habilis import AccessDenied
from habilis_companion.command_line.stage import Stage
from habilis_companion.organisation import Addresses
from habilis_companion.outbox import WaitingNotice
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Looking
from habilis_soliciting.cli.demo.story import Step, Story
from habilis_soliciting.client import SolicitingClient
from habilis_soliciting.flows.ticking import tick
from habilis_soliciting.model.asked import Criteria
from habilis_soliciting.model.shown import Received, Sent, SentLine
from habilis_soliciting.model.solicitation import Line

__all__ = ["Done", "Played", "as_told", "play"]

_SUPPORT: Final = "support@example.org"
_DEADLINE: Final = 30.0
_SENDER: Final = "sollicitations_emises"
_RECEIVER: Final = "sollicitations_recues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step as it went: `ends` and `message` say how it was refused, "" where it was done.

    `seen` is what its sender reads after it, `unseen` whether he is told the
    same as before; `lost` why who was to lose it can read it no more.
    """

    step: Step
    ends: str
    message: str
    seen: Sent | Received
    unseen: bool
    lost: str

    @property
    def well(self) -> bool:
        """Whether it went as its step tells."""
        hidden = self.unseen or not self.step.unseen
        return self.ends == self.step.ends and hidden and bool(self.lost) == bool(self.step.loses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A story as it went: each line of the receiver's history beside what the sender is told."""

    written: Sent | Received
    done: Sequence[Done]
    lines: Sequence[tuple[Line, Line | SentLine | None]]
    notices: Sequence[WaitingNotice]


def play(stage: Stage[SolicitingClient], story: Story, addresses: Addresses) -> Played:
    """What the story comes to. Raises HabilisError, or RefusedError where it cannot begin."""
    client, stage.clock.now = stage.client, story.at
    sent = client.submit_solicitation(story.written, subject=story.who, deadline=_DEADLINE)
    first = client.get_solicitation(sent.id, **_look(story.who, _SENDER))
    tick(stage.store, story.at, addresses, _SUPPORT)
    done: list[Done] = []
    for step in story.steps:
        stage.clock.now = step.at
        done.append(_done(client, story, sent.id, step))
        tick(stage.store, step.at, addresses, _SUPPORT)
    received = client.get_solicitation_history(sent.id, **_look(story.reader, _RECEIVER))
    told = client.get_solicitation_history(sent.id, **_look(story.who, _SENDER))
    notices = [each for each in stage.store.outbox.unsent() if f"/{sent.id}/" in each.event]
    return Played(written=first, done=done, lines=_beside(received, told), notices=notices)


def as_told(story: Story, played: Played) -> bool:
    """Whether both histories, the refusals and the mails are those of the story.

    A Habilis with more people may have more of them told.
    """
    lines = tuple((line.etat, None if told is None else told.etat) for line, told in played.lines)
    mails = [(each.template, each.recipient) for each in played.notices]
    sender = story.written.contact_email
    to_sender = [mail for mail in mails if mail[1] == sender]
    return (
        played.written.object_number == story.written.object_number
        and all(done.well for done in played.done)
        and lines == story.lines
        and not Counter(story.notices) - Counter(mails)
        and to_sender == [mail for mail in story.notices if mail[1] == sender]
    )


def _done(client: SolicitingClient, story: Story, solicitation: str, step: Step) -> Done:
    before = _told_to_sender(client, story, solicitation)
    side = _SENDER if step.who == story.who else _RECEIVER
    read = client.get_solicitation(solicitation, **_look(step.who, side))
    ends = message = ""
    try:
        getattr(client, step.act)(read, subject=step.who, deadline=_DEADLINE, **step.given)
    except RefusedError as refused:
        ends, message = refused.problems[0].code, refused.problems[0].message
    after = _told_to_sender(client, story, solicitation)
    return Done(
        step=step,
        ends=ends,
        message=message,
        seen=client.get_solicitation(solicitation, **_look(story.who, _SENDER)),
        unseen=before == after,
        lost=_lost(client, solicitation, step.loses) if step.loses else "",
    )


def _told_to_sender(client: SolicitingClient, story: Story, solicitation: str) -> object:
    """All that its sender is told of it, wherever he looks."""
    look = _look(story.who, _SENDER)
    return (
        client.get_solicitation(solicitation, **look),
        client.get_solicitation_history(solicitation, **look),
        client.search_solicitations(Criteria(), **look),
        client.list_solicitations_to_process(**look),
        client.get_solicitation_dashboard(**look),
    )


def _lost(client: SolicitingClient, solicitation: str, who: str) -> str:
    """Why somebody who received it can read it no more; "" where he still can."""
    try:
        client.get_solicitation(solicitation, **_look(who, _RECEIVER))
    except AccessDenied as denied:
        return denied.reason.value
    return ""


def _beside(
    received: Sequence[Line | SentLine], told: Sequence[Line | SentLine]
) -> Sequence[tuple[Line, Line | SentLine | None]]:
    """Each line, and that of the sender's history for the same thing; None where he has none.

    From the end on: of an act in two steps, it is the last that he is told.
    """
    left = list(told)
    rows: list[tuple[Line, Line | SentLine | None]] = []
    for line in reversed(received):
        if isinstance(line, Line):
            same = [(each.at, each.action, each.etat) for each in left[-1:]]
            found = same == [(line.at, line.action, line.etat_emetteur)]
            rows.append((line, left.pop() if found else None))
    return rows[::-1]


def _look(who: str, application: str) -> Looking:
    return {"subject": who, "application": application, "deadline": _DEADLINE}
