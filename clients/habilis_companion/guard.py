"""The guard: how a companion asks for a right, and how nothing happens without one.

    class Works:
        @asks("factures_travaux.refuser")
        def refuse(self, asked: Refusal) -> Moved:
            with self.store.asking() as session:
                piece = pieces.load(session, asked.piece)
            permit = self.guard.ask(asked.subject, "factures_travaux.refuser", resource_of(piece))
            with self.store.writing(self.guard, permit) as session:
                return pieces.move(session, piece, ...)

`@asks` names every action that a method may ask, so that who reads the method,
or a test, sees what it takes. While it runs, the guard asks those actions and
no others; without an answer that allows, the store opens neither for reading
nor for writing, and the method cannot return. Just before a write is committed
the same questions are asked again: a right that was lost in between leaves
nothing.

These hold a companion to its word, as a seat belt does; they are no wall
against code that means harm.
"""

import functools
import inspect
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import InitVar, dataclass
from typing import Final, ParamSpec, Protocol, TypeVar

from habilis import AccessDenied, Decision, Question, Resource, Token
from habilis.answers import PerimeterList

__all__ = [
    "Answers",
    "Guard",
    "Permit",
    "Scope",
    "UnaskedError",
    "actions_of",
    "asks",
    "need_held",
    "need_method",
]

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")

_SEAL: Final = object()
_MARK: Final = "__asks__"


class UnaskedError(AssertionError):
    """The companion was about to act, or to answer, without having asked: a defect of its code."""


class Answers(Protocol):
    """What the guard asks: a `habilis.Client`, or what answers as one does."""

    def check_many(
        self, questions: Sequence[Question], *, at_least: Token | None = None
    ) -> tuple[Decision, ...]: ...

    def list_perimeters(
        self, *, subject: str, action: str, resource_type: str = "", at_least: Token | None = None
    ) -> PerimeterList: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Permit:
    """A question that Habilis answered with yes. The guard alone makes one."""

    question: Question
    decision: Decision
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        _need_seal(seal)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scope:
    """Where Habilis lets the subject do the action: what a list is filtered by.

    It may cover nothing: the list is then empty. The guard alone makes one.
    """

    subject: str
    action: str
    resource_type: str
    perimeters: PerimeterList
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        _need_seal(seal)


class Guard:
    """Asks Habilis, for the methods marked with `@asks`. Safe between threads.

    Raises AccessDenied where the answer is no, and whatever else a client
    raises where no answer came: then nothing may be done either. Raises
    UnaskedError for an action that the method under way does not name.
    """

    def __init__(self, client: Answers) -> None:
        self._client = client

    def ask(
        self, subject: str, action: str, resource: Resource, at_least: Token | None = None
    ) -> Permit:
        """The permit for one action; `at_least`: no answer from older facts."""
        question = Question(subject=subject, action=action, resource=resource)
        return self.ask_all([question], at_least)[0]

    def ask_all(
        self, questions: Sequence[Question], at_least: Token | None = None
    ) -> tuple[Permit, ...]:
        """A permit for each question, all from one state of the facts, or none at all."""
        method = _under_way(question.action for question in questions)
        decisions = self._client.check_many(questions, at_least=at_least)
        _need_allowed(decisions)
        permits = tuple(
            Permit(question=question, decision=decision, seal=_SEAL)
            for question, decision in zip(questions, decisions, strict=True)
        )
        method.held.extend(permits)
        return permits

    def again(self, permits: Sequence[Permit]) -> None:
        """Return only if every permit still holds, by facts no older than those it came from.

        Raises AccessDenied for the first that does not.
        """
        need_held(*permits)
        at_least = max((permit.decision.token for permit in permits), key=_revision)
        questions = [permit.question for permit in permits]
        _need_allowed(self._client.check_many(questions, at_least=at_least))

    def where(
        self, subject: str, action: str, resource_type: str, at_least: Token | None = None
    ) -> Scope:
        """Where the subject may do the action on this type of resource; perhaps nowhere."""
        method = _under_way([action])
        perimeters = self._client.list_perimeters(
            subject=subject, action=action, resource_type=resource_type, at_least=at_least
        )
        scope = Scope(
            subject=subject,
            action=action,
            resource_type=resource_type,
            perimeters=perimeters,
            seal=_SEAL,
        )
        method.held.append(scope)
        return scope

    def which(self, scope: Scope, resources: Sequence[Resource]) -> tuple[bool, ...]:
        """For each resource, whether the action of the scope is allowed on it: asked one by one.

        For what a scope leaves in doubt, by facts no older than its own.
        """
        need_held(scope)
        questions = [
            Question(subject=scope.subject, action=scope.action, resource=resource)
            for resource in resources
        ]
        decisions = self._client.check_many(questions, at_least=scope.perimeters.token)
        return tuple(decision.allowed for decision in decisions)


def asks(*actions: str) -> Callable[[Callable[_Given, _Made]], Callable[_Given, _Made]]:
    """Mark a method with every action of the policy that it may ask.

    It raises UnaskedError instead of returning, if none of them was allowed
    while it ran. A method that waits or yields would go on after that, so it
    cannot be marked: TypeError.
    """
    if not actions or len(set(actions)) < len(actions):
        raise TypeError("name the actions that the method asks, each once")

    def marked(method: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
        if inspect.isgeneratorfunction(method) or inspect.iscoroutinefunction(method):
            raise TypeError(f"`{method.__qualname__}` goes on after it returned; it cannot ask")

        @functools.wraps(method)
        def asking(*args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
            with _method(method.__qualname__, frozenset(actions)) as under_way:
                made = method(*args, **kwargs)
                if not under_way.held:
                    raise UnaskedError(f"`{method.__qualname__}` was about to answer unasked")
                return made

        setattr(asking, _MARK, frozenset(actions))
        return asking

    return marked


def actions_of(flow: type) -> Mapping[str, frozenset[str]]:
    """The marked methods of a class, each with the actions that it may ask."""
    found = ((name, getattr(flow, name, None)) for name in dir(flow))
    return {name: getattr(method, _MARK) for name, method in found if hasattr(method, _MARK)}


def need_method() -> None:
    """Return only while a marked method is under way."""
    _under_way()


def need_held(*held: Permit | Scope) -> None:
    """Return only if each of them, and at least one, was given to the method under way."""
    method = _under_way()
    if not held:
        raise UnaskedError(f"`{method.name}` gave nothing by which it may")
    for each in held:
        if not any(each is given for given in method.held):
            raise UnaskedError(f"`{method.name}` was not given this {type(each).__name__}")


@dataclass(slots=True)
class _Method:
    """A marked method while it runs, and what it was given so far."""

    name: str
    actions: frozenset[str]
    held: list[Permit | Scope]


_METHOD: Final[ContextVar[_Method | None]] = ContextVar("method", default=None)


@contextmanager
def _method(name: str, actions: frozenset[str]) -> Generator[_Method]:
    """A marked method that calls another one holds what the other was given."""
    outer = _METHOD.get()
    method = _Method(name, actions, [])
    token = _METHOD.set(method)
    try:
        yield method
    finally:
        _METHOD.reset(token)
        if outer is not None:
            outer.held.extend(method.held)


def _under_way(actions: Iterable[str] = ()) -> _Method:
    method = _METHOD.get()
    if method is None:
        raise UnaskedError("no method is under way that is marked with `@asks`")
    for action in actions:
        if action not in method.actions:
            raise UnaskedError(f"`{method.name}` does not say that it asks `{action}`")
    return method


def _need_allowed(decisions: Iterable[Decision]) -> None:
    for decision in decisions:
        if not decision.allowed:
            raise AccessDenied(decision)


def _need_seal(seal: object) -> None:
    if seal is not _SEAL:
        raise UnaskedError("a permit or a scope is given by the guard, and made by nothing else")


def _revision(token: Token) -> int:
    return token.revision
