"""How Alembic reaches the database: by the connection that `form.bring_up` holds, and no other."""

from alembic import context

from habilis_server.journal.form import FORM_TABLE
from habilis_server.journal.schema import metadata

__all__: list[str] = []

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=FORM_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
