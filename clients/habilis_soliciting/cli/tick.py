"""`habilis-soliciting tick`: those are told to whom something came, as often as it is run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import typer

from habilis_companion.command_line.ticking import Ticking, tick_app
from habilis_companion.organisation import Addresses
from habilis_companion.store import Store
from habilis_soliciting.cli.place import Kept
from habilis_soliciting.flows.ticking import tick
from habilis_soliciting.notices import delivery_of
from habilis_soliciting.store.schema import FORM

__all__ = ["app"]

_ABOUT: Final = """
Tell those to whom a solicitation came.

Run it every few minutes, beside the server; run twice, it tells nobody
twice. With --smtp it then sends what waits. Exit 4 if the relay cannot be
used: what waits is sent the next time.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticking(Ticking):
    support_mail: Annotated[
        str,
        typer.Option(
            "--support-mail",
            metavar="ADDRESS",
            help="With --habilis: where the support is told. Without it: nowhere.",
        ),
    ] = ""

    def tick(self, store: Store, at: datetime, to: Addresses | None) -> Mapping[str, int]:
        return {"notices": 0 if to is None else tick(store, at, to, self.support_mail)}


app: Final = tick_app(
    FORM,
    Kept,
    _Ticking,
    about=_ABOUT,
    counted={"notices": "new notices"},
    delivery=delivery_of,
)
