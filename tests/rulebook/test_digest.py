"""The digest names the policy: the same bytes, the same digest, the same answers."""

import os
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from habilis_server.engine import Engine
from habilis_server.rulebook import Rulebook, build
from tests.engine.small_world import every_question, small_world
from tests.rulebook.small_policy import FACTURES, FILES, MODEL, PORTAIL, read, small, with_text

CHECKOUT = Path(__file__).resolve().parents[2]
ACTIONS = sorted(small().vocabulary.actions)
QUESTIONS = tuple(every_question(*ACTIONS))[::29]


def answers(rulebook: Rulebook) -> list[tuple[str, str]]:
    judge = Engine(rulebook).on(small_world())
    decisions = [judge.decide(question) for question in QUESTIONS]
    return [(decision.reason, decision.rule_id) for decision in decisions]


def test_the_order_of_the_files_changes_neither_digest_nor_answers() -> None:
    first = small()
    expected = answers(first)
    digests = {build({name: FILES[name] for name in names}).digest for names in permutations(FILES)}
    backwards = build({name: FILES[name] for name in sorted(FILES, reverse=True)})

    assert digests == {first.digest}
    assert answers(backwards) == expected
    assert {reason for reason, _ in expected} >= {"ALLOWED", "DENIED_BY_RULE", "NOT_ATTACHED"}


SCRIPT = """
import hashlib
from tests.rulebook.test_digest import answers
from tests.rulebook.small_policy import small
print(small().digest, hashlib.sha256(repr(answers(small())).encode()).hexdigest())
"""


def test_the_seed_of_python_s_hashes_changes_neither_digest_nor_answers() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            check=True,
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            text=True,
        ).stdout
        for seed in ("0", "4242")
    }

    assert len(told) == 1
    assert told.pop().startswith(small().digest)


@pytest.mark.parametrize("file", sorted(FILES))
def test_one_byte_more_in_any_file_is_another_policy(file: str) -> None:
    changed = {**FILES, file: FILES[file] + b"\n"}

    assert build(changed).digest != small().digest
    assert build(changed).rules == small().rules


def test_a_word_that_changes_no_rule_changes_the_digest() -> None:
    renamed = with_text(FACTURES, "label: Le vendeur consulte", "label: Le vendeur lit")

    assert read(renamed).digest != small().digest
    assert answers(read(renamed)) == answers(small())


def test_names_count_and_bytes_do_not_run_from_one_file_into_the_next() -> None:
    # What stands at the end of one file could stand at the beginning of the next.
    factures, portail = FILES[FACTURES], FILES[PORTAIL]
    one = {**FILES, FACTURES: factures + b"# a\n", PORTAIL: portail}
    other = {**FILES, FACTURES: factures, PORTAIL: b"# a\n" + portail}
    renamed = {**FILES, "rules/portail2.yaml": portail}
    del renamed[PORTAIL]
    words = FILES["rules/vocabulary.yaml"].replace(b"  portail:\n", b"  portail2:\n")
    words = words.replace(b"portail:", b"portail2:")
    as_before = with_text(MODEL, "# The model", "# The  model")

    assert len({build(files).digest for files in (FILES, one, other, as_before)}) == 4


def test_two_ways_to_cut_the_same_bytes_into_names_and_contents_differ() -> None:
    from habilis_server.rulebook.loading import _digest

    cuts = [
        {"a": b"bc"},
        {"ab": b"c"},
        {"a": b"b", "c": b""},
        {"a": b"", "bc": b""},
        {"abc": b""},
        {},
        {"a": b"b\x00c"},
        {"a\x00b": b"c"},
    ]

    assert len({_digest(files) for files in cuts}) == len(cuts)


def test_a_decision_names_the_digest() -> None:
    judge = Engine(small()).on(small_world(41))

    assert {judge.decide(question).token for question in QUESTIONS} == {judge.token}
    assert judge.token.policy_digest == small().digest
    assert judge.token.revision == 41
    assert len(small().digest) == 64
