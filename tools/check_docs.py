"""Check that the documents tell the truth: paths, links, make targets, commands, records.

Exit 0 when they do, 1 with one line per falsehood otherwise.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from habilis_server.cli.main import COMMANDS

__all__ = ["falsehoods", "main"]

_CHECKOUT = Path(__file__).resolve().parents[1]
_PAGES = ("*.md", "docs/**/*.md", "policy/README.md")
_ROOMS = "policy|proto|clients|server|tests|tools|docs|benchmarks|.ci"

_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(rf"(?:{_ROOMS})/[\w./*-]*")
_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_MAKE = re.compile(r"^\$? ?make ([a-z-]+(?: [a-z-]+)*)")
_SCRIPTS = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text())["project"]["scripts"]
_PROGRAM = "|".join(sorted(_SCRIPTS, key=len, reverse=True))
_COMMAND = re.compile(rf"^\$? ?({_PROGRAM}) ([a-z][a-z-]*)\b(?: ([a-z][a-z-]*))?(.*)")
_TARGET = re.compile(r"^([a-z-]+):(?!=)", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def falsehoods() -> Iterator[str]:
    """Every statement of the documents that is not so, with its page."""
    targets = set(_TARGET.findall((_CHECKOUT / "Makefile").read_text()))
    for page in sorted(path for pattern in _PAGES for path in _CHECKOUT.glob(pattern)):
        text = page.read_text()
        where = page.relative_to(_CHECKOUT)
        for problem in (*_links(page, text), *_paths(text), *_commands(text, targets)):
            yield f"{where}: {problem}"
    yield from _records()
    yield from _readme()


def _links(page: Path, text: str) -> Iterator[str]:
    for target in _LINK.findall(text):
        if not (page.parent / target).exists():
            yield f"the link `{target}` leads nowhere"


def _paths(text: str) -> Iterator[str]:
    for code in _CODE.findall(_BLOCK.sub("", text)):
        if _PATH.fullmatch(code) and not any(_CHECKOUT.glob(code.rstrip("/"))):
            yield f"there is no `{code}`"


def _commands(text: str, targets: set[str]) -> Iterator[str]:
    blocks = (block.replace("\\\n", " ") for block in _BLOCK.findall(text))
    lines = [line for block in blocks for line in block.splitlines()]
    for code in (*_CODE.findall(_BLOCK.sub("", text)), *lines):
        said = code.split("  #")[0]
        if made := _MAKE.match(said):
            for target in set(made[1].split()) - targets:
                yield f"there is no `make {target}`"
        if called := _COMMAND.match(said):
            program, name, part, words = called.groups("")
            command = f"{program} {name}"
            # A second word is a part of a group of commands, or a mere argument.
            grouped = f"{command} {part}" if part and _options(f"{command} {part}") else command
            yield from _command(grouped, set(_OPTION.findall(words)))


def _command(name: str, options: set[str]) -> Iterator[str]:
    known = _options(name)
    if known is None:
        yield f"there is no command `{name}`"
        return
    for option in sorted(options - known):
        yield f"`{name}` has no option `{option}`"


_HELP: dict[str, set[str] | None] = {}


def _options(name: str) -> set[str] | None:
    """The options in the help of a command; None when there is no such command."""
    if name not in _HELP:
        program, *parts = name.split()
        found = shutil.which(program, path=str(Path(sys.executable).parent))
        if found is None:
            raise FileNotFoundError(f"the command `{program}` is not installed beside this Python")
        # A wide, plain terminal, so that no option is cut or coloured.
        plain = {"COLUMNS": "300", "NO_COLOR": "1", "TERM": "dumb"}
        words = [found, *parts, "--help"]
        told = subprocess.run(words, capture_output=True, text=True, env=plain, check=False)
        _HELP[name] = set(_OPTION.findall(told.stdout)) if told.returncode == 0 else None
    return _HELP[name]


def _records() -> Iterator[str]:
    folder = _CHECKOUT / "docs" / "adr"
    index = (folder / "README.md").read_text()
    for record in sorted(folder.glob("0*.md")):
        if f"({record.name})" not in index:
            yield f"docs/adr/README.md: {record.name} is missing"


def _readme() -> Iterator[str]:
    """Every command is shown to a newcomer, or the make target of its name is."""
    text = (_CHECKOUT / "README.md").read_text()
    for command in COMMANDS:
        if f"habilis {command}" not in text and f"make {command}" not in text:
            yield f"README.md: `habilis {command}` is missing"


def main() -> int:
    """Print every falsehood; the exit code."""
    found = list(dict.fromkeys(falsehoods()))
    for falsehood in found:
        sys.stderr.write(f"{falsehood}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
