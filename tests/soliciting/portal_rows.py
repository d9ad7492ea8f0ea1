"""The portal's table of transitions, §5.1, row by row, as it is expected.

A line reads: the row, who acts, at whom it is, the states before, the act, the
receiver's states that its history gains, those that the sender is told of each
(`.` nothing), what changes beside states and moments of states, and who is told
by mail. `–` before: nothing is kept yet.

Row 12 is « any | agent submits with no status », and row 13 « Clôturée | anyone
but consult »: both are refusals, and generated where they are tested.
"""

from dataclasses import dataclass
from typing import Final

from habilis_soliciting.model.circuit import Act, Actor
from habilis_soliciting.model.etats import Etat, EtatEmetteur

__all__ = ["COUNT", "ROWS", "Row"]

COUNT: Final = 13
"""How many rows the table of the portal has."""

_ACTORS: Final = {
    "émetteur": Actor.EMETTEUR,
    "service": Actor.SERVICE_METIER,
    "support": Actor.SUPPORT,
    "anonyme": Actor.ANONYME,
}

_WORDS: Final = {
    "information": "DEMANDE_INFORMATION",
    "open": "A_TRAITER EN_COURS",
    "routed": "ENREGISTREE AFFECTEE",
    "misrouted": "MAUVAISE_AFFECTATION A_TRAITER",
    "sent": "number submitted_at",
    "asked": "answered_at",
    "answered": "answered_at resolved_at",
    "leaves": "recepteur state_at",
    "put_down": "recepteur assignee answer",
}

_TEXT: Final = """
1  | émetteur | service support | – | SAVE | BROUILLON | BROUILLON | new |
1  | émetteur | service support | BROUILLON | SAVE | | | title |
2  | émetteur | service | – | SUBMIT | A_TRAITER A_TRAITER | routed | new | service
2  | émetteur | support | – | SUBMIT | A_TRAITER | ENREGISTREE | new | support
2  | émetteur | service | BROUILLON | SUBMIT | A_TRAITER A_TRAITER | routed | sent | service
2  | émetteur | support | BROUILLON | SUBMIT | A_TRAITER | ENREGISTREE | sent | support
2  | anonyme  | support | – | SUBMIT | A_TRAITER | ENREGISTREE | new | support
3  | service  | service | A_TRAITER | ASSIGN | A_TRAITER | . | assignee | assignee
3  | support  | support | A_TRAITER | ASSIGN | A_TRAITER | . | assignee |
4  | service  | service | open | TAKE_CHARGE | EN_COURS | . | assignee answer |
4  | support  | support | open | TAKE_CHARGE | EN_COURS | . | assignee answer |
5  | service  | service | open | ASK_INFORMATION | information | information | asked | information
5  | support  | support | open | ASK_INFORMATION | information | information | asked | information
6  | émetteur | service | information | COMPLETE | A_TRAITER | AFFECTEE | | service
6  | émetteur | support | information | COMPLETE | A_TRAITER | AFFECTEE | | support
7  | service  | service | A_TRAITER | RESOLVE | RESOLUE | RESOLUE | answered | resolved
7  | service  | service | EN_COURS | RESOLVE | RESOLUE | RESOLUE | answer answered | resolved
7  | support  | support | A_TRAITER | RESOLVE | RESOLUE | RESOLUE | answered | resolved
7  | support  | support | EN_COURS | RESOLVE | RESOLUE | RESOLUE | answer answered | resolved
8  | émetteur | service | RESOLUE | SEND_BACK | A_TRAITER | AFFECTEE | resolved_at | service
8  | émetteur | support | RESOLUE | SEND_BACK | A_TRAITER | AFFECTEE | resolved_at | support
9  | émetteur | service support | RESOLUE | CLOSE | CLOTUREE | CLOTUREE | closed_at |
10 | service  | service | A_TRAITER | REPORT_MISROUTING | misrouted | . AFFECTEE | leaves | support
10 | service  | service | EN_COURS | REPORT_MISROUTING | misrouted | . AFFECTEE | put_down | support
11 | support  | support | A_TRAITER | REROUTE | A_TRAITER | AFFECTEE | recepteur | service
"""


@dataclass(frozen=True)
class Row:
    """One expected answer of the table; a `told` None is what the sender is not told."""

    id: str
    actor: Actor
    at_support: bool
    before: Etat | None
    act: Act
    after: tuple[Etat, ...]
    told: tuple[EtatEmetteur | None, ...]
    changes: frozenset[str]
    mails: str

    def __str__(self) -> str:
        where = "support" if self.at_support else "service"
        return f"{self.id} {self.before or '–'} {self.act.name} at {where}"


def _read(line: str) -> list[Row]:
    row, who, where, before, act, after, told, changes, mails = map(_spelled, line.split("|"))
    return [
        Row(
            id=row,
            actor=_ACTORS[who],
            at_support=place == "support",
            before=None if state == "–" else Etat(state),
            act=Act[act],
            after=tuple(map(Etat, after.split())),
            told=tuple(None if each == "." else EtatEmetteur(each) for each in told.split()),
            changes=frozenset(changes.split()),
            mails=mails,
        )
        for place in where.split()
        for state in before.split()
    ]


def _spelled(part: str) -> str:
    """The words of a column, each short one written out."""
    return " ".join(_WORDS.get(word, word) for word in part.split())


ROWS: Final = tuple(row for line in _TEXT.splitlines() if line for row in _read(line))
