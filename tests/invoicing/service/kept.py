"""All that the companion keeps, read past it: what must not change where nothing is done."""

import sqlite3
from pathlib import Path

from tests.invoicing.service.office import Office

__all__ = ["kept"]

Kept = tuple[tuple[object, ...], ...]


def kept(desk: Office) -> dict[str, Kept]:
    """Every row of every table but those that the clock alone concerns, and the names of files."""
    folder = desk.folder / "companion"
    [path] = folder.glob("*.sqlite3")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        rows = {
            name: tuple(connection.execute(f'SELECT * FROM "{name}" ORDER BY 1'))  # noqa: S608  # names of our own tables
            for (name,) in tables.fetchall()
        }
    return {**rows, "files": _files(folder / "files")}


def _files(folder: Path) -> Kept:
    return tuple((str(path),) for path in sorted(folder.rglob("*")) if path.is_file())
