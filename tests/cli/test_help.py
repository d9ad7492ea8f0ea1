"""What the command line says of itself."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from typing import Any

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from habilis_server.cli.main import COMMANDS
from tests.cli.shell import SHIPPED, habilis


def load(name: str) -> TyperCommand | TyperGroup:
    found = typer.main.get_command(import_module(f"habilis_server.cli.{COMMANDS[name].module}").app)
    assert isinstance(found, TyperCommand | TyperGroup)
    return found


def every_command() -> Iterator[tuple[str, Any]]:
    """The commands that do something, by the words that call them."""
    for name in COMMANDS:
        found = load(name)
        if isinstance(found, TyperGroup):
            yield from ((f"{name} {each}", inner) for each, inner in found.commands.items())
        else:
            yield name, found


CALLED = dict(every_command())


def parameters() -> Iterator[tuple[str, Any]]:
    for name, command in CALLED.items():
        for parameter in command.params:
            yield name, parameter


@pytest.mark.parametrize("words", [["--help"], ["-h"], []])
def test_the_help_lists_every_command_under_its_heading(words: list[str]) -> None:
    said = habilis(*words)

    assert said.code == 0
    assert said.err == ""
    place = -1
    for name, entry in COMMANDS.items():
        heading = said.out.index(f"─ {entry.heading} ─")
        line = said.out.index(f"│ {name} ", heading)
        assert place < heading or place > heading
        assert heading < line
        place = line
    assert "Exit codes: 0 allowed or done" in said.out


@pytest.mark.parametrize("name", [*COMMANDS, *CALLED])
def test_every_command_has_help_that_opens_with_a_sentence(name: str) -> None:
    said = habilis(*name.split(), "--help")

    assert said.code == 0
    assert f"Usage: habilis {name}" in said.out
    found = CALLED[name] if name in CALLED else load(name)
    assert (found.help or "")[0].isupper()


@pytest.mark.parametrize(
    ("name", "parameter"),
    [pytest.param(name, each, id=f"{name}-{each.name}") for name, each in parameters()],
)
def test_every_option_has_help_that_is_a_sentence(name: str, parameter: Any) -> None:
    assert parameter.help, f"`habilis {name}` does not say what `{parameter.name}` is"
    assert parameter.help[0].isupper() or parameter.help.startswith("CSV")
    assert parameter.help.endswith(".")


@pytest.mark.parametrize("name", CALLED)
def test_every_command_takes_json(name: str) -> None:
    assert "--json" in {option for each in CALLED[name].params for option in each.opts}


def test_the_version_is_that_of_the_distribution() -> None:
    said = habilis("--version")

    assert (said.code, said.out) == (0, f"habilis {version('habilis')}\n")


def test_the_page_on_the_command_line_names_every_command_and_option() -> None:
    page = (SHIPPED.parent / "docs" / "command-line.md").read_text(encoding="utf-8")

    for name in COMMANDS:
        assert f"`{name}`" in page
    options = ("--server", "--data", "--database", "--policy", "--at", "--at-least", "--deadline")
    for option in options:
        assert f"`{option}" in page


@pytest.mark.parametrize("module", ["sqlalchemy", "casbin", "habilis_server.service"])
def test_asking_a_server_loads_no_engine_and_no_database(module: str) -> None:
    code = (
        "import sys, habilis_server.cli.main, habilis_server.cli.check, habilis_server.cli.org.app;"
        f"sys.exit({module!r} in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
