"""`covers` is sound: where it says yes, the covered rule never makes a difference."""

import random
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache

import pytest

from habilis import Reason
from habilis_server.engine import Engine
from habilis_server.rulebook import Effect, PolicyError, Rule, Rulebook
from habilis_server.rulebook.checks.covering import covers
from tests.engine.small_world import every_question, small_world
from tests.rulebook.small_policy import FACTURES, FILES, VOCABULARY, read, with_rules, with_text

ACTION = "factures.payer"
WORLD = small_world()
QUESTIONS = tuple(
    question for question in every_question(ACTION) if question.subject not in {"parti", "inconnu"}
)

PARTIES = (None, "vendeur", "acheteur", "structure")
WITHOUT = (None, None, "tiers", "acheteur")
REQUIRES = ((), ("factures:consultation",), ("factures:consultation", "factures:modification"))
ROLES = (None, "anyone", "support", "self", "principal_manager")
ROWS = (
    (
        "facture.etat",
        (
            "[BROUILLON]",
            "[BROUILLON, PAYEE]",
            "[BROUILLON, ENVOYEE, PAYEE]",
            "{not: [BROUILLON]}",
            '{present: "yes"}',
            '{present: "no"}',
        ),
    ),
    (
        "facture.auteur",
        (
            '{present: "yes"}',
            '{present: "no"}',
            "{same_as: sujet.id}",
            "{differs_from: sujet.id}",
        ),
    ),
    (
        "acheteur.type",
        ("[PRIVEE]", "[PUBLIQUE, PRIVEE]", '{present: "yes"}', '{present: "no"}'),
    ),
)


@dataclass(frozen=True)
class Shape:
    """What `covers` compares in a rule."""

    effect: str
    party: str | None
    without: str | None
    requires: tuple[str, ...]
    role: str | None
    inactive: bool
    when: tuple[tuple[str, str], ...]

    def text(self, name: str) -> str:
        lines = [
            *(f"id: {name}", "label: Une règle", f"effect: {self.effect}"),
            f"actions: [{ACTION}]",
            *(f"as: {self.party}" for _ in range(self.party is not None)),
            *(f"without: {self.without}" for _ in range(self.without is not None)),
            *(f"requires: [{', '.join(self.requires)}]" for _ in range(bool(self.requires))),
            *(f"role: {self.role}" for _ in range(self.role is not None)),
            *("inactive: allowed" for _ in range(self.inactive)),
            *("when:" for _ in range(bool(self.when))),
            *(f"  {attribute}: {row}" for attribute, row in self.when),
            *("because: Pour voir.", "basis: [R11]"),
        ]
        return "\n".join(lines)


def random_shape(dice: random.Random) -> Shape:
    party = dice.choice(PARTIES)
    return Shape(
        effect=dice.choice(["allow", "deny"]),
        party=party,
        without=dice.choice(WITHOUT),
        requires=dice.choice(REQUIRES) if party else (),
        role=dice.choice(ROLES),
        inactive=dice.random() < 0.3,
        when=tuple((name, dice.choice(rows)) for name, rows in ROWS if dice.random() < 0.35),
    )


def near(shape: Shape, dice: random.Random) -> Shape:
    """A shape with one or two things of another: near enough for the one to cover the other."""
    other = random_shape(dice)
    changed = shape
    for field in dice.sample([field.name for field in fields(Shape)], 2):
        changed = replace(changed, **{field: getattr(other, field)})
    return changed if changed.party else replace(changed, requires=())


@cache
def rules() -> tuple[Rulebook, tuple[Rule, ...]]:
    """More than a hundred rules that the reader takes, in families of near ones."""
    dice = random.Random(2)  # repeatable, no secret
    shapes: dict[Shape, None] = {}
    while len(shapes) < 240:
        shape = random_shape(dice)
        shapes.update(dict.fromkeys([shape, *(near(shape, dice) for _ in range(4))]))
    texts = [shape.text(f"regle-{number}") for number, shape in enumerate(shapes)]
    vocabulary = with_text(
        VOCABULARY,
        "Payer, access: modification, resources: [facture]",
        "Payer, access: modification, resources: [facture, compte]",
    )
    taken = _taken(texts, vocabulary[VOCABULARY])
    rulebook = read({**with_rules(*taken), VOCABULARY: vocabulary[VOCABULARY]})
    return rulebook, tuple(rule for rule in rulebook.rules if rule.id.startswith("regle-"))


def _taken(texts: list[str], vocabulary: bytes) -> list[str]:
    """The rules that the reader says nothing of, when it is shown all of them."""
    files = {**with_rules(*texts), VOCABULARY: vocabulary}
    line = FILES[FACTURES].decode().count("\n")
    owner: dict[int, str] = {}
    for text in texts:
        for _ in text.splitlines():
            line += 1
            owner[line] = text
    try:
        read(files)
    except PolicyError as error:
        wrong = {owner[problem.place.line] for problem in error.problems}
        return [text for text in texts if text not in wrong]
    return texts


def passing(rule: Rule, rulebook: Rulebook) -> int:
    """The questions for which the rule passes, one bit each: it is asked alone."""
    judge = Engine(replace(rulebook, rules=(rule,))).on(WORLD)
    speaks = Reason.ALLOWED if rule.effect is Effect.ALLOW else Reason.DENIED_BY_RULE
    return sum(
        1 << number
        for number, question in enumerate(QUESTIONS)
        if judge.decide(question).reason is speaks
    )


@cache
def everywhere() -> dict[str, int]:
    rulebook, some = rules()
    return {rule.id: passing(rule, rulebook) for rule in some}


Cover = Callable[[Rule, Rule], bool]


def unsound(cover: Cover) -> list[tuple[str, str]]:
    """The pairs that `cover` puts together although the narrow one passes somewhere alone."""
    passes = everywhere()
    _, some = rules()
    return [
        (wide.id, narrow.id)
        for wide in some
        for narrow in some
        if wide is not narrow
        and (wide.effect is Effect.DENY or narrow.effect is Effect.ALLOW)
        and cover(wide, narrow)
        and passes[narrow.id] & ~passes[wide.id]
    ]


def test_where_the_wide_rule_covers_it_passes_wherever_the_narrow_one_does() -> None:
    passes = everywhere()
    _, some = rules()
    pairs = [(wide, narrow) for wide in some for narrow in some if wide is not narrow]
    covered = [(wide, narrow) for wide, narrow in pairs if covers(wide, narrow)]
    within = [1 for wide, narrow in pairs if not passes[narrow.id] & ~passes[wide.id]]
    print(
        f"covers: {len(some)} rules, {len(pairs)} pairs, {len(covered)} covered,"
        f" {len(within)} so in this world; {len(QUESTIONS)} questions"
    )

    assert unsound(covers) == []
    assert len(some) > 120
    assert len(covered) > 200
    assert {wide.effect for wide, _ in covered} == set(Effect)
    assert any(wide.effect is not narrow.effect for wide, narrow in covered)


def test_removing_a_covered_rule_changes_no_answer() -> None:
    """Beside a rule that allows much, so that denies show too."""
    rulebook, some = rules()
    passes = everywhere()
    broad = max((rule for rule in some if rule.effect is Effect.ALLOW), key=passes_most(passes))
    covered = [
        (wide, narrow)
        for wide in some
        for narrow in some
        if broad is not wide
        and broad is not narrow
        and covers(wide, narrow)
        and (wide.effect is narrow.effect or wide.effect is Effect.DENY)
        and passes[narrow.id]
    ]
    asked = 0
    for wide, narrow in covered[:: max(1, len(covered) // 25)]:
        with_it = Engine(replace(rulebook, rules=(broad, wide, narrow))).on(WORLD)
        without = Engine(replace(rulebook, rules=(broad, wide))).on(WORLD)
        for question in QUESTIONS:
            asked += 1
            assert with_it.decide(question).allowed is without.decide(question).allowed

    print(f"covers: {asked} questions asked with and without a covered rule, 0 differences")
    assert asked > 30_000


def passes_most(passes: dict[str, int]) -> Callable[[Rule], int]:
    return lambda rule: passes[rule.id].bit_count()


BROKEN: dict[str, Callable[[Rule], Rule]] = {
    "without": lambda rule: replace(rule, without=None),
    "requires": lambda rule: replace(rule, requires=()),
    "role": lambda rule: replace(rule, role=None),
    "inactive": lambda rule: replace(rule, inactive=True),
    "when": lambda rule: replace(rule, when=()),
    "party": lambda rule: replace(rule, party="vendeur"),
    "effect": lambda rule: replace(rule, effect=Effect.ALLOW),
}


@pytest.mark.parametrize("field", BROKEN)
def test_a_cover_that_overlooks_something_is_caught(field: str) -> None:
    blind = BROKEN[field]

    assert unsound(lambda wide, narrow: covers(blind(wide), blind(narrow))) != []
