"""A real server for tests: the shipped policy, the facts of its cases, a journal, one port."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from habilis import Client
from habilis_server.insee import NoRegistry, Registry
from habilis_server.journal import Journal, Timeline
from habilis_server.organisation import Organisation
from habilis_server.rulebook import Rulebook, load
from habilis_server.rulebook.loading import read_files
from habilis_server.rulebook.manifest import MANIFEST, seal
from habilis_server.service.serving import Serving, Settings
from habilis_server.service.state import State
from habilis_server.world import Record, read_portable

__all__ = [
    "SHIPPED",
    "STARTED",
    "Portal",
    "copy_policy",
    "facts_of_the_cases",
    "open_portal",
    "reseal",
    "running",
]

SHIPPED: Final = Path(__file__).resolve().parents[2] / "policy"
STARTED: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A server that answers at `target`, and what a test may do behind its back."""

    target: str
    policy: Path
    journal: Journal
    state: State

    def client(self) -> Client:
        return Client(self.target)

    def record(self, *records: Record, request_id: str, at: datetime | None = None) -> int:
        """Change the facts as another process would."""
        return self.journal.append(
            records, actor="test", request_id=request_id, recorded_at=at or datetime.now(UTC)
        )


def copy_policy(folder: Path) -> Path:
    """The shipped policy, sealed, in a folder where a test may bend it."""
    for part in ("models", "rules"):
        shutil.copytree(SHIPPED / part, folder / part)
    reseal(folder)
    return folder


def reseal(folder: Path) -> None:
    (folder / MANIFEST).write_text(seal(read_files(folder)), encoding="utf-8")


def facts_of_the_cases(rulebook: Rulebook) -> tuple[Record, ...]:
    profiles = rulebook.profiles.values()
    return read_portable(
        (SHIPPED / "cases" / "facts.jsonl").read_text(encoding="utf-8"),
        known_profiles=[profile.id for profile in profiles],
        grantable_profiles=[profile.id for profile in profiles if profile.granted_by],
    )


@contextmanager
def open_portal(
    folder: Path,
    *,
    settings: Settings | None = None,
    records: Sequence[Record] | None = None,
    registry: Registry | None = None,
    delay: timedelta = timedelta(0),
) -> Generator[Portal]:
    """Serve the shipped policy and the facts of its cases, in a thread, until the block ends."""
    policy = copy_policy(folder / "policy")
    if records is None:
        records = facts_of_the_cases(load(policy))
    with Journal.create(folder / "data") as journal:
        journal.append(records, actor="test", request_id="start", recorded_at=STARTED)
        timeline = Timeline(journal)
        state = State(timeline, lambda: load(policy), lambda: datetime.now(UTC))
        organisation = Organisation(
            journal,
            timeline,
            lambda: state.judge.engine,
            registry or NoRegistry(),
            clock=lambda: datetime.now(UTC),
            delay=delay,
        )
        settings = settings or Settings(listen="127.0.0.1:0", notice=0, grace=0.5)
        serving = Serving(state, organisation, settings)
        with running(serving) as target:
            yield Portal(target=target, policy=policy, journal=journal, state=state)


@contextmanager
def running(serving: Serving) -> Generator[str]:
    """The target of this server, served in a thread until the block ends."""
    started: Future[tuple[str, Callable[[], object]]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_live(serving, started)), name="habilis")
    thread.start()
    try:
        target, stop = started.result()
        try:
            yield target
        finally:
            stop()
    finally:
        thread.join()


async def _live(serving: Serving, started: "Future[tuple[str, Callable[[], object]]]") -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    try:
        address = await serving.start()
    except BaseException as error:
        started.set_exception(error)
        raise
    started.set_result((str(address), lambda: loop.call_soon_threadsafe(stop.set)))
    await stop.wait()
    await serving.drain()
