"""The acts on a piece: a command for each, with an option for each thing that it takes."""

from typing import Final

from habilis_companion.command_line.acting import acts_app
from habilis_invoicing.cli.page import tell_outcome
from habilis_invoicing.cli.place import PIECE, Place
from habilis_invoicing.cli.words import ACTS, WORDS
from habilis_invoicing.client import InvoicingClient

__all__ = ["app"]

app: Final = acts_app(
    InvoicingClient, Place, what=PIECE, screens=ACTS, words=WORDS, tell=tell_outcome
)
