"""All that can be wrong with a policy folder: the policy, its seal, its cases, their facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from habilis_server.rulebook import Place, PolicyError, Problem, Rulebook, build
from habilis_server.rulebook.cases import FACTS, Case, load_cases
from habilis_server.rulebook.loading import read_files
from habilis_server.rulebook.manifest import MANIFEST, check_seal
from habilis_server.world import FactsError, World, read_portable

__all__ = ["Review", "facts_of", "review"]

_CASES: Final = "cases"
_LINE: Final = re.compile(r"line (\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a policy folder holds. `rulebook` None: it cannot be read at all.

    `unsealed` are the problems that a new seal would mend, `problems` all others.
    """

    files: dict[str, bytes]
    rulebook: Rulebook | None
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]
    unsealed: tuple[Problem, ...]


def review(folder: Path) -> Review:
    """Read the folder whole; nothing stops at the first problem."""
    try:
        files = read_files(folder)
    except PolicyError as error:
        return Review(
            files={}, rulebook=None, cases=(), problems=tuple(error.problems), unsealed=()
        )
    unsealed = tuple(_seal_problems(folder, files))
    try:
        rulebook = build(files)
    except PolicyError as error:
        return Review(
            files=files,
            rulebook=None,
            cases=(),
            problems=tuple(error.problems),
            unsealed=unsealed,
        )
    cases, problems = _cases(folder, rulebook)
    return Review(files=files, rulebook=rulebook, cases=cases, problems=problems, unsealed=unsealed)


def facts_of(folder: Path, rulebook: Rulebook) -> World:
    """The facts on which the folder's cases are judged; raises PolicyError with every problem."""
    path = folder / _CASES / FACTS
    try:
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise PolicyError(
            [Problem(Place(f"{_CASES}/{FACTS}"), f"cannot be read: {error.strerror}")]
        ) from error
    grantable = [profile.id for profile in rulebook.profiles.values() if profile.granted_by]
    try:
        return World.of(
            read_portable(text, known_profiles=rulebook.profiles, grantable_profiles=grantable)
        )
    except FactsError as error:
        raise PolicyError(map(_placed, error.problems)) from error


def _seal_problems(folder: Path, files: Mapping[str, bytes]) -> list[Problem]:
    path = folder / MANIFEST
    try:
        sealed = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
    except OSError as error:
        return [Problem(Place(MANIFEST), f"can't be read: {error.strerror}")]
    return check_seal(sealed, files)


def _cases(folder: Path, rulebook: Rulebook) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    cases: tuple[Case, ...] = ()
    problems: list[Problem] = []
    try:
        cases = load_cases(folder, rulebook)
    except PolicyError as error:
        problems += error.problems
    try:
        facts_of(folder, rulebook)
    except PolicyError as error:
        problems += error.problems
    return cases, tuple(problems)


def _placed(problem: str) -> Problem:
    """The problem of a facts line, which says its line in words."""
    told = _LINE.fullmatch(problem)
    file = f"{_CASES}/{FACTS}"
    if told is None:
        return Problem(Place(file), problem)
    return Problem(Place(file, int(told[1])), told[2])
