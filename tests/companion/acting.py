"""What any act of a companion is held to, by its client, on both servers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import uuid4

import pytest

from habilis import AccessDenied, Reason
from habilis_companion.errors import RequestIdReusedError, StaleVersionError
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Reference, Versioned
from tests.companion.keeping import nothing_changes
from tests.companion.portal import Portal

__all__ = ["ActCase", "denied", "done_once", "missing", "refused", "stale"]

_Desk = TypeVar("_Desk", bound=Portal[Any])


@dataclass(frozen=True, kw_only=True)
class ActCase(Generic[_Desk]):
    """How an act comes about: `made` makes what it is done on, by `who`, with what is `given`.

    `etat` is what becomes of it. `refused` breaks a rule of the act, which then
    says `code`; None: there is none to break.
    """

    name: str
    made: Callable[[_Desk], Versioned]
    who: str
    etat: str
    given: dict[str, Any] = field(default_factory=dict[str, Any])
    refused: dict[str, Any] | None = None
    code: str = ""

    def __str__(self) -> str:
        return self.name

    def on(self, desk: _Desk) -> Callable[..., Any]:
        """The client's method of its name."""
        method: Callable[..., Any] = getattr(desk.client, self.name)
        return method


def done_once(desk: _Desk, act: ActCase[_Desk], *, other: str) -> None:
    """It comes to its state; offered again it tells the same, and to another it tells nothing."""
    kept = act.made(desk)
    terms: dict[str, Any] = {"subject": act.who, "request_id": uuid4().hex, **act.given}
    done = act.on(desk)(kept, **terms)

    assert done.etat == act.etat
    with nothing_changes(desk.kept):
        assert act.on(desk)(kept, **terms) == done
    with pytest.raises(RequestIdReusedError):
        act.on(desk)(kept, **{**terms, "subject": other})


def denied(
    desk: _Desk, act: ActCase[_Desk], *, stranger: str, reason: Reason = Reason.NOT_ATTACHED
) -> None:
    """Who has no right is told by which decision, and nothing moves."""
    kept = act.made(desk)
    reasons = {stranger: reason, "personne": Reason.UNKNOWN_SUBJECT}

    with nothing_changes(desk.kept):
        for subject, expected in reasons.items():
            with pytest.raises(AccessDenied) as told:
                act.on(desk)(kept, subject=subject, **act.given)
            assert told.value.reason is expected
            assert told.value.decision.decision_id


def stale(desk: _Desk, act: ActCase[_Desk]) -> None:
    """What moved since it was read is left as it is."""
    kept = act.made(desk)

    with nothing_changes(desk.kept):
        for version in {kept.version + 1, max(kept.version - 1, 1), 999_999} - {kept.version}:
            with pytest.raises(StaleVersionError):
                act.on(desk)(Reference(kept.id, version), subject=act.who, **act.given)


def refused(desk: _Desk, act: ActCase[_Desk]) -> None:
    """A rule that stands against it is told by its code."""
    kept = act.made(desk)
    given = {**act.given, **(act.refused or {})}

    with nothing_changes(desk.kept), pytest.raises(RefusedError) as told:
        act.on(desk)(kept, subject=act.who, **given)
    assert act.code in {problem.code for problem in told.value.problems}


def missing(desk: _Desk, act: ActCase[_Desk], *, code: str) -> None:
    """What is not there is not found."""
    with nothing_changes(desk.kept), pytest.raises(RefusedError) as told:
        act.on(desk)(Reference(uuid4().hex, 1), subject=act.who, **act.given)
    assert [problem.code for problem in told.value.problems] == [code]
