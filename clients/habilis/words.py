"""The keywords in which a client takes a question that is not yet a `Question`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from habilis.model import Question, Resource, Token

__all__ = ["Asked", "Terms", "question_of"]


class Terms(TypedDict, total=False):
    """On which terms an answer is wanted.

    `at_least`: no answer from older facts. `deadline`: seconds, in place of
    the method's own.
    """

    at_least: Token | None
    deadline: float | None


class Asked(Terms):
    """The words of a question, as in `Question`, and the terms of its answer."""

    subject: str
    action: str
    resource: Resource
    at: NotRequired[datetime | None]
    context: NotRequired[Mapping[str, object]]


def question_of(question: Question | None, words: dict[str, Any]) -> Question:
    """The question itself or the one that the words make, never both.

    Raises TypeError where a word is missing, unknown, or beside a question.
    """
    if question is None:
        return Question(**words)
    if words:
        raise TypeError(f"a question came with words of another one: {', '.join(words)}")
    return question
