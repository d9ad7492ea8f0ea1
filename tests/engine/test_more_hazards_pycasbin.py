"""What pycasbin does behind one's back (P10 to P17), shown on it first; Habilis does none of it."""

import ast
import inspect
import logging
import re
import subprocess
import sys
import tracemalloc
import unicodedata
from collections.abc import Iterator
from importlib.metadata import files as files_of
from pathlib import Path
from typing import Any

import casbin
import pytest
from casbin.persist.adapters import FileAdapter

from habilis import Reason, Resource
from habilis.texts import flaw
from habilis_server.engine import Engine, Judge, StockEvaluator
from habilis_server.engine.lines import lines_of
from habilis_server.rulebook import PolicyError, Rulebook, build, load
from habilis_server.rulebook.loading import read_files
from habilis_server.rulebook.manifest import MANIFEST, seal
from habilis_server.world import Attachment, World
from tests.engine.small_world import OPEN, RECORDS, account, asking, every_question, small_world
from tests.engine.stock import ALLOW_AND_DENY, MODEL, Lines, enforcer, reading
from tests.engine.test_hazards_pycasbin import OWN, PAYING, naming
from tests.rulebook import small_policy
from tests.rulebook.small_policy import FILES, problems_of, read, small, with_text

CHECKOUT = Path(__file__).resolve().parents[2]
BY_NAME = MODEL.replace("g(r.sub, p.sub)", "r.sub == p.sub")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Casbin logs each refusal; the log is no part of what is shown."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def judge() -> Judge:
    return Engine(small()).on(small_world())


def test_p10_no_rule_is_evaluated_as_text() -> None:
    model = MODEL.replace("p = sub, obj, act", "p = rule, obj, act").replace(
        "g(r.sub, p.sub)", "eval(p.rule)"
    )
    stock = enforcer([["True) or (True", "facture", "lire", "allow"]], model)
    assert stock.enforce("eve", "autre", "supprimer") is True

    with pytest.raises(PolicyError, match="none that the engine knows"):
        Engine(read(with_text(small_policy.MODEL, "r.type == p.type", "eval(p.type)")))
    # What a rule says goes no further than its closed words.
    for word in ("True) or (True", 'BROUILLON" or "1', "BROUILLON|PAYEE", "{BROUILLON}"):
        files = with_text(small_policy.FACTURES, "[ENVOYEE]", f"['{word}']")
        assert any("unknown value of" in problem for problem in problems_of(files))
    assert naming("eval") == naming("simpleeval") == naming("SimpleEval") == []


def test_p11_no_character_of_a_matcher_changes_its_meaning() -> None:
    # Stock: `!` is rewritten within texts, and `#` cuts the rest of the matcher off.
    text = enforcer(
        [["anna", "facture", "x", "allow"]], BY_NAME.replace("r.act == p.act", "r.act == 'a!b'")
    )
    assert text.enforce("anna", "facture", "a!b") is False
    assert text.enforce("anna", "facture", "anot b") is True
    cut = enforcer(
        [["anna", "facture", "payer", "allow"]],
        MODEL.replace("m = g(r.sub, p.sub) &&", "m = r.obj == p.obj # g(r.sub, p.sub) &&"),
    )
    assert cut.enforce("eve", "facture", "supprimer") is True

    for old, new in (
        ('"absent" && r.parties[p.without]', '"abs!ent" && r.parties[p.without]'),
        ('"absent" && r.parties[p.without]', '"p.absent" && r.parties[p.without]'),
        ('"absent" && r.parties[p.without]', '"absent" # && r.parties[p.without]'),
        ("  && g(r.sub, p.role", "# && g(r.sub, p.role"),
        ("  && g(r.sub, p.role", "  # && g(r.sub, p.role"),
        (" && r.type == p.type", " # && r.type == p.type"),
    ):
        with pytest.raises(PolicyError):
            Engine(read(with_text(small_policy.MODEL, old, new)))


def test_p12_unknown_names_leave_nothing_behind(judge: Judge) -> None:
    stock = reading(Lines(ALLOW_AND_DENY))
    before = len(stock.get_role_manager().all_roles)
    for number in range(500):
        stock.enforce(f"inconnu-{number}", "facture", "payer")
    assert len(stock.get_role_manager().all_roles) == before + 500

    for question in every_question(*sorted(small().vocabulary.actions)):
        judge.decide(question)  # whatever is remembered of known names is remembered now
    tracemalloc.start()
    kept, _ = tracemalloc.get_traced_memory()
    for number in range(3_000):
        name = f"inconnu-{number}"
        judge.decide(asking(name, "factures.payer", PAYING.resource))
        judge.decide(asking("agent", name, PAYING.resource))
        judge.decide(asking("agent", "portail.lire", Resource(type="structure", id=name)))
        judge.decide(asking("agent", "portail.lire", Resource(type=name, id="x")))
    grown = tracemalloc.get_traced_memory()[0] - kept
    tracemalloc.stop()

    print(f"P12: 12,000 unknown names: {grown} bytes kept (stock: a node each)")
    assert grown < 100_000


def test_p12_what_is_remembered_of_profiles_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("habilis_server.engine.reach._MOST_KEPT", 50)
    engine = Engine(small())
    agent = account("agent")
    for number in range(200):
        profiles = frozenset({f"p{number}", "factures:consultation"})
        tie = Attachment(account="agent", perimeter=OPEN, profiles=profiles)
        held = engine.reach.on(agent, OPEN, World.of([*RECORDS, tie]))

        assert held & engine.reach.bits["profile:factures:consultation"]

    assert len(engine.reach._carried) <= 50


def yes(*_: object) -> bool:
    return True


def test_p13_nothing_turns_the_judging_off(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    stock = reading(Lines(ALLOW_AND_DENY))
    stock.enable_enforce(False)
    assert stock.enforce("eve", "anything", "at all") is True
    nan = enforcer([["anna", "facture", "payer", "allow"]], MODEL.replace("m = g", "m = r.sub # g"))
    assert nan.enforce(float("nan"), "x", "y") is True

    expected = [judge.decide(question) for question in (PAYING, OWN)]
    assert [decision.allowed for decision in expected] == [True, False]
    # Whatever becomes of casbin's own switch, the judge does not look at it.
    monkeypatch.setattr(casbin.Enforcer, "enforce", yes)
    monkeypatch.setattr(casbin.Enforcer, "enforce_ex", yes)
    assert [judge.decide(question) for question in (PAYING, OWN)] == expected
    assert naming("enable_enforce") == []
    assert list(inspect.signature(Engine).parameters) == ["rulebook"]
    assert list(inspect.signature(Engine.on).parameters) == ["self", "world"]
    assert list(inspect.signature(Judge.decide).parameters) == ["self", "question"]


def test_p13_a_decision_is_yes_or_no_and_nothing_between(judge: Judge) -> None:
    for question in list(every_question(*sorted(small().vocabulary.actions)))[::11]:
        decision = judge.decide(question)

        assert type(decision.allowed) is bool
        assert decision.allowed is (decision.reason is Reason.ALLOWED)
    for number in ("1", "1.0", "True", "r.sub", "float('nan')"):
        with pytest.raises(PolicyError):
            Engine(read(with_text(small_policy.MODEL, "r.type == p.type", number)))


def test_p14_a_name_has_one_form() -> None:
    composed, apart = (unicodedata.normalize(form, "zoé") for form in ("NFC", "NFD"))
    stock = enforcer([[composed, "facture", "payer", "allow"]], BY_NAME)
    assert stock.enforce(composed, "facture", "payer") is True
    assert stock.enforce(apart, "facture", "payer") is False

    assert flaw(apart) is not None
    world = World.of([*RECORDS, account(composed)])
    judge = Engine(small()).on(world)
    own = Resource(type="compte", id=composed)
    assert judge.decide(asking(composed, "portail.lire", own)).allowed
    assert judge.decide(asking(apart, "portail.lire", own)).reason is Reason.UNKNOWN_SUBJECT
    strangers: list[Any] = [1, 1.0, True, None, b"agent"]
    for stranger in strangers:
        question = asking(stranger, "portail.lire", own)
        assert judge.decide(question).reason is Reason.UNKNOWN_SUBJECT


def test_p15_no_value_makes_a_line(tmp_path: Path) -> None:
    path = tmp_path / "policy.csv"
    path.write_text("p, anna, facture, payer, allow")
    model = casbin.Model()
    model.load_model_from_text(BY_NAME)
    stock = casbin.Enforcer(model, FileAdapter(str(path)))
    stock.add_policy("eve\np, mallory", "facture", "payer", "allow")
    stock.save_policy()
    stock.load_policy()
    assert ["mallory", "facture", "payer", "allow"] in stock.get_policy()

    assert naming("save_policy") == naming("FileAdapter") == naming("add_policies") == []
    alphabet = re.compile(r"[a-zA-Z0-9_.:?~|{}-]+")
    for rulebook in (small(), build(read_files(CHECKOUT / "policy"))):
        cells = {cell for line in lines_of(rulebook) for cell in line.values()}
        assert [cell for cell in cells if not alphabet.fullmatch(cell)] == []


def test_p16_a_policy_cut_short_is_refused_although_it_reads_well(tmp_path: Path) -> None:
    lines = Lines(ALLOW_AND_DENY)
    stock = reading(lines)
    assert stock.enforce("bob", "facture", "payer") is False
    lines.lines = [*ALLOW_AND_DENY[:1], ALLOW_AND_DENY[2]]
    stock.load_policy()
    assert stock.enforce("bob", "facture", "payer") is True

    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / MANIFEST).write_text(seal(FILES))
    assert not decided(load(tmp_path))
    text = FILES[small_policy.FACTURES]
    cut = text[: text.index(b"  - id: payer-jamais-soi")]
    (tmp_path / small_policy.FACTURES).write_bytes(cut)

    # It reads without a problem, but for a word left over, and would allow what was denied.
    assert decided(read(read_files(tmp_path)))
    with pytest.raises(PolicyError, match=r"rules/factures\.yaml:1:1: differs from its seal"):
        load(tmp_path)


def decided(rulebook: Rulebook) -> bool:
    judged = Engine(rulebook).on(small_world()).decide(OWN).allowed
    assert StockEvaluator(rulebook).decide(OWN, small_world()) is judged
    return judged


EVERY_MODULE = """
import importlib, pkgutil, sys
import habilis, habilis_server
for package in (habilis, habilis_server):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        # A migration's `env` is run by Alembic alone, a `__main__` by its command.
        if not module.name.endswith(("__main__", ".env")):
            importlib.import_module(module.name)
for name, module in sorted(sys.modules.items()):
    print(name, getattr(module, "__file__", None) or "")
"""


def test_p17_what_the_wheel_leaves_on_the_import_path_is_never_imported() -> None:
    """pycasbin installs the tooling of its releases beside itself; an image may drop the folder."""
    left = [str(file) for file in files_of("pycasbin") or () if file.parts[0] == "node_modules"]
    print(f"P17: {len(left)} files of pycasbin under node_modules")
    told = subprocess.run(
        [sys.executable, "-c", EVERY_MODULE], capture_output=True, check=True, text=True
    )

    assert "habilis_server.engine.judge" in told.stdout
    assert "casbin.core_enforcer" in told.stdout
    assert "node_modules" not in told.stdout
    for path in (CHECKOUT / "server").rglob("*.py"):
        imported = [
            name.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        ]
        assert not any("node_modules" in name for name in imported)
