"""The seal of a policy: one line a file, as `sha256sum` writes them.

A file cut short may still be a valid file; the seal is what tells (P16). An
auditor checks it with `sha256sum --check MANIFEST`, without Habilis.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from habilis_companion.reviewed.problems import Place, Problem

__all__ = ["MANIFEST", "check_seal", "seal"]

MANIFEST: Final = "MANIFEST"
_SEPARATOR: Final = "  "
_REMEDY: Final = "review the change, then seal it with `habilis lint --seal`"


def seal(files: Mapping[str, bytes]) -> str:
    """The text of the manifest of `files`, sorted by name."""
    return "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}{_SEPARATOR}{name}\n" for name in sorted(files)
    )


def check_seal(text: str | None, files: Mapping[str, bytes]) -> list[Problem]:
    """What differs between the files and their seal; `text` None: there is no manifest."""
    if text is None:
        return [Problem(Place(MANIFEST), f"no manifest; {_REMEDY}")]
    sealed: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        digest, separator, name = line.partition(_SEPARATOR)
        if not separator or not digest or not name or name in sealed:
            problems.append(Problem(Place(MANIFEST, number), f"line not understood; {_REMEDY}"))
        sealed[name] = digest
    for name in sorted(sealed.keys() | files.keys()):
        problem = _difference(name, sealed, files)
        if problem:
            problems.append(Problem(Place(name or MANIFEST), problem))
    return problems


def _difference(name: str, sealed: Mapping[str, str], files: Mapping[str, bytes]) -> str:
    if name not in files:
        return f"sealed but missing; restore it, or {_REMEDY}"
    if name not in sealed:
        return f"not sealed; {_REMEDY}"
    if hashlib.sha256(files[name]).hexdigest() != sealed[name]:
        return f"differs from its seal; {_REMEDY}"
    return ""
