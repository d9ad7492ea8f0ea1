"""The `habilis` command: a table of commands."""

from typing import Final

from habilis_companion.command_line.program import Entry, program

__all__ = ["COMMANDS", "app", "run"]

_ASK: Final = "Ask"
_CHANGE: Final = "Act on the organisation"
_POLICY: Final = "Check the policy"
_FACTS: Final = "Move facts"
_KEPT: Final = "Look after the facts"
_SERVER: Final = "Serve"

COMMANDS: Final = {
    "check": Entry("check", _ASK),
    "explain": Entry("explain", _ASK),
    "actions": Entry("actions", _ASK),
    "perimeters": Entry("perimeters", _ASK),
    "enumerate": Entry("enumerating", _ASK),
    "org": Entry("org.app", _CHANGE),
    "lint": Entry("lint", _POLICY),
    "test": Entry("testing", _POLICY),
    "matrix": Entry("matrix", _POLICY),
    "import": Entry("importing", _FACTS),
    "export": Entry("exporting", _FACTS),
    "verify": Entry("verifying", _KEPT),
    "snapshot": Entry("setting_aside", _KEPT),
    "backup": Entry("backing_up", _KEPT),
    "restore": Entry("restoring", _KEPT),
    "db": Entry("db", _KEPT),
    "insee": Entry("insee", _SERVER),
    "serve": Entry("serve", _SERVER),
    "mail": Entry("mailing", _SERVER),
    "demo": Entry("demo.command", _SERVER),
}

app = program("habilis", "habilis_server.cli", COMMANDS, "May this person do this, here, now?")


def run() -> None:
    """The entry of the installed command."""
    app(prog_name="habilis")


if __name__ == "__main__":
    run()
