"""C2, C3: a bad policy never enters into force, and nobody notices but who sent it."""

import shutil
import threading
import time
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
from tests.service.portal import SHIPPED
from tests.service.process import prepared, serving


def put(folder: Path, files: Mapping[str, bytes], *, sealed: bool) -> None:
    """Leave these files in the folder and no others."""
    for part in ("models", "rules"):
        shutil.rmtree(folder / part)
        (folder / part).mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if sealed:
        (folder / MANIFEST).write_text(seal(files), encoding="utf-8")


class Caller:
    """Asks the same question all the time, and expects the same answer."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.stop = threading.Event()
        self.answers = 0
        self.longest = 0.0

    def ask(self) -> None:
        with Client(self.target) as client:
            while not self.stop.wait(0.01):
                started = time.perf_counter()
                assert client.check(QUESTION, deadline=30).allowed
                self.longest = max(self.longest, time.perf_counter() - started)
                self.answers += 1


@pytest.mark.slow
def test_c2_a_bad_policy_is_refused_while_serving(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    good = read_files(SHIPPED)
    accepted: list[str] = []
    refused = 0
    with (
        serving(prepared(tmp_path)) as (_, target),
        Client(target) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        caller = Caller(target)
        asking = pool.submit(caller.ask)
        before = client.revision(deadline=5)
        for name, files, sealed in spoilt(good):
            put(tmp_path / "policy", good, sealed=True)
            put(tmp_path / "policy", files, sealed=sealed)
            try:
                client.reload()
            except PolicyRefusedError as error:
                refused += bool(error.problems)
            else:
                accepted.append(name)
            assert client.revision(deadline=5) == before
        put(tmp_path / "policy", good, sealed=True)
        again = client.reload()
        caller.stop.set()
        asking.result()

    assert again.replaced is False
    assert accepted == []
    assert refused >= 200
    figure(
        f"C2: {refused} bad policies refused, 0 taken; meanwhile {caller.answers} calls, 0 failed,"
        f" the longest {caller.longest * 1000:.0f} ms"
    )


def test_c3_a_server_does_not_start_without_a_good_policy(tmp_path: Path) -> None:
    folder = prepared(tmp_path)
    (folder / "policy" / "rules" / "annuaire.yaml").unlink()

    with pytest.raises(AssertionError, match="sealed but missing"), serving(folder):
        pass
