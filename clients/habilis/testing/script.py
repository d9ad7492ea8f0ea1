"""What a fake Habilis answers: said beforehand, deny by default, deny before allow."""

from collections.abc import Iterable
from dataclasses import dataclass

from habilis.model import Perimeter, Question, Reason, Token

__all__ = ["Line", "Said", "Script"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The questions that have these words; None stands for any word."""

    subject: str | None = None
    action: str | None = None
    type: str | None = None
    id: str | None = None

    def covers(self, question: Question) -> bool:
        pairs = (
            (self.subject, question.subject),
            (self.action, question.action),
            (self.type, question.resource.type),
            (self.id, question.resource.id),
        )
        return all(wanted is None or wanted == asked for wanted, asked in pairs)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer without its state: a reason, and whether that reason allows."""

    reason: Reason
    rule_id: str = ""
    acting_as: str = ""

    @property
    def allowed(self) -> bool:
        return self.reason is Reason.ALLOWED


class Script:
    """The answers of one test, and the questions that it was asked."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.token = Token("fake", 1)
        self._lines: list[tuple[Line, Said]] = []
        self._places: dict[tuple[str, str], tuple[Perimeter, ...]] = {}

    def say(self, line: Line, said: Said) -> None:
        self._lines.append((line, said))

    def answer(self, question: Question, at_least: Token | None) -> Said:
        """The first answer that denies, else the first that allows, else a denial."""
        self.questions.append(question)
        if at_least is not None and at_least.revision > self.token.revision:
            return Said(Reason.STALE)
        speaking = [said for line, said in self._lines if line.covers(question)]
        denials = [said for said in speaking if not said.allowed]
        return next(iter(denials or speaking), Said(Reason.NO_RULE))

    def actions(self) -> tuple[str, ...]:
        """The actions that the test spoke of, in that order."""
        named = (line.action for line, _ in self._lines if line.action is not None)
        return tuple(dict.fromkeys(named))

    def place(self, subject: str, action: str, perimeters: Iterable[Perimeter]) -> None:
        self._places[subject, action] = tuple(perimeters)

    def places(self, subject: str, action: str) -> tuple[Perimeter, ...]:
        return self._places.get((subject, action), ())
