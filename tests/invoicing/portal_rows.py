"""The portal's tables of transitions, §3.4, §3.5, §4.1 to §4.4, row by row, as they are expected.

A line reads: the row, the frameworks, the state before, the event, the party,
what the piece is given, then the states it comes to or the code of the refusal.
`–` before: a new piece, or no party (the clock). A number of days is how long
the piece has been in its state.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event, Motif
from habilis_invoicing.model.refusals import Code
from tests.invoicing.pieces import MOE

__all__ = ["COUNTS", "ROWS", "Row"]

COUNTS: Final = {"3.4": 16, "3.5": 6, "4.1": 17, "4.2": 7, "4.3": 8, "4.4": 11}
"""How many rows each table of the portal has."""

_WORDS: Final = {
    "issued": "A1 A2 A9 A12",
    "ordinary": "A1 A2 A9 A12 A3 A21",
    "payable": "A6 A8 A16 A19 A23 A24 A25",
    "received": "ordinary payable",
    "sent_back": "issued payable",
    "paid": "A1 A9 A12 A3 A21 payable",
    "validated": "A9 A10 A12 A13 A14",
    "to_moe": "A4 A7 A10 A13 A14",
    "to_moa": "A5 A15 A17 A22",
    "to_supplier": "A18 A20",
    "by_supplier": "A4 A5 A6 A7 A8 A10 A13 A14 A22 A23",
    "by_moe": "A15 A16 A17 A18 A24",
    "by_moa": "A19 A20 A25",
    "works": "by_supplier by_moe by_moa",
    "unanswered": "MISE_A_DISPOSITION SERVICE_FAIT COMPLETEE",
    "ordered": "MISE_A_DISPOSITION SERVICE_FAIT MANDATEE",
    "unposted": "unanswered MANDATEE MISE_A_DISPOSITION_COMPTABLE",
    "unpaid": "unposted COMPTABILISEE",
    "wrong_1": "ERREUR_FOURNISSEUR_SUR_VALIDEUR",
    "wrong_2": "ERREUR_COTRAITANT_SUR_VALIDEUR",
    "silent_1": "ABSENCE_VALIDATION_1_HORS_DELAI",
    "silent_2": "ABSENCE_VALIDATION_2_HORS_DELAI",
    "wrong_moa": "ERREUR_FOURNISSEUR_SUR_MOA ERREUR_MOE_SUR_MOA ERREUR_DE_MOA",
    "wrong_moe": "ERREUR_FOURNISSEUR_SUR_MOE ERREUR_DE_MOE",
    "lapsed": "ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE",
    "at_moe": "MISE_A_DISPOSITION_MOE",
    "at_moa": "MISE_A_DISPOSITION_MOA",
    "at_supplier": "MISE_A_DISPOSITION_FOURNISSEUR",
    "at_payer": "MISE_A_DISPOSITION",
}

_TEXT: Final = """
3.4/1  | ordinary | – BROUILLON | SAVE | fournisseur | | BROUILLON
3.4/2  | A1 A2 A3 A21 | BROUILLON | DEPOSIT | fournisseur | | DEPOSEE
3.4/3  | received | DEPOSEE | ROUTE | – | | EN_COURS_ACHEMINEMENT
3.4/3  | received | EN_COURS_ACHEMINEMENT | ROUTE | – | | at_payer
3.4/4  | received | at_payer | CERTIFY | destinataire | | SERVICE_FAIT
3.4/5  | paid | unanswered | MANDATE | destinataire | | MANDATEE
3.4/5  | A2 | unanswered | MANDATE | destinataire | | INVALID_TRANSITION
3.4/6  | received | ordered | SEND_TO_ACCOUNTANT | destinataire | | MISE_A_DISPOSITION_COMPTABLE
3.4/7  | received | unposted | POST | destinataire | | COMPTABILISEE
3.4/8  | paid | unpaid | PAY | destinataire | | MISE_EN_PAIEMENT
3.4/8  | A2 | unpaid | PAY | destinataire | | INVALID_TRANSITION
3.4/9  | sent_back | unanswered | ASK_RECYCLING | destinataire | | A_RECYCLER
3.4/9  | A3 A21 | unanswered | ASK_RECYCLING | destinataire | | INVALID_TRANSITION
3.4/10 | issued | A_RECYCLER | RECYCLE | fournisseur | | at_payer
3.4/11 | sent_back | unanswered | SUSPEND | destinataire | | SUSPENDUE
3.4/11 | A3 A21 | unanswered | SUSPEND | destinataire | | INVALID_TRANSITION
3.4/12 | issued | SUSPENDUE | COMPLETE | fournisseur | | COMPLETEE
3.4/12 | payable | SUSPENDUE | COMPLETE | deposant | | COMPLETEE
3.4/13 | received | unanswered | REJECT | destinataire | | REJETEE
3.4/14 | issued | REJETEE | ACKNOWLEDGE | fournisseur | | REJETEE
3.4/15 | sent_back | SUSPENDUE | LIFT | destinataire | | at_payer
3.4/16 | received | MISE_EN_PAIEMENT | CERTIFY | destinataire | | INVALID_TRANSITION
3.4/16 | received | REJETEE MANDATEE | REJECT | destinataire | | INVALID_TRANSITION
3.4/16 | received | DEPOSEE | PAY | destinataire | | INVALID_TRANSITION
3.4/16 | ordinary | at_payer | DEPOSIT | fournisseur | | INVALID_TRANSITION

3.5/1  | validated | BROUILLON | DEPOSIT | fournisseur | | A_VALIDER_1
3.5/2  | A9 A12 | A_VALIDER_1 | VALIDATE | valideur | | VALIDEE_1 DEPOSEE
3.5/2  | A10 A13 A14 | A_VALIDER_1 | VALIDATE | valideur | | VALIDEE_1 at_moe
3.5/2  | validated | A_VALIDER_1 | VALIDATE | valideur | second | VALIDEE_1 A_VALIDER_2
3.5/3  | validated | A_VALIDER_1 | REFUSE_VALIDATION | valideur | MAUVAIS_VALIDEUR | wrong_1
3.5/3  | A9 A12 | wrong_1 | CORRECT_VALIDATOR | fournisseur | | A_VALIDER_1
3.5/3  | A10 A13 A14 | wrong_1 | CORRECT_VALIDATOR | deposant | | A_VALIDER_1
3.5/4  | validated | A_VALIDER_1 | REFUSE_VALIDATION | valideur | AUTRE | REFUSEE_1
3.5/4  | A9 A12 | REFUSEE_1 | ACKNOWLEDGE | fournisseur | | REFUSEE_1
3.5/4  | A10 A13 A14 | REFUSEE_1 | ACKNOWLEDGE | deposant | | REFUSEE_1
3.5/4  | A10 A13 A14 | REFUSEE_1 | REISSUE | deposant | | INVALID_TRANSITION
3.5/5  | A9 A12 | A_VALIDER_1 | LAPSE | – | 15 | silent_1 DEPOSEE
3.5/5  | A10 A13 A14 | A_VALIDER_1 | LAPSE | – | 15 | silent_1 at_moe
3.5/5  | validated | A_VALIDER_1 | LAPSE | – | 15 second | silent_1 A_VALIDER_2
3.5/5  | validated | A_VALIDER_1 | LAPSE | – | 14 | TOO_EARLY
3.5/6  | A9 A12 | A_VALIDER_2 | VALIDATE | valideur | second | VALIDEE_2 DEPOSEE
3.5/6  | A10 A13 A14 | A_VALIDER_2 | VALIDATE | valideur | second | VALIDEE_2 at_moe
3.5/6  | validated | A_VALIDER_2 | REFUSE_VALIDATION | valideur | MAUVAIS_VALIDEUR second | wrong_2
3.5/6  | A9 A12 | wrong_2 | CORRECT_VALIDATOR | fournisseur | second | A_VALIDER_2
3.5/6  | A10 A13 A14 | wrong_2 | CORRECT_VALIDATOR | deposant | second | A_VALIDER_2
3.5/6  | validated | A_VALIDER_2 | REFUSE_VALIDATION | valideur | AUTRE second | REFUSEE_2
3.5/6  | A9 A12 | REFUSEE_2 | ACKNOWLEDGE | fournisseur | second | REFUSEE_2
3.5/6  | A10 A13 A14 | REFUSEE_2 | ACKNOWLEDGE | deposant | second | REFUSEE_2
3.5/6  | A9 A12 | A_VALIDER_2 | LAPSE | – | 15 second | silent_2 DEPOSEE
3.5/6  | A10 A13 A14 | A_VALIDER_2 | LAPSE | – | 15 second | silent_2 at_moe

4.1/1  | A4 A7 | BROUILLON | DEPOSIT | fournisseur | | at_moe
4.1/1  | A5 A22 | BROUILLON | DEPOSIT | fournisseur | | at_moa
4.1/1  | A6 A23 | BROUILLON | DEPOSIT | fournisseur | | DEPOSEE
4.1/1  | A8 | BROUILLON | DEPOSIT | fournisseur | | INVALID_TRANSITION
4.1/2  | A10 A13 A14 | BROUILLON | DEPOSIT | fournisseur | alone | at_moe
4.1/2  | A10 A13 A14 | BROUILLON | DEPOSIT | fournisseur | | A_VALIDER_1
4.1/3  | A15 A17 | BROUILLON | DEPOSIT | moe | | at_moa
4.1/3  | A16 A24 | BROUILLON | DEPOSIT | moe | | DEPOSEE
4.1/3  | A18 | BROUILLON | DEPOSIT | moe | | at_supplier
4.1/4  | A19 A25 | BROUILLON | DEPOSIT | moa | | DEPOSEE
4.1/4  | A20 | BROUILLON | DEPOSIT | moa | | at_supplier
4.1/5  | A4 A13 | at_moe | FOLLOW | moe | by:A15 | ASSOCIEE
4.1/5  | A4 A13 | at_moe | FOLLOW | moe | by:A16 | ASSOCIEE
4.1/6  | A4 | at_moe | FOLLOW | moa | by:A19 | ASSOCIEE
4.1/6  | A13 | at_moe | FOLLOW | moa | by:A19 | INVALID_TRANSITION
4.1/7  | A5 | at_moa | FOLLOW | moa | by:A19 | ASSOCIEE
4.1/8  | A15 | at_moa | FOLLOW | moa | by:A19 | ASSOCIEE
4.1/9  | A7 A14 | at_moe | FOLLOW | moe | by:A17 | ASSOCIEE
4.1/9  | A7 A14 | at_moe | FOLLOW | moe | by:A18 | ASSOCIEE
4.1/10 | A17 | at_moa | FOLLOW | moa | by:A20 | ASSOCIEE
4.1/11 | A8 | BROUILLON | DEPOSIT | fournisseur | previous | DEPOSEE
4.1/11 | A20 A18 | at_supplier | FOLLOW | fournisseur | by:A8 | ASSOCIEE
4.1/12 | A7 | at_moe | FOLLOW | fournisseur | by:A22 30 | REMPLACEE_PAR_A22
4.1/12 | A7 | at_moe | FOLLOW | fournisseur | by:A22 29 | TOO_EARLY
4.1/13 | A22 | at_moa | FOLLOW | moa | by:A20 9 | ASSOCIEE
4.1/13 | A22 | at_moa | FOLLOW | moa | by:A20 10 | TOO_LATE
4.1/14 | A22 | at_moa | FOLLOW | fournisseur | by:A23 10 | ASSOCIEE
4.1/14 | A22 | at_moa | FOLLOW | fournisseur | by:A23 9 | TOO_EARLY
4.1/15 | A22 | at_moa | FOLLOW | moe | by:A24 10 | ASSOCIEE
4.1/15 | A22 | at_moa | FOLLOW | moe | by:A24 9 | TOO_EARLY
4.1/16 | A22 | at_moa | FOLLOW | moa | by:A25 10 | ASSOCIEE
4.1/16 | A22 | at_moa | FOLLOW | moa | by:A25 9 | TOO_EARLY
4.1/16 | A20 | at_supplier | FOLLOW | moa | by:A25 30 | ASSOCIEE
4.1/16 | A20 | at_supplier | FOLLOW | moa | by:A25 29 | TOO_EARLY
4.1/17 | A10 | at_moe | TAKE_NOTE | moe | | PRISE_EN_COMPTE_MOE

4.2/1  | by_supplier | – BROUILLON | SAVE | fournisseur | | BROUILLON
4.2/1  | by_moe | – BROUILLON | SAVE | moe | | BROUILLON
4.2/1  | by_moa | – BROUILLON | SAVE | moa | | BROUILLON
4.2/2  | A4 | BROUILLON | DEPOSIT | fournisseur | | at_moe
4.2/3  | to_moe | at_moe | ASSIGN | moe | | at_moe
4.2/3  | to_moa | at_moa | ASSIGN | moa | | at_moa
4.2/4  | A15 | BROUILLON | DEPOSIT | moe | previous | at_moa
4.2/4  | A4 | at_moe | FOLLOW | moe | by:A15 | ASSOCIEE
4.2/5  | A19 | BROUILLON | DEPOSIT | moa | previous | DEPOSEE
4.2/5  | A15 | at_moa | FOLLOW | moa | by:A19 | ASSOCIEE
4.2/6  | A19 | DEPOSEE | ROUTE | – | | EN_COURS_ACHEMINEMENT
4.2/6  | A19 | EN_COURS_ACHEMINEMENT | ROUTE | – | | at_payer
4.2/7  | A19 | unpaid | PAY | destinataire | | MISE_EN_PAIEMENT

4.3/1  | A7 | BROUILLON | DEPOSIT | fournisseur | | at_moe
4.3/2  | A7 | at_moe | FOLLOW | moe | by:A17 | ASSOCIEE
4.3/2  | A17 | BROUILLON | DEPOSIT | moe | previous | at_moa
4.3/3  | A17 | at_moa | FOLLOW | moa | by:A20 | ASSOCIEE
4.3/3  | A20 | BROUILLON | DEPOSIT | moa | previous | at_supplier
4.3/4  | A20 | at_supplier | FOLLOW | fournisseur | by:A8 | ASSOCIEE
4.3/4  | A8 | BROUILLON | DEPOSIT | fournisseur | previous | DEPOSEE
4.3/5  | A8 | at_payer | MANDATE | destinataire | | MANDATEE
4.3/3' | A20 | at_supplier | REFUSE | fournisseur | AUTRE | REFUSEE_FOURNISSEUR
4.3/3' | A20 | REFUSEE_FOURNISSEUR | REISSUE | deposant | | DUPLIQUE_APRES_REFUS
4.3/T1 | A7 | at_moe | FOLLOW | fournisseur | by:A22 30 | REMPLACEE_PAR_A22
4.3/T2 | A22 | at_moa | FOLLOW | fournisseur | by:A23 10 | ASSOCIEE
4.3/T2 | A22 | at_moa | FOLLOW | moe | by:A24 10 | ASSOCIEE
4.3/T2 | A22 | at_moa | FOLLOW | moa | by:A25 10 | ASSOCIEE

4.4/1  | to_moe | at_moe | REFUSE | moe | MAUVAISE_MOE | ERREUR_FOURNISSEUR_SUR_MOE
4.4/1  | to_moe | at_moe | REFUSE | moe | MAUVAISE_MOA | ERREUR_DE_MOE
4.4/1  | to_moe | wrong_moe | RECYCLE | deposant | | at_moe
4.4/2  | A15 A17 | at_moa | REFUSE | moa | MAUVAISE_MOA | ERREUR_MOE_SUR_MOA
4.4/2  | A5 A22 | at_moa | REFUSE | moa | MAUVAISE_MOA | ERREUR_FOURNISSEUR_SUR_MOA
4.4/2  | to_moa | at_moa | REFUSE | moa | MAUVAISE_MOE | ERREUR_DE_MOA
4.4/2  | to_moa | wrong_moa | RECYCLE | deposant | | at_moa
4.4/3  | to_moe | at_moe | REFUSE | moe | AUTRE | REFUSEE_MOE
4.4/3  | to_moa | at_moa | REFUSE | moa | AUTRE | REFUSEE_MOA
4.4/3  | to_supplier | at_supplier | REFUSE | fournisseur | AUTRE | REFUSEE_FOURNISSEUR
4.4/3  | to_supplier | at_supplier | REFUSE | fournisseur | MAUVAISE_MOA | INVALID_TRANSITION
4.4/3  | to_moe | REFUSEE_MOE | REISSUE | deposant | | DUPLIQUE_APRES_REFUS
4.4/3  | to_moa | REFUSEE_MOA | REISSUE | deposant | | DUPLIQUE_APRES_REFUS
4.4/3  | to_supplier | REFUSEE_FOURNISSEUR | REISSUE | deposant | | DUPLIQUE_APRES_REFUS
4.4/3  | payable | REJETEE | REISSUE | deposant | | DUPLIQUE_APRES_REFUS
4.4/4  | to_moe | at_moe | REFUSE | moe | ERREUR_DE_MONTANT | INVALID_TRANSITION
4.4/4  | to_moa | at_moa | REFUSE | moa | ERREUR_DE_MONTANT | INVALID_TRANSITION
4.4/5  | to_moe | ASSOCIEE lapsed | REFUSE | moe | AUTRE | INVALID_TRANSITION
4.4/5  | to_moe | ASSOCIEE lapsed | SUSPEND_PIECE | moe | | INVALID_TRANSITION
4.4/5  | A4 | ASSOCIEE lapsed | FOLLOW | moe | by:A15 | INVALID_TRANSITION
4.4/6  | to_moe | at_moe | SUSPEND_PIECE | moe | | SUSPENDUE
4.4/6  | to_moa | at_moa | SUSPEND_PIECE | moa | | SUSPENDUE
4.4/6  | to_moe | SUSPENDUE | COMPLETE | deposant | | COMPLETEE at_moe
4.4/6  | to_moa | SUSPENDUE | COMPLETE | deposant | | COMPLETEE at_moa
4.4/6  | to_supplier | at_supplier | SUSPEND_PIECE | fournisseur | | INVALID_TRANSITION
4.4/7  | A19 | at_payer | ASK_RECYCLING | destinataire | | A_RECYCLER
4.4/7  | payable | A_RECYCLER | RECYCLE | deposant | | at_payer
4.4/8  | to_moe | at_moe | REQUEST_RECYCLING | moe | | at_moe
4.4/8  | to_moa | at_moa | REQUEST_RECYCLING | moa | | at_moa
4.4/8  | A4 A7 A13 A14 | ASSOCIEE | RECYCLING_REQUESTED | – | | EN_ATTENTE_RECYCLAGE_FOURNISSEUR
4.4/8  | A4 A7 A13 A14 | EN_ATTENTE_RECYCLAGE_FOURNISSEUR | RECYCLE | deposant | | ASSOCIEE
4.4/9  | A4 | at_moe | LAPSE | – | 7 | lapsed
4.4/9  | A4 | at_moe | LAPSE | – | 6 | TOO_EARLY
4.4/9  | A4 | lapsed | FOLLOW | fournisseur | by:A5 | ASSOCIEE
4.4/9  | A4 | lapsed | FOLLOW | fournisseur | by:A6 | ASSOCIEE
4.4/10 | to_moe | REFUSEE_MOE | ACKNOWLEDGE | deposant | | REFUSEE_MOE
4.4/10 | to_moa | REFUSEE_MOA | ACKNOWLEDGE | deposant | | REFUSEE_MOA
4.4/10 | to_supplier | REFUSEE_FOURNISSEUR | ACKNOWLEDGE | deposant | | REFUSEE_FOURNISSEUR
4.4/10 | payable | REJETEE | ACKNOWLEDGE | deposant | | REJETEE
4.4/11 | works | BROUILLON | DELETE | deposant | | SUPPRIMEE
4.4/11 | ordinary | BROUILLON | DELETE | fournisseur | | SUPPRIMEE
"""


@dataclass(frozen=True)
class Row:
    """One expected answer of the tables: the states, or the code of the refusal."""

    id: str
    cadre: Cadre
    before: Etat | None
    event: Event
    party: Party | None
    expected: tuple[Etat, ...] | Code
    motif: Motif | None = None
    following: Cadre | None = None
    waited: timedelta = timedelta()
    changes: dict[str, object] = field(default_factory=dict[str, object])

    def __str__(self) -> str:
        return f"{self.id} {self.cadre} {self.before} {self.event.name} {self.party}"


def _read(line: str) -> list[Row]:
    row, cadres, before, event, party, given, then = (part.strip() for part in line.split("|"))
    motif, following, waited = None, None, timedelta()
    changes: dict[str, object] = {}
    for word in given.split():
        if word.startswith("by:"):
            following = Cadre(word[3:])
        elif word.isdigit():
            waited = timedelta(days=int(word))
        elif word == "second":
            changes["valideur_2"] = MOE
        elif word == "alone":
            changes["valideur"] = None
        elif word == "previous":
            changes["previous"] = "0" * 32
        else:
            motif = Motif(word)
    return [
        Row(
            id=row,
            cadre=Cadre(cadre),
            before=None if state == "–" else Etat(state),
            event=Event[event],
            party=None if party == "–" else Party(party),
            expected=Code(then) if then in set(Code) else tuple(map(Etat, _spelled(then))),
            motif=motif,
            following=following,
            waited=waited,
            changes=changes,
        )
        for cadre in _spelled(cadres)
        for state in _spelled(before)
    ]


def _spelled(text: str) -> list[str]:
    """The words, each short one written out."""
    return [
        word
        for each in text.split()
        for word in (_spelled(_WORDS[each]) if each in _WORDS else [each])
    ]


ROWS: Final = tuple(row for line in _TEXT.splitlines() if line for row in _read(line))
