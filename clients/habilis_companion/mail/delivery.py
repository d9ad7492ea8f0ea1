"""Delivery: one notice after the other, tried again later and later, never lost and never hidden.

Why no event is lost, and when one can come twice: `docs/adr/0009-one-event-one-mail.md`.
"""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Final

from habilis_companion.mail.errors import (
    ClaimLostError,
    DeferredError,
    InDoubtError,
    MailError,
    RefusedError,
    RelayError,
    UnwritableError,
)
from habilis_companion.mail.outbox import Claimed, Outbox
from habilis_companion.mail.relay import Relay, Session
from habilis_companion.mail.writing import Writer

__all__ = ["Delivery", "Patience", "Tally"]

_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 60.0
_INSISTENCE: Final = (0.1, 0.5, 2.0, 5.0, 15.0, 30.0)
"""Seconds between attempts to note that a mail is sent, all within a lease."""

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a notice is tried.

    The first wait is doubled from one attempt to the next, up to the longest;
    each is cut short by chance, by up to a half. What was tried for longer than
    `give_up` is set aside. A claim lasts for `lease`, which is longer than any
    one mail may take.
    """

    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=1)
    give_up: timedelta = timedelta(days=5)
    lease: timedelta = timedelta(minutes=15)

    def wait(self, attempt: int, chance: float) -> timedelta:
        """Before the attempt after this one, counted from 1; `chance` is from 0 to 1."""
        doubled = self.first * (1 << min(attempt - 1, 30))
        return min(doubled, self.longest) * (1 - chance / 2)


@dataclass(slots=True)
class Tally:
    """What a round came to. Those in doubt are among those put off.

    `relay` is why the relay could not be used; "" if it could.
    """

    sent: int = 0
    put_off: int = 0
    in_doubt: int = 0
    set_aside: int = 0
    relay: str = ""


class Delivery:
    """Carries the notices of an outbox to a relay. Any number may do so at once."""

    def __init__(
        self,
        outbox: Outbox,
        writer: Writer,
        relay: Relay,
        clock: Callable[[], datetime],
        *,
        patience: Patience | None = None,
    ) -> None:
        self._outbox = outbox
        self._writer = writer
        self._relay = relay
        self._clock = clock
        self._patience = patience or Patience()
        self._chance = SystemRandom()
        self._stop = threading.Event()

    def round(self) -> Tally:
        """Deliver what is due, until nothing is, or the relay cannot be used, or it is stopped.

        Raises what the outbox raises; what was claimed then is due again once its lease ends.
        """
        tally, claimed = Tally(), self._claimed()
        while claimed is not None and self._on_one_connection(claimed, tally):
            claimed = self._claimed()
        return tally

    @contextmanager
    def running(self, pause: float = _PAUSE) -> Generator[None]:
        """A round every `pause` seconds, in a thread of its own, until the block ends.

        The mail under way is ended first, which the relay's timeout bounds.
        """
        thread = threading.Thread(target=self._go_on, args=(pause,), name="mail")
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _go_on(self, pause: float) -> None:
        wait, failing = pause, ""
        while not self._stop.wait(wait):
            trouble = self._trouble()
            if trouble and not failing:
                _LOG.error("no mail can be sent now, all of it waits: %s", trouble)
            if failing and not trouble:
                _LOG.info("mail can be sent again")
            failing = trouble
            wait = min(wait * 2, _LONGEST_PAUSE) if trouble else pause

    def _trouble(self) -> str:
        """Why a round could not be carried through; "" if it was."""
        try:
            return self.round().relay
        except Exception as error:  # noqa: BLE001  # a loop that ended would never send again
            return str(error) or type(error).__name__

    def _claimed(self) -> Claimed | None:
        if self._stop.is_set():
            return None
        claimed = self._outbox.claim(self._clock(), lease=self._patience.lease, limit=1)
        return claimed[0] if claimed else None

    def _on_one_connection(self, first: Claimed, tally: Tally) -> bool:
        """Deliver it and what follows; whether there may be more, for another connection."""
        notice: Claimed | None = first
        claimed = first
        try:
            with self._relay.session() as session:
                while notice is not None:
                    claimed = notice
                    self._deliver(claimed, session, tally)
                    notice = self._claimed()
        except ClaimLostError:
            _LOG.warning("notice %d was taken over by another sender", claimed.id)
        except (RelayError, InDoubtError) as error:
            tally.relay = str(error)
            self._put_off(claimed, error, tally)
            return False
        return True

    def _deliver(self, notice: Claimed, session: Session, tally: Tally) -> None:
        if notice.handed_at is not None:
            _LOG.warning("notice %d is sent again: no answer was heard to it", notice.id)
        try:
            session.send(self._writer.write(notice), lambda: self._handing(notice))
        except RefusedError as error:
            self._set_aside(notice, str(error), tally)
        except (UnwritableError, DeferredError) as error:
            self._put_off(notice, error, tally)
        else:
            tally.sent += 1
            self._say_sent(notice)

    def _handing(self, notice: Claimed) -> bool:
        now, lease = self._clock(), self._patience.lease
        return self._outbox.handing(notice.id, notice.attempts, now, lease=lease)

    def _say_sent(self, notice: Claimed) -> None:
        """Insist while nobody else can have claimed it: only this makes it one mail for sure."""
        for pause in _INSISTENCE:
            try:
                self._outbox.sent(notice.id, self._clock())
            except Exception as error:  # noqa: BLE001  # what it is must not make a second mail
                _LOG.warning("notice %d is sent, which cannot be noted: %s", notice.id, error)
                self._stop.wait(pause)
            else:
                _LOG.info("notice %d is sent", notice.id)
                return
        self._outbox.sent(notice.id, self._clock())

    def _put_off(self, notice: Claimed, error: MailError, tally: Tally) -> None:
        now = self._clock()
        # What was in doubt before stays so: this attempt says nothing of that one.
        in_doubt = isinstance(error, InDoubtError) or notice.handed_at is not None
        tally.in_doubt += in_doubt
        again = now + self._patience.wait(notice.attempts, self._chance.random())
        if again > notice.tried_since + self._patience.give_up:
            tried = f"tried in vain since {notice.tried_since:%Y-%m-%d}: "
            self._set_aside(notice, f"{tried}{error}", tally)
            return
        tally.put_off += 1
        _LOG.info("notice %d is put off; `mail list` says why", notice.id)
        self._outbox.failed(
            notice.id, notice.attempts, str(error), again_at=again, in_doubt=in_doubt
        )

    def _set_aside(self, notice: Claimed, why: str, tally: Tally) -> None:
        tally.set_aside += 1
        # Neither whom it was for nor what the relay said of him belongs into a log.
        _LOG.error("notice %d is set aside, and not sent; `mail list` says why", notice.id)
        self._outbox.set_aside(notice.id, notice.attempts, why, self._clock())
