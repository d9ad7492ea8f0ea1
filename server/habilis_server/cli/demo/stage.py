"""Where the story is played: a folder of its own, facts imported, a real server beside it."""

import json
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from habilis import Client, Token
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_server.cli.importing import take_in
from habilis_server.cli.storage import Storage
from habilis_server.rulebook import Rulebook
from habilis_server.rulebook.cases import FACTS

__all__ = ["Stage", "open_stage"]

_PATIENCE: Final = 60.0
"""Seconds for the server to start, or to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A server that answers `client`, on facts that `change` adds to; `start` is their state."""

    client: Client
    rulebook: Rulebook
    data: Path
    start: Token

    def change(self, facts: str) -> tuple[datetime, Token]:
        """Import more facts: the moment before, and the token of the state after."""
        before = datetime.now(UTC)
        imported = take_in(
            BytesIO(facts.encode()), Storage(self.data), self.rulebook, "demo", "the story"
        )
        return before, imported.token


@contextmanager
def open_stage(policy: Path, rulebook: Rulebook) -> Generator[Stage]:
    """Import the facts of the policy's cases, and serve them until the block ends."""
    facts = policy / "cases" / FACTS
    try:
        content = facts.read_bytes()
    except OSError as error:
        raise Failure(
            ExitCode.PROBLEMS, f"`{facts}` cannot be read: {error.strerror}; the story needs it"
        ) from error
    with TemporaryDirectory(prefix="habilis-demo-") as folder:
        data = Path(folder)
        imported = take_in(BytesIO(content), Storage(data), rulebook, "demo", str(facts))
        with _serving(data, policy) as address, Client(address) as client:
            yield Stage(client=client, rulebook=rulebook, data=data, start=imported.token)


@contextmanager
def _serving(data: Path, policy: Path) -> Generator[str]:
    """`habilis serve` on any free port of this machine; its address."""
    command = [sys.executable, "-m", "habilis_server.cli.main", "serve", "--json"]
    command += ["--listen", "127.0.0.1:0", "--data", str(data), "--policy", str(policy)]
    log = data / "server.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(  # noqa: S603  # the command is our own
            command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8"
        ) as server,
        _stopped(server),
    ):
        told = server.stdout.readline() if server.stdout is not None else ""
        if not told:
            server.wait(_PATIENCE)
            raise Failure(
                ExitCode.UNAVAILABLE,
                f"the server did not start: {log.read_text(encoding='utf-8').strip()}",
            )
        yield str(json.loads(told)["listening"])


@contextmanager
def _stopped(server: subprocess.Popen[str]) -> Generator[None]:
    """However the block ends, no server outlives it; one that never speaks is not waited for."""
    late = threading.Timer(_PATIENCE, server.kill)
    late.daemon = True
    late.start()
    try:
        yield
    finally:
        late.cancel()
        server.terminate()
        try:
            server.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
