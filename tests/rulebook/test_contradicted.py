"""An allow that a deny always beats is told; one that may yet allow something is not."""

import pytest

from tests.rulebook.small_policy import FACTURES, FILES, problems_of, with_rules

LAST = FILES[FACTURES].decode().count("\n") + 1
BEATEN = "rule `payer-acheteur` is contradicted by `jamais`"

# Against `payer-acheteur`: as acheteur, two profiles, facture.etat: [ENVOYEE].
ALWAYS = {
    "whoever asks": "",
    "anyone": "role: anyone",
    "the same party": "as: acheteur",
    "one of its profiles": "as: acheteur\nrequires: [factures:modification]",
    "its own condition": "when:\n  facture.etat: [ENVOYEE]",
    "a wider condition": "when:\n  facture.etat: [BROUILLON, ENVOYEE]",
    "a complement": "when:\n  facture.etat: {not: [PAYEE]}",
    "presence": 'when:\n  facture.etat: {present: "yes"}',
}
SOMETIMES = {
    "another party": "as: vendeur",
    "the support": "role: support",
    "where a party is absent": "without: tiers",
    "another value": "when:\n  facture.etat: [PAYEE]",
    "absence": 'when:\n  facture.etat: {present: "no"}',
    "one condition more": "when:\n  facture.etat: [ENVOYEE]\n  acheteur.type: [PRIVEE]",
    "another profile": "as: acheteur\nrequires: [portail:modification]",
}


def deny(body: str) -> str:
    return (
        f"id: jamais\nlabel: Jamais\neffect: deny\nactions: [factures.payer]\n{body}\n"
        "because: Pour voir.\nbasis: [R11]"
    ).replace("\n\n", "\n")


@pytest.mark.parametrize("body", ALWAYS.values(), ids=ALWAYS)
def test_an_allow_that_a_deny_always_beats_is_told(body: str) -> None:
    found = [problem for problem in problems_of(with_rules(deny(body))) if BEATEN in problem]

    assert found == [
        (
            f"{FACTURES}:34:5: {BEATEN} ({FACTURES}:{LAST}:5), which denies all that it allows;"
            " remove one of them"
        )
    ]
    assert problems_of(with_rules(deny(body)), lint=False) == []


@pytest.mark.parametrize("body", SOMETIMES.values(), ids=SOMETIMES)
def test_an_allow_that_is_sometimes_beaten_is_not_told(body: str) -> None:
    assert not any(BEATEN in problem for problem in problems_of(with_rules(deny(body))))


def test_a_deny_that_stops_at_what_is_inactive_does_not_beat_a_rule_that_goes_on() -> None:
    allow = (
        "id: payer-fermee\nlabel: Payer\neffect: allow\nactions: [factures.payer]\nas: tiers\n"
        "inactive: allowed\nbecause: Pour voir.\nbasis: [R11]"
    )

    def told(body: str) -> bool:
        problems = problems_of(with_rules(allow, deny(body)))
        return any("rule `payer-fermee` is contradicted" in problem for problem in problems)

    assert not told("as: tiers")
    assert told("as: tiers\ninactive: allowed")
    assert told("role: anyone")
