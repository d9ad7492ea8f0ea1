"""Carrying a command out: asked, judged, recorded and acknowledged, or not at all."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import datetime, timedelta
from typing import Final

from habilis import Token
from habilis_companion.outbox import Notice
from habilis_server.engine import Engine
from habilis_server.insee import Registry
from habilis_server.journal import History, Journal, Timeline
from habilis_server.organisation.commands import Command
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.hearing import Heard, UnheardError
from habilis_server.organisation.table import carry_out

__all__ = ["MAX_DELAY", "Organisation", "Outcome"]

MAX_DELAY: Final = timedelta(minutes=30)
"""How late a change may take effect at most (R62)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command came to. `token`: a question with it is never answered from before.

    `made` is the identifier of what came into being; "" if nothing did.
    """

    token: Token
    made: str


class Organisation:
    """The only way in which the facts change, imports aside.

    Each command is decided and recorded while no other is: the rules that no
    two commands may break together hold by construction (one principal manager
    a structure, one decision a request).
    """

    def __init__(
        self,
        journal: Journal,
        timeline: Timeline,
        engine: Callable[[], Engine],
        registry: Registry,
        *,
        clock: Callable[[], datetime],
        delay: timedelta = timedelta(0),
    ) -> None:
        """`delay`: how late the changes named by R62 take effect, 0 to `MAX_DELAY`."""
        if not timedelta(0) <= delay <= MAX_DELAY:
            raise ValueError(f"the delay of effect is between 0 and {MAX_DELAY}, not {delay}")
        self._journal = journal
        self._timeline = timeline
        self._engine = engine
        self._registry = registry
        self._clock = clock
        self._delay = delay

    @property
    def past(self) -> History:
        """The journal, for those who read what was done."""
        return self._journal.history

    def execute(self, command: Command, *, actor: str, request_id: str) -> Outcome:
        """Carry `command` out for `actor`, once for each `request_id`.

        The same request offered again gives the outcome it had. Raises
        OrganisationError when it is refused, RequestIdReusedError when the
        identifier stands for another command, JournalError when nothing could
        be recorded; then nothing was.
        """
        heard = Heard()
        while True:
            try:
                return self.attempt(command, heard, actor=actor, request_id=request_id)
            except UnheardError as unheard:
                heard = self.ask(unheard.siret, heard)

    def ask(self, siret: str, heard: Heard) -> Heard:
        """What was heard, and what the register says of `siret`; the journal is nobody's then."""
        return heard.and_of(siret, self._registry)

    def attempt(self, command: Command, heard: Heard, *, actor: str, request_id: str) -> Outcome:
        """As `execute`, on what the register has said so far; it is not asked.

        Raises UnheardError, besides, if that is not enough; then nothing was recorded.
        """
        digest = _digest(command)
        with self._journal.write() as session:
            former = session.outcome(request_id, actor=actor, digest=digest)
            if former is None:
                context = self._context(actor, request_id, heard)
                steps = carry_out(command, context)
                former = session.record(
                    [(step.record, step.at) for step in steps.steps],
                    actor=actor,
                    request_id=request_id,
                    recorded_at=context.moment,
                    command=type(command).__name__,
                    causes=[step.cause for step in steps.steps],
                    digest=digest,
                    made=steps.made,
                    notices=_notices(steps, request_id),
                )
        return Outcome(
            token=Token(self._engine().rulebook.digest, former.revision), made=former.made
        )

    def _context(self, actor: str, request_id: str, heard: Heard) -> Context:
        moment = self._clock()
        world = self._timeline.current(moment)
        return Context(
            actor=actor,
            request_id=request_id,
            moment=moment,
            later=moment + self._delay,
            judge=self._engine().on(world),
            latest=self._timeline.latest(),
            pending=[
                Step(record=change.record, at=change.effective_at)
                for change in self._timeline.pending(moment)
            ],
            registry=heard,
        )


def _notices(steps: Steps, request_id: str) -> list[Notice]:
    return [
        Notice(
            event=f"{request_id}:{number}",
            recipient=message.recipient,
            template=message.template,
            context=dict(message.context),
        )
        for number, message in enumerate(steps.messages)
    ]


def _digest(command: Command) -> str:
    """A name for what is asked, by which a request offered again is told from another."""
    said = json.dumps(_parts(command), default=_plain, sort_keys=True)
    return hashlib.sha256(f"{type(command).__name__} {said}".encode()).hexdigest()


def _parts(command: object) -> dict[str, object]:
    names = getattr(type(command), "__dataclass_fields__", ())
    return {name: getattr(command, name) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value):
        return _parts(value)
    raise TypeError(f"not a part of a command: {value!r}")
