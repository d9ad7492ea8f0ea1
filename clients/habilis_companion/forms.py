"""Which form a companion's database has, and how it is brought into the present one."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from habilis_companion.databases import wait_for
from habilis_companion.errors import StoreForeignError, StoreNewerError, StoreOlderError

__all__ = ["Form"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the database of a companion holds, and the migrations that lead there.

    `name` is one word, such as `invoicing`; `migrations` the package of the
    Alembic versions; `revisions` those that this code knows, the present one
    last; `upgrade` the command that brings an older form up;
    `reader` what is told to know these forms.
    """

    name: str
    metadata: MetaData
    migrations: str
    revisions: tuple[str, ...]
    upgrade: str
    reader: str = "version"

    @property
    def present(self) -> str:
        return self.revisions[-1]

    @property
    def table(self) -> str:
        """Where the database says which form it has."""
        return f"{self.name}_form"

    def of(self, connection: Connection) -> str:
        """The form of the database; "" if it is empty. Raises StoreForeignError."""
        inspector = inspect(connection)
        if inspector.has_table(self.table):
            told = Table(self.table, MetaData(), Column("version_num", String(32)))
            return connection.scalar(select(told.c.version_num)) or ""
        sqlite = connection.dialect.name == "sqlite"
        # A file is one companion's alone; a database of PostgreSQL may hold other tables beside it.
        taken = set(inspector.get_table_names())
        if taken if sqlite else taken & set(self.metadata.tables):
            raise StoreForeignError("it is the database of something else; name another one")
        return ""

    def need_present(self, form: str) -> None:
        """Returns if the database can be used as it is; raises StoreNewerError, StoreOlderError."""
        if form not in self.revisions:
            raise StoreNewerError(
                f"the database has the form {form}, and this {self.reader} knows forms up to"
                f" {self.present}; use the {self.reader} that wrote it, or a newer one"
            )
        if form != self.present:
            raise StoreOlderError(
                f"the database has the form {form}, and this {self.reader} needs {self.present};"
                f" back it up, then run `{self.upgrade}`"
            )

    def bring_up(self, connection: Connection) -> None:
        """Bring the database into the present form; the caller's transaction makes it all or none.

        Raises StoreForeignError, StoreNewerError.
        """
        wait_for(connection, self.table)
        form = self.of(connection)
        if form == self.present:
            return
        if form not in {"", *self.revisions}:
            self.need_present(form)
        # Loaded here: Alembic takes longer to load than a database of the present form to open.
        from alembic import command  # noqa: PLC0415  # said above
        from alembic.config import Config  # noqa: PLC0415  # said above

        config = Config(attributes={"connection": connection, "version_table": self.table})
        config.set_main_option("script_location", "habilis_companion:migrations")
        config.set_main_option("version_locations", self.migrations)
        config.set_main_option("path_separator", "newline")
        command.upgrade(config, self.present)
