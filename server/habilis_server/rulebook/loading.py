"""From files to a Rulebook: pure in `build`, with the disk only in `load`."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from habilis_companion.reviewed.problems import Place, Problem, Problems
from habilis_companion.reviewed.yaml_nodes import read_yaml
from habilis_server.rulebook.checks import findings
from habilis_server.rulebook.errors import PolicyError
from habilis_server.rulebook.manifest import MANIFEST, check_seal
from habilis_server.rulebook.profiles import read_profiles
from habilis_server.rulebook.rulebook import Rule, Rulebook
from habilis_server.rulebook.rules import read_rules
from habilis_server.rulebook.vocabulary import read_vocabulary

__all__ = ["MODEL", "PROFILES", "VOCABULARY", "build", "load", "read_files"]

MODEL: Final = "models/portal.conf"
VOCABULARY: Final = "rules/vocabulary.yaml"
PROFILES: Final = "rules/profiles.yaml"
_RULES: Final = "rules/"
_YAML: Final = ".yaml"


def load(directory: Path) -> Rulebook:
    """The sealed policy of `directory`. Raises PolicyError with every problem."""
    files = read_files(directory)
    problems = check_seal(_manifest(directory), files)
    try:
        rulebook = build(files)
    except PolicyError as error:
        raise PolicyError([*problems, *error.problems]) from error
    if problems:
        raise PolicyError(problems)
    return rulebook


def _manifest(directory: Path) -> str | None:
    path = directory / MANIFEST
    try:
        # What is not UTF-8 is no file's name or digest either: it is told as a difference.
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
    except OSError as error:
        problem = Problem(Place(MANIFEST), f"can't be read: {error.strerror}")
        raise PolicyError([problem]) from error


def read_files(directory: Path) -> dict[str, bytes]:
    """The files that decide, by their name within `directory`. Raises PolicyError."""
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    for pattern in ("models/*", "rules/*"):
        for path in sorted(directory.glob(pattern)):
            name = path.relative_to(directory).as_posix()
            if path.is_symlink() or not path.is_file():
                problems.append(Problem(Place(name), "not a plain file; remove it"))
                continue
            try:
                files[name] = path.read_bytes()
            except OSError as error:
                problems.append(Problem(Place(name), f"can't be read: {error.strerror}"))
    if not files and not problems:
        problems.append(Problem(Place(str(directory)), "no policy here; give its folder"))
    if problems:
        raise PolicyError(problems)
    return files


def build(files: Mapping[str, bytes], *, lint: bool = True) -> Rulebook:
    """The Rulebook of these files (name within the policy folder → content).

    Raises PolicyError with every problem. Without `lint`, rules that repeat,
    shadow or contradict one another are let through; what is wrong never is.
    """
    problems = Problems()
    nodes = {
        name: read_yaml(name, files[name], problems)
        for name in sorted(files)
        if name.endswith(_YAML)
    }
    for name in sorted(files):
        if name not in {MODEL, VOCABULARY, PROFILES} and not _is_rules_file(name):
            problems.add(Place(name), "a file that has no place in a policy; remove it")
    for name in (MODEL, VOCABULARY, PROFILES):
        if name not in files:
            problems.add(Place(name), "missing; a policy is nothing without it")
    problems.raise_if_any(PolicyError)
    vocabulary_node, profiles_node = nodes[VOCABULARY], nodes[PROFILES]
    if vocabulary_node is None or profiles_node is None:  # then problems were raised above
        raise PolicyError([Problem(Place(VOCABULARY), "empty")])
    vocabulary = read_vocabulary(vocabulary_node, problems)
    profiles = read_profiles(profiles_node, vocabulary, problems)
    rules: list[Rule] = []
    for name, node in nodes.items():
        if node is not None and _is_rules_file(name):
            stem = name.removeprefix(_RULES).removesuffix(_YAML)
            rules.extend(read_rules(stem, node, vocabulary, profiles, problems))
    if not rules:
        problems.add(Place(_RULES), "no rule at all: an empty policy is refused")
    problems.raise_if_any(PolicyError)
    rulebook = Rulebook(
        digest=_digest(files),
        vocabulary=vocabulary,
        profiles=profiles,
        rules=tuple(rules),
        model=_model(files[MODEL], problems),
    )
    problems.extend(findings(rulebook, lint=lint))
    problems.raise_if_any(PolicyError)
    return rulebook


def _is_rules_file(name: str) -> bool:
    return name.startswith(_RULES) and name.endswith(_YAML) and name not in {VOCABULARY, PROFILES}


def _model(content: bytes, problems: Problems) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        problems.add(Place(MODEL), f"not ASCII at byte {error.start}; write plain letters")
        return ""


def _digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, each preceded by its length: no two sets collide."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()
