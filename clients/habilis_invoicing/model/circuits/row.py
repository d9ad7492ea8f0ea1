"""A row of the circuits: from which state, by whose act, to which state, on which condition."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event, Motif

__all__ = ["Condition", "Transition", "rows"]


class Condition(StrEnum):
    """What a row asks of the piece besides its framework and its state."""

    NONE = ""
    PREVIOUS = "une pièce précédente est désignée"
    VALIDATOR = "un valideur est désigné"
    NO_VALIDATOR = "aucun valideur n'est désigné"
    SECOND = "un second valideur est désigné"
    NO_SECOND = "aucun second valideur n'est désigné"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row, from one state. `before` None: nothing exists yet. `party` None: the clock.

    `motif` None: whatever reason is given, or none. `following` are the
    frameworks of the piece to come, empty where none comes. It is open from
    `opens_after` on, counted from when the piece came into its state, and
    before `closes_after`; None: no limit.
    """

    id: str
    cadres: frozenset[Cadre]
    before: Etat | None
    event: Event
    party: Party | None
    after: Etat
    motif: Motif | None = None
    following: frozenset[Cadre] = frozenset()
    condition: Condition = Condition.NONE
    opens_after: timedelta | None = None
    closes_after: timedelta | None = None


def rows(  # noqa: PLR0913  # as many values as the tables have columns
    row: str,
    cadres: Iterable[Cadre],
    before: Etat | Iterable[Etat | None],
    event: Event,
    party: Party | None,
    after: Etat | None,
    *,
    motif: Motif | None = None,
    following: Iterable[Cadre] = (),
    condition: Condition = Condition.NONE,
    opens_after: int | None = None,
    closes_after: int | None = None,
) -> tuple[Transition, ...]:
    """The row, once for each state that it starts from; delays in days.

    `after` None: the state stays as it is.
    """
    return tuple(
        Transition(
            id=row,
            cadres=frozenset(cadres),
            before=state,
            event=event,
            party=party,
            after=_either(after, state),
            motif=motif,
            following=frozenset(following),
            condition=condition,
            opens_after=_days(opens_after),
            closes_after=_days(closes_after),
        )
        for state in ((before,) if isinstance(before, Etat) else before)
    )


def _either(after: Etat | None, before: Etat | None) -> Etat:
    state = after or before
    if state is None:
        raise ValueError("a row that starts from nothing says where it leads")
    return state


def _days(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(days=count)
