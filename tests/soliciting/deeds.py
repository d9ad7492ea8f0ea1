"""Every act on a solicitation, said as it should be; to be tried by anybody, in any state."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from habilis_companion.terms import Reference
from habilis_soliciting.model.asked import Draft
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.etats import Etat
from habilis_soliciting.model.message import Message
from habilis_soliciting.model.solicitation import Solicitation
from tests.soliciting.office import SFACT, Office

__all__ = ["METHODS", "call", "draft_of"]

METHODS: Final[Mapping[Act, str]] = {
    Act.SAVE: "save_solicitation_draft",
    Act.SUBMIT: "submit_solicitation",
    Act.COMPLETE: "complete_solicitation",
    Act.SEND_BACK: "send_back_solicitation",
    Act.CLOSE: "close_solicitation",
    Act.ASSIGN: "assign_solicitation",
    Act.TAKE_CHARGE: "process_solicitation",
    Act.ASK_INFORMATION: "process_solicitation",
    Act.RESOLVE: "process_solicitation",
    Act.REPORT_MISROUTING: "process_solicitation",
    Act.REROUTE: "reroute_solicitation",
}
_STATUS: Final = {
    Act.TAKE_CHARGE: Etat.EN_COURS,
    Act.ASK_INFORMATION: Etat.DEMANDE_INFORMATION,
    Act.RESOLVE: Etat.RESOLUE,
    Act.REPORT_MISROUTING: Etat.MAUVAISE_AFFECTATION,
}
_WORDS: Final = "Le numéro d'engagement est EJ-7."


def draft_of(on: Solicitation, **changes: Any) -> Draft:
    """What is written in the solicitation."""
    said: dict[str, Any] = {each.name: getattr(on, each.name) for each in fields(Message)}
    assert on.emetteur is not None
    return Draft(emetteur=on.emetteur, **(said | changes))


def call(
    act: Act, office: Office, on: Solicitation, read: Reference | None = None
) -> Callable[..., object]:
    """The act on the solicitation as it was read, or as it is, to be done by somebody."""
    method = METHODS[act]
    done = getattr(office.soliciting, method)
    ref = read or office.ref(on, method)
    said: dict[str, Any] = {"solicitation": ref, "comment": _WORDS}
    match act:
        case Act.SAVE:
            said = {"draft": draft_of(on, title="Engagement EJ-7 inconnu"), "replaces": ref}
        case Act.SUBMIT:
            said = {"saved": ref}
        case Act.CLOSE:
            said = {"solicitation": ref}
        case Act.ASSIGN:
            said = {"solicitation": ref, "assignee": "hugo" if on.recepteur else "samir"}
        case Act.REROUTE:
            said |= {"recepteur": SFACT}
        case Act.COMPLETE | Act.SEND_BACK:
            pass
        case _:
            said |= {"status": _STATUS[act]}

    def tried(who: str, request: str = "") -> object:
        return done(subject=who, request_id=request or office.request(), **said)

    return tried
