"""A sealed policy, a folder of facts, and a real server on both, shared by the tests that read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import copy_policy, habilis, serving


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_policy(tmp_path_factory.mktemp("shipped") / "policy")


@pytest.fixture(scope="session")
def data(policy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    facts = policy / "cases" / "facts.jsonl"
    said = habilis("import", facts, "--data", folder, "--policy", policy)
    assert said.code == 0, said.err
    return folder


@pytest.fixture(scope="session")
def server(policy: Path, data: Path) -> Iterator[str]:
    with serving("--data", data, "--policy", policy) as address:
        yield address
