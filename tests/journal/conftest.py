"""A journal in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habilis_server.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "data") as journal:
        yield journal
