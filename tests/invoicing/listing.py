"""Random payment requests in random towns, and the lists of them once more, in plain Python."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from habilis import Perimeter, Question
from habilis_invoicing.model.asked import Criteria, ServiceScope, ToProcess
from habilis_invoicing.model.awaited import AWAITED
from habilis_invoicing.model.cadres import WORKS, Cadre, Party
from habilis_invoicing.model.clocks import shown_rejections_since
from habilis_invoicing.model.etats import GROUPS, LOST, Etat, Group, group_of
from habilis_invoicing.model.piece import Amounts, Piece, resource_of
from habilis_invoicing.model.shown import as_seen, of_supplier_side
from tests.companion import towns as companion
from tests.companion.judging import parties_of
from tests.companion.looking import at_one_of, within
from tests.differential.dice import Dice

__all__ = ["APPLICATIONS", "NOW", "Reader", "Town", "random_criteria", "towns"]

NOW = datetime(2026, 3, 20, tzinfo=UTC)
APPLICATIONS = tuple(AWAITED)
CONTRACTS = ("", "C1", "C2", "C'\"%_")
_NAMED = ("fournisseur", "moe", "moa", "destinataire", "valideur", "valideur_2")
_UNSENT = {Etat.BROUILLON, Etat.SUPPRIMEE}


@dataclass(frozen=True)
class Town(companion.Town):
    """People, places and pieces; `downloaded` are (piece, person)."""

    pieces: tuple[Piece, ...]
    downloaded: frozenset[tuple[str, str]]


def towns(count: int, most: int) -> Iterator[Town]:
    """Towns under the shipped policy, with `most` pieces each."""
    for seed in range(count):
        town = companion.random_town(seed)
        dice = town.dice
        pieces = tuple(_pieces(dice, town.places, most))
        downloaded = {(dice.one(pieces).id, dice.one(town.people)) for _ in range(most // 3)}
        yield Town(dice, town.judge, pieces, frozenset(downloaded))


def _pieces(dice: Dice, places: Sequence[Perimeter], count: int) -> Iterator[Piece]:
    continued: set[str] = set()
    made: list[str] = []
    for number in range(count):
        piece = _piece(dice, places, number)
        if made and dice.chance(0.5):
            previous = dice.one(made)
            lives = piece.deposited_at is not None and piece.etat not in LOST
            if previous not in continued or not lives:
                piece = replace(piece, previous=previous)
                continued |= {previous} if lives else set[str]()
        made.append(piece.id)
        yield piece


def _piece(dice: Dice, places: Sequence[Perimeter], number: int) -> Piece:
    cadre = dice.one([*Cadre])
    etat = Etat.MISE_EN_PAIEMENT if dice.chance(0.2) else dice.one([*Etat])
    state_at, shown_at = (NOW - timedelta(days=dice.number(0, 15)) for _ in range(2))
    hidden = etat is Etat.MISE_EN_PAIEMENT and dice.chance(0.6)
    named: dict[str, Any] = {
        name: dice.one(places)
        for name in _NAMED
        if dice.chance(0.7) and (cadre in WORKS or name not in {"moe", "moa"})
    }
    cents = dice.number(-500, 500)
    amount = Decimal(cents) / 100
    return Piece(
        id=f"{number:032x}",
        cadre=cadre,
        etat=etat,
        shown=dice.one([Etat.COMPTABILISEE, Etat.MISE_A_DISPOSITION]) if hidden else etat,
        deposant=dice.one(places),
        # Several at one moment: the moment alone does not tell them apart.
        created_at=NOW - timedelta(days=number // 4),
        state_at=state_at,
        shown_at=shown_at if hidden else state_at,
        version=dice.number(2, 9),
        number=str(number),
        dossier_number=dice.one(CONTRACTS),
        contract_number=dice.one(CONTRACTS),
        commitment_number=dice.one(CONTRACTS),
        case_officer=dice.one(CONTRACTS),
        amounts=Amounts(excluding_tax=amount, vat=amount, including_tax=amount, to_pay=amount)
        if dice.chance(0.8)
        else None,
        deposited_at=None if etat in _UNSENT else NOW - timedelta(days=dice.number(0, 9)),
        acknowledged_at=NOW if dice.chance(0.3) else None,
        **named,
    )


class Reader:
    """One person looking through one application, judged piece by piece by Check."""

    def __init__(self, town: Town, subject: str, application: str) -> None:
        self._town = town
        self._subject = subject
        self._application = application
        self._seen = {
            piece.id: parties
            for piece in town.pieces
            if (parties := self._parties(piece)) is not None
        }

    def _parties(self, piece: Piece) -> frozenset[str] | None:
        """The parts as which he may consult the piece; None where Check denies it."""
        asked = Question(
            subject=self._subject,
            action=f"{self._application}.consulter",
            resource=resource_of(piece),
        )
        return parties_of(self._town.judge, asked)

    def _told(self) -> Iterator[tuple[Piece, frozenset[str]]]:
        """What he sees, the newest first, each as he is told of it."""
        newest = sorted(self._town.pieces, key=lambda each: (each.created_at, each.id))[::-1]
        for piece in newest:
            parties = self._seen.get(piece.id)
            if parties is None:
                continue
            supplier = any(of_supplier_side(piece, Party(party)) for party in parties)
            yield as_seen(piece, Party.FOURNISSEUR) if supplier else piece, parties

    def search(self, criteria: Criteria) -> list[Piece]:
        followed = {
            each.previous
            for each in self._town.pieces
            if each.deposited_at is not None and each.etat not in LOST | _UNSENT
        }
        return [
            piece
            for piece, parties in self._told()
            if (criteria.role is None or criteria.role in parties)
            and _matches(criteria, piece)
            and not (criteria.only_without_next and piece.id in followed)
        ]

    def to_process(self, criteria: ToProcess) -> list[Piece]:
        return [piece for piece, parties in self._told() if self._awaits(criteria, piece, parties)]

    def _awaits(self, criteria: ToProcess, piece: Piece, parties: Iterable[str]) -> bool:
        acting = any(
            party in parties
            and piece.etat in etats
            and (criteria.perimeter is None or at_one_of(piece.party(party), (criteria.perimeter,)))
            for party, etats in AWAITED[self._application].items()
        )
        lost = piece.etat in LOST
        old = lost and piece.state_at < shown_rejections_since(NOW)
        downloaded = (piece.id, self._subject) in self._town.downloaded
        return (
            acting
            and not (lost and piece.acknowledged_at is not None)
            and not (criteria.hide_old_rejections and old)
            and not (criteria.hide_downloaded and downloaded)
        )

    def dashboard(self, role: Party) -> dict[str, Counter[Group]]:
        counts: dict[str, Counter[Group]] = {}
        for piece, parties in self._told():
            group, place = group_of(piece.etat), piece.party(role)
            if role in parties and group is not None and place is not None:
                counts.setdefault(place.structure, Counter())[group] += 1
        return counts


def _matches(criteria: Criteria, piece: Piece) -> bool:
    amount = None if piece.amounts is None else piece.amounts.including_tax
    least, most = criteria.including_tax_from, criteria.including_tax_to
    named = (
        (criteria.fournisseurs, piece.fournisseur),
        (criteria.moes, piece.moe),
        (criteria.moas, piece.moa),
        (criteria.destinataires, piece.destinataire),
        (criteria.valideurs, piece.validator),
    )
    texts = ("number", "contract_number", "commitment_number", "dossier_number", "case_officer")
    wide = criteria.services is ServiceScope.WITH_AND_WITHOUT
    return all(
        (
            all(
                not wanted or at_one_of(place, wanted, with_services=wide)
                for wanted, place in named
            ),
            all(getattr(criteria, name) in {"", getattr(piece, name)} for name in texts),
            not criteria.cadres or piece.cadre in criteria.cadres,
            piece.etat in criteria.etats if criteria.etats else piece.etat is not Etat.SUPPRIMEE,
            criteria.group is None or piece.etat in GROUPS[criteria.group],
            within(piece.deposited_at, criteria.deposited_from, criteria.deposited_to),
            within(piece.state_at, criteria.state_from, criteria.state_to),
            least is None or (amount is not None and amount >= least),
            most is None or (amount is not None and amount <= most),
        )
    )


def random_criteria(dice: Dice, town: Town) -> Criteria:
    """One to three criteria out of all, with values that are there."""

    def moment() -> datetime:
        return NOW - timedelta(days=dice.number(0, 15))

    def places() -> tuple[Perimeter, ...]:
        return tuple(dice.some(town.places, 1, 2))

    values: dict[str, Any] = {
        "role": dice.one([*Party]),
        "fournisseurs": places(),
        "moes": places(),
        "moas": places(),
        "destinataires": places(),
        "valideurs": places(),
        "cadres": tuple(dice.some([*Cadre], 1, 12)),
        "etats": tuple(dice.some([*Etat], 1, 20)),
        "group": dice.one([*Group]),
        "deposited_from": moment(),
        "deposited_to": moment(),
        "state_from": moment(),
        "state_to": moment(),
        "including_tax_from": Decimal(dice.number(-5000, 5000)) / 1000,
        "including_tax_to": Decimal(dice.number(-5000, 5000)) / 1000,
        "number": str(dice.number(0, 60)),
        "contract_number": dice.one(CONTRACTS),
        "commitment_number": dice.one(CONTRACTS),
        "dossier_number": dice.one(CONTRACTS),
        "case_officer": dice.one(CONTRACTS),
        "only_without_next": True,
    }
    chosen = dice.some([*values], 1, 3)
    return Criteria(services=dice.one([*ServiceScope]), **{name: values[name] for name in chosen})
