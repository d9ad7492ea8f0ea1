"""E7, E8: neither the number of facts nor the number of threads changes a decision."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from habilis import Perimeter
from habilis.organisation import AccountState, StructureType
from habilis_server.analysis import list_actions
from habilis_server.engine import Engine, Judge
from habilis_server.rulebook import build
from habilis_server.world import Account, Attachment, Structure
from habilis_server.world.facts import Record
from tests.conftest import Figure
from tests.differential.comparison import answer_of
from tests.differential.dice import Dice
from tests.differential.policies import SHIPPED, files_of
from tests.differential.portable import question_of, world_of
from tests.differential.small_worlds import FACTS, QUESTIONS, SUBJECT, records_of
from tests.differential.trials import trials
from tests.oracle import Answer, Data, Oracle, Policy

# 16 bits held in a counter, or an index, would give way between the second and the third.
SIZES = (10, 65_535, 65_536, 100_000)
THREADS = 16


def crowd(size: int) -> Iterator[Record]:
    """As many other structures, each with a person attached; the person asked about is attached
    to them all, and manages every second one.
    """
    for number in range(size):
        name = f"{number:06}"
        person = Account(id=f"p{name}", email="p@example.org", state=AccountState.ACTIVE)
        yield person
        structure = Structure(
            id=f"Z{name}",
            identifier_type="SIRET",
            type=StructureType.PUBLIC,
            name=name,
            active=True,
            principal_manager=SUBJECT if number % 2 else person.id,
        )
        yield structure
        for account in (person.id, SUBJECT):
            yield Attachment(account=account, perimeter=Perimeter(structure.id))


@pytest.mark.parametrize("size", SIZES)
def test_a_crowd_around_the_question_changes_nothing(size: int, figure: Figure) -> None:
    facts = dict.fromkeys(FACTS, True) | {"support": False, "on_structure": False, "manages": False}
    records = records_of(facts)
    judge = Engine(build(SHIPPED)).on(world_of(records).after(crowd(size), 1))
    oracle = Oracle(Policy(SHIPPED), records)
    for question in QUESTIONS:
        assert answer_of(judge, question) == oracle.answer(question), (size, question)
    figure(f"{len(QUESTIONS)} questions among {size} structures, people and attachments")


def test_sixteen_threads_answer_as_one(figure: Figure) -> None:
    """Checks and lists together, on one judge, in another order in each thread."""
    decisions = 0
    for trial, questions in trials("threads", range(6), 120):
        files = files_of(trial.sketch)
        oracle = Oracle(Policy(files), trial.records)
        wanted = [oracle.answer(question) for question in questions]
        judge = Engine(build(files, lint=False)).on(world_of(trial.records))
        with ThreadPoolExecutor(THREADS) as threads:
            found = list(threads.map(partial(shuffled, judge, questions), range(THREADS)))
        assert found == [wanted] * THREADS, trial
        decisions += THREADS * len(questions)
    figure(f"{decisions} decisions in {THREADS} threads, 0 changed")


def shuffled(judge: Judge, questions: list[Data], seed: int) -> list[Answer]:
    """The answers, in the order of the questions, but asked in another."""
    found: dict[int, Answer] = {}
    for number in Dice("threads", seed).shuffled(range(len(questions))):
        asked = question_of(questions[number])
        found[number] = answer_of(judge, questions[number])
        listed = dict(list_actions(judge, asked.subject, asked.resource))
        assert (asked.action in listed) is found[number].allowed
    return [found[number] for number in range(len(questions))]
