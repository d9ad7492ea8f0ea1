"""The `habilis-invoicing` command: a table of commands."""

from typing import Final

from habilis_companion.command_line.program import Entry, program
from habilis_invoicing.cli.words import ACTS, DEPOSITS, LISTS, PIECES, SERVER

__all__ = ["COMMANDS", "app", "run"]

COMMANDS: Final = {
    "prefill-next": Entry("depositing", DEPOSITS),
    "save-draft": Entry("depositing", DEPOSITS),
    "deposit": Entry("depositing", DEPOSITS),
    "complete": Entry("depositing", DEPOSITS),
    **{act: Entry("acting", screen) for screen, acts in ACTS.items() for act in acts},
    "piece": Entry("looking", PIECES),
    "history": Entry("looking", PIECES),
    "dossier": Entry("looking", PIECES),
    "download": Entry("looking", PIECES),
    "to-process": Entry("listing", LISTS),
    "search": Entry("listing", LISTS),
    "dashboard": Entry("listing", LISTS),
    "serve": Entry("serve", SERVER),
    "tick": Entry("tick", SERVER),
    "db": Entry("db", SERVER),
    "demo": Entry("demo.command", SERVER),
}

app = program(
    "habilis-invoicing",
    "habilis_invoicing.cli",
    COMMANDS,
    "Invoices and the pieces of works contracts; every command asks Habilis first.",
)


def run() -> None:
    """The entry of the installed command."""
    app(prog_name="habilis-invoicing")


if __name__ == "__main__":
    run()
