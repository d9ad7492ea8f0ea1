"""`habilis-invoicing serve`: answer over gRPC until told to stop, asking Habilis first."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

from habilis_companion.assembly import Companion
from habilis_companion.command_line.serve import Making, serve_app
from habilis_invoicing.cli.place import Kept
from habilis_invoicing.service.assembly import COMPANION

__all__ = ["app"]

_ABOUT: Final = """
Serve invoices and works pieces, until SIGTERM or Ctrl-C.

The certificates of --tls-… are for asking Habilis.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made(Making):
    def companion(self) -> AbstractContextManager[Companion]:
        return nullcontext(COMPANION)


app: Final = serve_app(_Made, Kept, about=_ABOUT)
