"""Which form the journal's database has, and how it is brought into the present one."""

from typing import Final

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from habilis_server.journal.errors import (
    JournalForeignError,
    JournalNewerError,
    JournalOlderError,
)
from habilis_server.journal.schema import metadata

__all__ = ["FORMS", "FORM_TABLE", "bring_up", "form_of", "need_present_form"]

FORM_TABLE: Final = "journal_form"

FORMS: Final = ("0001", "0002", "0003")
"""The forms that this Habilis knows, the present one last. Each has its migration."""

_SCRIPTS: Final = "habilis_server.journal:migrations"

_form: Final = Table(FORM_TABLE, MetaData(), Column("version_num", String(32)))


def form_of(connection: Connection) -> str:
    """The form of the database; "" if it is empty. Raises JournalForeignError."""
    inspector = inspect(connection)
    if inspector.has_table(FORM_TABLE):
        return connection.scalar(select(_form.c.version_num)) or ""
    sqlite = connection.dialect.name == "sqlite"
    # A file is the journal's alone; a database of PostgreSQL may hold other tables beside it.
    taken = set(inspector.get_table_names())
    if taken if sqlite else taken & set(metadata.tables):
        raise JournalForeignError("it is the database of something else; name another one")
    return ""


def need_present_form(form: str) -> None:
    """Returns if the database can be used as it is; raises JournalNewerError, JournalOlderError."""
    if form not in FORMS:
        raise JournalNewerError(
            f"the journal has the form {form}, and this Habilis knows forms up to"
            f" {FORMS[-1]}; use the Habilis that wrote it, or a newer one"
        )
    if form != FORMS[-1]:
        raise JournalOlderError(
            f"the journal has the form {form}, and this Habilis needs {FORMS[-1]};"
            " back it up, then run `habilis db upgrade`"
        )


def bring_up(connection: Connection) -> None:
    """Bring the database into the present form; the caller's transaction makes it all or nothing.

    Raises JournalForeignError, JournalNewerError.
    """
    form = form_of(connection)
    if form == FORMS[-1]:
        return
    if form not in {"", *FORMS}:
        need_present_form(form)
    # Loaded here: Alembic takes longer to load than a journal of the present form to open.
    from alembic import command  # noqa: PLC0415  # said above
    from alembic.config import Config  # noqa: PLC0415  # said above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", _SCRIPTS)
    command.upgrade(config, "head")
