"""Writes docs/traceability.md: what carries each rule of the portal, R1 to R144.

What rests on an R-number says so in its `basis`; docs/traceability.yaml says
the rest. `--check` compares instead of writing. A number that nothing carries
is an error, and so is a note about a number that does not exist.
"""

import sys
from collections import Counter
from pathlib import Path
from typing import Final

from habilis_companion.reviewed.forms import Form, known_word
from habilis_companion.reviewed.problems import Place, Problems
from habilis_companion.reviewed.yaml_nodes import MapNode, read_yaml
from habilis_server.rulebook import Rulebook, load
from habilis_server.rulebook.cases import load_cases
from habilis_server.rulebook.errors import PolicyError

__all__ = ["main", "render"]

_ROOT: Final = Path(__file__).resolve().parent.parent
_NOTES: Final = "docs/traceability.yaml"
_TABLE: Final = "docs/traceability.md"
_NUMBERS: Final = tuple(f"R{number}" for number in range(1, 145))
_BY: Final = (
    "invoicing companion",
    "soliciting companion",
    "organisation commands",
    "policy setting",
    "no right",
)
_HEAD: Final = """\
# What carries each rule of the portal

Drawn by `python -m tools.traceability` from the `basis` of the rules in `policy/rules`, from the
cases that name those rules, and from `docs/traceability.yaml`. The numbers are those of the
portal's reference; "no right" marks what opens or closes nothing to anybody.

| Rule | Policy rules (cases) | Otherwise |
| --- | --- | --- |
"""


def main(arguments: list[str]) -> int:
    """0 when the table is written or already true; 1 with what is wrong on stderr."""
    try:
        text = render(_ROOT)
    except PolicyError as error:
        print(error, file=sys.stderr)
        return 1
    table = _ROOT / _TABLE
    if "--check" not in arguments:
        table.write_text(text, encoding="utf-8")
    elif not table.is_file() or table.read_text(encoding="utf-8") != text:
        print(f"{_TABLE}: stale; run `python -m tools.traceability`", file=sys.stderr)
        return 1
    return 0


def render(root: Path) -> str:
    """The table. Raises PolicyError naming every number that nothing carries."""
    rulebook = load(root / "policy")
    cases = Counter(case.rule for case in load_cases(root / "policy", rulebook))
    notes = _read_notes(root / _NOTES)
    problems = Problems()
    rows: list[str] = []
    for number in _NUMBERS:
        rules = [f"`{rule}` ({cases[rule]})" for rule in _rules_resting_on(number, rulebook)]
        if not rules and number not in notes:
            problems.add(Place(_NOTES), f"nothing carries {number}; say what does, or why nothing")
        rows.append(f"| {number} | {', '.join(rules) or '–'} | {notes.get(number, '–')} |\n")
    problems.raise_if_any()
    return _HEAD + "".join(rows)


def _rules_resting_on(number: str, rulebook: Rulebook) -> list[str]:
    return [rule.id for rule in rulebook.rules if number in rule.basis]


def _read_notes(path: Path) -> dict[str, str]:
    problems = Problems()
    notes: dict[str, str] = {}
    root = Form(
        read_yaml(_NOTES, path.read_bytes(), problems),
        problems,
        required=("entries",),
        what="notes",
    )
    entries = root.node("entries")
    for key, node in entries.entries if isinstance(entries, MapNode) else ():
        form = Form(
            node, problems, required=("by", "why"), optional=("where",), what=f"`{key.text}`"
        )
        known_word(key.text, _NUMBERS, "number", key.place, problems)
        by = form.text("by")
        known_word(by, _BY, "bearer", form.place_of("by"), problems)
        where = form.text("where")
        if where and not (path.parent.parent / where).exists():
            problems.add(form.place_of("where"), f"no `{where}` in the tree")
        place = f" ([{where}](../{where}))" if where else ""
        notes[key.text] = f"**{by}**: {form.text('why')}{place}".replace("|", "\\|")
    problems.raise_if_any()
    return notes


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
