"""`habilis-soliciting db`: the form of the database."""

from typing import Final

from habilis_companion.command_line.db import db_app
from habilis_soliciting.cli.place import Kept
from habilis_soliciting.store.schema import FORM

__all__ = ["app"]

app: Final = db_app(FORM, Kept)
