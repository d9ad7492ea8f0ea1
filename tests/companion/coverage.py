"""K3: no method of a companion changes or shows anything without a decision.

What any companion's tests hold it to, in its code and as it runs:

    def test_k3_in_the_code() -> None:
        assert [*faults_of_flows([Works, Received], rulebook, APPLICATIONS)] == []
        assert [*faults_of_code(habilis_invoicing, clock="flows/clock.py")] == []
        assert [*faults_of_doors(Servicer, SERVICE, [Works, Received], public={"Submit"})] == []

    def test_k3_as_it_runs() -> None:
        assert [*faults_as_it_runs(calls, flows, answers, kept)] == []

Each yields what is wrong, a sentence a fault.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import ModuleType
from typing import Any

from google.protobuf.descriptor import ServiceDescriptor

from habilis import AccessDenied
from habilis.errors import UnansweredError
from habilis_companion.guard import actions_of
from habilis_server.rulebook import Rulebook
from tests.companion.answering import Habilis, everyone, nobody

__all__ = ["faults_as_it_runs", "faults_of_code", "faults_of_doors", "faults_of_flows"]

# What only the kit may do: make what the guard gives, reach a database past the store.
_FORBIDDEN_NAMES = frozenset({"Permit", "Scope", "open_database", "create_engine"})
_FORBIDDEN_MODULES = ("habilis_companion.databases",)
_UNASKED_DOORS = {"ticking": "the clock", "welcoming": "whoever has no account"}


def faults_of_flows(
    flows: Sequence[type], rulebook: Rulebook, applications: Iterable[str]
) -> Iterator[str]:
    """Public methods without a mark, actions that no rule knows, actions that nobody asks."""
    known = rulebook.vocabulary.actions
    asked: set[str] = set()
    for flow in flows:
        marked = actions_of(flow)
        for name in _public(flow):
            if name not in marked:
                yield f"`{flow.__name__}.{name}` is public and not marked with `@asks`"
        for name, actions in marked.items():
            asked |= actions
            for action in sorted(actions - known.keys()):
                yield f"`{flow.__name__}.{name}` asks `{action}`, which the policy does not know"
    wanted = {action for action in known if action.partition(".")[0] in {*applications}}
    for action in sorted(wanted - asked):
        yield f"no method asks `{action}`"


def faults_of_code(package: ModuleType, *, clock: str = "", public: str = "") -> Iterator[str]:
    """Modules that go past the guard or the store.

    Two doors of the store ask nobody: the clock's, and the one for people
    without an account. `clock` and `public` are the paths of the modules within
    the package that may open each, in one place; "": none may.
    """
    [root] = map(Path, package.__path__)
    opened: dict[str, list[str]] = {door: [] for door in _UNASKED_DOORS}
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name in _FORBIDDEN_NAMES:
                    yield f"{place}:{node.lineno} calls `{name}`, which only the kit may"
                case ast.ImportFrom(module=str(module)) if module.startswith(_FORBIDDEN_MODULES):
                    yield f"{place}:{node.lineno} imports `{module}`, past the store"
                case ast.Attribute(attr=str(name)) if name in _UNASKED_DOORS:
                    opened[name].append(f"{place}:{node.lineno}")
                case _:
                    pass
    for (door, who), wanted in zip(_UNASKED_DOORS.items(), (clock, public), strict=True):
        if [found.rpartition(":")[0] for found in opened[door]] != ([wanted] if wanted else []):
            ought = f"ought to in one place of {wanted}" if wanted else "ought not to"
            yield f"{who} writes in {opened[door]}, and {ought}"


def faults_of_doors(
    servicer: type,
    service: ServiceDescriptor,
    flows: Sequence[type],
    *,
    public: AbstractSet[str] = frozenset(),
) -> Iterator[str]:
    """Methods of the contract that are not served by a marked method of a flow.

    Those of `public` are for people without an account, and call none.
    """
    marked = {name for flow in flows for name in actions_of(flow)}
    for name in sorted(public - {method.name for method in service.methods}):
        yield f"`{name}` is public, and no method of the contract"
    for method in service.methods:
        behaviour = vars(servicer).get(method.name)
        if behaviour is None:
            yield f"`{method.name}` is not served by `{servicer.__name__}` itself"
            continue
        asks = bool(_called(behaviour) & marked)
        if asks and method.name in public:
            yield f"`{method.name}` is public, and calls a method that is marked with `@asks`"
        elif not asks and method.name not in public:
            yield f"`{method.name}` calls no method that is marked with `@asks`"


def faults_as_it_runs(
    calls: Mapping[str, Callable[[], object]],
    flows: Sequence[type],
    habilis: Habilis,
    kept: Callable[[], object],
) -> Iterator[str]:
    """What a call changes or shows although Habilis denies everything, or does not answer.

    `calls` has one for each marked method, by its name, that succeeds where
    everything is allowed; `kept` is all that the companion keeps, rows and
    files. A call that is denied raises AccessDenied, or shows what is false.
    """
    marked = {name for flow in flows for name in actions_of(flow)}
    for name in sorted(marked ^ calls.keys()):
        yield f"`{name}` is not among both the marked methods and the calls"
    before = kept()
    for name, call in calls.items():
        for silent in (False, True):
            habilis.says, habilis.gone = nobody, silent
            yield from _told(name, call, UnansweredError if silent else AccessDenied, silent)
            if kept() != before:
                yield f"`{name}` changed what is kept, although it was not allowed"
                before = kept()
    habilis.says, habilis.gone = everyone, False
    for name, call in calls.items():
        asked = len(habilis.at_least)
        try:
            call()
        except Exception as error:  # noqa: BLE001  # whatever it is, the call proved nothing
            yield f"`{name}` fails where everything is allowed, so it proves nothing: {error!r}"
        if len(habilis.at_least) == asked:
            yield f"`{name}` asks nothing"


def _told(
    name: str, call: Callable[[], object], wanted: type[Exception], silent: bool
) -> Iterator[str]:
    try:
        shown: Any = call()
    except wanted:
        return
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told
        yield f"`{name}` fails otherwise than by the answer it got: {error!r}"
        return
    if shown or silent:
        yield f"`{name}` showed {shown!r}, although it was not allowed"


def _public(flow: type) -> Iterator[str]:
    for name, member in inspect.getmembers(flow):
        if not name.startswith("_") and (callable(member) or isinstance(member, property)):
            yield name


def _called(behaviour: Callable[..., object]) -> set[str]:
    """The names of the methods that a function calls, or hands on to be called."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(behaviour)))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
