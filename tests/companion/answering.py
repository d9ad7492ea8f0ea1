"""A Habilis in this process: it answers the guard as the test says, and counts what it is asked."""

from collections.abc import Callable, Sequence

from habilis import Decision, Question, Reason, Token
from habilis.answers import PerimeterList, PermittedPerimeter
from habilis.errors import UnavailableError

__all__ = ["Habilis", "everyone", "nobody"]


def everyone(_: Question) -> bool:
    return True


def nobody(_: Question) -> bool:
    return False


class Habilis:
    """Allows what `says` allows: everything, until the test says otherwise.

    `gone` True: no answer comes.
    """

    def __init__(self, says: Callable[[Question], bool] = everyone) -> None:
        self.says = says
        self.gone = False
        self.perimeters: tuple[PermittedPerimeter, ...] = ()
        self.token = Token("policy", 1)
        self.asked: list[Question] = []
        self.at_least: list[Token | None] = []

    def check_many(
        self, questions: Sequence[Question], *, at_least: Token | None = None
    ) -> tuple[Decision, ...]:
        self._answer(at_least)
        self.asked.extend(questions)
        return tuple(map(self._decision, questions))

    def list_perimeters(
        self, *, subject: str, action: str, resource_type: str = "", at_least: Token | None = None
    ) -> PerimeterList:
        self._answer(at_least)
        return PerimeterList(perimeters=self.perimeters, token=self.token)

    def _answer(self, at_least: Token | None) -> None:
        self.at_least.append(at_least)
        if self.gone:
            raise UnavailableError("nobody is there")

    def _decision(self, question: Question) -> Decision:
        allowed = self.says(question)
        return Decision(
            allowed=allowed,
            reason=Reason.ALLOWED if allowed else Reason.NO_RULE,
            rule_id="rule",
            acting_as="fournisseur",
            token=self.token,
            decision_id=f"decision-{len(self.asked)}",
        )
