"""The circuit of a solicitation, as one table: who does what from which state, and what follows.

Two suites of states advance in it (§5.1). A step that the sender is not told
of leaves his as it is: that is how « En cours » stays unseen (R89, R96).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.refusals import Code, refuse

__all__ = ["CIRCUIT", "Act", "Actor", "Row", "Step", "row_of"]

_E: Final = Etat
_S: Final = EtatEmetteur


class Act(StrEnum):
    """What is done; the value is the action of the policy that is asked for it."""

    SAVE = "sollicitations_emises.saisir_brouillon"
    SUBMIT = "sollicitations_emises.soumettre"
    COMPLETE = "sollicitations_emises.completer"
    SEND_BACK = "sollicitations_emises.renvoyer"
    CLOSE = "sollicitations_emises.cloturer"
    ASSIGN = "sollicitations_recues.assigner"
    TAKE_CHARGE = "sollicitations_recues.prendre_en_charge"
    ASK_INFORMATION = "sollicitations_recues.demander_information"
    RESOLVE = "sollicitations_recues.resoudre"
    REPORT_MISROUTING = "sollicitations_recues.signaler_mauvaise_affectation"
    REROUTE = "sollicitations_recues.rerouter"


class Actor(StrEnum):
    """Who acts: the sender, the service of a public structure, the support, or a visitor."""

    EMETTEUR = "émetteur"
    SERVICE_METIER = "service métier"
    SUPPORT = "support"
    ANONYME = "non connecté"


@dataclass(frozen=True, slots=True)
class Step:
    """Both states after it; `told` None: the sender is not told, and his stays as it was."""

    etat: Etat
    told: EtatEmetteur | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, from one state (None: nothing is kept yet), through one or two steps.

    `to_support`: who receives what is submitted; None where that is no question.
    """

    before: Etat | None
    act: Act
    actor: Actor
    steps: tuple[Step, ...]
    to_support: bool | None = None

    @property
    def after(self) -> Etat:
        """Where it comes to rest."""
        return self.steps[-1].etat


def _rows() -> tuple[Row, ...]:
    return (*_of_sender(), *_of_receiver(), *_of_support())


def _of_sender() -> tuple[Row, ...]:
    sender, draft = Actor.EMETTEUR, (Step(_E.BROUILLON, _S.BROUILLON),)
    received = Step(_E.A_TRAITER, _S.ENREGISTREE)
    back = (Step(_E.A_TRAITER, _S.AFFECTEE),)
    submit = [
        Row(before=before, act=Act.SUBMIT, actor=sender, steps=steps, to_support=to_support)
        for before in (None, _E.BROUILLON)
        for to_support, steps in ((True, (received,)), (False, (received, *back)))
    ]
    return (
        Row(before=None, act=Act.SAVE, actor=sender, steps=draft),
        Row(before=_E.BROUILLON, act=Act.SAVE, actor=sender, steps=draft),
        *submit,
        Row(before=None, act=Act.SUBMIT, actor=Actor.ANONYME, steps=(received,), to_support=True),
        Row(before=_E.DEMANDE_INFORMATION, act=Act.COMPLETE, actor=sender, steps=back),
        Row(before=_E.RESOLUE, act=Act.SEND_BACK, actor=sender, steps=back),
        Row(
            before=_E.RESOLUE,
            act=Act.CLOSE,
            actor=sender,
            steps=(Step(_E.CLOTUREE, _S.CLOTUREE),),
        ),
    )


_BY_EITHER: Final[Mapping[Act, Step]] = {
    Act.TAKE_CHARGE: Step(_E.EN_COURS),
    Act.ASK_INFORMATION: Step(_E.DEMANDE_INFORMATION, _S.DEMANDE_INFORMATION),
    Act.RESOLVE: Step(_E.RESOLUE, _S.RESOLUE),
}


def _of_receiver() -> tuple[Row, ...]:
    """What a business service and the support do alike, and the way out of the first."""
    shared = [
        Row(before=before, act=act, actor=actor, steps=(step,))
        for actor in (Actor.SERVICE_METIER, Actor.SUPPORT)
        for before in (_E.A_TRAITER, _E.EN_COURS)
        for act, step in _BY_EITHER.items()
    ]
    assigned = [
        Row(before=_E.A_TRAITER, act=Act.ASSIGN, actor=actor, steps=(Step(_E.A_TRAITER),))
        for actor in (Actor.SERVICE_METIER, Actor.SUPPORT)
    ]
    misrouted = (Step(_E.MAUVAISE_AFFECTATION), Step(_E.A_TRAITER, _S.AFFECTEE))
    out = [
        Row(before=before, act=Act.REPORT_MISROUTING, actor=Actor.SERVICE_METIER, steps=misrouted)
        for before in (_E.A_TRAITER, _E.EN_COURS)
    ]
    return (*assigned, *shared, *out)


def _of_support() -> tuple[Row, ...]:
    rerouted = (Step(_E.A_TRAITER, _S.AFFECTEE),)
    return (Row(before=_E.A_TRAITER, act=Act.REROUTE, actor=Actor.SUPPORT, steps=rerouted),)


CIRCUIT: Final[tuple[Row, ...]] = _rows()
"""Every row; what is in none is refused."""


def row_of(before: Etat | None, act: Act, actor: Actor, *, to_support: bool | None = None) -> Row:
    """The row of this act. Raises RefusedError, INVALID_TRANSITION, where there is none.

    `to_support` matters to what is submitted alone.
    """
    found = _INDEX.get((before, act, actor, to_support if act is Act.SUBMIT else None))
    if found is None:
        # The state is not named: it may be one that its sender is not told.
        told = f"`{act}` leads nowhere from where the solicitation stands; read it again"
        raise refuse(Code.INVALID_TRANSITION, "", told)
    return found


_INDEX: Final = {(row.before, row.act, row.actor, row.to_support): row for row in CIRCUIT}
