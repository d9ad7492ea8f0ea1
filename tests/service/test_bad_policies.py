"""C2, C3: a bad policy never enters into force, and nobody notices but who sent it."""

import shutil
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from habilis import Client
from habilis.errors import PolicyRefusedError
from habilis_server.rulebook.loading import read_files
from habilis_server.rulebook.manifest import MANIFEST, seal
from tests.sdk.methods import QUESTION
from tests.service.bad_policies import spoilt
from tests.service.portal import SHIPPED, open_portal


def put(folder: Path, files: Mapping[str, bytes], *, sealed: bool) -> None:
    """Leave these files in the folder and no others."""
    for part in ("models", "rules"):
        shutil.rmtree(folder / part)
        (folder / part).mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if sealed:
        (folder / MANIFEST).write_text(seal(files), encoding="utf-8")


@pytest.mark.slow
def test_c2_a_bad_policy_is_refused_while_serving(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    good = read_files(SHIPPED)
    stop = threading.Event()
    accepted: list[str] = []
    refused = 0

    def ask(target: str) -> int:
        answered = 0
        with Client(target) as client:
            while not stop.is_set():
                assert client.check(QUESTION, deadline=10).allowed
                answered += 1
                stop.wait(0.01)
        return answered

    with open_portal(tmp_path) as portal, ThreadPoolExecutor(1) as pool, portal.client() as client:
        asking = pool.submit(ask, portal.target)
        before = client.revision()
        for name, files, sealed in spoilt(good):
            put(portal.policy, good, sealed=True)
            put(portal.policy, files, sealed=sealed)
            try:
                client.reload()
            except PolicyRefusedError as error:
                refused += bool(error.problems)
            else:
                accepted.append(name)
            assert client.revision() == before
        put(portal.policy, good, sealed=True)
        assert client.reload().replaced is False
        stop.set()
        answered = asking.result()

    figure(
        f"C2: {refused} bad policies refused, {len(accepted)} accepted; {answered} calls, 0 errors"
    )
    assert accepted == []
    assert refused >= 200
