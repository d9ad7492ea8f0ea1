"""The circuits and the policy say the same: who may do what, on which framework, in which state."""

from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

from habilis_invoicing.model.cadres import PAYABLE, WORKS, Cadre, Party
from habilis_invoicing.model.circuits import TABLES
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import CLOCK, Event, action_of
from habilis_server.rulebook import Rulebook, load
from habilis_server.rulebook.rulebook import Effect, Operator, Rule
from tests.conftest import Figure

POLICY: Final = Path(__file__).resolve().parents[2] / "policy"

_REISSUE: Final = (Event.REISSUE,)
_ANSWERS: Final = (Event.COMPLETE, Event.RECYCLE, Event.CORRECT_VALIDATOR, Event.ACKNOWLEDGE)

# What one button of the policy does, the portal's own circuits keep narrower.
NARROWER: Final = {
    # A justice claim or a tax refund goes the simple way (§3.4).
    *product(
        (Cadre.A3, Cadre.A21), (Event.ASK_RECYCLING, Event.SUSPEND, Event.LIFT, Event.REISSUE)
    ),
    *product((Cadre.A3, Cadre.A21), _ANSWERS),
    # In place of a lost invoice, or of one that a validator refused, comes a new deposit (§3.5).
    *product((Cadre.A1, Cadre.A2, Cadre.A9, Cadre.A10, Cadre.A12, Cadre.A13, Cadre.A14), _REISSUE),
    # A signed general statement needs the one that is signed (§4.1).
    (Cadre.A8, Event.DEPOSIT),
}


@cache
def rulebook() -> Rulebook:
    return load(POLICY)


def reachable() -> set[tuple[Cadre, Etat]]:
    """Every state that a piece of each framework can come to."""
    found: set[tuple[Cadre, Etat]] = set()
    waiting: list[tuple[Cadre, Etat | None]] = [(cadre, None) for cadre in Cadre]
    while waiting:
        cadre, before = waiting.pop()
        for row in TABLES:
            step = (cadre, row.after)
            if cadre in row.cadres and row.before == before and step not in found:
                found.add(step)
                waiting.append(step)
    return found


def speaks(rule: Rule, properties: dict[str, str]) -> bool:
    """Whether the rule's conditions on the piece itself are met."""
    attributes = rulebook().vocabulary.attributes
    return all(
        properties.get(attributes[each.attribute].field) in each.values
        for each in rule.when
        if each.operator is Operator.AMONG and attributes[each.attribute].party is None
    )


def policy_allows(action: str, party: Party, properties: dict[str, str]) -> bool:
    kind = "piece_travaux" if Cadre(properties["cadre"]) in WORKS else "facture"
    rules = [
        rule
        for rule in rulebook().rules
        if kind in rule.resources.get(action, ()) and speaks(rule, properties)
    ]
    attributes = rulebook().vocabulary.attributes
    # A prohibition that looks at a structure is no matter of state: it is judged elsewhere.
    forbidden = any(
        rule.effect is Effect.DENY
        and all(attributes[each.attribute].party is None for each in rule.when)
        for rule in rules
    )
    return not forbidden and any(
        rule.effect is Effect.ALLOW and rule.party == party for rule in rules
    )


def circuits_allow(
    event: Event, party: Party, cadre: Cadre, etat: Etat, following: Cadre | None
) -> bool:
    return any(
        row.event is event
        and row.party is party
        and row.before is etat
        and cadre in row.cadres
        and (following in row.following if following else True)
        for row in TABLES
    )


def test_the_policy_allows_what_the_circuits_know_and_nothing_else(figure: Figure) -> None:
    differing: dict[str, tuple[bool, bool]] = {}
    compared = 0
    for (cadre, etat), event, party in product(sorted(reachable()), Event, Party):
        action = action_of(event, cadre)
        if event in CLOCK or not action or (cadre, event) in NARROWER:
            continue
        for following in sorted(WORKS) if event is Event.FOLLOW else [None]:
            properties = {"etat": etat.value, "cadre": cadre.value}
            if following is not None:
                properties["cadre_suivant"] = following.value
            said = policy_allows(action, party, properties)
            drawn = circuits_allow(event, party, cadre, etat, following)
            compared += 1
            if said != drawn:
                differing[f"{event.name} {cadre} {etat} {party} {following}"] = (said, drawn)

    assert differing == {}
    figure(f"{compared} (act × cadre × state × party): policy and circuits agree on all")


def test_every_action_asked_is_an_action_of_the_policy() -> None:
    asked = {action_of(row.event, cadre) for row in TABLES for cadre in row.cadres} - {""}

    assert asked <= set(rulebook().vocabulary.actions)


def test_the_words_are_those_of_the_policy() -> None:
    works, invoice = (
        rulebook().vocabulary.resources[kind] for kind in ("piece_travaux", "facture")
    )
    etats, pieces, invoices = (
        *(works.properties[name] or frozenset() for name in ("etat", "cadre")),
        invoice.properties["cadre"],
    )

    assert etats == frozenset(Etat)
    assert pieces == WORKS | {"A11"}
    assert invoices == frozenset(Cadre) - WORKS
    assert works.parties == {party.value for party in Party}
    assert {Cadre(f"A{n}") for n in (6, 8, 16, 19, 23, 24, 25)} == PAYABLE
