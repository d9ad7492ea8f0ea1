"""The playing of a story: every question asked over gRPC, every answer held against the story."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from habilis import Decision, HabilisError, Question
from habilis_companion.command_line.reaching import failure_of
from habilis_server.cli.demo.scene import Line, Scene
from habilis_server.cli.demo.stage import Stage

__all__ = ["Answer", "play"]

_DEADLINE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said to a line; `basis` is that of the rule that spoke, if one did."""

    number: int
    line: Line
    decision: Decision
    basis: tuple[str, ...]
    seconds: float

    @property
    def as_expected(self) -> bool:
        return self.decision.reason is self.line.expect


def play(stage: Stage, story: Iterable[Scene]) -> Iterator[tuple[Scene, tuple[Answer, ...]]]:
    """Each scene with its answers, as it is played; raises Failure where no answer comes."""
    try:
        basis = {rule.id: rule.basis for rule in stage.client.policy(deadline=_DEADLINE).rules}
        number = 0
        for scene in story:
            before, token = stage.change(scene.change) if scene.change else (None, stage.start)
            answers: list[Answer] = []
            for line in scene.lines:
                number += 1
                started = time.perf_counter()
                decision = stage.client.check(
                    _question(line, before), at_least=token, deadline=_DEADLINE
                )
                answers.append(
                    Answer(
                        number=number,
                        line=line,
                        decision=decision,
                        basis=basis.get(decision.rule_id, ()),
                        seconds=time.perf_counter() - started,
                    )
                )
            yield scene, tuple(answers)
    except HabilisError as error:
        raise failure_of(error, "the demo's server") from error


def _question(line: Line, before: datetime | None) -> Question:
    return Question(
        subject=line.who,
        action=line.may,
        resource=line.on,
        at=before if line.earlier else None,
    )
