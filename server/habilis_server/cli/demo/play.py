"""The playing of a story over gRPC: every command, every question, held against what must come."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

from habilis import Decision, HabilisError, Question
from habilis_companion.command_line.reaching import failure_of
from habilis_server.cli.demo.scene import Act, Chapter, Import, Line, Scene
from habilis_server.cli.demo.stage import DEADLINE, Stage

__all__ = ["Answer", "Deed", "Played", "play"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A command that was given; `came` is "" where it was done, else why not."""

    number: int
    act: Act
    came: str

    @property
    def as_expected(self) -> bool:
        return self.came == self.act.expect


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A scene as it was played; `opens` is the chapter that it is the first scene of."""

    opens: Chapter | None
    scene: Scene
    deeds: tuple[Deed | Import, ...]
    answers: tuple[Answer, ...]


def play(stage: Stage, chapters: Iterable[Chapter]) -> Iterator[Played]:
    """Each scene, as it is played; raises Failure where no answer comes."""
    deeds, questions = count(1), count(1)
    try:
        basis = {rule.id: rule.basis for rule in stage.client.policy(deadline=DEADLINE).rules}
        for chapter in chapters:
            for scene in chapter.scenes:
                before = datetime.now(UTC)
                yield Played(
                    opens=chapter if scene is chapter.scenes[0] else None,
                    scene=scene,
                    deeds=tuple(_done(stage, act, deeds) for act in scene.acts),
                    answers=tuple(
                        _asked(stage, line, before, next(questions), basis) for line in scene.lines
                    ),
                )
    except HabilisError as error:
        raise failure_of(error, "the demo's server") from error


def _done(stage: Stage, act: Act | Import, numbers: Iterator[int]) -> Deed | Import:
    if isinstance(act, Import):
        stage.take_in(act)
        return act
    return Deed(number=next(numbers), act=act, came=stage.carry_out(act))


def _asked(
    stage: Stage, line: Line, before: datetime, number: int, basis: dict[str, tuple[str, ...]]
) -> Answer:
    question = Question(
        subject=stage.named(line.who),
        action=line.may,
        resource=replace(line.on, id=stage.named(line.on.id)),
        at=before if line.earlier else None,
    )
    started = time.perf_counter()
    decision = stage.client.check(question, at_least=stage.token, deadline=DEADLINE)
    return Answer(
        number=number,
        line=line,
        decision=decision,
        basis=tuple(basis.get(decision.rule_id, ())),
        seconds=time.perf_counter() - started,
    )
