"""Every world of twelve yes-or-no facts about one person, and what is asked in each.

The small-scope bet: a fault of the policy or of the compiler shows up in a
small world, so every small world is visited (E10).
"""

from collections.abc import Iterator
from itertools import product

from tests.oracle import Data, Place

__all__ = ["FACTS", "QUESTIONS", "WORLDS", "records_of", "worlds"]

FACTS = (
    "account_active",
    "support",
    "structure_active",
    "service_active",
    "on_structure",
    "on_service",
    "reads",
    "writes",
    "manages",
    "legacy",
    "on_other_structure",
    "other_active",
)
WORLDS = 2 ** len(FACTS)

WHOLE: Place = ("S1", None)
PART: Place = ("S1", "A")
ELSEWHERE: Place = ("S1", "B")
OTHER: Place = ("S2", None)
SUBJECT = "agent"
APPLICATIONS = (
    *("factures_emises", "factures_recues", "factures_a_valider", "factures_travaux"),
    *("organisation", "sollicitations_emises", "sollicitations_recues", "dume", "suivi_flux"),
)


def worlds() -> Iterator[dict[str, bool]]:
    """Every world, as the facts that hold in it."""
    for values in product((True, False), repeat=len(FACTS)):
        yield dict(zip(FACTS, values, strict=True))


def records_of(facts: dict[str, bool]) -> list[Data]:
    manager = SUBJECT if facts["manages"] else "chef"
    places = {WHOLE: "on_structure", PART: "on_service", OTHER: "on_other_structure"}
    return [
        account(SUBJECT, active=facts["account_active"], support=facts["support"]),
        account("chef"),
        account("voisin"),
        structure("S1", manager, active=facts["structure_active"]),
        structure("S2", "chef", active=facts["other_active"]),
        service("A", active=facts["service_active"]),
        service("B"),
        *(tie(SUBJECT, place, facts) for place, fact in places.items() if facts[fact]),
        tie("voisin", PART, {"reads": True, "writes": True, "legacy": False}),
        approval("demande-S1", "entitlement", "voisin", WHOLE),
        approval("demande-S1-A", "attachment", "voisin", PART),
        approval("demande-S2", "attachment", SUBJECT, OTHER),
        approval("sa-demande", "entitlement", SUBJECT, WHOLE),
        approval("compte-S1", "account", "voisin", WHOLE),
        approval("compte-nouveau", "account", "voisin", None),
        approval("son-compte", "account", SUBJECT, None),
    ]


def account(name: str, *, active: bool = True, support: bool = False) -> Data:
    state = "active" if active else "inactive"
    told = {"email": "someone@example.org", "state": state, "support": support}
    return {"kind": "account", "id": name, **told}


def structure(name: str, manager: str, *, active: bool) -> Data:
    told = {"identifier_type": "SIRET", "name": name, "type": "public", "moa": "with"}
    return {
        "kind": "structure",
        "id": name,
        **told,
        "active": active,
        "principal_manager": manager,
    }


def service(code: str, *, active: bool = True) -> Data:
    return {"kind": "service", "structure": "S1", "code": code, "name": code, "active": active}


def tie(name: str, place: Place, facts: dict[str, bool]) -> Data:
    levels = [level for level in ("reads", "writes") if facts[level]]
    words = {"reads": "consultation", "writes": "modification"}
    profiles = [f"{name}:{words[level]}" for name in APPLICATIONS for level in levels]
    return {
        "kind": "attachment",
        "account": name,
        "structure": place[0],
        "service": place[1],
        "profiles": "default" if len(levels) == len(words) else profiles,
        "legacy_secondary_manager": facts["legacy"],
    }


def approval(name: str, about: str, by: str, place: Place | None) -> Data:
    on, part = place or (None, None)
    told = {"object": about, "requester": by, "state": "requested"}
    return {"kind": "approval", "id": name, **told, "structure": on, "service": part}


def ask(action: str, kind: str, name: str = "X1", **said: Place | str) -> Data:
    """A question; what is said of the object are its parties (places) and properties (texts)."""
    parties = {word: place for word, place in said.items() if not isinstance(place, str)}
    properties = {word: value for word, value in said.items() if isinstance(value, str)}
    resource = {"type": kind, "id": name, "parties": parties, "properties": properties}
    return {"subject": SUBJECT, "action": action, "resource": resource}


def works(action: str, etat: str, cadre: str, **said: Place | str) -> Data:
    whole: dict[str, Place | str] = {"etat": etat, "cadre": cadre, **said}
    return ask(f"factures_travaux.{action}", "piece_travaux", "X1", **whole)


def organised(verb: str, *names: str, kind: str = "") -> list[Data]:
    """An action on structures and services by their identifiers, or on things of one type."""
    return [
        ask(f"organisation.{verb}", kind or ("service" if "/" in name else "structure"), name)
        for name in names
    ]


APPROVALS = (
    *("demande-S1", "demande-S1-A", "demande-S2", "sa-demande"),
    *("compte-S1", "compte-nouveau", "son-compte"),
)
AT_MOA, AT_PAYER = "MISE_A_DISPOSITION_MOA", "MISE_A_DISPOSITION"

QUESTIONS: tuple[Data, ...] = (
    # One party, at the structure, at its service, at another service, elsewhere.
    *(works("refuser", AT_MOA, "A15", moa=place) for place in (WHOLE, PART, ELSEWHERE, OTHER)),
    *(works("consulter", AT_MOA, "A15", moa=place) for place in (WHOLE, PART, ELSEWHERE, OTHER)),
    # Two parties, of which the person may be either, both or neither.
    works("consulter", "ASSOCIEE", "A4", fournisseur=OTHER, moe=PART, moa=WHOLE),
    works("consulter", "BROUILLON", "A4", fournisseur=PART, deposant=PART, moa=WHOLE),
    works("consulter", "BROUILLON", "A4", fournisseur=PART, deposant=OTHER, moa=WHOLE),
    works("refuser", "ASSOCIEE", "A15", moe=OTHER, moa=PART),
    # Denials, on facts that are there and on facts that are not.
    works("deposer", "BROUILLON", "A15", moe=WHOLE, moa=OTHER, deposant=WHOLE),
    works("deposer", "BROUILLON", "A15", moe=PART, deposant=PART),
    works("deposer", "BROUILLON", "A19", moa=WHOLE, destinataire=OTHER, deposant=WHOLE),
    works("deposer", "BROUILLON", "A19", moa=OTHER, destinataire=PART, deposant=OTHER),
    works("deposer", "BROUILLON", "A11", fournisseur=WHOLE, deposant=WHOLE),
    works("deposer_piece_suivante", AT_MOA, "A15", cadre_suivant="A19", moa=WHOLE),
    works(
        "deposer_piece_suivante",
        AT_MOA,
        "A15",
        cadre_suivant="A19",
        moa=PART,
        destinataire=OTHER,
    ),
    *(
        ask(f"factures_recues.{verb}", "facture", destinataire=place, etat=AT_PAYER, cadre="A1")
        for verb in ("consulter", "mandater")
        for place in (WHOLE, PART, ELSEWHERE)
    ),
    ask("factures_recues.mandater", "facture", destinataire=PART, etat=AT_PAYER, cadre="A2"),
    ask("factures_recues.mandater", "facture", destinataire=PART, etat=AT_PAYER),
    ask("factures_recues.rejeter", "piece_travaux", destinataire=PART, etat=AT_PAYER, cadre="A19"),
    ask("factures_recues.rejeter", "piece_travaux", destinataire=PART, etat=AT_PAYER, cadre="A15"),
    *(
        ask("factures_emises.deposer", "facture", fournisseur=place, etat="BROUILLON", cadre="A1")
        for place in (WHOLE, PART)
    ),
    ask(
        "factures_emises.deposer",
        "facture",
        fournisseur=PART,
        destinataire=OTHER,
        etat="BROUILLON",
        cadre="A1",
    ),
    ask("factures_a_valider.valider", "facture", valideur=PART, etat="A_VALIDER_1", cadre="A9"),
    *organised("modifier_structure", "S1", "S2", "S9"),
    *organised("activer_structure", "S1", "S2"),
    *organised("actualiser_insee", "S1"),
    *organised("modifier_service", "S1/A", "S1/B", "S1/Z"),
    *organised("activer_service", "S1/A"),
    *organised("rattacher_utilisateur", "S1", "S1/A"),
    *organised("quitter_structure", "S1", "S1/A", "S2"),
    *organised("consulter_structure", "S1", "S1/A"),
    *organised("transferer_gestionnaire_principal", "S1"),
    *organised("installer_gestionnaire_principal", "S1"),
    *organised("approuver", *APPROVALS, kind="approbation"),
    *organised("approuver_compte", *APPROVALS[4:], kind="approbation"),
    *organised("annuler_demande", *APPROVALS[:4], kind="approbation"),
    *organised("consulter_approbations", "demande-S1-A", "compte-nouveau", kind="approbation"),
    ask("organisation.consulter_habilitations", "compte", SUBJECT),
    ask("organisation.consulter_habilitations", "compte", SUBJECT, structure=WHOLE),
    ask("organisation.consulter_habilitations", "compte", SUBJECT, structure=PART),
    ask("organisation.consulter_habilitations", "compte", "voisin", structure=PART),
    ask("organisation.consulter_habilitations", "compte", "voisin", structure=WHOLE),
    ask("organisation.detacher_utilisateur", "compte", SUBJECT, structure=WHOLE),
    ask("organisation.creer_structure", "structure_a_creer", type="PUBLIQUE"),
    ask("sollicitations_recues.resoudre", "sollicitation", recepteur=PART, etat="EN_COURS"),
    ask("sollicitations_recues.resoudre", "sollicitation", etat="EN_COURS"),
    ask("sollicitations_recues.resoudre", "sollicitation", etat="CLOTUREE"),
    ask("suivi_flux.consulter", "service", "S1/A"),
    ask("dume.modifier", "structure", "S1"),
    ask("annuaire.consulter", "structure", "S1"),
    ask("nulle.part", "structure", "S1"),
    ask("dume.modifier", "camion", "S1"),
)
"""All stages of a decision, on structures, services, accounts, requests and kept objects."""
