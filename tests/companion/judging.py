"""A Habilis in this process that judges as the server does, on the facts that a test gives it."""

from collections.abc import Sequence
from dataclasses import replace

from habilis import Decision, Question, Token
from habilis.answers import PerimeterList
from habilis.v1 import access_pb2
from habilis.wire_answers import read_perimeters
from habilis_server.analysis import list_perimeters
from habilis_server.engine import Judge
from habilis_server.service.wire import token_message
from habilis_server.service.wire_answers import permitted_perimeter_message

__all__ = ["Judging"]


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
