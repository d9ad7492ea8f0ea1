"""How Alembic reaches the database of a companion; each companion brings its own versions."""
