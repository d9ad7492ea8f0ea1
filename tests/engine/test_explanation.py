"""An explanation is the decision, with each rule that was considered and where it stopped."""

from itertools import pairwise
from typing import Any

import pytest

from habilis import Perimeter, Reason, Resource
from habilis_server.engine import Engine, Explanation, explain
from habilis_server.engine.words import ABSENT
from habilis_server.rulebook import Effect
from tests.engine.small_world import CLOSED, OPEN, OPEN_DESK, asking, every_question
from tests.engine.test_decisions import ENGINE, SENT, WORLD, invoice, kept
from tests.rulebook.small_policy import FACTURES, VOCABULARY, read, small, with_text

JUDGE = ENGINE.on(WORLD)
ORDER = {rule.id: index for index, rule in enumerate(small().rules)}

Told = list[tuple[str, Perimeter | None, str | None, str]]


def told(explanation: Explanation) -> Told:
    return [
        (one.rule.id, one.perimeter, one.failed.value if one.failed else None, one.detail)
        for one in explanation.rules
    ]


EXPLAINED: dict[str, tuple[str, str, Resource, Told]] = {
    "all that is missing at the stage where it stopped": (
        "ancien",
        "factures.envoyer",
        invoice({"vendeur": OPEN}),
        [
            (
                "envoyer-sans-tiers",
                OPEN,
                "PROFILE_MISSING",
                "lacks factures:consultation, factures:modification",
            )
        ],
    ),
    "one profile of two": (
        "lecteur",
        "factures.envoyer",
        invoice({"vendeur": OPEN}),
        [("envoyer-sans-tiers", OPEN, "PROFILE_MISSING", "lacks factures:modification")],
    ),
    "a structure": (
        "voisin",
        "factures.envoyer",
        invoice({"vendeur": CLOSED}),
        [("envoyer-sans-tiers", CLOSED, "STRUCTURE_INACTIVE", "lacks active")],
    ),
    "a tie": (
        "passant",
        "factures.envoyer",
        invoice({"vendeur": OPEN_DESK}),
        [("envoyer-sans-tiers", OPEN_DESK, "NOT_ATTACHED", "lacks member")],
    ),
    "a scope": (
        "guichet",
        "factures.envoyer",
        invoice({"vendeur": OPEN}),
        [("envoyer-sans-tiers", OPEN, "SERVICE_OUT_OF_SCOPE", "lacks covered")],
    ),
    "a service": (
        "guichet",
        "factures.envoyer",
        invoice({"vendeur": OPEN_DESK}),
        [("envoyer-sans-tiers", OPEN_DESK, "SERVICE_INACTIVE", "lacks active")],
    ),
    "the manager's charge": (
        "agent",
        "portail.transmettre",
        kept("structure", "S1"),
        [
            (
                "transmettre-gestionnaire",
                OPEN,
                "PRINCIPAL_MANAGER_ONLY",
                "lacks principal_manager",
            )
        ],
    ),
    "the support's": (
        "agent",
        "portail.rouvrir",
        kept("structure", "S1"),
        [("rouvrir-support", None, "SUPPORT_ONLY", "lacks support")],
    ),
    "a value": (
        "agent",
        "factures.envoyer",
        invoice({"vendeur": OPEN}, etat="PAYEE", auteur="x"),
        [("envoyer-sans-tiers", OPEN, "CONDITION_NOT_MET", "etat is PAYEE, not BROUILLON")],
    ),
    "a value that is absent": (
        "agent",
        "factures.envoyer",
        invoice({"vendeur": OPEN}, auteur="x"),
        [("envoyer-sans-tiers", OPEN, "CONDITION_NOT_MET", "etat is absent, not BROUILLON")],
    ),
    "an identifier that is absent": (
        "agent",
        "factures.envoyer",
        invoice({"vendeur": OPEN}, etat="BROUILLON"),
        [
            (
                "envoyer-sans-tiers",
                OPEN,
                "CONDITION_NOT_MET",
                "facture.auteur is absent, not given",
            )
        ],
    ),
    "one person twice": (
        "ancien",
        "portail.approuver",
        kept("approbation", "demande"),
        [
            (
                "approuver-autrui",
                OPEN,
                "CONDITION_NOT_MET",
                "approbation.demandeur against sujet.id is same, not differs",
            )
        ],
    ),
    "another's thing": (
        "passant",
        "portail.lire",
        kept("compte", "agent"),
        [("lire-son-compte", None, "CONDITION_NOT_MET", "the object's owner is differs, not same")],
    ),
    "rules that passed, and denies that did not": (
        "agent",
        "factures.payer",
        invoice({"acheteur": OPEN}, **SENT),
        [
            ("payer-acheteur", OPEN, None, ""),
            (
                "payer-jamais-soi",
                None,
                "CONDITION_NOT_MET",
                "facture.auteur against sujet.id is differs, not absent, same",
            ),
            (
                "payer-jamais-prive",
                None,
                "CONDITION_NOT_MET",
                "acheteur.type is PUBLIQUE, not PRIVEE, absent",
            ),
        ],
    ),
    "an allow that passed, and the deny that beat it": (
        "agent",
        "factures.payer",
        invoice({"acheteur": OPEN}, etat="ENVOYEE", auteur="agent"),
        [
            ("payer-acheteur", OPEN, None, ""),
            ("payer-jamais-soi", None, None, ""),
            (
                "payer-jamais-prive",
                None,
                "CONDITION_NOT_MET",
                "acheteur.type is PUBLIQUE, not PRIVEE, absent",
            ),
        ],
    ),
    "rules that do not speak": (
        "agent",
        "factures.envoyer",
        invoice({"vendeur": OPEN, "tiers": OPEN}),
        [],
    ),
    "an unknown object": ("agent", "factures.payer", invoice(etat="PERDUE"), []),
    "an unknown action": ("agent", "factures.rever", invoice(), []),
    "an unknown person": ("inconnu", "factures.payer", invoice(), []),
    "a person who left": ("parti", "factures.payer", invoice({"acheteur": OPEN}), []),
}


@pytest.mark.parametrize(("who", "action", "resource", "rules"), EXPLAINED.values(), ids=EXPLAINED)
def test_each_rule_says_where_it_stopped_and_for_want_of_what(
    who: str, action: str, resource: Resource, rules: Told
) -> None:
    assert told(explain(JUDGE, asking(who, action, resource))) == rules


def test_an_explanation_agrees_with_its_decision_on_every_question() -> None:
    explained = 0
    for question in list(every_question(*sorted(small().vocabulary.actions)))[::5]:
        explanation = explain(JUDGE, question)
        decision, rules = explanation.decision, explanation.rules
        explained += 1
        assert decision == JUDGE.decide(question)
        assert all(ORDER[one.rule.id] < ORDER[two.rule.id] for one, two in pairwise(rules))
        assert all((one.failed is None) is (one.detail == "") for one in rules)
        denying = [r for r in rules if r.rule.effect is Effect.DENY and r.failed is None]
        allowing = [r for r in rules if r.rule.effect is Effect.ALLOW and r.failed is None]
        speaking = [r for r in rules if r.rule.id == decision.rule_id]

        assert (decision.reason is Reason.DENIED_BY_RULE) is bool(denying)
        assert decision.allowed is (bool(allowing) and not denying)
        if denying or allowing:
            assert decision.rule_id == (denying or allowing)[0].rule.id
        elif decision.rule_id:
            assert decision.reason is speaking[0].failed
        else:
            assert not [r for r in rules if r.rule.effect is Effect.ALLOW]

    print(f"explanations: {explained} compared with their decisions, 0 differences")
    assert explained > 3_000


def test_the_rule_that_went_farthest_is_the_one_that_speaks() -> None:
    rank = {
        reason: stage
        for stage, reason in enumerate(
            (
                Reason.STRUCTURE_INACTIVE,
                Reason.NOT_ATTACHED,
                Reason.SERVICE_OUT_OF_SCOPE,
                Reason.SERVICE_INACTIVE,
                Reason.PROFILE_MISSING,
                Reason.PRINCIPAL_MANAGER_ONLY,
                Reason.CONDITION_NOT_MET,
            )
        )
    } | {Reason.SUPPORT_ONLY: 5}
    for question in list(every_question(*sorted(small().vocabulary.actions)))[2::5]:
        explanation = explain(JUDGE, question)
        failed = [
            (rank[one.failed], one.rule.id)
            for one in explanation.rules
            if one.rule.effect is Effect.ALLOW and one.failed is not None
        ]
        if explanation.decision.reason in rank and failed:
            farthest = max(stage for stage, _ in failed)
            first = next(rule for stage, rule in failed if stage == farthest)

            assert explanation.decision.rule_id == first


def test_what_cannot_be_judged_cannot_be_explained() -> None:
    nothing: Any = None  # what a caller could slip in
    explanation = explain(JUDGE, asking("agent", "factures.payer", nothing))

    assert explanation.decision.reason is Reason.EVALUATION_ERROR
    assert explanation.rules == ()


def test_a_value_is_told_in_the_policy_s_own_words() -> None:
    files = with_text(VOCABULARY, "etats: [BROUILLON,", "etats: [ABSENTE, BROUILLON,")
    files = with_text(FACTURES, "facture.etat: [ENVOYEE]", "facture.etat: [ABSENTE]", files)
    judge = Engine(read(files)).on(WORLD)
    question = asking("agent", "factures.payer", invoice({"acheteur": OPEN}, **SENT))

    (first, *_) = explain(judge, question).rules
    assert first.detail == "etat is ENVOYEE, not ABSENTE"
    assert ABSENT not in first.detail.split()
