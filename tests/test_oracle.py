"""The oracle on the shipped policy, against tables drawn by hand from what the portal's rules say.

The rows need no engine: they hold the policy and the oracle to the same words.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import Figure
from tests.oracle import Data, Oracle, Place, Policy

CHECKOUT = Path(__file__).resolve().parents[1]
FILES = {f"rules/{path.name}": path.read_bytes() for path in (CHECKOUT / "policy/rules").iterdir()}
POLICY = Policy(FILES)

MOA: Place = ("17340430200015", None)
STATE: Place = ("11000201100044", None)
CSP: Place = ("11000201100044", "RECCHOR034")
SFACT: Place = ("11000201100044", "FAC0000034")
CLOSED: Place = ("11000201100044", "FERME")
MOE: Place = ("43155257900051", None)
SUPPLIER: Place = ("55208131766522", None)
DORMANT: Place = ("21340172201787", None)


def structure(place: Place, type_: str, moa: str, manager: str | None, *, active: bool) -> Data:
    told = {"identifier_type": "SIRET", "name": place[0], "type": type_, "moa": moa}
    known = {"id": place[0], "principal_manager": manager, "active": active}
    return {"kind": "structure", **told, **known}


def service(place: Place, *, active: bool) -> Data:
    told = {"structure": place[0], "code": place[1], "name": str(place[1])}
    return {"kind": "service", **told, "active": active}


def account(name: str, state: str = "active", *, support: bool = False) -> Data:
    mail = f"{name}@example.org"
    return {"kind": "account", "id": name, "email": mail, "state": state, "support": support}


def tie(
    name: str, place: Place, profiles: str | list[str] = "default", *, legacy: bool = False
) -> Data:
    where = {"account": name, "structure": place[0], "service": place[1]}
    return {"kind": "attachment", **where, "profiles": profiles, "legacy_secondary_manager": legacy}


def request(name: str, about: str, by: str, place: Place | None, state: str = "requested") -> Data:
    on, part = place or (None, None)
    told = {"object": about, "requester": by, "state": state}
    return {"kind": "approval", "id": name, **told, "structure": on, "service": part}


FACTS = [
    structure(MOA, "public", "only", "gp", active=True),
    structure(STATE, "public", "none", "gp_etat", active=True),
    structure(MOE, "private", "none", None, active=True),
    structure(SUPPLIER, "private", "none", None, active=True),
    structure(DORMANT, "public", "none", None, active=False),
    service(CSP, active=True),
    service(SFACT, active=True),
    service(CLOSED, active=False),
    *(account(name) for name in ("gp", "gp_etat", "claire", "ancien", "lecteur", "scribe")),
    *(account(name) for name in ("maitre", "nicolas", "payeur", "comptable", "dormeur", "libre")),
    account("aide", support=True),
    account("parti", "inactive"),
    account("attendu", "pending"),
    tie("claire", MOA),
    tie("ancien", MOA, legacy=True),
    tie("lecteur", MOA, ["factures_travaux:consultation"]),
    tie("scribe", MOA, ["factures_travaux:modification", "organisation:modification"]),
    tie("maitre", MOE),
    tie("nicolas", SUPPLIER),
    tie("payeur", CSP),
    tie("comptable", STATE),
    tie("dormeur", DORMANT),
    tie("parti", MOA),
    request("habilitation", "entitlement", "claire", MOA),
    request("sienne", "attachment", "gp", MOA),
    request("faite", "attachment", "claire", MOA, "approved"),
    request("nouvelle", "account", "attendu", None),
    request("autre", "attachment", "libre", CSP),
]
ORACLE = Oracle(POLICY, FACTS)


def works(state: str, cadre: str, then: str = "", payer: Place = CSP) -> Data:
    """A piece of the dossier, deposited by its supplier."""
    parties = {"fournisseur": SUPPLIER, "deposant": SUPPLIER, "moe": MOE, "moa": MOA}
    properties = {"etat": state, "cadre": cadre} | ({"cadre_suivant": then} if then else {})
    return thing("piece_travaux", "P1", parties | {"destinataire": payer}, properties)


def invoice(state: str, payer: Place, cadre: str = "A1", supplier: Place = SUPPLIER) -> Data:
    parties = {"fournisseur": supplier, "destinataire": payer}
    return thing("facture", "F1", parties, {"etat": state, "cadre": cadre})


def ticket(state: str, receiver: Place | None) -> Data:
    parties = {"emetteur": SUPPLIER} | ({"recepteur": receiver} if receiver else {})
    return thing("sollicitation", "T1", parties, {"etat": state})


def thing(
    kind: str, name: str, parties: dict[str, Place] | None = None, values: Data | None = None
) -> Data:
    return {"type": kind, "id": name, "parties": parties or {}, "properties": values or {}}


def place(where: Place) -> Data:
    whole, part = where
    return thing("structure", whole) if part is None else thing("service", f"{whole}/{part}")


def approval(name: str) -> Data:
    return thing("approbation", name)


AT_MOE, AT_MOA = "MISE_A_DISPOSITION_MOE", "MISE_A_DISPOSITION_MOA"
AT_SUPPLIER, AT_PAYER = "MISE_A_DISPOSITION_FOURNISSEUR", "MISE_A_DISPOSITION"
TRAVAUX, RECUES, EMISES = "factures_travaux", "factures_recues", "factures_emises"
ORGA, SOLL = "organisation", "sollicitations_recues"

WORKS = [  # §4.1, §4.4, §4.5, R17, R100, R102, R109, R118, R139, R140
    ("maitre", "refuser", works(AT_MOE, "A4"), "ALLOWED"),
    ("claire", "refuser", works(AT_MOA, "A15"), "ALLOWED"),
    ("nicolas", "refuser", works(AT_SUPPLIER, "A20"), "ALLOWED"),
    ("claire", "suspendre", works(AT_MOA, "A15"), "ALLOWED"),
    ("nicolas", "suspendre", works(AT_SUPPLIER, "A20"), "NOT_ATTACHED"),
    ("claire", "deposer_piece_suivante", works(AT_MOA, "A15", "A19"), "ALLOWED"),
    ("maitre", "deposer_piece_suivante", works(AT_MOE, "A4", "A15"), "ALLOWED"),
    ("claire", "deposer_piece_suivante", works(AT_MOA, "A15", "A19", MOA), "DENIED_BY_RULE"),
    ("claire", "refuser", works("ASSOCIEE", "A15"), "CONDITION_NOT_MET"),
    ("maitre", "refuser", works(AT_MOA, "A15"), "CONDITION_NOT_MET"),
    ("lecteur", "refuser", works(AT_MOA, "A15"), "PROFILE_MISSING"),
    ("scribe", "refuser", works(AT_MOA, "A15"), "PROFILE_MISSING"),
    ("lecteur", "consulter", works(AT_MOA, "A15"), "ALLOWED"),
    ("scribe", "consulter", works(AT_MOA, "A15"), "PROFILE_MISSING"),
    ("claire", "consulter", works(AT_PAYER, "A19"), "ALLOWED"),
    ("maitre", "consulter", works("ASSOCIEE", "A4"), "ALLOWED"),
    ("nicolas", "consulter", works("BROUILLON", "A4"), "ALLOWED"),
    ("maitre", "consulter", works("BROUILLON", "A4"), "CONDITION_NOT_MET"),
    ("claire", "consulter", works("BROUILLON", "A4"), "CONDITION_NOT_MET"),
    ("payeur", "consulter", works(AT_PAYER, "A19"), "NOT_ATTACHED"),
    ("libre", "consulter", works(AT_MOA, "A15"), "NOT_ATTACHED"),
    ("parti", "refuser", works(AT_MOA, "A15"), "ACCOUNT_INACTIVE"),
    ("attendu", "refuser", works(AT_MOA, "A15"), "ACCOUNT_INACTIVE"),
    ("personne", "refuser", works(AT_MOA, "A15"), "UNKNOWN_SUBJECT"),
    ("claire", "bruler", works(AT_MOA, "A15"), "UNKNOWN_ACTION"),
    ("claire", "refuser", works("PERDUE", "A15"), "UNKNOWN_RESOURCE"),
    ("claire", "refuser", works(AT_MOA, "A15", "", ("1", None)), "UNKNOWN_RESOURCE"),
    ("claire", "refuser", place(MOA), "NO_RULE"),
]

RECEIVED = [  # §3.4, R109, Q4, Q5, R71
    ("payeur", "consulter", works(AT_PAYER, "A19"), "ALLOWED"),
    ("payeur", "mettre_en_paiement", works(AT_PAYER, "A19"), "ALLOWED"),
    ("payeur", "consulter", works(AT_MOA, "A15"), "DENIED_BY_RULE"),
    ("payeur", "mandater", invoice(AT_PAYER, CSP), "ALLOWED"),
    ("payeur", "mandater", invoice(AT_PAYER, SFACT), "SERVICE_OUT_OF_SCOPE"),
    ("payeur", "mandater", invoice(AT_PAYER, STATE), "SERVICE_OUT_OF_SCOPE"),
    ("comptable", "mandater", invoice(AT_PAYER, SFACT), "ALLOWED"),
    ("comptable", "mandater", invoice(AT_PAYER, CLOSED), "SERVICE_INACTIVE"),
    ("comptable", "consulter", invoice(AT_PAYER, CLOSED), "ALLOWED"),
    ("comptable", "mandater", invoice("REJETEE", SFACT), "CONDITION_NOT_MET"),
    ("comptable", "rejeter", invoice("COMPLETEE", SFACT), "ALLOWED"),
    ("comptable", "rejeter", invoice("MANDATEE", SFACT), "CONDITION_NOT_MET"),
    ("gp_etat", "suspendre", invoice(AT_PAYER, SFACT), "ALLOWED"),
    ("dormeur", "mandater", invoice(AT_PAYER, DORMANT), "STRUCTURE_INACTIVE"),
    ("dormeur", "consulter", invoice(AT_PAYER, DORMANT), "ALLOWED"),
    ("nicolas", "mandater", invoice(AT_PAYER, CSP), "NOT_ATTACHED"),
]

ISSUED = [  # §2.12, §3.4, R71, R108
    ("nicolas", "deposer", invoice("BROUILLON", CSP), "ALLOWED"),
    ("nicolas", "deposer", invoice("BROUILLON", MOA), "DENIED_BY_RULE"),
    ("nicolas", "deposer", invoice("BROUILLON", DORMANT), "DENIED_BY_RULE"),
    ("nicolas", "deposer", invoice("BROUILLON", MOE), "DENIED_BY_RULE"),
    ("nicolas", "deposer", invoice("BROUILLON", CLOSED), "DENIED_BY_RULE"),
    ("nicolas", "recycler", invoice("A_RECYCLER", CSP), "ALLOWED"),
    ("nicolas", "recycler", invoice("REJETEE", CSP), "CONDITION_NOT_MET"),
    ("nicolas", "completer", invoice("SUSPENDUE", CSP), "ALLOWED"),
    ("payeur", "deposer", invoice("BROUILLON", CSP), "NOT_ATTACHED"),
    ("dormeur", "deposer", invoice("BROUILLON", CSP, "A1", DORMANT), "STRUCTURE_INACTIVE"),
]

ORGANISED = [  # §5.2 to §5.5, R22, R23, R33 to R35, R53, Q1, Q2
    ("gp", "modifier_structure", place(MOA), "ALLOWED"),
    ("ancien", "modifier_structure", place(MOA), "ALLOWED"),
    ("claire", "modifier_structure", place(MOA), "PROFILE_MISSING"),
    ("scribe", "modifier_structure", place(MOA), "PROFILE_MISSING"),
    ("gp_etat", "modifier_structure", place(MOA), "NOT_ATTACHED"),
    ("gp_etat", "modifier_service", place(CSP), "ALLOWED"),
    ("gp", "actualiser_insee", place(MOA), "ALLOWED"),
    ("ancien", "actualiser_insee", place(MOA), "PRINCIPAL_MANAGER_ONLY"),
    ("gp", "approuver", approval("habilitation"), "ALLOWED"),
    ("gp", "refuser", approval("habilitation"), "ALLOWED"),
    ("gp", "approuver", approval("faite"), "CONDITION_NOT_MET"),
    ("gp", "approuver", approval("sienne"), "DENIED_BY_RULE"),
    ("ancien", "approuver", approval("habilitation"), "PRINCIPAL_MANAGER_ONLY"),
    ("gp_etat", "approuver", approval("habilitation"), "NOT_ATTACHED"),
    ("gp_etat", "approuver", approval("autre"), "ALLOWED"),
    ("gp", "approuver", approval("inconnue"), "UNKNOWN_RESOURCE"),
    ("claire", "annuler_demande", approval("habilitation"), "ALLOWED"),
    ("gp", "annuler_demande", approval("habilitation"), "CONDITION_NOT_MET"),
    ("claire", "annuler_demande", approval("faite"), "CONDITION_NOT_MET"),
    ("aide", "approuver_compte", approval("nouvelle"), "ALLOWED"),
    ("gp", "approuver_compte", approval("nouvelle"), "SUPPORT_ONLY"),
    ("gp", "transferer_gestionnaire_principal", place(MOA), "ALLOWED"),
    ("claire", "transferer_gestionnaire_principal", place(MOA), "PRINCIPAL_MANAGER_ONLY"),
    ("aide", "installer_gestionnaire_principal", place(MOE), "ALLOWED"),
    ("gp", "installer_gestionnaire_principal", place(MOA), "SUPPORT_ONLY"),
    ("claire", "quitter_structure", place(MOA), "ALLOWED"),
    ("gp", "quitter_structure", place(MOA), "DENIED_BY_RULE"),
    ("libre", "quitter_structure", place(MOA), "NOT_ATTACHED"),
    ("payeur", "quitter_structure", place(STATE), "SERVICE_OUT_OF_SCOPE"),
]

HELPED = [  # §5.1, R87, R92, R94
    ("payeur", "prendre_en_charge", ticket("A_TRAITER", CSP), "ALLOWED"),
    ("comptable", "resoudre", ticket("EN_COURS", CSP), "ALLOWED"),
    ("payeur", "resoudre", ticket("A_TRAITER", SFACT), "SERVICE_OUT_OF_SCOPE"),
    ("payeur", "resoudre", ticket("CLOTUREE", CSP), "CONDITION_NOT_MET"),
    ("nicolas", "resoudre", ticket("A_TRAITER", CSP), "NOT_ATTACHED"),
    ("aide", "resoudre", ticket("A_TRAITER", CSP), "NOT_ATTACHED"),
    ("aide", "resoudre", ticket("A_TRAITER", None), "ALLOWED"),
    ("payeur", "resoudre", ticket("A_TRAITER", None), "SUPPORT_ONLY"),
]

OPEN = [  # R11, §3.1: the directory is that of the public structures
    ("libre", "consulter", place(STATE), "ALLOWED"),
    ("libre", "consulter", place(MOE), "CONDITION_NOT_MET"),
    ("attendu", "consulter", place(STATE), "ACCOUNT_INACTIVE"),
]

TABLES = {
    TRAVAUX: WORKS,
    RECUES: RECEIVED,
    EMISES: ISSUED,
    ORGA: ORGANISED,
    SOLL: HELPED,
    "annuaire": OPEN,
}


@pytest.mark.parametrize(
    ("application", "who", "verb", "resource", "reason"),
    [(application, *row) for application, rows in TABLES.items() for row in rows],
)
def test_the_oracle_answers_as_the_portals_rules_say(
    application: str, who: str, verb: str, resource: Data, reason: str
) -> None:
    question = {"subject": who, "action": f"{application}.{verb}", "resource": resource}
    answer = ORACLE.answer(question)
    assert (answer.reason, answer.allowed) == (reason, reason == "ALLOWED"), answer


def test_the_oracle_shares_no_code_with_the_server() -> None:
    tree = ast.parse((CHECKOUT / "tests/oracle.py").read_text())
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported == {"collections", "pathlib", "typing", "yaml"}


def test_the_oracle_is_about_a_page() -> None:
    """Three screens of code; what is longer is no longer read aloud."""
    lines = (CHECKOUT / "tests/oracle.py").read_text().splitlines()
    assert len([line for line in lines if line.strip()]) <= 220


def cases() -> Iterator[tuple[str, Data]]:
    """Every case of the policy, as a question beside what is expected of it."""
    for path in sorted((CHECKOUT / "policy/cases").glob("*.yaml")):
        content = yaml.safe_load(path.read_text())
        for number, case in enumerate(content["cases"], start=1):
            yield f"{path.stem} {number}", {**case, "objects": content.get("objects", {})}


def described(case: Data) -> Data:
    """What a case is about: an object of its file, altered as it says, or a `type:id`."""
    kind, colon, name = case["object"].partition(":")
    said = {"type": kind, "id": name} if colon else case["objects"][case["object"]]
    properties = {**said.get("properties", {}), **case.get("with", {})}
    parties = {**said.get("parties", {}), **case.get("parties", {})}
    return thing(
        said["type"],
        said["id"],
        {party: spoken(where) for party, where in parties.items() if where},
        {key: value for key, value in properties.items() if value},
    )


def spoken(where: str) -> Place:
    structure_, slash, code = where.partition("/")
    return (structure_, code if slash else None)


def test_the_oracle_answers_every_case_of_the_policy(figure: Figure) -> None:
    lines = (CHECKOUT / "policy/cases/facts.jsonl").read_text().splitlines()
    oracle = Oracle(POLICY, [json.loads(line) for line in lines if line])
    answered = 0
    for name, case in cases():
        question = {"subject": case["who"], "action": case["may"], "resource": described(case)}
        answer = oracle.answer(question)
        assert answer.reason == case["expect"], (name, case["who"], case["may"], answer)
        assert case.get("rule", answer.rule_id) == answer.rule_id, (name, answer)
        answered += 1
    assert answered > 300
    figure(f"{answered} cases, 0 answered otherwise")
