"""What is shipped: the wheel, the SDK alone, and the server away from the checkout."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from habilis_server.locations import policy_directory

# One worker builds the wheel, for all of these.
pytestmark = pytest.mark.xdist_group("packaging")

CHECKOUT = Path(__file__).resolve().parents[1]
POLICY = CHECKOUT / "policy"

MOA = "17340430200015"
FACTS = [
    {
        "kind": "structure",
        "id": MOA,
        "identifier_type": "SIRET",
        "type": "public",
        "name": "ACADEMIE DE MONTPELLIER",
        "active": True,
        "moa": "only",
        "principal_manager": "gp",
    },
    {"kind": "account", "id": "gp", "email": "gp@example.org", "state": "active"},
    {"kind": "account", "id": "claire", "email": "claire@example.org", "state": "active"},
    {"kind": "account", "id": "paul", "email": "paul@example.org", "state": "active"},
    {
        "kind": "attachment",
        "account": "claire",
        "structure": MOA,
        "service": None,
        "profiles": "default",
    },
    {
        "kind": "attachment",
        "account": "paul",
        "structure": MOA,
        "service": None,
        "profiles": ["factures_travaux:consultation"],
    },
]


@dataclass(frozen=True)
class Installation:
    """A virtual environment that holds the wheel and what the wheel declares, no more."""

    root: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / "bin" / program, *arguments],
            cwd=self.root,
            env=bare_environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        return self.run("python", "-I", "-c", code)


@dataclass(frozen=True)
class Companion:
    """A companion by the name of its extra, installed with what that declares."""

    name: str
    installed: Installation


def bare_environment() -> dict[str, str]:
    kept = ("HOME", "PATH", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def declared(wheel: Path, extras: set[str]) -> list[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        headers = HeaderParser().parsestr(archive.read(metadata).decode())
    requirements = map(Requirement, headers.get_all("Requires-Dist", []))
    return [each for each in requirements if applies(each, extras)]


def applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras})


def closure(requirements: list[Requirement]) -> set[str]:
    """The distributions that the requirements bring, themselves included."""
    names: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        name = requirement.name.lower().replace("_", "-")
        if name not in names:
            names.add(name)
            brought = map(Requirement, distribution(name).requires or [])
            waiting += [each for each in brought if applies(each, set(requirement.extras))]
    return names


def lend(name: str, site_packages: Path) -> None:
    """Copy an installed distribution: the locked version, without asking the network."""
    lent = distribution(name)
    for file in lent.files or []:
        inside = ".." not in file.parts and "__pycache__" not in file.parts
        if inside and file.parts[0] != "node_modules":
            target = site_packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), target)


def install(wheel: Path, root: Path, extras: set[str]) -> Installation:
    subprocess.run([sys.executable, "-m", "venv", root], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for name in sorted(closure(declared(wheel, extras))):
        lend(name, root / "lib" / version / "site-packages")
    offline = ["--quiet", "--no-index", "--no-deps", "--disable-pip-version-check"]
    subprocess.run(
        [root / "bin" / "python", "-m", "pip", "install", *offline, wheel],
        env=bare_environment(),
        check=True,
    )
    return Installation(root)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as a release is: from the source archive, not from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    [wheel] = folder.glob("habilis-*.whl")
    return wheel


@pytest.fixture(scope="module")
def sdk(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(wheel, tmp_path_factory.mktemp("sdk"), set())


@pytest.fixture(scope="module")
def server(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(wheel, tmp_path_factory.mktemp("server"), {"server"})


@pytest.fixture(scope="module", params=["invoicing", "soliciting"])
def companion(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Companion:
    name: str = request.param
    return Companion(name, install(wheel, tmp_path_factory.mktemp(name), {name}))


@pytest.fixture(scope="module")
def address(server: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the shipped policy and a handful of facts; its address."""
    folder = tmp_path_factory.mktemp("served")
    facts = folder / "facts.jsonl"
    facts.write_text("".join(json.dumps(fact) + "\n" for fact in FACTS))
    data = folder / "data"
    data.mkdir()
    imported = server.run("habilis", "import", str(facts), "--data", str(data))
    assert imported.returncode == 0, imported.stderr
    with subprocess.Popen(
        [
            server.root / "bin" / "habilis",
            *("serve", "--listen", "127.0.0.1:0", "--data", str(data)),
        ],
        cwd=folder,
        env=bare_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            told = (re.search(r"listening on (127\.0\.0\.1:\d+)", line) for line in process.stdout)
            found = next((match for match in told if match), None)
            assert found, "the server never said where it listens"
            yield found[1]
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_the_wheel_holds_every_file_of_the_policy_and_nothing_else_beside_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {
            name.removeprefix("habilis_server/policy/")
            for name in archive.namelist()
            if name.startswith("habilis_server/policy/")
        }
    outside = {path.relative_to(POLICY).as_posix() for path in POLICY.rglob("*") if path.is_file()}

    assert inside == outside


def test_the_wheel_holds_the_packages_typed_and_no_test(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    packages = {
        "habilis",
        "habilis_companion",
        "habilis_invoicing",
        "habilis_server",
        "habilis_soliciting",
    }
    assert {name.split("/")[0].split("-")[0] for name in names} == packages
    assert {f"{package}/py.typed" for package in packages} <= set(names)
    assert not [name for name in names if "test_" in name or "/tests/" in name]


def test_the_checkout_and_the_installation_find_their_own_policy(server: Installation) -> None:
    found = server.python(
        "from habilis_server.locations import policy_directory; print(policy_directory())"
    )

    assert policy_directory() == POLICY
    assert Path(found.stdout.strip()).is_relative_to(server.root.resolve())


def test_the_wheel_declares_all_that_it_needs(
    sdk: Installation, server: Installation, companion: Companion
) -> None:
    for installation in (sdk, server, companion.installed):
        checked = installation.run("python", "-m", "pip", "check")

        assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("module", ["casbin", "yaml", "sqlalchemy", "typer", "rich"])
def test_the_sdk_alone_brings_no_library_of_the_server(sdk: Installation, module: str) -> None:
    assert sdk.python("import habilis").returncode == 0
    assert sdk.python("import habilis.v1.access_pb2_grpc").returncode == 0
    assert f"No module named '{module}'" in sdk.python(f"import {module}").stderr


def test_importing_the_sdk_loads_no_module_of_the_server(server: Installation) -> None:
    loaded = server.python(
        "import sys, habilis; print([m for m in sys.modules if m.startswith('habilis_server')])"
    )

    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("command", "extra"), [("habilis", "server"), ("habilis-invoicing", "invoicing")]
)
def test_a_command_without_its_libraries_says_in_one_sentence_what_to_install(
    sdk: Installation, command: str, extra: str
) -> None:
    told = sdk.run(command, "serve")

    assert told.returncode == 4
    assert f"pip install 'habilis[{extra}]'" in told.stderr
    assert told.stderr.count("\n") == 1
    assert told.stdout == ""


def test_away_from_the_checkout_the_shipped_policy_has_no_problem(server: Installation) -> None:
    linted = server.run("habilis", "lint")

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(
    ("subject", "state", "exit_code"),
    [
        ("claire", "MISE_A_DISPOSITION_MOA", 0),
        ("claire", "ASSOCIEE", 3),
        ("paul", "MISE_A_DISPOSITION_MOA", 3),
        ("nobody", "MISE_A_DISPOSITION_MOA", 3),
    ],
)
def test_away_from_the_checkout_it_serves_and_decides(
    server: Installation, address: str, subject: str, state: str, exit_code: int
) -> None:
    asked = server.run(
        "habilis",
        "check",
        *("--server", address),
        *("--subject", subject),
        *("--action", "factures_travaux.refuser"),
        *("--resource", "piece_travaux:EA1"),
        *("--party", f"moa={MOA}"),
        *("--property", f"etat={state}"),
        *("--property", "cadre=A15"),
    )

    assert asked.returncode == exit_code, asked.stdout + asked.stderr


@pytest.mark.parametrize("library", ["casbin", "duckdb"])
def test_a_companion_brings_no_library_of_the_server(companion: Companion, library: str) -> None:
    told = companion.installed.python(f"import {library}").stderr
    assert f"No module named '{library}'" in told


def test_a_companion_runs_without_a_line_of_the_server(
    companion: Companion, address: str, tmp_path: Path
) -> None:
    """It serves, beside the server of another installation, and loads no module of it."""
    words = ["serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path), "--habilis", address]
    code = (
        "import sys\n"
        f"from habilis_{companion.name}.cli.main import app\n"
        "try:\n"
        f"    app({words!r})\n"
        "finally:\n"
        "    print([name for name in sys.modules if name.startswith('habilis_server')])\n"
    )
    with subprocess.Popen(
        [companion.installed.root / "bin" / "python", "-I", "-c", code],
        cwd=companion.installed.root,
        env=bare_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout is not None
        listening = served.stdout.readline()
        served.terminate()
        loaded = served.stdout.readline()

    assert listening.startswith("listening on 127.0.0.1:")
    assert (loaded, served.returncode) == ("[]\n", 0)
