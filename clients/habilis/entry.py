"""The installed commands: each program, where the libraries that it needs are installed."""

import sys
from importlib import import_module

__all__ = ["run", "start"]

# What a command line itself answers when it cannot: neither allowed (0) nor denied (3).
_UNAVAILABLE = 4


def run() -> None:
    """The `habilis` command."""
    start("habilis_server.cli.main", "server")


def start(command_line: str, extra: str) -> None:
    """Run the command line of this name; without its libraries, say how to install them (exit 4).

    By its name: the SDK imports no server, and no companion.
    """
    try:
        program = import_module(command_line)
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library.startswith("habilis"):
            raise
        sys.stderr.write(
            f"the command line needs `{library}`, which the SDK alone does not bring; "
            f"install it with `pip install 'habilis[{extra}]'`\n"
        )
        sys.exit(_UNAVAILABLE)
    program.run()
