"""The `habilis` command: the server's command line, where the server is installed."""

import sys
from importlib import import_module

# The command line lives in the server, which the SDK never imports: it is
# looked up by name, when the command is called.
_COMMAND_LINE = "habilis_server.cli.main"
# What the command line itself answers when it cannot: neither allowed (0) nor denied (3).
_UNAVAILABLE = 4
_OURS = ("habilis", "habilis_server")


def run() -> None:
    """Run the command line; without the server's libraries, say how to install them (exit 4)."""
    try:
        command_line = import_module(_COMMAND_LINE)
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library in _OURS:
            raise
        sys.stderr.write(
            f"the command line needs `{library}`, which the SDK alone does not bring; "
            "install it with `pip install 'habilis[server]'`\n"
        )
        sys.exit(_UNAVAILABLE)
    command_line.run()
