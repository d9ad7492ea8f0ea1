"""`habilis-invoicing tick`: what time alone brings about, as often as an operator runs it."""

from typing import Final

from habilis_companion.command_line.ticking import tick_app
from habilis_invoicing.cli.place import Kept
from habilis_invoicing.flows.ticking import tick
from habilis_invoicing.notices import delivery_of
from habilis_invoicing.service.assembly import COMPANION

__all__ = ["app"]

_ABOUT: Final = """
Move every piece that time moves, and remind who should act.

Run it every few minutes, beside the server; run twice, it does nothing
twice. With --smtp it then sends what waits. Exit 4 if the relay cannot be
used: what waits is sent the next time.
"""

app: Final = tick_app(
    COMPANION, Kept, about=_ABOUT, things="pieces", tick=tick, delivery=delivery_of
)
