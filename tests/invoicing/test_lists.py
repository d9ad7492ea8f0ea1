"""A list is the filter of Check, whatever is asked of it, on both databases (R113–R116)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final, TypeVar

import pytest
from sqlalchemy import delete

from habilis import Perimeter
from habilis_companion.errors import InvalidRequestError, PageTokenError
from habilis_companion.guard import Guard, asks
from habilis_companion.store import ClockEvent, Store
from habilis_invoicing.model.asked import Criteria, DashboardRow, Page, ToProcess
from habilis_invoicing.model.awaited import AWAITED
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.circuits import TABLES
from habilis_invoicing.model.etats import GROUPS, Etat, Group
from habilis_invoicing.model.events import action_of
from habilis_invoicing.model.piece import Piece, StateLine
from habilis_invoicing.store import pieces
from habilis_invoicing.store.lists import Lists
from habilis_invoicing.store.schema import FORM
from habilis_invoicing.store.sights import SIGHTS
from habilis_server.engine import Engine, Judge
from habilis_server.rulebook import build
from habilis_server.rulebook.rulebook import Source
from tests.companion.judging import Judging
from tests.conftest import Figure
from tests.differential.policies import SHIPPED
from tests.differential.portable import world_of
from tests.invoicing.listing import APPLICATIONS, NOW, Reader, Town, random_criteria, towns
from tests.invoicing.pieces import MOA, MOE, NOON, PAYER, SUBCONTRACTOR, SUPPLIER, a_piece
from tests.oracle import Data

Made = TypeVar("Made")
TOWNS, MOST = 3, 40
SEARCHES = 3


NOTHING: Final = Criteria()
ALL: Final = ToProcess()


def fill(
    store: Store,
    these: tuple[Piece, ...],
    downloaded: frozenset[tuple[str, str]] = frozenset(),
) -> None:
    event = ClockEvent(name="POSE", at=NOON)
    with store.ticking(event) as session:
        for table in reversed(FORM.metadata.sorted_tables):
            session.connection.execute(delete(table))
        for piece in these:
            pieces.insert_piece(session, piece, [StateLine(etat=piece.etat, at=NOON)], event)
        for piece_id, subject in downloaded:
            pieces.note_download(session, piece_id, subject, NOON)


class Looking:
    """The lists of one person through one application."""

    def __init__(self, store: Store, habilis: Judging, subject: str, application: str) -> None:
        self._store, self._guard = store, Guard(habilis)
        self._subject, self._action = subject, f"{application}.consulter"

    def look(self, body: Callable[[Lists], Made]) -> Made:
        @asks(self._action)
        def method() -> Made:
            scope = self._guard.where(self._subject, self._action, "")
            with self._store.reading(scope) as session:
                return body(Lists(session, self._guard, scope))

        return method()

    def search(self, criteria: Criteria = NOTHING, size: int = 1_000) -> list[Piece]:
        return [*self.look(lambda lists: lists.search(criteria, size=size)).pieces]

    def to_process(self, criteria: ToProcess = ALL) -> list[Piece]:
        return [*self.look(lambda lists: lists.to_process(criteria, NOW, size=1_000)).pieces]

    def board(self, role: Party) -> tuple[DashboardRow, ...]:
        return self.look(lambda lists: lists.dashboard(role))

    def walk(self, page: Callable[[Lists, str], Page]) -> list[Piece]:
        """Every page, one after the other."""
        found: list[Piece] = []
        token, more = "", True
        while more:
            told = self.look(lambda lists: page(lists, token))  # noqa: B023  # called at once
            found += told.pieces
            token, more = told.next_page_token, told.next_page_token != ""
        return found


def test_every_list_is_the_filter_of_check(store: Store, figure: Figure) -> None:
    lists = shown = 0
    for town in towns(TOWNS, MOST):
        fill(store, town.pieces, town.downloaded)
        for subject in [*town.judge.world.accounts, "nobody"]:
            for application in APPLICATIONS:
                reader = Reader(town, subject, application)
                looking = Looking(store, Judging(town.judge), subject, application)
                asked = [random_criteria(town.dice, town) for _ in range(SEARCHES)]
                for criteria in [Criteria(), *asked]:
                    found = looking.search(criteria)
                    assert found == reader.search(criteria), (subject, application, criteria)
                    lists, shown = lists + 1, shown + len(found)
                for narrowed in narrowings(town):
                    found = looking.to_process(narrowed)
                    assert found == reader.to_process(narrowed), (subject, application, narrowed)
                    lists, shown = lists + 1, shown + len(found)
    assert shown > 300
    figure(f"{lists} lists of {MOST} pieces, {shown} shown, 0 wrong")


def narrowings(town: Town) -> list[ToProcess]:
    return [
        ToProcess(),
        ToProcess(hide_old_rejections=True),
        ToProcess(hide_downloaded=True, perimeter=town.dice.one(town.places)),
    ]


def test_each_count_of_the_dashboard_is_the_length_of_the_list_behind_it(
    store: Store, figure: Figure
) -> None:
    names = ("fournisseurs", "moes", "moas", "destinataires", "valideurs")
    boards = counts = 0
    for town in towns(2, MOST):
        fill(store, town.pieces)
        for subject in town.judge.world.accounts:
            for application in ("factures_travaux", "factures_recues", "factures_emises"):
                reader = Reader(town, subject, application)
                looking = Looking(store, Judging(town.judge), subject, application)
                for role, name in zip(Party, names, strict=False):
                    told = looking.board(role)
                    rows = {row.structure: row.counts for row in told}
                    assert rows == reader.dashboard(role)
                    assert [*rows] == sorted(rows)
                    boards += 1
                    for structure, groups in rows.items():
                        for group in {*groups, Group.BROUILLON, Group.MISE_EN_PAIEMENT}:
                            place: dict[str, Any] = {name: (Perimeter(structure),)}
                            behind = Criteria(role=role, group=group, **place)
                            assert len(looking.search(behind)) == groups.get(group, 0)
                            counts += 1
    figure(f"{boards} dashboards, {counts} counts with their lists, 0 wrong")


def test_the_ten_groups_are_the_portal_s_and_hold_every_state_but_what_is_deleted() -> None:
    assert [group.value for group in Group] == [
        "Brouillon",
        "Erreur d'acheminement",
        "Mise à disposition",
        "Validée",
        "Refusée / Rejetée",
        "Associée / Prise en compte",
        "Suspendue",
        "Déposée",
        "En cours de traitement par le destinataire",
        "Mise en paiement",
    ]
    held = [etat for etats in GROUPS.values() for etat in etats]
    assert sorted(held) == sorted({*Etat} - {Etat.SUPPRIMEE})


@pytest.mark.parametrize("size", [1, 2, 7, 0, 1_000])
def test_the_pages_of_any_size_are_the_whole_list(store: Store, size: int) -> None:
    [town] = towns(1, MOST)
    fill(store, town.pieces)

    def found(lists: Lists, token: str) -> Page:
        return lists.search(NOTHING, size=size, token=token)

    def awaited(lists: Lists, token: str) -> Page:
        return lists.to_process(ALL, NOW, size=size, token=token)

    walked = 0
    for subject in town.judge.world.accounts:
        looking = Looking(store, Judging(town.judge), subject, "factures_travaux")
        whole, process = looking.search(), looking.to_process()
        assert whole == looking.walk(found)
        assert process == looking.walk(awaited)
        assert whole == looking.look(lambda lists: [*lists.every_found(NOTHING)])
        assert process == looking.look(lambda lists: [*lists.every_to_process(ALL, NOW)])
        walked += len(whole)
    assert walked > 30


def test_a_token_is_of_one_list_one_filter_and_one_person(store: Store) -> None:
    piece = a_piece(Cadre.A4, Etat.MISE_A_DISPOSITION_MOE)
    fill(store, tuple(replace(piece, id=str(n), number=str(n)) for n in range(3)))
    supplier, moe = (looking(store, who) for who in ("fournisseur", "moe"))
    issued = looking(store, "fournisseur", "factures_emises")
    token = supplier.look(lambda lists: lists.search(Criteria(), size=1)).next_page_token
    assert token

    others: list[tuple[Looking, Callable[[Lists], Page]]] = [
        (moe, lambda lists: lists.search(NOTHING, token=token)),
        (supplier, lambda lists: lists.search(Criteria(number="1"), token=token)),
        (supplier, lambda lists: lists.to_process(ALL, NOW, token=token)),
        (issued, lambda lists: lists.search(NOTHING, token=token)),
    ]
    for other, page in others:
        with pytest.raises(PageTokenError):
            other.look(page)


# Named people: one of each party of the pieces of `a_piece`, and one of nobody's.

PEOPLE = {
    "fournisseur": SUPPLIER,
    "sous-traitant": SUBCONTRACTOR,
    "moe": MOE,
    "moa": MOA,
    "payeur": PAYER,
    "intrus": Perimeter("99999999900001"),
}


@cache
def portal() -> Judge:
    structures = {place.structure for place in PEOPLE.values()}
    records: list[Data] = [
        {"kind": "account", "id": who, "email": f"{who}@example.org", "state": "active"}
        for who in PEOPLE
    ]
    records += [
        {
            "kind": "structure",
            "id": structure,
            "identifier_type": "SIRET",
            "type": "public",
            "name": structure,
            "active": True,
            "moa": "none",
            "principal_manager": None,
        }
        for structure in structures
    ]
    service = {"kind": "service", "structure": PAYER.structure, "code": PAYER.service}
    records.append({**service, "name": "CSP", "active": True})
    records += [
        {
            "kind": "attachment",
            "account": who,
            "structure": place.structure,
            "service": place.service,
            "profiles": "default",
            "legacy_secondary_manager": False,
        }
        for who, place in PEOPLE.items()
    ]
    return Engine(build(SHIPPED)).on(world_of(records))


def looking(store: Store, who: str, application: str = "factures_travaux") -> Looking:
    return Looking(store, Judging(portal()), who, application)


def found_by(store: Store, application: str, *criteria: Criteria) -> dict[str, int]:
    """How many pieces each person finds, all criteria together; who finds none is left out."""
    counts = {
        who: sum(len(looking(store, who, application).search(each)) for each in criteria)
        for who in PEOPLE
    }
    return {who: count for who, count in counts.items() if count}


def groups_of(store: Store, who: str, application: str, role: Party) -> set[Group]:
    rows = looking(store, who, application).board(role)
    return {group for row in rows for group in row.counts}


PAID = Etat.MISE_EN_PAIEMENT
LATER = NOON + timedelta(days=3)
TELL_TALES = (
    Criteria(etats=(PAID,)),
    Criteria(group=Group.MISE_EN_PAIEMENT),
    Criteria(state_from=LATER),
    Criteria(group=Group.MISE_EN_PAIEMENT, role=Party.FOURNISSEUR, fournisseurs=(SUPPLIER,)),
)
HIDING = [
    (Cadre.A1, "factures_emises", {"fournisseur": Party.FOURNISSEUR}, {}),
    (Cadre.A3, "frais_justice", {"fournisseur": Party.FOURNISSEUR}, {"payeur": Party.DESTINATAIRE}),
    (Cadre.A9, "factures_emises", {"sous-traitant": Party.FOURNISSEUR}, {}),
    (Cadre.A9, "factures_a_valider", {"fournisseur": Party.VALIDEUR}, {}),
    (Cadre.A8, "factures_travaux", {"fournisseur": Party.FOURNISSEUR}, {"moa": Party.MOA}),
    (Cadre.A19, "factures_travaux", {"fournisseur": Party.FOURNISSEUR}, {"moe": Party.MOE}),
    (Cadre.A19, "factures_recues", {}, {"payeur": Party.DESTINATAIRE}),
]


@pytest.mark.parametrize(("cadre", "application", "hidden_from", "open_to"), HIDING)
def test_a_hidden_payment_is_told_to_nobody_on_the_supplier_s_side(
    store: Store,
    cadre: Cadre,
    application: str,
    hidden_from: dict[str, Party],
    open_to: dict[str, Party],
) -> None:
    paid = a_piece(cadre, PAID, shown=Etat.COMPTABILISEE, state_at=LATER, shown_at=NOON, version=7)
    fill(store, (paid,))

    told = found_by(store, application, *TELL_TALES)
    assert hidden_from.keys().isdisjoint(told)
    assert open_to.keys() <= told.keys()
    for who, role in hidden_from.items():
        [seen] = looking(store, who, application).search()
        assert (seen.etat, seen.state_at, seen.version) == (Etat.COMPTABILISEE, NOON, 6)
        assert looking(store, who, application).search(Criteria(etats=(Etat.COMPTABILISEE,)))
        assert groups_of(store, who, application, role) == {Group.EN_TRAITEMENT}
        assert seen == looking(store, who, application).look(
            lambda lists: next(lists.every_found(Criteria()))
        )
    for who, role in open_to.items():
        assert looking(store, who, application).search() == [paid]
        assert groups_of(store, who, application, role) == {Group.MISE_EN_PAIEMENT}


def test_a_payment_that_is_not_hidden_is_told_to_all(store: Store) -> None:
    paid = a_piece(Cadre.A8, PAID, state_at=LATER, shown_at=LATER)
    fill(store, (paid,))

    assert found_by(store, "factures_travaux", TELL_TALES[0]) == dict.fromkeys(
        ("fournisseur", "moe", "moa"), 1
    )


@pytest.mark.parametrize("etat", [Etat.BROUILLON, Etat.SUPPRIMEE])
def test_a_draft_is_its_depositor_s_alone(store: Store, etat: Etat) -> None:
    first = a_piece(Cadre.A4, Etat.MISE_A_DISPOSITION_MOE, id="first", number="1")
    draft = a_piece(Cadre.A15, etat, id="draft", previous="first", deposited_at=None)
    fill(store, (first, draft))
    tell_tales = [
        Criteria(etats=(etat,)),
        Criteria(number=draft.number),
        Criteria(cadres=(Cadre.A15,), etats=(*Etat,)),
        Criteria(moes=(MOE,), moas=(MOA,), cadres=(Cadre.A15,)),
    ]

    for application in APPLICATIONS:
        assert {*found_by(store, application, *tell_tales)} <= {"moe"}
    for who in ("fournisseur", "moa"):
        assert groups_of(store, who, "factures_travaux", Party(who)) == {Group.MISE_A_DISPOSITION}
    # Nor does what it follows tell of it.
    without_next = Criteria(only_without_next=True)
    assert [piece.id for piece in looking(store, "fournisseur").search(without_next)] == ["first"]
    assert [piece.id for piece in looking(store, "moe").search(Criteria(etats=(etat,)))] == [
        "draft"
    ]
    process = [piece.id for piece in looking(store, "moe").to_process()]
    assert sorted(process) == (["draft", "first"] if etat is Etat.BROUILLON else ["first"])


@pytest.mark.parametrize(
    "criteria",
    [
        Criteria(number="a\0b"),
        Criteria(number="\ud800"),
        Criteria(number="' OR 1=1 --"),
        Criteria(fournisseurs=(Perimeter("\0"),)),
        Criteria(moes=(Perimeter(MOE.structure, "%"),)),
        Criteria(including_tax_from=Decimal("1e300")),
        Criteria(including_tax_to=Decimal("-1e300")),
        Criteria(including_tax_from=Decimal("1200.001")),
        Criteria(including_tax_to=Decimal("1199.999")),
    ],
)
def test_what_no_piece_has_finds_none(store: Store, criteria: Criteria) -> None:
    fill(store, (a_piece(Cadre.A4, Etat.MISE_A_DISPOSITION_MOE),))

    assert len(looking(store, "moe").search()) == 1
    assert looking(store, "moe").search(criteria) == []


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity"])
def test_what_is_no_amount_is_told(store: Store, amount: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"`criteria.including_tax_to` is no amount"):
        looking(store, "moe").search(Criteria(including_tax_to=Decimal(amount)))


def test_the_columns_tell_all_that_the_policy_can_ask_of_a_piece() -> None:
    attributes = build(SHIPPED).vocabulary.attributes
    for sight in SIGHTS:
        told = {
            name
            for name, attribute in attributes.items()
            if sight.resource_type in attribute.resources
            and (attribute.source is Source.PROPERTY or attribute.field == "structure.id")
        }
        assert told <= {*sight.attributes}


NOT_AWAITED = {
    # The four states of a payment are facultative (§3.4), and a suspension waits for its author.
    ("factures_recues", Party.DESTINATAIRE, Etat.SUSPENDUE),
    ("factures_recues", Party.DESTINATAIRE, Etat.MISE_A_DISPOSITION_COMPTABLE),
    ("factures_recues", Party.DESTINATAIRE, Etat.COMPTABILISEE),
    # Who takes another's place, or opens or closes the tacit procedure, chooses to (R102).
    ("factures_travaux", Party.MOA, Etat.MISE_A_DISPOSITION_MOE),
    ("factures_travaux", Party.MOA, Etat.MISE_A_DISPOSITION_FOURNISSEUR),
    ("factures_travaux", Party.MOE, Etat.MISE_A_DISPOSITION_MOA),
    ("factures_travaux", Party.FOURNISSEUR, Etat.MISE_A_DISPOSITION_MOE),
    ("factures_travaux", Party.FOURNISSEUR, Etat.MISE_A_DISPOSITION_MOA),
    # A draft awaits its depositor, whichever part he plays.
    *(
        ("factures_travaux", party, Etat.BROUILLON)
        for party in (Party.FOURNISSEUR, Party.MOE, Party.MOA)
    ),
}


def test_what_awaits_somebody_is_what_a_circuit_lets_him_do() -> None:
    acts = {
        (action_of(row.event, cadre).partition(".")[0], row.party, row.before)
        for row in TABLES
        if row.party is not None and row.before is not None
        for cadre in row.cadres
    }
    awaited = {
        (application, party, etat)
        for application, parties in AWAITED.items()
        for party, etats in parties.items()
        for etat in etats
    }

    assert awaited == acts - NOT_AWAITED
    assert acts >= NOT_AWAITED
