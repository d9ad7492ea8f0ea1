"""A Habilis in this process that judges as the server does, on the facts that a test gives it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from habilis import Decision, Perimeter, Question, Token
from habilis.answers import PerimeterList
from habilis.v1 import access_pb2
from habilis.wire_answers import read_perimeters
from habilis_server.analysis import list_perimeters
from habilis_server.engine import Engine, Judge, explain
from habilis_server.rulebook import Effect, build
from habilis_server.service.wire import token_message
from habilis_server.service.wire_answers import permitted_perimeter_message
from tests.differential.policies import SHIPPED
from tests.differential.portable import world_of
from tests.oracle import Data

__all__ = ["Judging", "judge_of", "parties_of"]


class Judging:
    """What the guard asks, answered by a judge; `asked` counts the questions."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.asked = 0

    def check_many(
        self, questions: Sequence[Question], *, at_least: Token | None = None
    ) -> tuple[Decision, ...]:
        self.asked += len(questions)
        return tuple(
            replace(self.judge.decide(question), decision_id=f"decision-{self.asked}")
            for question in questions
        )

    def list_perimeters(
        self, *, subject: str, action: str, resource_type: str = "", at_least: Token | None = None
    ) -> PerimeterList:
        found = list_perimeters(self.judge, subject, action, resource_type or None)
        message = access_pb2.ListPerimetersResponse(
            perimeters=map(permitted_perimeter_message, found),
            token=token_message(self.judge.token),
        )
        return read_perimeters(message, at_least)


def judge_of(people: Mapping[str, Perimeter]) -> Judge:
    """A portal of these people, each attached to his place by default, under the shipped policy."""
    records: list[Data] = [
        {"kind": "account", "id": who, "email": f"{who}@example.org", "state": "active"}
        for who in people
    ]
    records += [
        {
            "kind": "structure",
            "id": structure,
            "identifier_type": "SIRET",
            "type": "public",
            "name": structure,
            "active": True,
            "moa": "none",
            "principal_manager": None,
        }
        for structure in {place.structure for place in people.values()}
    ]
    records += [
        {"kind": "service", "structure": structure, "code": code, "name": code, "active": True}
        for structure, code in {*people.values()}
        if code is not None
    ]
    records += [
        {
            "kind": "attachment",
            "account": who,
            "structure": place.structure,
            "service": place.service,
            "profiles": "default",
            "legacy_secondary_manager": False,
        }
        for who, place in people.items()
    ]
    return Engine(build(SHIPPED)).on(world_of(records))


def parties_of(judge: Judge, question: Question) -> frozenset[str] | None:
    """The parts as which Check allows it; None where it denies."""
    told = explain(judge, question)
    passed = (each for each in told.rules if each.failed is None)
    parties = {each.rule.acting_as for each in passed if each.rule.effect is Effect.ALLOW}
    return frozenset(parties) if told.decision.allowed else None
