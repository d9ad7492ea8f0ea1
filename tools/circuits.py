"""Writes docs/invoicing: the circuits of the invoices companion, drawn from its tables.

`--check` compares instead of writing.
"""

import sys
from pathlib import Path
from typing import Final

from habilis_invoicing.model.diagrams import pages

__all__ = ["main"]

_FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "invoicing"


def main(arguments: list[str]) -> int:
    """0 when the pages are written or already true; 1 with those that are stale on stderr."""
    drawn = pages()
    if "--check" not in arguments:
        _FOLDER.mkdir(exist_ok=True)
        for name, text in drawn.items():
            (_FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    there = {path.name: path.read_text(encoding="utf-8") for path in _FOLDER.glob("*.md")}
    stale = sorted(name for name in drawn if there.get(name) != drawn[name])
    for name in stale:
        print(f"docs/invoicing/{name}: stale; run `python -m tools.circuits`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
