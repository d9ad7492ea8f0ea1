"""What people are told by mail of a solicitation, and how notices are carried.

Its sender is told of what he is told anyway, never of « En cours » (R89).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from habilis_companion.mail import Delivery, Relay, RelaySettings, Writer
from habilis_companion.outbox import Notice
from habilis_companion.store import Store
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.solicitation import Solicitation, StateLine

__all__ = [
    "TOLD_TO_RECEIVERS",
    "delivery_of",
    "event_of",
    "notices_to_receivers",
    "notices_to_sender",
    "writer_for",
]

_SOURCE: Final = "habilis-soliciting"

_TOLD_TO_SENDER: Final[Mapping[Act, str]] = {
    Act.ASK_INFORMATION: "information-requested",
    Act.RESOLVE: "resolved",
}
_BY_MAIL: Final = "answered"
"""The answer to somebody who is not logged in, whole: nowhere else can he read it (§3.7)."""

_ARRIVED: Final = "arrived"
_ASSIGNED: Final = "assigned"
TOLD_TO_RECEIVERS: Final[Mapping[str, str]] = {
    Act.SUBMIT: _ARRIVED,
    "submit_anonymously": _ARRIVED,
    Act.COMPLETE: _ARRIVED,
    Act.SEND_BACK: _ARRIVED,
    Act.REPORT_MISROUTING: _ARRIVED,
    Act.REROUTE: _ARRIVED,
    Act.ASSIGN: _ASSIGNED,
}
"""What brings a solicitation to somebody, by the action that its history bears: its notice."""

_WHY: Final[Mapping[str, str]] = {
    Act.SUBMIT: "elle vient de vous être adressée",
    "submit_anonymously": "elle vient d’une personne non connectée",
    Act.COMPLETE: "le complément demandé est arrivé",
    Act.SEND_BACK: "la réponse n’a pas convenu à l’émetteur",
    Act.REPORT_MISROUTING: "elle était mal affectée",
    Act.REROUTE: "le support vous la transmet",
    Act.ASSIGN: "un collègue vous l’a confiée",
}


def notices_to_sender(after: Solicitation, act: Act, said: str) -> Iterator[Notice]:
    """What its sender is told of this act; nothing of the others."""
    template = _TOLD_TO_SENDER.get(act)
    if template is None or not after.contact_email:
        return
    context = _context(after)
    if after.emetteur is None:
        template, context = _BY_MAIL, {**context, "answer": said}
    yield Notice(
        event=f"{template}/{after.id}/{after.shown_version}",
        recipient=after.contact_email,
        template=template,
        context=context,
    )


def event_of(solicitation: Solicitation, line: StateLine) -> str:
    """What brought it to somebody once, whoever is told."""
    template = TOLD_TO_RECEIVERS[line.action]
    return f"{template}/{solicitation.id}/{line.at.isoformat()}/"


def notices_to_receivers(
    solicitation: Solicitation, line: StateLine, addresses: Iterable[str]
) -> Iterator[Notice]:
    """A notice to each address of what brought it there."""
    context = {**_context(solicitation), "action": line.action}
    for address in addresses:
        yield Notice(
            event=f"{event_of(solicitation, line)}{address}",
            recipient=address,
            template=TOLD_TO_RECEIVERS[line.action],
            context=context,
        )


def writer_for(sender: str) -> Writer:
    """Writes the companion's mails. Raises SettingsError."""
    return Writer("habilis_soliciting.notices", _phrases, source=_SOURCE, sender=sender)


def delivery_of(store: Store, settings: RelaySettings, clock: Callable[[], datetime]) -> Delivery:
    """Carries the companion's notices to the relay. Raises SettingsError."""
    return Delivery(store.outbox, writer_for(settings.sender), Relay(settings), clock)


def _context(solicitation: Solicitation) -> dict[str, str]:
    return {"number": solicitation.number, "title": solicitation.title}


def _phrases(told: Mapping[str, str]) -> Mapping[str, str]:
    """How it is named, and why somebody is told; KeyError where a notice tells too little."""
    named = {"solicitation": f"n° {told['number']}, « {told['title']} »"}
    return named | ({"why": _WHY[told["action"]]} if "action" in told else {})
