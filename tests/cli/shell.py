"""The command line as a test calls it: in this process, or as a real one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer
from typer.testing import CliRunner

from habilis import Question
from habilis_server.cli.main import app
from habilis_server.rulebook.loading import read_files
from habilis_server.rulebook.manifest import MANIFEST, seal

__all__ = [
    "PROGRAM",
    "SHIPPED",
    "Said",
    "called",
    "copy_policy",
    "habilis",
    "process",
    "serving",
    "words_of",
]

SHIPPED: Final = Path(__file__).resolve().parents[2] / "policy"
_RUNNER: Final = CliRunner(env={"COLUMNS": None, "NO_COLOR": "1", "TERM": "dumb"})
PROGRAM: Final = [sys.executable, "-m", "habilis_server.cli.main"]


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def called(
    program: typer.Typer, name: str, *words: str | Path, given: str | bytes | None = None
) -> Said:
    """Call a program of ours in this process, under this name."""
    said = [str(word) for word in words]
    result = _RUNNER.invoke(program, said, input=given, prog_name=name)
    return Said(result.exit_code, result.stdout, result.stderr)


def habilis(*words: str | Path, given: str | bytes | None = None) -> Said:
    """Call the command in this process."""
    return called(app, "habilis", *words, given=given)


def process(*words: str | Path, **how: Any) -> subprocess.Popen[str]:
    """Start the command as a process of its own, its streams piped."""
    return subprocess.Popen(
        [*PROGRAM, *map(str, words)],
        stdin=how.pop("stdin", subprocess.PIPE),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "default"},
        **how,
    )


@contextmanager
def serving(*words: str | Path) -> Generator[str]:
    """A real `habilis serve`; its address."""
    with process("serve", "--json", "--listen", "127.0.0.1:0", *words) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        told = server.stdout.readline()
        try:
            assert told, server.stderr.read()
            yield json.loads(told)["listening"]
        finally:
            server.terminate()
            server.communicate(timeout=30)


def copy_policy(folder: Path) -> Path:
    """The shipped policy with its cases, sealed, where a test may bend it."""
    shutil.copytree(SHIPPED, folder)
    (folder / MANIFEST).write_text(seal(read_files(folder)), encoding="utf-8")
    return folder


def words_of(question: Question) -> Sequence[str]:
    """The options that ask this question."""
    resource = question.resource
    words = ["--subject", question.subject, "--action", question.action]
    words += ["--resource", f"{resource.type}:{resource.id}"]
    for role, perimeter in resource.parties.items():
        words += ["--party", f"{role}={perimeter}"]
    for name, value in resource.properties.items():
        words += ["--property", f"{name}={value}"]
    return words
