"""The rules of the house that no linter knows: sizes, reasons, public names, the lock file."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

CHECKOUT = Path(__file__).resolve().parents[1]
STUBS = CHECKOUT / "clients" / "habilis" / "v1"
LONGEST_MODULE = 400

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
LOCK = (CHECKOUT / "requirements.lock").read_text()
LOCKED = {
    name: Version(pinned)
    for name, pinned in re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.MULTILINE)
}


def modules(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (CHECKOUT / folder).rglob("*.py"))
    return sorted(path for path in found if not path.is_relative_to(STUBS))


PRODUCT = modules("clients", "server", "tools", "benchmarks")
OURS = PRODUCT + modules("tests")
PUBLIC = [
    path
    for path in PRODUCT
    if not any(
        part.startswith("_") and part != "__init__.py" for part in path.relative_to(CHECKOUT).parts
    )
]


def name_of(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


# What silences a tool, and the form in which it may: a code, then a reason.
SILENCERS = {
    "type:": re.compile(r"# type: ignore\[[a-z, -]+\]\s+#\s*(noqa: \w+\s+#\s*)?\S+ \S+.*"),
    "pyright:": re.compile(r"# pyright: ignore\[[A-Za-z, ]+\]\s+#\s*\S+ \S+.*"),
    "noqa": re.compile(r"# noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*\s+(#|--|-|:)\s*\S+ \S+.*"),
}


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_a_module_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_what_silences_a_tool_has_its_code_and_its_reason(path: Path) -> None:
    bare = [
        f"{name_of(path)}:{line}: {comment}"
        for line, comment in comments(path)
        for word, form in SILENCERS.items()
        if re.match(rf"#\s*{word}", comment) and not form.match(comment)
    ]

    assert bare == []


def declared(tree: ast.Module) -> list[str] | None:
    """What `__all__` lists; None without one."""
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=listed):
                names: list[str] = ast.literal_eval(listed)
                return names
            case _:
                pass
    return None


def defined(tree: ast.Module, *, imports: bool) -> set[str]:
    """The names without an underscore that a module defines; with `imports`, those it passes on."""
    names: set[str] = set()
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar" | "ParamSpec"))):
                pass
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.ImportFrom(module=str(module), names=passed) if imports:
                if module.startswith("habilis"):
                    names |= {each.asname or each.name for each in passed}
            case _:
                pass
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("path", PUBLIC, ids=name_of)
def test_a_public_module_lists_exactly_what_it_defines(path: Path) -> None:
    tree = ast.parse(path.read_text())
    package = path.name == "__init__.py"
    listed = declared(tree)

    assert len(set(listed or [])) == len(listed or [])
    if package and listed is not None:
        assert set(listed) <= defined(tree, imports=True)
        assert defined(tree, imports=False) <= set(listed)
    else:
        assert set(listed or []) == defined(tree, imports=False)


@pytest.mark.parametrize("path", [path for path in OURS if path.stat().st_size], ids=name_of)
def test_a_module_opens_with_a_sentence(path: Path) -> None:
    opening = ast.get_docstring(ast.parse(path.read_text())) or ""

    assert re.search(r"[.?!…:]", opening), "a module opens with one sentence that says what it is"


# Names that run text or unpack foreign bytes, and the keyword that trusts any certificate.
BANNED_CALLS = {"eval", "exec", "compile", "__import__"}
BANNED_MODULES = {"pickle", "marshal", "shelve", "dill"}


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_j4_nothing_runs_text_or_trusts_foreign_bytes(path: Path) -> None:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in BANNED_CALLS:
                found.append(name)
            case ast.Import(names=names):
                found += [each.name for each in names if each.name in BANNED_MODULES]
            case ast.ImportFrom(module=str(name)) if name in BANNED_MODULES:
                found.append(name)
            case ast.keyword(arg="verify", value=ast.Constant(value=False)):
                found.append("verify=False")
            case _:
                pass

    assert found == []


def test_j4_the_lock_holds_the_living_casbin_and_never_the_old_name() -> None:
    assert LOCKED["pycasbin"] >= Version("2.8")
    assert "casbin" not in LOCKED
    assert set(packages_distributions()["casbin"]) == {"pycasbin"}
    assert Version(version("pycasbin")) == LOCKED["pycasbin"]


@pytest.mark.parametrize(("name", "least"), [("simpleeval", "1.0.5"), ("pyjwt", "2.13")])
def test_j4_a_library_with_a_known_hole_is_not_locked(name: str, least: str) -> None:
    assert LOCKED.get(name, Version(least)) >= Version(least)


def test_j4_p17_every_locked_file_has_its_hash_and_names_no_place() -> None:
    for entry in re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", LOCK).strip()):
        assert re.match(r"[\w.-]+==\S+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+$", entry)
    assert "/" not in LOCK


def test_the_installed_libraries_are_those_of_the_lock() -> None:
    needed = [Requirement(each) for each in PROJECT["dependencies"]]
    needed += [Requirement(each) for each in PROJECT["optional-dependencies"]["server"]]

    for requirement in needed:
        assert LOCKED[requirement.name] in requirement.specifier
        assert Version(version(requirement.name)) == LOCKED[requirement.name]


@pytest.mark.parametrize(
    ("library", "mark"),
    [
        ("grpcio", r"GRPC_GENERATED_VERSION = '([\d.]+)'"),
        ("protobuf", r"# Protobuf Python Version: ([\d.]+)"),
    ],
)
def test_the_sdk_asks_for_the_libraries_that_its_stubs_check(library: str, mark: str) -> None:
    generated = {
        found for path in STUBS.glob("*.py") for found in re.findall(mark, path.read_text())
    }
    [least] = [
        Version(specifier.version)
        for each in map(Requirement, PROJECT["dependencies"])
        if each.name == library
        for specifier in each.specifier
        if specifier.operator == ">="
    ]

    assert {Version(each) for each in generated} == {least}


def test_every_make_target_is_phony_and_the_promised_ones_are_explained() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE))
    phony = {
        name
        for line in re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
        for name in line.split()
    }
    explained = set(re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE))

    assert targets == phony
    assert {"demo", "serve", "test", "check", "bench", "stubs", "help", "lock"} <= explained


def test_what_ci_runs_is_what_a_developer_runs() -> None:
    script = CHECKOUT / ".ci" / "run"

    assert script.stat().st_mode & 0o111
    assert script.read_text().splitlines()[-1] == "make check test"
