"""`habilis-invoicing db`: the form of the database."""

from typing import Final

from habilis_companion.command_line.db import db_app
from habilis_invoicing.cli.place import Kept
from habilis_invoicing.store.schema import FORM

__all__ = ["app"]

app: Final = db_app(FORM, Kept)
