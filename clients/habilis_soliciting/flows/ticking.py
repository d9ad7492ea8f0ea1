"""Those to whom a solicitation comes are told: the only writes that nobody asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from habilis_companion.batches import in_batches
from habilis_companion.organisation import Addresses
from habilis_companion.store import ClockEvent, Store, WriteSession
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.solicitation import Solicitation, StateLine
from habilis_soliciting.notices import TOLD_TO_RECEIVERS, event_of, notices_to_receivers
from habilis_soliciting.store import solicitations

__all__ = ["tick"]

_EVENT: Final = "tick"
_ARRIVED: Final = TOLD_TO_RECEIVERS[Act.SUBMIT]
_ASSIGNED: Final = TOLD_TO_RECEIVERS[Act.ASSIGN]
_SPOKEN_OF: Final = timedelta(days=7)
"""How long somebody may still be told of what came: whoever comes later finds it in his list."""


@dataclass(frozen=True, slots=True)
class _Untold:
    """A solicitation, and the lines of its history of which nobody was told."""

    solicitation: Solicitation
    lines: Sequence[StateLine]


def tick(store: Store, now: datetime, addresses: Addresses, support: str = "") -> int:
    """Have those told to whom a solicitation came, each once; how many will be.

    `support` is the address of the support; "" leaves it untold.
    """
    since = now - _SPOKEN_OF
    door = partial(store.ticking, ClockEvent(name=_EVENT, at=now))

    def waiting(session: WriteSession, after: str) -> Sequence[Solicitation]:
        return solicitations.waiting(session, since=since, after=after)

    def untold(session: WriteSession, solicitation: Solicitation) -> _Untold:
        return _Untold(solicitation, [*_untold(store, session, solicitation, since)])

    found = [each for each in in_batches(door, waiting, untold) if each.lines]
    count = 0
    for each in found:
        notices = [
            told
            for line in each.lines
            for told in notices_to_receivers(
                each.solicitation, line, _to(each.solicitation, line, addresses, support)
            )
        ]
        if notices:
            with door() as session:
                store.notify(session, notices, now)
        count += len(notices)
    return count


def _untold(
    store: Store, session: WriteSession, solicitation: Solicitation, since: datetime
) -> Iterator[StateLine]:
    """Of what brought it where it is, the last of each kind, if it is recent and untold."""
    last: dict[str, StateLine] = {}
    for line in solicitations.history(session, solicitation.id):
        kind = TOLD_TO_RECEIVERS.get(line.action)
        if kind == _ARRIVED or line.action == Act.TAKE_CHARGE:
            # Whoever was named before that handles it no more, or is at it.
            last.pop(_ASSIGNED, None)
        if kind is not None:
            last[kind] = line
    for line in last.values():
        if line.at > since and not store.notified(session, event_of(solicitation, line)):
            yield line


def _to(
    solicitation: Solicitation, line: StateLine, addresses: Addresses, support: str
) -> Sequence[str]:
    """To whose addresses a line brings it; nobody is told what he did himself."""
    place = solicitation.recepteur
    if line.action != Act.ASSIGN:
        if place is None:
            return [support] if support else []
        return addresses.of(place, Act.TAKE_CHARGE)
    if place is None or line.actor == solicitation.assignee:
        return []
    return addresses.of(place, Act.TAKE_CHARGE, account=solicitation.assignee)
