"""What no list tells: the drafts of others, payments that are hidden, what no piece has."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from habilis import Perimeter
from habilis_companion.errors import InvalidRequestError, PageTokenError
from habilis_companion.store import Store
from habilis_invoicing.model.asked import Criteria, Page
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import Etat, Group
from habilis_invoicing.store.lists import Lists
from tests.invoicing.listing import APPLICATIONS, NOW
from tests.invoicing.looking import ALL, NOTHING, PEOPLE, Looking, fill, looking
from tests.invoicing.pieces import MOA, MOE, NOON, SUPPLIER, a_piece


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
