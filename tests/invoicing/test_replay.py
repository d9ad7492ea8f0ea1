"""Dossier 20220094, replayed as the portal printed it (R142), and the end of a contract."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.circuits import Act, move, transition
from habilis_invoicing.model.etats import LABELS, Etat
from habilis_invoicing.model.events import Event
from habilis_invoicing.model.piece import BillingFile, Piece
from habilis_invoicing.model.shown import moved
from tests.invoicing.pieces import a_piece

PARIS: Final = ZoneInfo("Europe/Paris")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M:%S").replace(tzinfo=PARIS)


class Dossier:
    """The pieces of a billing file and the lines of each, moved by the circuits alone."""

    def __init__(self) -> None:
        self.pieces: dict[str, Piece] = {}
        self.lines: dict[str, list[tuple[str, str]]] = {}

    def keep(self, number: str, cadre: str, when: str, previous: str | None = None) -> None:
        piece = a_piece(
            *(cadre, Etat.BROUILLON), number=number, previous=previous, state_at=at(when)
        )
        transition(piece, Act(event=Event.SAVE, party=_role(cadre)), fresh=True)
        self.pieces[number] = piece
        self.lines[number] = []

    def act(self, number: str, when: str, act: Act) -> None:
        piece = self.pieces[number]
        for etat in move(piece, act, at(when)):
            piece = moved(piece, etat, at(when))
            self.lines[number].append((when, LABELS[etat]))
        self.pieces[number] = piece

    def initial(self, number: str, cadre: str, when: str) -> None:
        self.keep(number, cadre, when)
        self.act(number, when, Act(event=Event.DEPOSIT, party=_role(cadre)))

    def linked(self, number: str, cadre: str, drafted: str, sent: str, previous: str) -> None:
        self.keep(number, cadre, drafted, previous)
        self.lines[number].append((drafted, LABELS[Etat.BROUILLON]))
        self.act(
            *(previous, drafted),
            Act(event=Event.FOLLOW, party=_role(cadre), following=Cadre(cadre)),
        )
        self.act(number, sent, Act(event=Event.DEPOSIT, party=_role(cadre)))


def _role(cadre: str) -> Party:
    return a_piece(cadre).framework.depositor


def test_r142_the_dossier_is_replayed_as_the_portal_printed_it() -> None:
    dossier = Dossier()
    dossier.initial("20220094", "A4", "12/05/2022 02:59:54")
    dossier.linked(
        *("EA1+F20220094", "A15", "12/05/2022 03:12:13", "12/05/2022 03:12:15", "20220094")
    )
    dossier.linked(
        *("F001_ACL_lot04", "A19", "30/05/2022 10:07:03", "30/05/2022 10:07:07", "EA1+F20220094")
    )
    dossier.act("F001_ACL_lot04", "30/05/2022 10:16:39", Act(event=Event.ROUTE))
    dossier.act("F001_ACL_lot04", "30/05/2022 15:24:40", Act(event=Event.ROUTE))

    assert dossier.lines == {
        "20220094": [
            ("12/05/2022 02:59:54", "Mise à disposition de la MOE"),
            ("12/05/2022 03:12:13", "Associée"),
        ],
        "EA1+F20220094": [
            ("12/05/2022 03:12:13", "Brouillon"),
            ("12/05/2022 03:12:15", "Mise à disposition de la MOA"),
            ("30/05/2022 10:07:03", "Associée"),
        ],
        "F001_ACL_lot04": [
            ("30/05/2022 10:07:03", "Brouillon"),
            ("30/05/2022 10:07:07", "Déposée"),
            # Printed « Mise à disposition du destinataire » twice; the first is read so (R143).
            ("30/05/2022 10:16:39", "En cours d'acheminement vers le destinataire"),
            ("30/05/2022 15:24:40", "Mise à disposition du destinataire"),
        ],
    }
    assert BillingFile(pieces=tuple(dossier.pieces.values())).number == "20220094"


def test_the_end_of_a_contract_goes_from_a7_to_a8() -> None:
    dossier = Dossier()
    when = [f"{day:02}/06/2022 09:00:00" for day in range(1, 9)]
    dossier.initial("F1", "A7", when[0])
    dossier.linked("F1-PDG", "A17", when[1], when[1], "F1")
    dossier.linked("F1-DG", "A20", when[2], when[2], "F1-PDG")
    dossier.linked("F1-DGD", "A8", when[3], when[3], "F1-DG")
    dossier.act("F1-DGD", when[4], Act(event=Event.ROUTE))
    dossier.act("F1-DGD", when[5], Act(event=Event.ROUTE))

    assert {number: [etat for _, etat in lines] for number, lines in dossier.lines.items()} == {
        "F1": ["Mise à disposition de la MOE", "Associée"],
        "F1-PDG": ["Brouillon", "Mise à disposition de la MOA", "Associée"],
        "F1-DG": ["Brouillon", "Mise à disposition du fournisseur", "Associée"],
        "F1-DGD": [
            "Brouillon",
            "Déposée",
            "En cours d'acheminement vers le destinataire",
            "Mise à disposition du destinataire",
        ],
    }


def test_a_file_stands_where_its_last_sent_piece_stands() -> None:
    sent = a_piece("A4", Etat.ASSOCIEE)
    draft = a_piece("A15", id="2" * 32)

    assert BillingFile(pieces=(sent, draft)).last_sent is sent
    assert BillingFile(pieces=(draft,)).last_sent is draft
    assert (
        BillingFile(pieces=(sent, replace(draft, deposited_at=sent.state_at))).last_sent.id
        == "2" * 32
    )
