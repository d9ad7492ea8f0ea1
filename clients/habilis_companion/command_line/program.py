"""A program of several commands: a table of them, and one place where every failure ends."""

import logging
import os
import re
import sys
import traceback
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, ClassVar, Final, NamedTuple, Protocol, runtime_checkable

import typer
from typer.core import TyperCommand, TyperGroup

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.output import complain, say, use_utf8

__all__ = ["Entry", "program"]

_DEBUG: Final = "HABILIS_DEBUG"
_ENDS: Final = (
    "Exit codes: 0 allowed or done, 1 problems found, 2 command not understood, 3 denied,"
    " 4 no answer, 5 a fault of Habilis, 6 refused by a rule."
)


@runtime_checkable
class _Misuse(Protocol):
    """What typer raises when it does not understand the command line."""

    exit_code: int

    def format_message(self) -> str: ...


class Entry(NamedTuple):
    """Where a command is, and under which heading the help lists it."""

    module: str
    heading: str


class _Commands(TyperGroup):
    """Loads a command when it is called: who asks a server needs neither engine nor database."""

    program: ClassVar[str]
    package: ClassVar[str]
    table: ClassVar[Mapping[str, Entry]]

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002  # typer's signature
        return list(self.table)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ARG002  # same reason
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        loaded = typer.main.get_command(import_module(f"{self.package}.{entry.module}").app)
        if isinstance(loaded, TyperGroup):
            # A module may hold several commands, each found by its own name.
            loaded = loaded.commands.get(cmd_name, loaded)
        if not isinstance(loaded, TyperCommand | TyperGroup):
            raise TypeError(f"`{entry.module}` holds no command")
        loaded.name = cmd_name
        loaded.rich_help_panel = entry.heading
        return loaded

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  # typer's own types
        if args[0] not in self.table:
            near = get_close_matches(args[0], self.table, n=1)
            hint = f" (did you mean `{near[0]}`?)" if near else ""
            told = f"no command `{args[0]}`{hint}; `{self.program} --help` lists them all"
            raise Failure(ExitCode.USAGE, told)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # typer's own types
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            raise Failure(ExitCode.OUTPUT_CLOSED, "") from None
        return answer

    def main(self, *args: Any, **words: Any) -> Any:  # noqa: ANN401  # typer's own types
        """Run, and leave with an exit code that `ExitCode` documents, whatever happens."""
        use_utf8()
        try:
            code = super().main(*args, **{**words, "standalone_mode": False})
        except Exception as error:  # noqa: BLE001  # the last place where anything can be said
            code = _told(error)
        sys.exit(int(code or ExitCode.OK))


def program(name: str, package: str, table: Mapping[str, Entry], about: str) -> typer.Typer:
    """The program of these commands, each a module of the package with an `app` of its own."""
    words = {"program": name, "package": package, "table": table}
    app = typer.Typer(
        name=name,
        cls=type("Commands", (_Commands,), words),
        pretty_exceptions_enable=False,
        epilog=_ENDS,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    def say_version(wanted: bool) -> None:
        if wanted:
            say(f"{name} {version('habilis')}")
            raise typer.Exit

    @app.callback(invoke_without_command=True, help=about)
    def alone(  # pyright: ignore[reportUnusedFunction]  # typer calls it
        context: typer.Context,
        *,
        _version: Annotated[
            bool,
            typer.Option(
                "--version",
                metavar="",
                callback=say_version,
                is_eager=True,
                help="Say the version and leave.",
            ),
        ] = False,
    ) -> None:
        logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
        if context.invoked_subcommand is None:
            say(context.get_help())

    return app


def _told(error: Exception) -> ExitCode:
    """Say on stderr what went wrong; the exit code that goes with it."""
    if isinstance(error, _Misuse):
        complain(_plain(error.format_message()))
        return ExitCode.USAGE
    match error:
        case Failure(code=ExitCode.OUTPUT_CLOSED):
            _forget_output()
            return ExitCode.OUTPUT_CLOSED
        case Failure():
            complain(error.text)
            return error.code
        case typer.Abort():
            complain("interrupted")
            return ExitCode.INTERRUPTED
        case OSError():
            place = f"`{error.filename}`: " if error.filename else ""
            complain(f"{place}{(error.strerror or str(error)).lower()}")
            return ExitCode.UNAVAILABLE
        case _:
            complain(
                f"a fault of Habilis, please report it: {type(error).__name__}: {error}"
                f" (`{_DEBUG}=1` shows where it happened)"
            )
            if os.environ.get(_DEBUG):
                complain("".join(traceback.format_exception(error)))
            return ExitCode.INTERNAL


def _plain(message: str) -> str:
    """Typer's sentence in our form: lower case, no full stop, names in backticks."""
    text = re.sub(r"'([^']+)'", r"`\1`", message.strip().removesuffix("."))
    return f"{text[:1].lower()}{text[1:]}; `--help` lists what is taken"


def _forget_output() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, without another complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
