"""The `habilis-soliciting` command: a table of commands."""

from typing import Final

from habilis_companion.command_line.program import Entry, program
from habilis_soliciting.cli.words import ACTS, LISTS, SERVER, SOLICITATIONS, WRITING

__all__ = ["COMMANDS", "app", "run"]

COMMANDS: Final = {
    "categories": Entry("categories", WRITING),
    "save-draft": Entry("writing", WRITING),
    "submit": Entry("writing", WRITING),
    "submit-anonymously": Entry("writing", WRITING),
    **{act: Entry("acting", screen) for screen, acts in ACTS.items() for act in acts},
    "solicitation": Entry("looking", SOLICITATIONS),
    "history": Entry("looking", SOLICITATIONS),
    "download": Entry("looking", SOLICITATIONS),
    "to-process": Entry("listing", LISTS),
    "search": Entry("listing", LISTS),
    "dashboard": Entry("counting", LISTS),
    "statistics": Entry("counting", LISTS),
    "serve": Entry("serve", SERVER),
    "tick": Entry("tick", SERVER),
    "db": Entry("db", SERVER),
    "demo": Entry("demo.command", SERVER),
}

app = program(
    "habilis-soliciting",
    "habilis_soliciting.cli",
    COMMANDS,
    "Solicitations: what users write to public structures and to the support, and the answers.",
)


def run() -> None:
    """The entry of the installed command."""
    app(prog_name="habilis-soliciting")


if __name__ == "__main__":
    run()
