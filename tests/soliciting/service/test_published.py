"""What the documents promise of the companion: its codes, its categories."""

import re
from pathlib import Path

from habilis_companion.refusals import CommonCode
from habilis_companion.wire import MALFORMED
from habilis_soliciting.model.refusals import Code

ROOT = Path(__file__).resolve().parents[3]


def test_every_code_of_a_problem_is_published_and_no_other() -> None:
    page = (ROOT / "docs" / "soliciting.md").read_text(encoding="utf-8")
    [promise] = [line for line in page.splitlines() if line.startswith("The codes of problems")]
    of_all = {each.value for each in CommonCode} | {MALFORMED, "FILE_REFUSED", "PAGE_TOKEN_INVALID"}

    assert set(re.findall(r"`([A-Z_]+)`", promise)) == {each.value for each in Code} | of_all
