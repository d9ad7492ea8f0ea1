"""Deadlines for busy machines; the tests of the deadlines themselves set their own."""

import pytest

from habilis import calls


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers at all has the time to."""
    for name in ("CHECK_DEADLINE", "LIST_DEADLINE"):
        monkeypatch.setattr(calls, name, 20.0)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What never answers is soon given up."""
    for name in ("CHECK_DEADLINE", "LIST_DEADLINE", "RELOAD_DEADLINE"):
        monkeypatch.setattr(calls, name, 0.2)
