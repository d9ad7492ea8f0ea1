"""Random solicitations in random towns, and the lists of them once more, in plain Python."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from habilis import Perimeter, Question
from habilis_soliciting.flows.sides import SENDER, Side
from habilis_soliciting.model.asked import Age, Criteria, StatisticsRow
from habilis_soliciting.model.etats import ACTION_REQUIRED, TO_PROCESS, Etat, EtatEmetteur
from habilis_soliciting.model.shown import Received, Sent
from habilis_soliciting.model.solicitation import Solicitation
from tests.companion import towns as companion
from tests.companion.bureau import NOW
from tests.companion.looking import at_one_of, within
from tests.differential.dice import Dice

__all__ = ["Reader", "Town", "random_criteria", "towns"]

_NUMBERS: Final = ("", "F-1", "F-2", "F'\"%_")
_ABOUT: Final = (
    *(("FACTURES_EMISES", "REJET_FACTURE"), ("FACTURES_EMISES", "ERREUR_DESTINATAIRE")),
    *(("FACTURES_TRAVAUX", "ANOMALIE"), ("RACCORDEMENT", "API")),
)
_UNDER: Final = {
    Age.TWO_DAYS: timedelta(days=2),
    Age.WEEK: timedelta(days=7),
    Age.MONTH: timedelta(days=30),
}


@dataclass(frozen=True)
class Town(companion.Town):
    """People, places and what they wrote."""

    solicitations: tuple[Solicitation, ...]


def towns(count: int, most: int) -> Iterator[Town]:
    """Towns under the shipped policy, with `most` solicitations each."""
    for seed in range(count):
        town = companion.random_town(seed)
        dice, places = town.dice, town.places
        written = tuple(_solicitation(dice, places, town.people, n) for n in range(most))
        yield Town(dice, town.judge, written)


def _solicitation(
    dice: Dice, places: Sequence[Perimeter], people: Sequence[str], number: int
) -> Solicitation:
    """One in any two states, whether it could come to them or not."""
    etat = dice.one([*Etat])
    category, subcategory = dice.one(_ABOUT)
    # Several at one moment, and at the ends of ages: the moment alone does not tell them apart.
    sent = NOW - timedelta(days=dice.one([0, 1, 2, 3, 7, 8, 30, 31]), seconds=dice.number(0, 1))
    answered = sent + timedelta(seconds=dice.number(0, 9_999)) if dice.chance(0.6) else None
    resolved = sent + timedelta(seconds=dice.number(0, 9_999)) if dice.chance(0.4) else None
    return Solicitation(
        id=f"{number:032x}",
        etat=etat,
        etat_emetteur=dice.one([*EtatEmetteur]),
        emetteur=dice.one(places) if dice.chance(0.9) else None,
        recepteur=dice.one(places) if dice.chance(0.7) else None,
        version=dice.number(3, 9),
        shown_version=dice.number(1, 2),
        number="" if etat is Etat.BROUILLON else f"S2022-{number:06d}",
        category=category,
        subcategory=subcategory,
        object_number=dice.one(_NUMBERS),
        title="Engagement inconnu",
        assignee=dice.one(["", *people]),
        answer=dice.one(["", "Nous cherchons."]),
        created_at=NOW - timedelta(days=number // 4),
        state_at=NOW - timedelta(days=dice.number(0, 9)),
        shown_at=NOW - timedelta(days=dice.number(0, 9)),
        submitted_at=None if etat is Etat.BROUILLON else sent,
        answered_at=None if etat is Etat.BROUILLON else answered,
        resolved_at=None if etat is Etat.BROUILLON else resolved,
    )


class Reader:
    """One person looking from one side, judged solicitation by solicitation by Check."""

    def __init__(self, town: Town, subject: str, side: Side) -> None:
        self._side = side
        newest = sorted(town.solicitations, key=self._since)[::-1]
        self._seen = [
            each
            for each in newest
            if town.judge.decide(
                Question(subject=subject, action=side.consult, resource=side.resource(each))
            ).allowed
        ]

    def _since(self, solicitation: Solicitation) -> tuple[datetime, str]:
        """By what a list is sorted: a receiver is shown nothing before it is sent."""
        sent = None if self._side is SENDER else solicitation.submitted_at
        return sent or solicitation.created_at, solicitation.id

    def search(self, criteria: Criteria) -> list[Sent | Received]:
        return [*map(self._side.view, self._found(criteria))]

    def to_process(self) -> list[Sent | Received]:
        awaited = {*(ACTION_REQUIRED if self._side is SENDER else TO_PROCESS)}
        return [self._side.view(each) for each in self._seen if self._etat(each) in awaited]

    def dashboard(self, criteria: Criteria) -> dict[str, Counter[Age]]:
        counts: dict[str, Counter[Age]] = {}
        for each in self._found(criteria):
            counts.setdefault(self._etat(each), Counter())[_age(each)] += 1
        return counts

    def statistics(self, criteria: Criteria) -> list[StatisticsRow]:
        sent = [each for each in self._found(criteria) if each.submitted_at is not None]
        return [
            _statistics(
                about, [each for each in sent if (each.category, each.subcategory) == about]
            )
            for about in sorted({(each.category, each.subcategory) for each in sent})
        ]

    def _found(self, criteria: Criteria) -> list[Solicitation]:
        return [each for each in self._seen if _matches(criteria, each, self._etat(each))]

    def _etat(self, solicitation: Solicitation) -> str:
        sender = self._side is SENDER
        return (solicitation.etat_emetteur if sender else solicitation.etat).value


def _age(solicitation: Solicitation) -> Age:
    old = NOW - (solicitation.submitted_at or solicitation.created_at)
    return next((age for age, under in _UNDER.items() if old < under), Age.OLDER)


def _statistics(about: tuple[str, str], sent: Sequence[Solicitation]) -> StatisticsRow:
    first = _waits(sent, "answered_at")
    whole = _waits(sent, "resolved_at")
    return StatisticsRow(
        category=about[0],
        subcategory=about[1],
        solicitations=len(sent),
        answered=len(first),
        first_answer_seconds=round(sum(first) / len(first)) if first else 0,
        resolved=len(whole),
        resolution_seconds=round(sum(whole) / len(whole)) if whole else 0,
    )


def _waits(sent: Sequence[Solicitation], until: str) -> list[int]:
    """In seconds, of those for whom the wait is over."""
    return [
        int((ended - each.submitted_at).total_seconds())
        for each in sent
        if each.submitted_at is not None and (ended := getattr(each, until)) is not None
    ]


def _matches(criteria: Criteria, solicitation: Solicitation, etat: str) -> bool:
    places = (
        (criteria.emetteurs, solicitation.emetteur),
        (criteria.recepteurs, solicitation.recepteur),
    )
    listed = (
        (criteria.categories, solicitation.category),
        (criteria.subcategories, solicitation.subcategory),
        (criteria.etats, etat),
    )
    texts = ("number", "object_number", "assignee")
    return all(
        (
            all(not wanted or at_one_of(place, wanted) for wanted, place in places),
            all(not wanted or value in wanted for wanted, value in listed),
            all(getattr(criteria, name) in {"", getattr(solicitation, name)} for name in texts),
            within(solicitation.submitted_at, criteria.submitted_from, criteria.submitted_to),
        )
    )


def random_criteria(town: Town, side: Side) -> Criteria:
    """One to three criteria out of all those of a side, with values that are there."""
    dice = town.dice

    def moment() -> datetime:
        return NOW - timedelta(days=dice.number(0, 31))

    def places() -> tuple[Perimeter, ...]:
        return tuple(dice.some(town.places, 1, 2))

    category, subcategory = dice.one(_ABOUT)
    values: dict[str, Any] = {
        "emetteurs": places(),
        "recepteurs": places(),
        "categories": (category,),
        "subcategories": (subcategory,),
        "etats": tuple(each.value for each in dice.some([*side.etats], 1, 4)),
        "number": f"S2022-{dice.number(0, 40):06d}",
        "object_number": dice.one(_NUMBERS),
        "submitted_from": moment(),
        "submitted_to": moment(),
    }
    if side is not SENDER:
        values["assignee"] = dice.one(town.people)
    chosen = dice.some([*values], 1, 3)
    return Criteria(**{name: values[name] for name in chosen})
