"""`habilis-invoicing serve`: answer over gRPC until told to stop, asking Habilis first."""

from typing import Final

from habilis_companion.command_line.serve import serve_app
from habilis_invoicing.cli.place import Kept
from habilis_invoicing.service.assembly import COMPANION

__all__ = ["app"]

_ABOUT: Final = """
Serve invoices and works pieces, until SIGTERM or Ctrl-C.

The certificates of --tls-… are for asking Habilis.
"""

app: Final = serve_app(COMPANION, Kept, about=_ABOUT)
