"""I2: whatever text it is given, the reader ends at once with a rulebook or with its problems."""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from habilis_server.engine import Engine
from habilis_server.rulebook import PolicyError, Problem, Rulebook, build
from habilis_server.rulebook.cases import read_cases
from habilis_server.rulebook.manifest import check_seal, seal
from tests.engine.small_world import every_question, small_world
from tests.rulebook.small_policy import FACTURES, FILES, MODEL, small

SEEDS = (20, 22, 94)
ROUNDS = 1_000  # for each seed
QUESTIONS = tuple(every_question("factures.payer", "portail.lire"))[::401]

BYTES = (
    *(b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\t", b"\r", b"\n", b" "),
    *(b":", b"-", b"#", b"&", b"*", b"!", b"|", b">", b"'", b'"', b"%", b"@", b"`", b"?", b","),
    *(b"[", b"]", b"{", b"}", b"<<", b"---\n", b"...\n", b"~", b"\\", b"\xe2\x80\xae"),
)
TOKENS = (
    *("[]", "{}", '""', "~", "NO", "12", "&a x", "*a", "!!str x", "<<: {a: b}", "- - - x", "? x"),
    *("every", "identifiant", "anyone", "self", "deny", "allow", "absent", "always", "None"),
    *("structure", "compte", "facture.etat", "sujet.id", "{not: [PAYEE]}", "{present: yes}"),
    *("x" * 300, "[" * 40, "{a: " * 25, "é", "\u202e", "R145", "§9.9.9", "\ud7ff", "\U0001f600"),
)

Mutation = Callable[[random.Random, bytes], bytes]


def flipped(dice: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def inserted(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + dice.choice(BYTES) * dice.choice((1, 1, 1, 2, 30)) + content[at:]


def removed(dice: random.Random, content: bytes) -> bytes:
    start = dice.randrange(len(content))
    return content[:start] + content[start + dice.choice((1, 1, 3, 20, 200)) :]


def cut(dice: random.Random, content: bytes) -> bytes:
    return content[: dice.randrange(len(content))]


def repeated(dice: random.Random, content: bytes) -> bytes:
    start = dice.randrange(len(content))
    piece = content[start : start + dice.choice((1, 5, 40, 400))]
    return content[:start] + piece * dice.randint(2, 9) + content[start:]


def words(content: bytes) -> list[str]:
    """The text as words and what stands between them, to be put together again."""
    pieces: list[str] = [""]
    for character in content.decode():
        known = character.isalnum() or character in "_.:-"
        if pieces[-1] and (pieces[-1][-1].isalnum() or pieces[-1][-1] in "_.:-") is not known:
            pieces.append("")
        pieces[-1] += character
    return pieces


def replaced(dice: random.Random, content: bytes) -> bytes:
    pieces = words(content)
    for _ in range(dice.randint(1, 3)):
        pieces[dice.randrange(len(pieces))] = dice.choice((*TOKENS, *pieces))
    return "".join(pieces).encode()


def exchanged(dice: random.Random, content: bytes) -> bytes:
    pieces = words(content)
    one, other = dice.randrange(len(pieces)), dice.randrange(len(pieces))
    pieces[one], pieces[other] = pieces[other], pieces[one]
    return "".join(pieces).encode()


def lines_moved(dice: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    line = lines.pop(dice.randrange(len(lines)))
    if dice.random() < 0.7:
        lines.insert(dice.randrange(len(lines) + 1), line)
    return b"".join(lines)


def indented(dice: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    at = dice.randrange(len(lines))
    lines[at] = b" " * dice.randint(0, 9) + lines[at].lstrip(b" ")
    return b"".join(lines)


MUTATIONS: tuple[Mutation, ...] = (
    *(flipped, inserted, removed, cut, repeated),
    *(replaced, replaced, exchanged, lines_moved, indented),
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def mutated(dice: random.Random) -> dict[str, bytes]:
    """The small policy with one file, sometimes two, bent once or twice."""
    files = dict(FILES)
    for _ in range(dice.choice((1, 1, 1, 2))):
        name = dice.choice(sorted(files))
        for _ in range(dice.choice((1, 1, 2))):
            try:
                files[name] = dice.choice(MUTATIONS)(dice, files[name] or b"x")
            except UnicodeDecodeError:
                files[name] = flipped(dice, files[name])
    return files


def ends(files: Mapping[str, bytes]) -> tuple[Rulebook | None, float]:
    """The rulebook, None where there are problems, and the seconds that it took."""
    begun = time.process_time()
    rulebook: Rulebook | None = None
    problems: Sequence[Problem] = ()
    try:
        rulebook = build(files, lint=False)
    except PolicyError as error:
        problems = error.problems
    seconds = time.process_time() - begun

    assert (rulebook is None) is bool(problems)
    assert all(problem.message and problem.place.line > 0 for problem in problems)
    return rulebook, seconds


@pytest.mark.parametrize("seed", SEEDS)
def test_i2_a_bent_policy_ends_at_once_in_a_rulebook_or_in_problems(seed: int) -> None:
    dice = random.Random(seed)  # repeatable, no secret
    counts: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(ROUNDS):
        files = mutated(dice)
        rulebook, seconds = ends(files)
        slowest = max(slowest, seconds)
        counts["read" if rulebook else "refused"] += 1
        if rulebook is not None:
            counts[judged(rulebook)] += 1

    print(f"I2: {ROUNDS} bent policies, {dict(counts)}, slowest {slowest * 1000:.0f} ms")
    assert counts["read"] + counts["refused"] == ROUNDS
    assert counts["refused"] > ROUNDS // 2
    assert counts["judged"] > 40
    assert slowest < 1


def judged(rulebook: Rulebook) -> str:
    """What is read is judged by, or its model is refused: nothing else happens."""
    try:
        judge = Engine(rulebook).on(small_world())
    except PolicyError:
        return "model refused"
    for question in QUESTIONS:
        assert judge.decide(question).reason.value != "EVALUATION_ERROR"
    return "judged"


@pytest.mark.parametrize("name", sorted(FILES))
def test_i2_every_beginning_of_a_file_ends_too(name: str) -> None:
    content = FILES[name]
    for length in range(0, len(content), 41):
        rulebook, seconds = ends({**FILES, name: content[:length]})

        assert seconds < 1
        assert rulebook is None or rulebook.digest != small().digest


def test_i2_bytes_of_any_kind_end_too() -> None:
    dice = random.Random(7)  # repeatable, no secret
    for size in (0, 1, 2, 3, 10, 100, 5_000):
        for _ in range(8):
            rulebook, seconds = ends({**FILES, FACTURES: dice.randbytes(size)})

            assert rulebook is None
            assert seconds < 1


MODEL_WORDS = (
    "r.act",
    "p.act",
    "==",
    "!=",
    "&&",
    "||",
    "g(",
    ")",
    "[",
    "]",
    "\n",
    "=",
    "m",
    "#",
    "'",
)


def test_i2_a_bent_model_is_the_same_model_or_is_refused() -> None:
    dice = random.Random(11)  # repeatable, no secret
    plans = Engine(small()).plans
    text = FILES[MODEL].decode()
    start = text.index("[request_definition]")
    counts: Counter[str] = Counter()
    for _ in range(300):
        at = dice.randrange(start, len(text))
        bent = text[:at] + dice.choice(MODEL_WORDS) + text[at + dice.choice((0, 1, 5)) :]
        try:
            engine = Engine(build({**FILES, MODEL: bent.encode()}))
        except PolicyError:
            counts["refused"] += 1
        else:
            counts["read"] += 1
            assert repr_of(engine.plans) == repr_of(plans)

    print(f"I2: 300 bent models, {dict(counts)}")
    assert counts["refused"] > 200


def repr_of(plans: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Actions, types and rules of the plans: readers of values have no equality."""
    return [
        f"{action} {kind} {[(line[:3], line[-1].id) for line in getattr(plan, 'lines', ())]}"
        for action, by_type in plans.items()
        for kind, plan in by_type.items()
    ]


CASES = b"""\
objects:
  f1: {type: facture, id: F1, parties: {vendeur: S1/GUICHET}, properties: {etat: ENVOYEE}}
cases:
  - {who: anna, may: factures.payer, object: f1, with: {etat: ""}, expect: NO_RULE}
  - {who: anna, may: portail.lire, object: "structure:S1", expect: ALLOWED, rule: lire-structure}
  - {who: bob, may: factures.payer, object: f1, parties: {tiers: S2}, expect: NOT_ATTACHED}
"""


def test_i2_bent_cases_end_too() -> None:
    dice = random.Random(13)  # repeatable, no secret
    rulebook, counts = small(), Counter[str]()
    assert len(read_cases({"cases/a.yaml": CASES}, rulebook)) == 3
    for _ in range(500):
        try:
            content = dice.choice(MUTATIONS)(dice, CASES)
            read_cases({"cases/a.yaml": content}, rulebook)
            counts["read"] += 1
        except PolicyError:
            counts["refused"] += 1

    print(f"I2: 500 bent files of cases, {dict(counts)}")
    assert counts["refused"] > 200


def test_i2_a_bent_manifest_ends_too() -> None:
    dice = random.Random(17)  # repeatable, no secret
    text = seal(FILES).encode()
    for _ in range(500):
        bent = dice.choice(MUTATIONS)(dice, text).decode(errors="replace")

        assert check_seal(bent, FILES) or sorted(bent.split()) == sorted(text.decode().split())
