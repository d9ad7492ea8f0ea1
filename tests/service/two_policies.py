"""Two policies that answer the same questions otherwise, so that a mixed answer shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from habilis import Decision, Question, Token
from habilis_server.engine import Engine
from habilis_server.rulebook import build
from habilis_server.rulebook.cases import load_cases
from habilis_server.rulebook.loading import read_files
from habilis_server.world import Attachment, World
from tests.service.portal import SHIPPED, facts_of_the_cases, reseal

__all__ = ["TwoPolicies", "answer", "swap_files"]

_WORKS: Final = "rules/factures_travaux.yaml"
_MOA: Final = "MISE_A_DISPOSITION_MOA"
_MOE: Final = "MISE_A_DISPOSITION_MOE"

Answer = tuple[bool, str, str, str]


def other(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is at the MOA's is now at the MOE's, and each rule of works bears another name."""
    text = files[_WORKS].decode()
    text = text.replace(_MOA, "@").replace(_MOE, _MOA).replace("@", _MOE)
    return {**files, _WORKS: text.replace("id: travaux-", "id: autres-travaux-").encode()}


def answer(decision: Decision) -> Answer:
    """What must be the pure answer of one policy and one World."""
    return decision.allowed, decision.reason, decision.rule_id, decision.acting_as


@dataclass(frozen=True, kw_only=True)
class TwoPolicies:
    """Both engines, two Worlds, and what each pair answers when nobody disturbs it."""

    engines: tuple[Engine, Engine]
    worlds: tuple[World, World]
    questions: tuple[Question, ...]
    pure: Mapping[Token, tuple[Answer, ...]]

    @classmethod
    def of_the_cases(cls) -> Self:
        """The shipped policy and its other, on the questions of the cases that tell them apart."""
        files = read_files(SHIPPED)
        rulebooks = build(files), build(other(files))
        engines = Engine(rulebooks[0]), Engine(rulebooks[1])
        records = facts_of_the_cases(rulebooks[0])
        whole = World.of(records, revision=2)
        # Without attachments, most of what was allowed is denied.
        bare = World.of([one for one in records if not isinstance(one, Attachment)], revision=1)
        questions = tuple(
            case.question
            for case in load_cases(SHIPPED, rulebooks[0])
            if case.question.action.startswith("factures_travaux.")
            and len({answer(engine.on(whole).decide(case.question)) for engine in engines}) > 1
        )
        pure = {
            engine.on(world).token: tuple(
                answer(engine.on(world).decide(question)) for question in questions
            )
            for engine in engines
            for world in (bare, whole)
        }
        return cls(engines=engines, worlds=(bare, whole), questions=questions, pure=pure)

    def is_pure(self, index: int, decision: Decision) -> bool:
        return self.pure[decision.token][index] == answer(decision)


def swap_files(folder: Path, number: int) -> None:
    """Put the shipped policy (an even number) or its other into the folder, and seal it."""
    files = read_files(SHIPPED)
    content = files[_WORKS] if number % 2 == 0 else other(files)[_WORKS]
    (folder / _WORKS).write_bytes(content)
    reseal(folder)
