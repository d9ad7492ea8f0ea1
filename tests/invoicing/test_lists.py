"""A list is the filter of Check, whatever is asked of it, on both databases (R113–R116)."""

from typing import Any

import pytest

from habilis import Perimeter
from habilis_companion.store import Store
from habilis_invoicing.model.asked import Criteria, Page, ToProcess
from habilis_invoicing.model.awaited import AWAITED
from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.circuits import TABLES
from habilis_invoicing.model.etats import GROUPS, Etat, Group
from habilis_invoicing.model.events import action_of
from habilis_invoicing.store.lists import Lists
from habilis_invoicing.store.sights import SIGHTS
from habilis_server.rulebook import build
from habilis_server.rulebook.rulebook import Source
from tests.companion.judging import Judging
from tests.conftest import Figure
from tests.differential.policies import SHIPPED
from tests.invoicing.listing import APPLICATIONS, NOW, Reader, Town, random_criteria, towns
from tests.invoicing.looking import ALL, NOTHING, Looking, fill

TOWNS, MOST = 3, 40
SEARCHES = 3


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
