"""C1: a policy is replaced while it answers, and no answer mixes two."""

import random
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import casbin
import pytest

from habilis import Client
from habilis_server.engine import Judge
from tests.service.portal import open_portal
from tests.service.two_policies import TwoPolicies, answer, swap_files

pytestmark = pytest.mark.alone

READERS = 8


@pytest.fixture(scope="module")
def two() -> TwoPolicies:
    return TwoPolicies.of_the_cases()


@pytest.fixture(autouse=True)
def restless() -> Generator[None]:
    """Threads give way to one another far more often than they would by themselves."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


class Served:
    """What the service does with its judge, and nothing else: one reference, replaced whole."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge


def test_the_two_policies_answer_otherwise(two: TwoPolicies) -> None:
    assert len(two.questions) > 50
    assert len(two.pure) == 4
    for index in range(len(two.questions)):
        assert len({answers[index] for answers in two.pure.values()}) > 1


Replace = Callable[[Served, Judge], None]


def replace_whole(served: Served, judge: Judge) -> None:
    served.judge = judge


def replace_in_place(served: Served, judge: Judge) -> None:
    """What the service never does: the judge that is being asked becomes another one."""
    for name, value in vars(judge).items():
        setattr(served.judge, name, value)


def run(two: TwoPolicies, replace: Replace, swaps: int, decisions: int) -> tuple[int, int, int]:
    """Decisions, mixed ones, and swaps; both run until each has done what was asked of it."""
    served = Served(two.engines[0].on(two.worlds[0]))
    decided, mixed = [0] * READERS, [0] * READERS
    stop = threading.Event()

    def read(reader: int) -> None:
        dice = random.Random(reader)
        while not stop.is_set():
            judge = served.judge
            index = dice.randrange(len(two.questions))
            mixed[reader] += not two.is_pure(index, judge.decide(two.questions[index]))
            decided[reader] += 1

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read, reader) for reader in range(READERS)]
        done = 0
        while done < swaps or sum(decided) < decisions:
            done += 1
            replace(served, two.engines[done % 2].on(two.worlds[done // 2 % 2]))
            time.sleep(0.002)
        stop.set()
        for reader in readers:
            reader.result()
    return sum(decided), sum(mixed), done


def test_c1_a_judge_is_replaced_under_load(two: TwoPolicies, figure: Callable[[str], None]) -> None:
    decided, mixed, swaps = run(two, replace_whole, swaps=600, decisions=150_000)

    figure(f"C1: {mixed} of {decided} decisions mixed, {swaps} swaps, {READERS} threads")
    assert mixed == 0


def test_c1_a_judge_changed_in_place_is_seen_to_mix(
    two: TwoPolicies, figure: Callable[[str], None]
) -> None:
    """The same harness on what it must catch: a 0 above is not blindness."""
    decided, mixed, swaps = run(two, replace_in_place, swaps=200, decisions=20_000)

    figure(f"C1: changed in place, the judge mixes {mixed} of {decided} decisions, {swaps} swaps")
    assert mixed > 0


def test_c1_in_place_reload_of_stock_pycasbin_mixes(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """Why it is so: pycasbin, reloaded in place with an unchanged policy, lets the barred in."""
    model, lines = tmp_path / "model.conf", tmp_path / "policy.csv"
    model.write_text(
        "[request_definition]\nr = sub, obj, act\n"
        "[policy_definition]\np = sub, obj, act, eft\n"
        "[role_definition]\ng = _, _\n"
        "[policy_effect]\ne = some(where (p.eft == allow)) && !some(where (p.eft == deny))\n"
        "[matchers]\nm = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act\n"
    )
    barred = "p, everyone, ledger, read, allow\np, barred, ledger, read, deny\n"
    members = "".join(f"g, user{number}, everyone\n" for number in range(300))
    lines.write_text(f"{barred}g, bob, everyone\n{members}g, bob, barred\n")
    enforcer = casbin.Enforcer(str(model), str(lines))
    assert enforcer.enforce("bob", "ledger", "read") is False
    stop = threading.Event()

    found = threading.Event()

    def read() -> tuple[int, int]:
        decided = wrong = 0
        while not stop.is_set():
            wrong += is_let_in(enforcer)
            decided += 1
            if wrong:
                found.set()
        return decided, wrong

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        until = time.monotonic() + 60
        while time.monotonic() < until and not found.is_set():
            enforcer.load_policy()
        stop.set()
        told = [reader.result() for reader in readers]
    decided, wrong = (sum(column) for column in zip(*told, strict=True))

    figure(f"C1: reloaded in place, stock pycasbin lets the barred in: {wrong} of {decided}")
    assert wrong > 0


def is_let_in(enforcer: casbin.Enforcer) -> bool:
    try:
        return enforcer.enforce("bob", "ledger", "read") is True
    except Exception:  # noqa: BLE001  # whatever it raises is no allow, and only these count
        return False


def test_c1_a_policy_is_reloaded_under_grpc(
    two: TwoPolicies, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    pure = {
        engine.rulebook.digest: [
            answer(engine.on(two.worlds[1]).decide(question)) for question in two.questions
        ]
        for engine in two.engines
    }
    stop = threading.Event()

    def ask(target: str, seed: int) -> tuple[int, int]:
        dice, decided, mixed = random.Random(seed), 0, 0
        with Client(target) as client:
            while not stop.is_set():
                indexes = [dice.randrange(len(two.questions)) for _ in range(50)]
                questions = [two.questions[index] for index in indexes]
                decisions = client.check_many(questions, deadline=30)
                mixed += len({decision.token for decision in decisions}) - 1
                for index, decision in zip(indexes, decisions, strict=True):
                    mixed += pure[decision.token.policy_digest][index] != answer(decision)
                    decided += 1
        return decided, mixed

    reloads = 12
    with open_portal(tmp_path) as portal, ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(ask, portal.target, seed) for seed in range(4)]
        with portal.client() as client:
            for number in range(1, reloads + 1):
                swap_files(portal.policy, number)
                reloaded = client.reload()
                assert reloaded.replaced
                assert reloaded.digest == two.engines[number % 2].rulebook.digest
        stop.set()
        told = [asker.result() for asker in askers]
    decided, mixed = (sum(column) for column in zip(*told, strict=True))

    figure(f"C1 over gRPC: {mixed} of {decided} decisions mixed, over {reloads} reloads")
    assert mixed == 0
    assert decided > 1_000
