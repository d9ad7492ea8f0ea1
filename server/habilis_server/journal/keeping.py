"""Setting Worlds aside while the service runs, so that its next start is quick."""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from habilis_server.journal.journal import Journal
from habilis_server.journal.snapshots import Snapshots
from habilis_server.journal.timeline import Timeline

__all__ = ["Keeper"]

_PAUSE: Final = 30.0

_LOG: Final = logging.getLogger(__name__)


class Keeper:
    """Sets the current World aside each time that `every` changes were recorded since the last."""

    def __init__(
        self,
        journal: Journal,
        timeline: Timeline,
        snapshots: Snapshots,
        clock: Callable[[], datetime],
        *,
        every: int,
    ) -> None:
        self._journal = journal
        self._timeline = timeline
        self._snapshots = snapshots
        self._clock = clock
        self._every = every

    def keep(self) -> Path | None:
        """Set the World aside if enough has changed; None if it has not."""
        newest = next(iter(self._snapshots), None)
        kept = 0 if newest is None else int(newest.stem)
        if self._journal.head() - kept < self._every:
            return None
        return self.keep_now()

    def keep_now(self) -> Path:
        known = self._timeline.known(self._clock())
        return self._snapshots.save(known, self._journal.hash_at(known.head))

    @contextmanager
    def running(self, pause: float = _PAUSE) -> Generator[None]:
        """Looks every `pause` seconds, in a thread of its own, until the block ends."""
        stop = threading.Event()
        thread = threading.Thread(target=self._go_on, args=(stop, pause), name="snapshots")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _go_on(self, stop: threading.Event, pause: float) -> None:
        while not stop.wait(pause):
            try:
                self.keep()
            except Exception:  # noqa: BLE001  # said below
                # The service goes on without: a snapshot spares time, and nothing hangs on it.
                _LOG.exception("no snapshot could be set aside")
