"""`habilis-invoicing tick`: what time alone brings about, as often as an operator runs it."""

import typer

from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json, say
from habilis_invoicing.cli.keeping import Kept, opened
from habilis_invoicing.flows.ticking import tick as moved_by_time
from habilis_invoicing.service.assembly import now

__all__ = ["app", "tick"]

app = typer.Typer(add_completion=False)


@app.command()
@spread
def tick(kept: Kept, *, json: Json = False) -> None:
    """Move every piece that time moves: deliveries, and delays that have passed.

    Run it every few minutes, beside the server. What it finds nothing to do
    for, it leaves as it is; run twice, it does nothing twice.
    """
    with opened(kept) as store:
        moved = moved_by_time(store, now())
    if json:
        as_json({"moved": moved})
    else:
        say(f"{moved} pieces moved")
