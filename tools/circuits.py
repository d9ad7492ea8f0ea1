"""Writes docs/invoicing and docs/soliciting: the circuits of the companions, from their tables.

`--check` compares instead of writing.
"""

import sys
from pathlib import Path
from typing import Final

from tools import invoicing_pages, soliciting_pages

__all__ = ["main"]

_DOCS: Final = Path(__file__).resolve().parent.parent / "docs"


def main(arguments: list[str]) -> int:
    """0 when the pages are written or already true; 1 with those that are stale on stderr."""
    drawn = {
        _DOCS / folder / name: text
        for folder, pages in (
            ("invoicing", invoicing_pages.pages()),
            ("soliciting", soliciting_pages.pages()),
        )
        for name, text in pages.items()
    }
    if "--check" not in arguments:
        for path, text in drawn.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in drawn.items() if not path.is_file() or path.read_text() != text]
    for path in stale:
        told = path.relative_to(_DOCS.parent)
        print(f"{told}: stale; run `python -m tools.circuits`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
