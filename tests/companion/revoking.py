"""F8: rights that are lost between the question and the commit, for the acts of any companion."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from habilis import AccessDenied, Decision, Question, Token
from habilis.errors import HabilisError, UnavailableError
from habilis_server.engine import Judge
from tests.companion.bureau import Bureau
from tests.companion.judging import Judging

__all__ = ["Fickle", "Try", "faults_of_revoked_rights", "written_by"]


class Fickle(Judging):
    """Answers the first questions of an act, and takes the right away before the next ones."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self._lost: Judge | None = None
        self._gone = False
        self._left = 0

    def lose(self, lost: Judge | None, *, after: int, gone: bool = False) -> None:
        """After this many answers `lost` judges, or with `gone` nobody answers."""
        self._lost, self._gone, self._left = lost, gone, after

    def check_many(
        self, questions: Sequence[Question], *, at_least: Token | None = None
    ) -> tuple[Decision, ...]:
        self._left -= 1
        if self._left < 0 and self._gone:
            raise UnavailableError("nobody is there")
        if self._left < 0 and self._lost is not None:
            self.judge = self._lost
        return super().check_many(questions, at_least=at_least)


@dataclass(frozen=True, eq=False)
class Try:
    """An act that would succeed, done under the name of a request.

    `lost` judges by the facts in which a right that it rests on is there no
    longer; it asks for that one in the first `answers` questions.
    """

    name: str
    act: Callable[[str], object]
    lost: Judge
    answers: int = 1


def faults_of_revoked_rights(
    bureau: Bureau, habilis: Fickle, tries: Sequence[Try], count: int, *, seed: int = 8
) -> Iterator[str]:
    """What an act changes, or how it ends, where its right is lost on the way, `count` times.

    Of ten, one loses the answer instead of the right.
    """
    dice, kept, before = random.Random(seed), habilis.judge, bureau.rows()
    for number in range(count):
        tried, unanswered = tries[dice.randrange(len(tries))], number % 10 == 0
        habilis.judge = kept
        lost = None if unanswered else tried.lost
        habilis.lose(lost, after=tried.answers, gone=unanswered)
        error = _error_of(tried, f"lost-{number}")
        if not isinstance(error, UnavailableError if unanswered else AccessDenied):
            yield f"`{tried.name}` came to {error!r}, although its right was lost"
        if number % 25 == 0 and bureau.rows() != before:
            yield f"`{tried.name}` or one before it was written, although its right was lost"
            before = bureau.rows()
    habilis.judge = kept
    if bureau.rows() != before:
        yield "something was written, although its right was lost"


def written_by(bureau: Bureau, habilis: Fickle, tries: Sequence[Try]) -> list[str]:
    """The acts that are written although their right is lost: all, where nobody asks again."""
    kept, written = habilis.judge, list[str]()
    for number, tried in enumerate(tries):
        before = bureau.rows()
        habilis.judge = kept
        habilis.lose(tried.lost, after=tried.answers)
        assert _error_of(tried, f"unasked-{number}") is None
        written += [tried.name] if bureau.rows() != before else []
    return written


def _error_of(tried: Try, request: str) -> HabilisError | None:
    try:
        tried.act(request)
    except HabilisError as error:
        return error
    return None
