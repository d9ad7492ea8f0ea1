"""`db`: the form of a companion's database."""

import typer

from habilis_companion.command_line.keeping import Kept, store_errors
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_companion.forms import Form
from habilis_companion.store import Store

__all__ = ["db_app"]


def db_app(form: Form, where: type[Kept]) -> typer.Typer:
    """The commands on a database of this form, kept where these options say."""
    app = typer.Typer(add_completion=False)

    @app.callback()
    def db() -> None:  # pyright: ignore[reportUnusedFunction]  # typer calls it
        """Look after the database itself."""

    def upgrade(kept: Kept, *, json: Json = False) -> None:
        """Bring the database into the form that this version needs, or make it if it is empty.

        Back it up first. All or nothing is done; an older version cannot use it afterwards.
        """
        with store_errors():
            former, present = Store.upgrade(kept.target, form)
        if json:
            as_json({"former": former, "present": present})
        elif former == present:
            say(f"the database has the form {present} already; nothing was done")
        else:
            say(f"the database has the form {present} now; it had {former or 'none'}")

    app.command("upgrade")(spread(upgrade, kept=where))
    return app
