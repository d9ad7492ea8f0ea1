"""`habilis-invoicing db`: the form of the database."""

import typer

from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.store import Store
from habilis_invoicing.cli.keeping import Kept, store_errors
from habilis_invoicing.store.schema import FORM

__all__ = ["app", "upgrade"]

app = typer.Typer(add_completion=False)


@app.callback()
def _db() -> None:
    """Look after the database itself."""


@app.command("upgrade")
@spread
def upgrade(kept: Kept, *, json: Json = False) -> None:
    """Bring the database into the form that this version needs, or make it if it is empty.

    Back it up first. All or nothing is done; an older version cannot use it afterwards.
    """
    with store_errors():
        former, present = Store.upgrade(kept.target, FORM)
    if json:
        as_json({"former": former, "present": present})
    elif former == present:
        say(f"the database has the form {present} already; nothing was done")
    else:
        say(f"the database has the form {present} now; it had {former or 'none'}")
