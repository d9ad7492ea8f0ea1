"""Every act on a payment request: on what, by whom, with what said; to be tried by anybody."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from habilis import Perimeter
from habilis_companion.terms import Reference
from habilis_invoicing.model.asked import Draft
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.piece import Piece
from tests.invoicing.office import Office
from tests.invoicing.pieces import a_piece

__all__ = ["DEEDS", "PLACES", "VALIDATOR", "Deed", "a_piece_of", "call"]

# A contract whose every actor is a service of its structure.
SUPPLIER: Final = Perimeter("40512377900010", "LOT04")
VALIDATOR: Final = Perimeter("51980446200025", "CHANTIERS")
MOE: Final = Perimeter("43155257900051", "AGENCE34")
MOA: Final = Perimeter("21340301700014", "TRAVAUX")
PAYER: Final = Perimeter("11000201100044", "RECCHOR034")
ACTORS: Final = {"fournisseur": SUPPLIER, "valideur": VALIDATOR, "moe": MOE, "moa": MOA}
PLACES: Final = {**ACTORS, "destinataire": PAYER}


@dataclass(frozen=True)
class Deed:
    """An act: what it is done on, who should be able to, and what is said with it."""

    method: str
    cadre: str
    etat: str
    parties: str
    said: dict[str, Any]
    application: str = ""

    @property
    def reads(self) -> bool:
        return self.method in {
            *("get_piece", "get_history", "get_billing_file", "download_file", "prefill_next"),
        }

    def __str__(self) -> str:
        return f"{self.method} {self.application or self.cadre} {self.etat}"


WHY: Final = {"reason": "AUTRE", "comment": "lot 4"}
DEEDS: Final = [
    # the act, on which framework, in which state, by whom, with what
    Deed("save_draft", "A4", "", "fournisseur", {}),
    Deed("save_draft", "A15", "", "moe", {}),
    Deed("save_draft", "A19", "", "moa", {}),
    Deed("save_draft", "A1", "", "fournisseur", {}),
    Deed("save_draft", "A3", "", "fournisseur", {}),
    Deed("save_draft", "A21", "", "fournisseur", {}),
    Deed("upload_file", "A4", "", "fournisseur", {}),
    Deed("upload_file", "A3", "", "fournisseur", {}),
    Deed("upload_file", "A17", "", "moe", {}),
    Deed("upload_file", "A20", "", "moa", {}),
    Deed("delete_draft", "A4", "BROUILLON", "fournisseur", {}),
    Deed("delete_draft", "A15", "BROUILLON", "moe", {}),
    Deed("delete_draft", "A1", "BROUILLON", "fournisseur", {}),
    Deed("delete_draft", "A3", "BROUILLON", "fournisseur", {}),
    Deed("deposit", "A4", "BROUILLON", "fournisseur", {}),
    Deed("deposit", "A10", "BROUILLON", "fournisseur", {}),
    Deed("deposit", "A15", "BROUILLON", "moe", {}),
    Deed("deposit", "A18", "BROUILLON", "moe", {}),
    Deed("deposit", "A19", "BROUILLON", "moa", {}),
    Deed("deposit", "A20", "BROUILLON", "moa", {}),
    Deed("deposit", "A1", "BROUILLON", "fournisseur", {}),
    Deed("deposit", "A9", "BROUILLON", "fournisseur", {}),
    Deed("deposit", "A3", "BROUILLON", "fournisseur", {}),
    Deed("deposit", "A21", "BROUILLON", "fournisseur", {}),
    Deed(
        "prefill_next", "A15", "MISE_A_DISPOSITION_MOA", "fournisseur moe moa", {"cadre": Cadre.A19}
    ),
    Deed("complete", "A4", "SUSPENDUE", "fournisseur", {"comment": "voici"}),
    Deed("complete", "A15", "SUSPENDUE", "moe", {"comment": "voici"}),
    Deed("complete", "A19", "SUSPENDUE", "moa", {"comment": "voici"}),
    Deed("complete", "A1", "SUSPENDUE", "fournisseur", {"comment": "voici"}),
    Deed("recycle", "A15", "ERREUR_MOE_SUR_MOA", "moe", {"moa": Perimeter("17130430600011")}),
    Deed("recycle", "A19", "A_RECYCLER", "moa", {"commitment_number": "EJ-2"}),
    Deed("recycle", "A1", "A_RECYCLER", "fournisseur", {"commitment_number": "EJ-2"}),
    Deed(
        *("correct_validator", "A9", "ERREUR_FOURNISSEUR_SUR_VALIDEUR", "fournisseur"),
        {"valideur": MOE},
    ),
    Deed(
        *("correct_validator", "A10", "ERREUR_FOURNISSEUR_SUR_VALIDEUR", "fournisseur"),
        {"valideur": MOE},
    ),
    Deed("acknowledge_rejection", "A1", "REJETEE", "fournisseur", {}),
    Deed("acknowledge_rejection", "A15", "REFUSEE_MOA", "moe", {}),
    Deed("acknowledge_rejection", "A20", "REFUSEE_FOURNISSEUR", "moa", {}),
    Deed("refuse_piece", "A4", "MISE_A_DISPOSITION_MOE", "moe", WHY),
    Deed("refuse_piece", "A15", "MISE_A_DISPOSITION_MOA", "moa", WHY),
    Deed("refuse_piece", "A20", "MISE_A_DISPOSITION_FOURNISSEUR", "fournisseur", WHY),
    Deed("suspend_piece", "A4", "MISE_A_DISPOSITION_MOE", "moe", {"comment": "RIB"}),
    Deed("suspend_piece", "A15", "MISE_A_DISPOSITION_MOA", "moa", {"comment": "RIB"}),
    Deed("request_recycling", "A15", "MISE_A_DISPOSITION_MOA", "moa", {"comment": "MOE"}),
    Deed("take_note", "A10", "MISE_A_DISPOSITION_MOE", "moe", {}),
    Deed("assign_case_officer", "A4", "MISE_A_DISPOSITION_MOE", "moe", {"case_officer": "I7"}),
    Deed("assign_case_officer", "A15", "MISE_A_DISPOSITION_MOA", "moa", {"case_officer": "I7"}),
    Deed("validate", "A9", "A_VALIDER_1", "valideur", {}),
    Deed("validate", "A10", "A_VALIDER_1", "valideur", {}),
    Deed("refuse_validation", "A9", "A_VALIDER_1", "valideur", WHY),
    *(
        Deed(method, cadre, etat, "destinataire", said)
        for cadre in ("A1", "A19")
        for method, etat, said in (
            ("certify_service", "MISE_A_DISPOSITION", {}),
            ("mandate", "SERVICE_FAIT", {"mandate_number": "M-1"}),
            ("send_to_accountant", "MANDATEE", {}),
            ("post_to_accounts", "MISE_A_DISPOSITION_COMPTABLE", {}),
            ("issue_payment", "COMPTABILISEE", {}),
            ("ask_recycling", "MISE_A_DISPOSITION", {"comment": "autre service"}),
            ("suspend", "MISE_A_DISPOSITION", {"comment": "RIB"}),
            ("lift_suspension", "SUSPENDUE", {}),
            ("reject", "MISE_A_DISPOSITION", {"comment": "doublon"}),
        )
    ),
    *(
        Deed(method, cadre, etat, parties, {}, application)
        for method in ("get_piece", "get_history", "download_file")
        for application, cadre, etat, parties in (
            ("factures_emises", "A1", "MISE_A_DISPOSITION", "fournisseur"),
            ("factures_emises", "A1", "BROUILLON", "fournisseur"),
            ("factures_recues", "A1", "MISE_A_DISPOSITION", "destinataire"),
            ("factures_recues", "A1", "DEPOSEE", ""),
            ("factures_recues", "A19", "MANDATEE", "destinataire"),
            ("factures_recues", "A15", "MISE_A_DISPOSITION_MOA", ""),
            ("factures_a_valider", "A9", "A_VALIDER_1", "valideur"),
            ("factures_a_valider", "A9", "BROUILLON", ""),
            ("factures_travaux", "A15", "MISE_A_DISPOSITION_MOA", "fournisseur moe moa"),
            ("factures_travaux", "A15", "BROUILLON", "moe"),
            ("factures_travaux", "A19", "MISE_EN_PAIEMENT", "fournisseur moe moa"),
            ("frais_justice", "A3", "MISE_A_DISPOSITION", "fournisseur destinataire"),
            ("remboursements_taxes", "A21", "MISE_A_DISPOSITION", "fournisseur destinataire"),
        )
    ),
    Deed(
        *("get_billing_file", "A15", "MISE_A_DISPOSITION_MOA", "fournisseur moe moa", {}),
        "factures_travaux",
    ),
    Deed("get_billing_file", "A15", "BROUILLON", "moe", {}, "factures_travaux"),
    Deed("get_billing_file", "A15", "MISE_A_DISPOSITION_MOA", "", {}, "factures_recues"),
    Deed("get_billing_file", "A19", "MISE_A_DISPOSITION", "destinataire", {}, "factures_recues"),
]


def a_piece_of(deed: Deed, office: Office) -> Piece:
    """A piece of this contract, in the state that the act is for; kept unless it is to be new."""
    name = uuid4().hex
    whole = a_piece(deed.cadre, deed.etat or Etat.BROUILLON, id=name, number=name[:20])
    depositor = PLACES[whole.framework.depositor]
    piece = replaced(whole, deposant=depositor, dossier=name if whole.dossier else "")
    if deed.etat and deed.method == "request_recycling":
        before = replaced(a_piece("A4", "ASSOCIEE", id=uuid4().hex, number=name[1:20]))
        office.put(before)
        piece = replaced(piece, previous=before.id)
    if deed.method in {"download_file", "deposit"}:
        kept = office.document("alice", Cadre.A4, Perimeter("40512377900010"))
        piece = replaced(piece, file=kept)
    return office.put(piece) if deed.etat else piece


def replaced(piece: Piece, **changes: Any) -> Piece:
    """The piece with the actors of this contract in place of those that it has."""
    named = {name: PLACES.get(name.removesuffix("_2")) for name in piece.places}
    if (
        piece.destinataire is not None
        and piece.framework.made_available is not Etat.MISE_A_DISPOSITION
    ):
        named["destinataire"] = MOA
    return dataclasses.replace(piece, **{**named, **changes})


def call(deed: Deed, office: Office, piece: Piece) -> Callable[[str], object]:
    """The act, to be done by somebody."""
    ref, request = Reference(piece.id, piece.version), office.request
    method = getattr(office.invoicing, deed.method)
    match deed.method:
        case "save_draft":
            names = [each.name for each in dataclasses.fields(Draft)]
            fields: dict[str, Any] = {name: getattr(piece, name) for name in names} | {"file": None}
            draft = Draft(**fields)
            return lambda who: method(subject=who, request_id=request(), draft=draft)
        case "upload_file":
            return lambda who: office.document(who, piece.cadre, piece.deposant)
        case "deposit":
            return lambda who: method(subject=who, request_id=request(), saved=ref)
        case "prefill_next":
            return lambda who: method(subject=who, piece=piece.id, **deed.said)
        case "download_file":
            said = {"application": deed.application, "piece": piece.id}
            digest = piece.file.sha256 if piece.file else ""
            return lambda who: method(subject=who, sha256=digest, **said)
        case "get_piece" | "get_history" | "get_billing_file":
            said = {"application": deed.application, "piece": piece.id}
            return lambda who: method(subject=who, **said)
        case _:
            return lambda who: method(subject=who, request_id=request(), piece=ref, **deed.said)
