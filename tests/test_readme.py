"""Everything that the README shows is run, as it is written."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
HABILIS = Path(sys.executable).with_name("habilis")
SHOWN, ANY = "127.0.0.1:50051", "127.0.0.1:0"
DENIED = 3


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[str]:
    return [line for block in blocks("console") for line in said(block, program)]


def said(block: str, program: str) -> list[str]:
    lines = [line.removeprefix("$ ").split("  #")[0].strip() for line in block.splitlines()]
    return [line for line in lines if line.startswith(f"{program} ")]


def sequences(program: str, *aside: str) -> list[list[str]]:
    """The commands block by block: each may go on from what those before it have done."""
    found = (
        [line for line in said(block, program) if name_of(line) not in aside]
        for block in blocks("console")
    )
    return [lines for lines in found if lines]


def name_of(command: str) -> str:
    return command.split()[1]


def first(lines: list[str]) -> str:
    return "-".join(lines[0].split()[:2])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the policy in it, as a checkout has, and the README's facts imported."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "policy", folder / "policy")
    imported = next(line for line in commands("habilis") if name_of(line) == "import")
    assert run(imported, folder).returncode == 0
    return folder


@contextmanager
def served(program: str, folder: Path, *addresses: tuple[str, str]) -> Generator[str]:
    """The server of this program, started as it is shown, but for where each one listens."""
    command = next(line for line in commands(program) if name_of(line) == "serve")
    for shown, real in addresses:
        command = command.replace(shown, real)
    words = shlex.split(command)
    with subprocess.Popen(
        [str(HABILIS.with_name(program)), *words[1:]],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("listening on "), line
        yield line.split()[2]
        server.terminate()
        assert server.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served("habilis", folder, (SHOWN, ANY)) as address:
        yield address


@pytest.fixture(scope="module")
def companions(folder: Path, address: str) -> Iterator[dict[str, str]]:
    """Where the companions listen, by the addresses at which they are shown."""
    invoicing, soliciting = "127.0.0.1:50052", "127.0.0.1:50053"
    with served("habilis-invoicing", folder, (invoicing, ANY), (SHOWN, address)) as first:
        others = ((soliciting, ANY), (SHOWN, address), (invoicing, first))
        with served("habilis-soliciting", folder, *others) as second:
            yield {invoicing: first, soliciting: second}


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = {**os.environ, "PATH": f"{HABILIS.parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=path, capture_output=True, text=True, check=False
    )


def test_the_python_example_gives_its_answer(address: str) -> None:
    (example,) = blocks("python")
    example = example.replace("127.0.0.1:50051", address)

    ran = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "True ALLOWED travaux-refuser-moa\n"


@pytest.mark.parametrize("lines", sequences("habilis", "import", "serve"), ids=first)
def test_the_commands_run_as_written(lines: list[str], folder: Path) -> None:
    for command in lines:
        ran = run(command, folder)

        # A question may be answered by a no; what the README shows is never an error.
        answers = {0, DENIED} if name_of(command) in {"check", "explain"} else {0}
        assert ran.returncode in answers, (command, ran.stderr)
        assert "problem" not in ran.stderr


@pytest.mark.parametrize(
    "lines",
    [*sequences("habilis-invoicing", "serve"), *sequences("habilis-soliciting", "serve")],
    ids=first,
)
def test_a_companion_s_commands_run_as_written(
    lines: list[str], folder: Path, companions: dict[str, str]
) -> None:
    for command in lines:
        here = command
        for shown, real in companions.items():
            here = here.replace(shown, real)
        ran = run(here, folder)

        assert ran.returncode == 0, (command, ran.stderr)


def test_the_make_targets_exist() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert {name_of(line) for line in commands("make")} <= set(targets)


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    from habilis_companion.command_line.exits import ExitCode

    shown = {int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)}

    assert shown == {code.value for code in ExitCode if code < 100}
