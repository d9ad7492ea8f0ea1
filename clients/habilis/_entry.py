"""The `habilis` command: the server's command line, where the server is installed."""

import sys
from importlib import import_module

# The command line lives in the server, which the SDK never imports: it is
# looked up by name, when the command is called.
_COMMAND_LINE = "habilis_server.cli.main"
_OURS = ("habilis", "habilis_server")


def run() -> None:
    """Run the command line; without the server's libraries, say how to install them (exit 1)."""
    try:
        command_line = import_module(_COMMAND_LINE)
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library in _OURS:
            raise
        sys.exit(
            f"the command line needs `{library}`, which the SDK alone does not bring: "
            "install it with `pip install 'habilis[server]'`"
        )
    command_line.run()
