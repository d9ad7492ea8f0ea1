"""`habilis-invoicing tick`: what time alone brings about, as often as an operator runs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from habilis_companion.command_line.ticking import Ticking, tick_app
from habilis_companion.organisation import Addresses
from habilis_companion.store import Store
from habilis_invoicing.cli.place import Kept
from habilis_invoicing.flows.ticking import tick
from habilis_invoicing.notices import delivery_of
from habilis_invoicing.store.schema import FORM

__all__ = ["app"]

_ABOUT: Final = """
Move every piece that time moves, and remind who should act.

Run it every few minutes, beside the server; run twice, it does nothing
twice. With --smtp it then sends what waits. Exit 4 if the relay cannot be
used: what waits is sent the next time.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticking(Ticking):
    def tick(self, store: Store, at: datetime, to: Addresses | None) -> Mapping[str, int]:
        done = tick(store, at, to)
        return {"moved": done.moved, "reminders": done.reminders}


app: Final = tick_app(
    FORM,
    Kept,
    _Ticking,
    about=_ABOUT,
    counted={"moved": "pieces moved", "reminders": "reminders"},
    delivery=delivery_of,
)
