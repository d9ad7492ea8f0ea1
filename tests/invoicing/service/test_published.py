"""What the documents promise of the companion: its codes, its frameworks, its states."""

import re
from pathlib import Path

from habilis_companion.wire import MALFORMED
from habilis_invoicing.model.refusals import Code

ROOT = Path(__file__).resolve().parents[3]


def test_every_code_of_a_problem_is_published_and_no_other() -> None:
    page = (ROOT / "docs" / "invoicing.md").read_text(encoding="utf-8")
    [promise] = [line for line in page.splitlines() if line.startswith("The codes of problems")]
    of_the_wire = {MALFORMED, "FILE_REFUSED", "PAGE_TOKEN_INVALID"}

    assert set(re.findall(r"`([A-Z_]+)`", promise)) == {code.value for code in Code} | of_the_wire
