"""Where each change bears, read from its payload by the database itself, so that it can be found.

Nothing new is kept: the columns say again what the payload says, and cannot
say anything else.
"""

from typing import Final

from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision: Final = "0003"
down_revision: Final = "0002"

_WHERE: Final = """CASE WHEN {sound} THEN CASE kind
    WHEN 'structure' THEN {part_id}
    WHEN 'structure_change' THEN {part_id}
    WHEN 'structure_renaming' THEN {part_new_id}
    ELSE {part_structure} END END"""
_COLUMNS: Final = {
    "structure": _WHERE,
    "service": "CASE WHEN {sound} THEN CASE kind WHEN 'service' THEN {part_code}"
    " ELSE {part_service} END END",
    "account": "CASE WHEN {sound} THEN {part_account} END",
    "former": "CASE WHEN {sound} AND kind = 'structure_renaming' THEN {part_id} END",
}
_PARTS: Final = ("id", "new_id", "structure", "service", "code", "account")
_INDEXES: Final = {
    "change_by_structure": "(structure, revision)",
    "change_by_service": "(structure, service, revision) WHERE service IS NOT NULL",
    "change_by_account": "(account, revision) WHERE account IS NOT NULL",
    "change_by_former": "(former, revision) WHERE former IS NOT NULL",
    "change_of_place": """(structure, revision)
        WHERE kind IN ('structure_renaming', 'service_removal')""",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        sound, part = "json_valid(payload)", "json_extract(payload, '$.{}')"
        column = "ALTER TABLE change ADD COLUMN {} TEXT GENERATED ALWAYS AS ({}) VIRTUAL"
    else:
        sound, part = "payload IS JSON", "(payload::json ->> '{}')"
        column = 'ALTER TABLE change ADD COLUMN {} TEXT COLLATE "C" GENERATED ALWAYS AS ({}) STORED'
    parts = {f"part_{name}": part.format(name) for name in _PARTS}
    for name, expression in _COLUMNS.items():
        op.execute(column.format(name, expression.format(sound=sound, **parts)))
    for name, of in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON change {of}")
