"""What pycasbin does behind one's back (P1 to P9), shown on it first; Habilis does none of it."""

import ast
import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import casbin
import pytest
from casbin.model import FastModel, fast_policy_filter
from casbin.util import builtin_operators

from habilis import Perimeter, Reason, Resource
from habilis_server.engine import Engine, Judge
from habilis_server.engine.grounding import links_of_perimeter, links_of_person, links_of_sets
from habilis_server.engine.lines import COLUMNS, lines_of
from habilis_server.rulebook import PolicyError
from habilis_server.world import Attachment, World
from tests.engine.small_world import OPEN, RECORDS, asking, every_question, small_world, structure
from tests.engine.stock import ALLOW_AND_DENY, MODEL, Lines, enforcer, reading
from tests.rulebook import small_policy
from tests.rulebook.small_policy import FILES, problems_of, read, small, with_text

PRODUCT = Path(__file__).resolve().parents[2] / "server" / "habilis_server"
ACTIONS = sorted(small().vocabulary.actions)
PAYING = asking(
    "agent",
    "factures.payer",
    Resource(
        type="facture",
        id="F1",
        parties={"acheteur": OPEN, "vendeur": Perimeter("S2")},
        properties={"etat": "ENVOYEE", "auteur": "autrui"},
    ),
)
# The same payment by its own author, which a deny forbids.
OWN = asking(
    "agent",
    "factures.payer",
    Resource(
        type="facture",
        id="F1",
        parties=PAYING.resource.parties,
        properties={"etat": "ENVOYEE", "auteur": "agent"},
    ),
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Casbin logs each refusal; the log is no part of what is shown."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def judge() -> Judge:
    return Engine(small()).on(small_world())


@cache
def sources() -> dict[str, ast.AST]:
    return {
        path.relative_to(PRODUCT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PRODUCT.rglob("*.py"))
    }


def naming(name: str) -> list[str]:
    """The modules of the product that name this attribute, function or class."""
    return [
        file
        for file, tree in sources().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr == name)
        or (isinstance(node, ast.Name) and node.id == name)
        or (isinstance(node, ast.alias) and node.name.endswith(name))
    ]


def crowd(ask: Callable[[], bool], meanwhile: Callable[[], object], seconds: float) -> list[int]:
    """Four readers ask while one thing is done again and again: asked, wrong, errors, times."""
    counts = [0, 0, 0, 0]
    lock = threading.Lock()
    over = threading.Event()

    def reader() -> None:
        asked = wrong = errors = 0
        while not over.is_set():
            asked += 1
            try:
                wrong += ask()
            except Exception:  # noqa: BLE001  # a wrong answer may also be none
                errors += 1
        with lock:
            counts[0] += asked
            counts[1] += wrong
            counts[2] += errors

    readers = [threading.Thread(target=reader) for _ in range(4)]
    for thread in readers:
        thread.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until or counts[3] < 2:
        meanwhile()
        counts[3] += 1
    over.set()
    for thread in readers:
        thread.join()
    return counts


def test_p1_a_reload_never_answers_from_a_half_built_state(judge: Judge) -> None:
    # Stock: while it loads the very same policy, its roles are gone, and the deny with them.
    people = [f"g, person{number}, staff" for number in range(1_000)]
    stock = reading(Lines([*ALLOW_AND_DENY[:3], *people, ALLOW_AND_DENY[3]]))
    assert stock.enforce("bob", "facture", "payer") is False
    seen: list[bool] = []
    roles = stock.get_role_manager()
    add_link = roles.add_link

    def watched(*link: str) -> object:
        seen.append(stock.enforce("bob", "facture", "payer"))
        return add_link(*link)

    roles.add_link = watched
    stock.load_policy()
    del roles.add_link
    assert True in seen
    asked, wrong, errors, reloads = crowd(
        lambda: stock.enforce("bob", "facture", "payer"), stock.load_policy, 0.7
    )
    print(f"P1 stock: {wrong} wrong ALLOW, {errors} errors in {asked}, {reloads} reloads")

    # Habilis: a new engine is built aside, and one reference is swapped.
    held = [judge]
    tokens = {judge.token}

    def reload() -> None:
        held[0] = Engine(read(FILES)).on(small_world())
        tokens.add(held[0].token)

    def asks_wrong() -> bool:
        decision = held[0].decide(OWN)
        return decision.reason is not Reason.DENIED_BY_RULE or decision.token not in tokens

    asked, wrong, errors, reloads = crowd(asks_wrong, reload, 0.7)
    print(f"P1 Habilis: {wrong} wrong, {errors} errors in {asked}, {reloads} reloads")
    assert (wrong, errors) == (0, 0)
    assert asked > 10
    assert reloads > 1
    assert naming("load_policy") == []


def test_p2_questions_never_share_a_filter(judge: Judge) -> None:
    # Stock: the filter of one question is the policy of all; another thread moves it at will.
    model: Any = FastModel((1, 2))
    model.load_model_from_text(MODEL.replace("g(r.sub, p.sub)", "r.sub == p.sub"))
    lines = Lines(["p, anna, facture, payer, allow"])
    fast: Any = casbin.FastEnforcer(model, lines, cache_key_order=(1, 2))
    assert fast.enforce("anna", "facture", "payer") is True
    policy = fast.model.model["p"]["p"].policy
    with fast_policy_filter(policy, "facture", "payer"):
        policy.apply_filter("facture", "lire")  # what another thread does just then

        assert fast.enforce_ex("anna", "facture", "payer")[0] is False

    # Habilis: threads with other questions at the same time, each with its own answer.
    questions = list(every_question("factures.payer"))[::7]
    expected = [judge.decide(question) for question in questions]
    wrong: list[int] = []

    def ask_all(step: int) -> None:
        order = [*range(0, len(questions), step), *range(len(questions))]
        wrong.extend(n for n in order if judge.decide(questions[n]) != expected[n])

    threads = [threading.Thread(target=ask_all, args=(step,)) for step in (1, 2, 3, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert naming("FastEnforcer") == naming("FastModel") == []


def test_p3_no_text_is_parsed_to_decide(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = ast.parse

    def counting(text: str, *rest: object, **named: object) -> ast.AST:
        parsed.append(text)
        return parse(text, *rest, **named)  # type: ignore[call-overload, no-any-return]  # as given

    stock = reading(Lines(ALLOW_AND_DENY))
    monkeypatch.setattr(ast, "parse", counting)
    for _ in range(10):
        stock.enforce("bob", "facture", "payer")
    assert len(parsed) >= 10

    parsed.clear()
    for question in list(every_question(*ACTIONS))[::29]:
        judge.decide(question)
    assert parsed == []


EFFECTS = ["Allow", "ALLOW", "Deny", "DENY", "denied", "deny ", " deny", "den", "d\u0435ny", ""]


@pytest.mark.parametrize("effect", EFFECTS, ids=ascii)
def test_p4_an_effect_that_is_not_a_known_word_is_refused(effect: str) -> None:
    lines = [["anna", "facture", "payer", "allow"], ["anna", "facture", "payer", effect]]
    stock = enforcer(lines, MODEL.replace("g(r.sub, p.sub)", "r.sub == p.sub"))
    assert stock.enforce("anna", "facture", "payer") is True

    found = problems_of(with_text(small_policy.FACTURES, "effect: deny", f'effect: "{effect}"'))
    assert found[0].startswith("rules/factures.yaml:46:13: ")


def test_p5_what_stands_under_an_undeclared_name_is_refused() -> None:
    for line in ("p2, banned, facture, payer, deny", "P, banned, facture, payer, deny"):
        stock = reading(Lines([*ALLOW_AND_DENY[:1], line, *ALLOW_AND_DENY[2:]]))
        assert stock.enforce("bob", "facture", "payer") is True

    found = problems_of(with_text(small_policy.FACTURES, "rules:\n", "regles:\n"))
    assert any("unknown key `regles` in the rules file" in problem for problem in found)
    found = problems_of({**FILES, "rules/factures2.yaml": FILES[small_policy.FACTURES]})
    assert "rules/factures2.yaml:2:14: the file of `factures` is `factures.yaml`" in found
    for more in ("[constraints]\nc = x", "m2 = r.act == p.act", "[matcher]\nm = r.act == p.act"):
        model = {**FILES, small_policy.MODEL: FILES[small_policy.MODEL] + f"\n{more}\n".encode()}
        with pytest.raises(PolicyError, match="the model defines"):
            Engine(read(model))


def test_p6_every_line_has_all_its_columns() -> None:
    stock = enforcer([["anna", "facture"], ["anna", "facture", "payer", "allow"]])
    with pytest.raises(RuntimeError, match="invalid policy size"):
        stock.enforce("anna", "facture", "payer")

    lines = list(lines_of(small()))
    assert {tuple(line) for line in lines} == {COLUMNS}
    assert all(cell for line in lines for cell in line.values())
    short = with_text(small_policy.MODEL, ", if5, in5, eft", ", eft")
    with pytest.raises(PolicyError, match=r"\[policy_definition\] reads"):
        Engine(read(short))


def test_p7_an_empty_policy_is_refused_and_an_empty_name_is_nobody(judge: Judge) -> None:
    stock = enforcer([], MODEL.replace("g(r.sub, p.sub)", "r.sub == p.sub"))
    assert stock.enforce("", "", "") is True

    empty = {name: FILES[name] for name in FILES if name != small_policy.FACTURES}
    del empty[small_policy.PORTAIL]
    assert problems_of(empty) == ["rules/:1:1: no rule at all: an empty policy is refused"]
    assert judge.decide(asking("", "", Resource(type="", id=""))).reason is Reason.UNKNOWN_SUBJECT
    assert Engine(small()).on(World.empty()).decide(PAYING).reason is Reason.UNKNOWN_SUBJECT
    for resource in (Resource(type="", id=""), Resource(type="structure", id="")):
        assert judge.decide(asking("agent", "portail.lire", resource)).reason is (
            Reason.UNKNOWN_RESOURCE
        )


def test_p8_no_right_hangs_on_a_chain_of_roles() -> None:
    def behind(links: int) -> bool:
        chain = [f"g, role{number}, role{number + 1}" for number in range(1, links)]
        stock = reading(
            Lines(
                [
                    "p, staff, facture, payer, allow",
                    f"p, role{links}, facture, payer, deny",
                    *("g, bob, staff", "g, bob, role1"),
                    *chain,
                ]
            )
        )
        return bool(stock.enforce("bob", "facture", "payer"))

    assert (behind(9), behind(11)) == (False, True)

    # Whatever a person holds he holds directly: no link begins where another ends.
    rulebook, world = small(), small_world()
    places = [None, *(Perimeter(name) for name in world.structures), *world.services]
    begin: dict[str, set[str]] = {"g": set(), "g2": set(), "g3": set()}
    end: dict[str, set[str]] = {"g": set(), "g2": set(), "g3": set()}
    for place in places:
        for account in world.accounts:
            for person, role, _ in links_of_person(account, place, rulebook, world):
                begin["g"].add(person)
                end["g"].add(role)
        for perimeter, state in links_of_perimeter(place, world):
            begin["g2"].add(perimeter)
            end["g2"].add(state)
    for value, values in links_of_sets(rulebook):
        begin["g3"].add(value)
        end["g3"].add(values)
    for name, beginning in begin.items():
        assert beginning
        assert beginning.isdisjoint(end[name])
    inheriting = with_text(small_policy.PROFILES, "label: Lire,", "label: Lire, inherits: [x],")
    assert any("unknown key `inherits`" in problem for problem in problems_of(inheriting))


PATTERNS = {
    "regexMatch": "regexMatch(r.type, p.type)",
    "keyMatch": "keyMatch(r.type, p.type)",
    "keyMatch2": "keyMatch2(r.type, p.type)",
    "globMatch": "globMatch(r.type, p.type)",
    "ipMatch": "ipMatch(r.type, p.type)",
    "in": "r.type in p.type",
    "startswith": "r.type.startswith(p.type)",
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_p9_a_matcher_has_no_patterns(pattern: str) -> None:
    files = with_text(small_policy.MODEL, "r.type == p.type", pattern)

    with pytest.raises(PolicyError, match="none that the engine knows"):
        Engine(read(files))


def test_p9_names_are_compared_whole() -> None:
    # Stock: none of these patterns means what it looks like.
    assert builtin_operators.regex_match("readwrite", "read")
    assert builtin_operators.key_match2("/inv/1\n", "/inv/:id")
    assert builtin_operators.key_match("/inv/../admin", "/inv/*")
    assert builtin_operators.key_match("STRUCT-10", "STRUCT-1*")

    other = [structure("S10"), structure("S1 "), structure("s1"), structure("S1*")]
    world = World.of([*RECORDS, *other, Attachment(account="passant", perimeter=Perimeter("S1*"))])
    judge = Engine(small()).on(world)
    for name in ("S10", "S1 ", "s1"):
        for who in ("agent", "passant", "gp"):
            resource = Resource(
                type="facture", id="F1", parties={"vendeur": Perimeter(name)}, properties={}
            )
            decision = judge.decide(asking(who, "factures.consulter", resource))
            assert decision.reason is Reason.NOT_ATTACHED
    for name in ("S1\n", "S1/../S2", "S1%00", "S1/GUICHET "):
        resource = Resource(type="structure", id=name)
        assert judge.decide(asking("agent", "portail.lire", resource)).reason is (
            Reason.UNKNOWN_RESOURCE
        )
