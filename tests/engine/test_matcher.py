"""The matcher is read as a closed list of terms; anything else, or another order, is refused."""

from collections.abc import Callable
from itertools import combinations

import casbin
import pytest

from habilis_server.engine import Engine
from habilis_server.engine.compiler import casbin_model
from habilis_server.engine.matcher import MatcherError, Term, TermKind, read_matcher
from habilis_server.rulebook import PolicyError
from tests.rulebook.small_policy import FILES, MODEL, read, small, with_text

TEXT = FILES[MODEL].decode()
MATCHER = TEXT[TEXT.index("m = ") + 4 :].replace("\\\n", " ")
TERMS = [term.strip() for term in MATCHER.split("&&")]


def model(terms: list[str], joined: str = " && ") -> dict[str, bytes]:
    head = TEXT[: TEXT.index("m = ")]
    return {**FILES, MODEL: f"{head}m = {joined.join(terms)}\n".encode()}


def engine_of(terms: list[str]) -> Engine:
    return Engine(read(model(terms)))


def test_the_shipped_matcher_is_read_in_its_order() -> None:
    value = casbin_model(small()).model["m"]["m"].value

    assert read_matcher(value) == (
        Term(TermKind.EQUAL, ("act",)),
        Term(TermKind.EQUAL, ("type",)),
        Term(TermKind.PARTY_GIVEN, ("party",)),
        Term(TermKind.PARTY_ABSENT, ("without",)),
        Term(TermKind.STATE, ("structure",)),
        Term(TermKind.HELD, ("member",)),
        Term(TermKind.HELD, ("scope",)),
        Term(TermKind.STATE, ("service",)),
        Term(TermKind.HELD, ("read",)),
        Term(TermKind.HELD, ("write",)),
        Term(TermKind.HELD, ("role",)),
        *(Term(TermKind.VALUE, (f"if{slot}", f"in{slot}")) for slot in range(1, 6)),
    )
    assert len(TERMS) == 16


def test_spaces_and_parentheses_around_a_term_mean_nothing() -> None:
    wrapped = [f"( {term} )" for term in TERMS]

    assert engine_of(wrapped).plans.keys() == engine_of(TERMS).plans.keys()


FOREIGN = {
    "a call": "len(r_sub)",
    "a method": "r_sub.startswith(p_sub)",
    "an attribute": "r_sub.id == p_sub",
    "eval": "eval(p_rule)",
    "exec": "exec('x')",
    "import": "__import__('os')",
    "a class behind a text": "''.__class__.__mro__",
    "or": "r_act == p_act or r_type == p_type",
    "an or within": "(r_act == p_act or True)",
    "not": "not g(r_sub, p_role, r_parties[p_party])",
    "inequality": "r_act != p_act",
    "order": "r_act <= p_act",
    "a chain of comparisons": "r_act == p_act == p_type",
    "in": "r_act in p_act",
    "is": "r_act is p_act",
    "true": "True",
    "a number": "1",
    "a text": "'absent'",
    "a name": "r_act",
    "two columns": "r_act == p_type",
    "the two sides turned": "p_act == r_act",
    "a constant": "r_act == 'factures.payer'",
    "a pattern": "regexMatch(r_act, p_act)",
    "a key pattern": "keyMatch(r_act, p_act)",
    "another party": "r_parties[p_act] == 'absents'",
    "another word": "r_parties[p_party] != 'present'",
    "a word in other quotes": "r_parties[p_party] != 'ab' 'sents'",
    "a formatted text": "r_parties[p_party] != f'absent{1}'",
    "bytes": "r_parties[p_party] != b'absent'",
    "a subscript of the subject": "r_sub[p_party] != 'absent'",
    "a subscript of the line": "p_party[r_sub] != 'absent'",
    "a subscript by text": "r_parties['moa'] != 'absent'",
    "a slice": "r_parties[p_party:] != 'absent'",
    "a subscript twice": "r_parties[r_parties[p_party]] != 'absent'",
    "a role of anywhere": "g(r_sub, p_role, 'anywhere')",
    "a role of the request's own words": "g(r_sub, r_act, r_parties[p_party])",
    "a role without a place": "g(r_sub, p_role)",
    "a role with one word more": "g(r_sub, p_role, r_parties[p_party], p_act)",
    "a role of somebody else": "g(p_rule, p_role, r_parties[p_party])",
    "another relation": "g4(r_values[p_if1], p_in1)",
    "a state of another party": "g2(r_parties[p_without], p_structure)",
    "a set by name": "g3(r_values['etat'], p_in1)",
    "a set of the subject": "g3(r_sub, p_in1)",
    "named arguments": "g(r_sub, p_role, domain=r_parties[p_party])",
    "spread arguments": "g(*r_sub)",
    "a condition": "True if r_act == p_act else False",
    "a function": "(lambda: True)()",
    "a walrus": "(x := True)",
    "a comprehension": "any(x for x in r_parties)",
    "await": "await r_sub",
    "nothing": "",
    "two statements": "r_act == p_act; True",
    "a line more": "r_act == p_act\nTrue",
    "casbin's or": "r_act == p_act || True",
    "casbin's not": "!g(r_sub, p_role, r_parties[p_party])",
    "a comment": "r_act == p_act # and more",
    "an open text": "r_act == 'p_act",
    "a null": "r_act == p_act\x00",
    "a deep nest": "(" * 300 + "True" + ")" * 300,
    "a nest too deep to be built": "-" * 3_000 + "1",
    "a nest too deep to be parsed": "-" * 100_000 + "1",
    "a chain of attributes": "a." * 5_000 + "b",
    "half of a pair": "\ud800",
    "a long number": "1" * 5_000,
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_i5_a_term_that_is_none_of_the_known_is_refused(text: str) -> None:
    """Alone, and between terms that are known. A comment is nothing to Python, so that the
    matcher before it is read, and then found short."""
    if "#" not in text:
        with pytest.raises(MatcherError):
            read_matcher(text)
        with pytest.raises(MatcherError):
            read_matcher(f"r_act == p_act && {text}")
    if not text.isascii():
        return
    named = text.replace("r_", "r.").replace("p_", "p.")
    with pytest.raises(PolicyError):
        Engine(read(model([*TERMS[:2], named, *TERMS[2:]])))


def test_a_conjunction_within_a_conjunction_is_refused() -> None:
    with pytest.raises(PolicyError, match="none that the engine knows"):
        engine_of([f"({TERMS[0]} && {TERMS[1]})", *TERMS[2:]])


@pytest.mark.parametrize("left_out", range(len(TERMS)), ids=TERMS.__getitem__)
def test_a_check_left_out_is_refused(left_out: int) -> None:
    terms = [term for index, term in enumerate(TERMS) if index != left_out]

    with pytest.raises(PolicyError, match="the matcher does not read as the lines mean them"):
        engine_of(terms)


def test_each_reordering_of_two_checks_is_refused() -> None:
    refused = 0
    for one, other in combinations(range(len(TERMS)), 2):
        terms = TERMS.copy()
        terms[one], terms[other] = terms[other], terms[one]
        with pytest.raises(PolicyError, match="in another order"):
            engine_of(terms)
        refused += 1

    print(f"matcher: {refused} reorderings refused")
    assert refused == len(TERMS) * (len(TERMS) - 1) // 2


@pytest.mark.parametrize("twice", range(len(TERMS)), ids=TERMS.__getitem__)
def test_a_check_made_twice_is_refused(twice: int) -> None:
    with pytest.raises(PolicyError, match="twice"):
        engine_of([*TERMS[: twice + 1], *TERMS[twice:]])


OTHERWISE: dict[str, Callable[[str], str]] = {
    "party and without exchanged": lambda text: (
        text.replace("[p.party] !=", "[p.X] !=")
        .replace("[p.without] ==", "[p.party] ==")
        .replace("[p.X] !=", "[p.without] !=")
    ),
    "a value looked for in its own name": lambda text: text.replace(
        "p.if1], p.in1", "p.in1], p.if1"
    ),
    "a value in the set of another": lambda text: text.replace("p.if1], p.in1", "p.if1], p.in2"),
    "a column that is not there": lambda text: text.replace("p.role", "p.rolle"),
    "the profile read where the role is": lambda text: text.replace("p.role", "p.read"),
    "a state held as a role": lambda text: text.replace(
        "g2(r.parties[p.party], p.structure)", "g(r.sub, p.structure, r.parties[p.party])"
    ),
    "a comparison of the subject": lambda text: text.replace("r.act == p.act", "r.sub == p.sub"),
    "a comparison of the rule": lambda text: text.replace("r.act == p.act", "r.rule == p.rule"),
    "the effect as a column": lambda text: text.replace("p.role", "p.eft"),
}


@pytest.mark.parametrize("change", OTHERWISE.values(), ids=OTHERWISE)
def test_a_check_made_on_another_column_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(PolicyError):
        Engine(read({**FILES, MODEL: change(TEXT).encode()}))


DEFINITIONS = {
    "another request": ("r = sub, act,", "r = act, sub,"),
    "a request with one word more": ("parties, values", "parties, values, context"),
    "another line": ("p = rule, act,", "p = act, rule,"),
    "allow overrides": (
        "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))",
        "e = some(where (p.eft == allow))",
    ),
    "deny is no more": (
        "&& !some(where (p.eft == deny))",
        "|| !some(where (p.eft == deny))",
    ),
    "priority": (
        "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))",
        "e = priority(p.eft) || deny",
    ),
    "roles anywhere": ("g = _, _, _", "g = _, _"),
    "a relation less": ("g3 = _, _\n", ""),
    "a relation more": ("g3 = _, _\n", "g3 = _, _\ng4 = _, _\n"),
    "a relation with conditions": ("g3 = _, _\n", "g3 = _, _, (_, _)\n"),
    "a second matcher": ("[matchers]\n", "[matchers]\nm2 = r.act == p.act\n"),
    "a matcher over the matcher": ("[matchers]\n", "[matchers]\nm = r.act == p.act\n\n"),
    "a third matcher without a second": ("[matchers]\n", "[matchers]\nm3 = r.act == p.act\n"),
    "a section more": ("[matchers]\n", "[constraints]\nc = x\n[matchers]\n"),
    "a section misspelt": ("[role_definition]", "[roles_definition]"),
    "a section lost": ("[policy_effect]\n", ""),
    "a comment within the matcher": ("  && g2(r.parties", "# a note\n  && g2(r.parties"),
    "an empty line within the matcher": ("  && g2(r.parties", "\n  && g2(r.parties"),
    "a line that says nothing": ("[matchers]\n", "[matchers]\nnothing\n"),
}


@pytest.mark.parametrize(("old", "new"), DEFINITIONS.values(), ids=DEFINITIONS)
def test_a_model_that_defines_something_else_is_refused(old: str, new: str) -> None:
    with pytest.raises(PolicyError) as refusal:
        Engine(read(with_text(MODEL, old, new)))

    assert str(refusal.value).startswith(f"{MODEL}:1:1: ")


@pytest.mark.parametrize("text", ["", "#", "[", "[matchers]", "x = y", "\x00", "r = sub\n" * 3])
def test_a_model_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        Engine(read({**FILES, MODEL: text.encode()}))


def test_casbin_holds_the_lines_that_the_rules_give() -> None:
    model = casbin_model(small())

    assert isinstance(model, casbin.Model)
    assert len(model.model["p"]["p"].policy) == 12
    assert {row[1] for row in model.model["p"]["p"].policy} == small().vocabulary.actions.keys()
    some = casbin_model(small(), ["portail.lire"])
    assert {row[1] for row in some.model["p"]["p"].policy} == {"portail.lire"}
