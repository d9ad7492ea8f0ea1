"""The two sides of a solicitation: through which application one looks, and what one is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from habilis import Resource
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.refusals import Code, refuse
from habilis_soliciting.model.shown import Received, Sent
from habilis_soliciting.model.solicitation import Solicitation, resource_of, resource_sent

__all__ = ["CONSULT", "RECEIVER", "SENDER", "Side", "side_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What goes with an application: `consult` is the action that a look asks there.

    `resource` is how a solicitation is put to Habilis from that side, `view`
    what of it is told there, `etats` the suite of states that is known there.
    """

    application: str
    resource: Callable[[Solicitation], Resource]
    view: Callable[[Solicitation], Sent | Received]
    etats: type[StrEnum]

    @property
    def consult(self) -> str:
        return f"{self.application}.consulter"


SENDER: Final = Side(
    application="sollicitations_emises",
    resource=resource_sent,
    view=Sent.of,
    etats=EtatEmetteur,
)
RECEIVER: Final = Side(
    application="sollicitations_recues",
    resource=resource_of,
    view=Received.of,
    etats=Etat,
)

CONSULT: Final = (SENDER.consult, RECEIVER.consult)

_SIDES: Final[Mapping[str, Side]] = {side.application: side for side in (SENDER, RECEIVER)}


def side_of(name: str) -> Side:
    """The side of an application, or of an action of it. Raises RefusedError for any other."""
    side = _SIDES.get(name.partition(".")[0])
    if side is None:
        told = f"must be one of {', '.join(_SIDES)}"
        raise refuse(Code.WRONG_APPLICATION, "application", told)
    return side
