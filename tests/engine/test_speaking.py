"""Which rules speak, and which of them is the one that counts."""

import pytest

from habilis import Perimeter, Reason
from habilis_server.engine import Engine, StockEvaluator
from tests.engine.small_world import (
    CLOSED,
    OPEN,
    OPEN_DESK,
    account,
    asking,
    every_question,
)
from tests.engine.test_decisions import ENGINE, SENT, WORLD, decides, invoice, kept
from tests.rulebook.small_policy import (
    FACTURES,
    FILES,
    PORTAIL,
    VOCABULARY,
    read,
    small,
    with_rules,
    with_text,
)


def test_a_reading_is_one_setting() -> None:
    at_desk = asking("agent", "factures.consulter", invoice({"vendeur": OPEN_DESK}, etat="ENVOYEE"))
    closed = asking("voisin", "factures.consulter", invoice({"vendeur": CLOSED}, etat="ENVOYEE"))

    def reasons(old: str, new: str) -> list[str]:
        judge = Engine(read(with_text(VOCABULARY, old, new))).on(WORLD)
        return [decision.reason.value for decision in decides(judge, at_desk, closed)]

    assert reasons("label: Lire", "label: Lire") == ["ALLOWED", "ALLOWED"]
    assert reasons("[structure, services]", "[structure]") == ["SERVICE_OUT_OF_SCOPE", "ALLOWED"]
    assert reasons("_structure: [consultation]", "_structure: []") == [
        *("ALLOWED", "STRUCTURE_INACTIVE")
    ]
    assert reasons("_service: [consultation]", "_service: []") == ["SERVICE_INACTIVE", "ALLOWED"]


def test_the_first_deny_that_passes_is_the_one_that_speaks() -> None:
    both = asking("agent", "factures.payer", invoice({"acheteur": CLOSED}, auteur="agent"))
    assert ENGINE.on(WORLD).decide(both).rule_id == "payer-jamais-soi"

    text = FILES[FACTURES].decode()
    head, first, second = (
        text.partition("  - id: payer-jamais-soi")[0],
        *(
            f"  - id: {name}{text.partition(f'  - id: {name}')[2].partition('  - id: ')[0]}"
            for name in ("payer-jamais-soi", "payer-jamais-prive")
        ),
    )
    turned = Engine(read({**FILES, FACTURES: (head + second + first).encode()}))
    assert turned.on(WORLD).decide(both).rule_id == "payer-jamais-prive"


DENY_FOR = """
id: jamais-le-tiers
label: Le tiers ne paie jamais
effect: deny
actions: [factures.payer]
as: tiers
requires: [factures:modification]
because: Pour voir.
basis: [R11]
"""


def test_a_deny_for_a_party_speaks_only_to_those_who_act_for_it() -> None:
    judge = Engine(read(with_rules(DENY_FOR))).on(WORLD)

    def reason(who: str, third: Perimeter | None) -> tuple[str, str]:
        parties = {"acheteur": OPEN} | ({"tiers": third} if third else {})
        decision = judge.decide(asking(who, "factures.payer", invoice(parties, **SENT)))
        return decision.reason.value, decision.rule_id

    assert reason("agent", None) == ("ALLOWED", "payer-acheteur")
    assert reason("agent", OPEN) == ("DENIED_BY_RULE", "jamais-le-tiers")
    assert reason("agent", CLOSED) == ("ALLOWED", "payer-acheteur")
    # The deny asks for a profile too: who lacks it is refused for lacking it.
    assert reason("lecteur", OPEN) == ("PROFILE_MISSING", "payer-acheteur")


@pytest.mark.parametrize("word", ["anywhere", "nobody", "absent"])
def test_a_party_may_bear_any_name(word: str) -> None:
    """Even a word that the engine uses for itself."""
    files = with_text(VOCABULARY, "[vendeur, acheteur, tiers]", f"[vendeur, acheteur, {word}]")
    files = with_text(FACTURES, "without: tiers", f"without: {word}", files)
    judge = Engine(read(files)).on(WORLD)

    def reason(*parties: str) -> str:
        resource = invoice(dict.fromkeys(parties, OPEN), etat="BROUILLON", auteur="x")
        question = asking("agent", "factures.envoyer", resource)
        decision = judge.decide(question)
        assert StockEvaluator(read(files)).decide(question, WORLD) is decision.allowed
        return decision.reason.value

    assert reason("vendeur") == "ALLOWED"
    assert reason("vendeur", word) == "NO_RULE"


def test_a_rule_as_self_for_a_party_asks_nothing_of_the_owner() -> None:
    files = with_text(PORTAIL, "    role: self\n", "    as: structure\n    role: self\n")
    judge = Engine(read(files)).on(WORLD)

    colleague = kept("compte", "lecteur", structure=OPEN)
    assert judge.decide(asking("lecteur", "portail.lire", colleague)).allowed
    assert judge.decide(asking("agent", "portail.lire", colleague)).rule_id == "lire-structure"


def test_all_questions_of_the_small_world_have_an_answer() -> None:
    judge = ENGINE.on(WORLD)
    asked = list(every_question(*sorted(small().vocabulary.actions)))

    reasons = {judge.decide(question).reason for question in asked}
    print(f"decisions: {len(asked)} questions, {len(reasons)} reasons")
    assert Reason.EVALUATION_ERROR not in reasons
    assert len(reasons) >= 12


def test_an_account_of_no_structure_holds_what_it_holds_anywhere() -> None:
    world = WORLD.after([account("seul", support=True)], revision=8)
    judge, closed = ENGINE.on(world), kept("structure", "S2")

    assert judge.decide(asking("seul", "portail.rouvrir", closed)).allowed
    assert judge.decide(asking("seul", "portail.transmettre", closed)).reason is Reason.NOT_ATTACHED
