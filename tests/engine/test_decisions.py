"""Each answer with its reason, its rule and its state, in the order in which checks are made."""

import pytest

from habilis import Decision, Perimeter, Question, Reason, Resource, Token
from habilis_server.engine import Engine, Judge, StockEvaluator
from habilis_server.world import Structure
from tests.engine.small_world import (
    CLOSED,
    OPEN,
    OPEN_DESK,
    asking,
    small_world,
    structure,
)
from tests.rulebook.small_policy import (
    FACTURES,
    FILES,
    read,
    small,
)

ENGINE = Engine(small())
WORLD = small_world()
SENT = {"etat": "ENVOYEE", "auteur": "autrui"}


def invoice(parties: dict[str, Perimeter] | None = None, **properties: str) -> Resource:
    return Resource(type="facture", id="F1", parties=parties or {}, properties=properties)


def kept(kind: str, name: str, **parties: Perimeter) -> Resource:
    return Resource(type=kind, id=name, parties=parties)


S1, S2 = kept("structure", "S1"), kept("structure", "S2")

# Who, what, on what → the reason, the rule that speaks, and as whom.
ANSWERS: list[tuple[str, str, Resource, str, str, str]] = [
    # The order of the checks that need no rule.
    ("inconnu", "rien", kept("rien", ""), "UNKNOWN_SUBJECT", "", ""),
    ("parti", "rien", kept("rien", ""), "ACCOUNT_INACTIVE", "", ""),
    ("agent", "rien", kept("rien", ""), "UNKNOWN_ACTION", "", ""),
    ("agent", "factures", kept("rien", ""), "UNKNOWN_ACTION", "", ""),
    ("agent", "factures.payer", kept("rien", ""), "UNKNOWN_RESOURCE", "", ""),
    ("agent", "factures.payer", kept("structure", "S9"), "UNKNOWN_RESOURCE", "", ""),
    ("agent", "factures.payer", S1, "NO_RULE", "", ""),
    # What is known of an object that the caller keeps.
    ("agent", "factures.payer", invoice({"inconnue": OPEN}), "UNKNOWN_RESOURCE", "", ""),
    ("agent", "factures.payer", invoice({"vendeur": Perimeter("S9")}), "UNKNOWN_RESOURCE", "", ""),
    (
        "agent",
        "factures.payer",
        invoice({"vendeur": Perimeter("S1", "X")}),
        "UNKNOWN_RESOURCE",
        "",
        "",
    ),
    (
        "agent",
        "factures.payer",
        invoice({"vendeur": Perimeter("S2", "GUICHET")}),
        "UNKNOWN_RESOURCE",
        "",
        "",
    ),
    ("agent", "factures.payer", invoice(couleur="BLEU"), "UNKNOWN_RESOURCE", "", ""),
    ("agent", "factures.payer", invoice(etat="PERDUE"), "UNKNOWN_RESOURCE", "", ""),
    ("agent", "factures.payer", invoice(auteur=""), "UNKNOWN_RESOURCE", "", ""),
    ("agent", "factures.payer", invoice(), "DENIED_BY_RULE", "payer-jamais-soi", ""),
    # What the World keeps is looked up, and nothing is taken from the caller.
    ("agent", "portail.lire", kept("structure", "S1", structure=OPEN), "UNKNOWN_RESOURCE", "", ""),
    (
        "agent",
        "portail.lire",
        Resource(type="structure", id="S1", properties={"etat": "ACTIVE"}),
        "UNKNOWN_RESOURCE",
        "",
        "",
    ),
    ("agent", "portail.lire", kept("compte", "lecteur", autre=OPEN), "UNKNOWN_RESOURCE", "", ""),
    ("agent", "portail.lire", kept("compte", "inconnu"), "UNKNOWN_RESOURCE", "", ""),
    ("agent", "portail.lire", kept("compte", "voisin", structure=OPEN), "UNKNOWN_RESOURCE", "", ""),
    (
        "agent",
        "portail.lire",
        kept("compte", "voisin", structure=CLOSED),
        *("CONDITION_NOT_MET", "lire-son-compte", "self"),
    ),
    ("agent", "portail.lire", kept("compte", "lecteur", structure=OPEN), "ALLOWED", "l", "s"),
    ("agent", "portail.lire", kept("compte", "gp", structure=OPEN), "ALLOWED", "l", "s"),
    (
        "agent",
        "portail.lire",
        kept("compte", "gp", structure=OPEN_DESK),
        "UNKNOWN_RESOURCE",
        "",
        "",
    ),
    ("agent", "portail.lire", kept("compte", "guichet", structure=OPEN_DESK), "ALLOWED", "l", "s"),
    ("agent", "portail.approuver", kept("approbation", "x"), "UNKNOWN_RESOURCE", "", ""),
    # The stages of a rule, one after the other.
    (
        "voisin",
        "factures.envoyer",
        invoice({"vendeur": CLOSED}, etat="BROUILLON", auteur="x"),
        *("STRUCTURE_INACTIVE", "envoyer-sans-tiers", "vendeur"),
    ),
    (
        "passant",
        "factures.envoyer",
        invoice({"vendeur": OPEN}),
        *("NOT_ATTACHED", "envoyer-sans-tiers", "vendeur"),
    ),
    (
        "guichet",
        "factures.envoyer",
        invoice({"vendeur": OPEN}),
        *("SERVICE_OUT_OF_SCOPE", "envoyer-sans-tiers", "vendeur"),
    ),
    (
        "agent",
        "factures.envoyer",
        invoice({"vendeur": OPEN_DESK}),
        *("SERVICE_INACTIVE", "envoyer-sans-tiers", "vendeur"),
    ),
    (
        "lecteur",
        "factures.envoyer",
        invoice({"vendeur": OPEN}),
        *("PROFILE_MISSING", "envoyer-sans-tiers", "vendeur"),
    ),
    (
        "agent",
        "portail.transmettre",
        S1,
        *("PRINCIPAL_MANAGER_ONLY", "transmettre-gestionnaire", "structure"),
    ),
    ("agent", "portail.rouvrir", S2, "SUPPORT_ONLY", "rouvrir-support", "support"),
    (
        "agent",
        "factures.envoyer",
        invoice({"vendeur": OPEN}, etat="BROUILLON"),
        *("CONDITION_NOT_MET", "envoyer-sans-tiers", "vendeur"),
    ),
    (
        "agent",
        "factures.envoyer",
        invoice({"vendeur": OPEN}, etat="BROUILLON", auteur="x"),
        *("ALLOWED", "envoyer-sans-tiers", "vendeur"),
    ),
    # A rule speaks where its party is and the other is not.
    ("agent", "factures.envoyer", invoice(etat="BROUILLON", auteur="x"), "NO_RULE", "", ""),
    (
        "agent",
        "factures.envoyer",
        invoice({"vendeur": OPEN, "tiers": OPEN}, etat="BROUILLON", auteur="x"),
        *("NO_RULE", "", ""),
    ),
    # Reading goes on where all is closed.
    (
        "agent",
        "factures.consulter",
        invoice({"vendeur": OPEN_DESK}),
        *("ALLOWED", "consulter-vendeur", "vendeur"),
    ),
    # The farthest refusal is the answer; of equals, the first.
    (
        "lecteur",
        "factures.consulter",
        invoice({"vendeur": CLOSED, "acheteur": OPEN}, etat="BROUILLON"),
        *("CONDITION_NOT_MET", "consulter-acheteur", "acheteur"),
    ),
    (
        "passant",
        "factures.consulter",
        invoice({"vendeur": OPEN, "acheteur": OPEN}),
        *("NOT_ATTACHED", "consulter-vendeur", "vendeur"),
    ),
    (
        "agent",
        "factures.consulter",
        invoice({"vendeur": OPEN, "acheteur": OPEN}, etat="PAYEE"),
        *("ALLOWED", "consulter-vendeur", "vendeur"),
    ),
    # One's own, and another's.
    ("passant", "portail.lire", kept("compte", "passant"), "ALLOWED", "lire-son-compte", "self"),
    (
        "passant",
        "portail.lire",
        kept("compte", "agent"),
        *("CONDITION_NOT_MET", "lire-son-compte", "self"),
    ),
    (
        "gp",
        "portail.approuver",
        kept("approbation", "demande"),
        *("ALLOWED", "approuver-autrui", "structure"),
    ),
    (
        "ancien",
        "portail.approuver",
        kept("approbation", "demande"),
        *("CONDITION_NOT_MET", "approuver-autrui", "structure"),
    ),
    (
        "gp",
        "portail.approuver",
        kept("approbation", "close"),
        *("CONDITION_NOT_MET", "approuver-autrui", "structure"),
    ),
    # A deny beats an allow; what is absent meets it.
    (
        "agent",
        "factures.payer",
        invoice({"acheteur": OPEN}, **SENT),
        *("ALLOWED", "payer-acheteur", "acheteur"),
    ),
    (
        "agent",
        "factures.payer",
        invoice({"acheteur": OPEN}, etat="ENVOYEE", auteur="agent"),
        *("DENIED_BY_RULE", "payer-jamais-soi", ""),
    ),
    (
        "agent",
        "factures.payer",
        invoice({"acheteur": OPEN}, etat="ENVOYEE"),
        *("DENIED_BY_RULE", "payer-jamais-soi", ""),
    ),
    (
        "agent",
        "factures.payer",
        invoice({"vendeur": OPEN}, **SENT),
        *("DENIED_BY_RULE", "payer-jamais-prive", ""),
    ),
]
SHORT = {"l": "lire-structure", "s": "structure"}


@pytest.mark.parametrize(
    ("who", "action", "resource", "reason", "rule", "acting_as"),
    ANSWERS,
    ids=lambda value: value if isinstance(value, str) else f"{value.type} {value.id}",
)
def test_the_answer_is(
    who: str, action: str, resource: Resource, reason: str, rule: str, acting_as: str
) -> None:
    question = asking(who, action, resource)
    decision = ENGINE.on(WORLD).decide(question)

    assert (decision.reason, decision.rule_id, decision.acting_as) == (
        reason,
        SHORT.get(rule, rule),
        SHORT.get(acting_as, acting_as),
    )
    assert decision.allowed is (reason == "ALLOWED")
    assert StockEvaluator(small()).decide(question, WORLD) is decision.allowed


def test_every_reason_of_the_judge_is_given_somewhere() -> None:
    never = {Reason.UNSPECIFIED, Reason.STALE, Reason.EVALUATION_ERROR}

    assert {reason for _, _, _, reason, _, _ in ANSWERS} == {*map(str, Reason)} - {*map(str, never)}


def decides(judge: Judge, *questions: Question) -> list[Decision]:
    return [judge.decide(question) for question in questions]


def test_a_decision_names_the_policy_and_the_facts_it_rests_on() -> None:
    questions = [asking(who, action, resource) for who, action, resource, *_ in ANSWERS]
    other = Engine(read({**FILES, FACTURES: FILES[FACTURES] + b"\n"}))

    for engine in (ENGINE, other):
        for revision in (0, 1, 2**63):
            decisions = decides(engine.on(small_world(revision)), *questions)
            assert {decision.token for decision in decisions} == {
                Token(engine.rulebook.digest, revision)
            }
    assert ENGINE.rulebook.digest != other.rulebook.digest
    assert ENGINE.on(WORLD).decide(questions[0]).decision_id == ""


def test_a_decision_is_no_truth_value() -> None:
    allowed, refused = decides(
        ENGINE.on(WORLD),
        asking("gp", "portail.transmettre", S1),
        asking("agent", "portail.transmettre", S1),
    )
    assert (allowed.allowed, refused.allowed) == (True, False)

    for decision in (allowed, refused):
        with pytest.raises(TypeError, match="a decision is not a truth value"):
            bool(decision)
        with pytest.raises(TypeError):
            list(filter(None, [decision]))


def test_two_judges_of_one_engine_keep_to_their_own_facts() -> None:
    before, question = small_world(1), asking("agent", "portail.transmettre", S1)
    named: Structure = structure("S1", manager="agent")
    after = before.after([named], revision=2)
    first, second = ENGINE.on(before), ENGINE.on(after)

    for _ in range(2):
        assert first.decide(question).reason is Reason.PRINCIPAL_MANAGER_ONLY
        assert second.decide(question).reason is Reason.ALLOWED
        assert (first.decide(question).token.revision, second.token.revision) == (1, 2)
