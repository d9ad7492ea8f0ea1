"""The seal of a policy on disk: what is missing, added, altered or cut is told."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from habilis_server.rulebook import PolicyError, load
from habilis_server.rulebook.loading import read_files
from habilis_server.rulebook.manifest import MANIFEST, check_seal, seal
from tests.rulebook.small_policy import FACTURES, FILES, MODEL, PORTAIL, PROFILES, small

REMEDY = "review the change, then seal it with `habilis lint --seal`"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """The small policy on disk, sealed."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    (tmp_path / MANIFEST).write_text(seal(FILES))
    return tmp_path


def problems(policy: Path) -> list[str]:
    try:
        load(policy)
    except PolicyError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_a_sealed_policy_is_loaded(policy: Path) -> None:
    assert load(policy) == small()


def test_an_auditor_checks_the_seal_without_habilis(policy: Path) -> None:
    def sha256sum() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "--check", "--strict", MANIFEST]
        return subprocess.run(command, cwd=policy, capture_output=True, text=True, check=False)

    assert sha256sum().returncode == 0
    assert sha256sum().stdout == "".join(f"{name}: OK\n" for name in sorted(FILES))

    (policy / FACTURES).write_bytes(FILES[FACTURES] + b" ")
    assert sha256sum().returncode == 1
    assert f"{FACTURES}: FAILED" in sha256sum().stdout


def test_what_sha256sum_writes_is_a_seal(policy: Path) -> None:
    written = subprocess.run(
        ["sha256sum", *sorted(FILES)], cwd=policy, capture_output=True, text=True, check=True
    )

    assert written.stdout == seal(FILES)


def test_a_seal_is_one_line_a_file_in_the_order_of_names() -> None:
    backwards = dict(sorted(FILES.items(), reverse=True))

    assert seal(backwards) == seal(FILES)
    assert [line.split("  ")[1] for line in seal(FILES).splitlines()] == sorted(FILES)


def test_an_unsealed_policy_is_refused(policy: Path) -> None:
    (policy / MANIFEST).unlink()

    assert problems(policy) == [f"{MANIFEST}:1:1: no manifest; {REMEDY}"]


Change = Callable[[Path], object]

CHANGED: dict[str, tuple[Change, str]] = {
    "altered": (
        lambda policy: (policy / FACTURES).write_bytes(FILES[FACTURES] + b"\n"),
        f"{FACTURES}:1:1: differs from its seal; {REMEDY}",
    ),
    "an altered comment": (
        lambda policy: (policy / MODEL).write_bytes(FILES[MODEL] + b"# n\n"),
        f"{MODEL}:1:1: differs from its seal; {REMEDY}",
    ),
    "cut": (
        lambda policy: (policy / FACTURES).write_bytes(
            FILES[FACTURES][: FILES[FACTURES].index(b"  - id: payer-jamais-soi")]
        ),
        f"{FACTURES}:1:1: differs from its seal; {REMEDY}",
    ),
    "missing": (
        lambda policy: (policy / PORTAIL).unlink(),
        f"{PORTAIL}:1:1: sealed but missing; restore it, or {REMEDY}",
    ),
    "extra": (
        lambda policy: (policy / "rules/annuaire.yaml").write_bytes(
            b"application: annuaire\nrules: []\n"
        ),
        f"rules/annuaire.yaml:1:1: not sealed; {REMEDY}",
    ),
    "swapped": (
        lambda policy: (policy / PORTAIL).rename(policy / "rules/portails.yaml"),
        f"rules/portails.yaml:1:1: not sealed; {REMEDY}",
    ),
}


@pytest.mark.parametrize(("change", "problem"), CHANGED.values(), ids=CHANGED)
def test_a_file_that_is_not_as_it_was_sealed_is_told(
    policy: Path, change: Change, problem: str
) -> None:
    change(policy)

    assert problem in problems(policy)


def line_of(name: str) -> str:
    return f"{hashlib.sha256(FILES[name]).hexdigest()}  {name}\n"


WRITTEN: dict[str, tuple[str, list[str]]] = {
    "a line twice": (
        seal(FILES) + line_of(MODEL),
        [f"{MANIFEST}:6:1: line not understood; {REMEDY}"],
    ),
    "two lines of one file that differ": (
        f"{'0' * 64}  {MODEL}\n{seal(FILES)}",
        [f"{MANIFEST}:2:1: line not understood; {REMEDY}"],
    ),
    "a line without a name": (
        f"{seal(FILES)}{'0' * 64}\n",
        [f"{MANIFEST}:6:1: line not understood; {REMEDY}"],
    ),
    "an empty line": (f"{seal(FILES)}\n", [f"{MANIFEST}:6:1: line not understood; {REMEDY}"]),
    "a line cut": (
        seal(FILES)[: -len(line_of("rules/vocabulary.yaml"))],
        [f"rules/vocabulary.yaml:1:1: not sealed; {REMEDY}"],
    ),
    "the last byte cut": (
        seal(FILES)[:-2],
        [
            f"rules/vocabulary.yam:1:1: sealed but missing; restore it, or {REMEDY}",
            f"rules/vocabulary.yaml:1:1: not sealed; {REMEDY}",
        ],
    ),
    "nothing": ("", [f"{name}:1:1: not sealed; {REMEDY}" for name in sorted(FILES)]),
    "another digest": (
        seal(FILES).replace(line_of(PROFILES), f"{'0' * 64}  {PROFILES}\n"),
        [f"{PROFILES}:1:1: differs from its seal; {REMEDY}"],
    ),
    "a digest in capitals": (
        seal(FILES).replace(line_of(MODEL)[:64], line_of(MODEL)[:64].upper()),
        [f"{MODEL}:1:1: differs from its seal; {REMEDY}"],
    ),
    "a digest cut": (
        seal(FILES).replace(line_of(MODEL), line_of(MODEL)[8:]),
        [f"{MODEL}:1:1: differs from its seal; {REMEDY}"],
    ),
    "binary mode": (
        seal(FILES).replace(f"  {MODEL}", f" *{MODEL}"),
        [
            f"{MANIFEST}:1:1: line not understood; {REMEDY}",
            f"{MODEL}:1:1: not sealed; {REMEDY}",
        ],
    ),
    "a file outside": (
        f"{seal(FILES)}{'0' * 64}  ../../etc/passwd\n",
        [f"../../etc/passwd:1:1: sealed but missing; restore it, or {REMEDY}"],
    ),
    "the same file by another path": (
        seal(FILES).replace(f"  {MODEL}", f"  ./{MODEL}"),
        [
            f"./{MODEL}:1:1: sealed but missing; restore it, or {REMEDY}",
            f"{MODEL}:1:1: not sealed; {REMEDY}",
        ],
    ),
}


@pytest.mark.parametrize(("text", "wanted"), WRITTEN.values(), ids=WRITTEN)
def test_a_seal_that_is_not_this_policy_s_is_told(
    policy: Path, text: str, wanted: list[str]
) -> None:
    (policy / MANIFEST).write_text(text)

    found = problems(policy)
    assert [problem for problem in wanted if problem not in found] == []


def test_a_manifest_of_any_bytes_is_a_problem_and_no_crash(policy: Path) -> None:
    (policy / MANIFEST).write_bytes(b"\xff\xfe\x00" + seal(FILES).encode("utf-16"))

    assert problems(policy)


def test_a_manifest_that_is_a_folder_is_no_manifest(policy: Path) -> None:
    (policy / MANIFEST).unlink()
    (policy / MANIFEST).mkdir()

    assert problems(policy) == [f"{MANIFEST}:1:1: no manifest; {REMEDY}"]


def test_every_byte_of_every_file_is_under_the_seal() -> None:
    """One bit turned anywhere is seen: sampled over all files."""
    sealed = seal(FILES)
    turned = 0
    for name, content in FILES.items():
        for position in range(0, len(content), 17):
            changed = bytearray(content)
            changed[position] ^= 1
            turned += 1

            assert check_seal(sealed, {**FILES, name: bytes(changed)}) != []

    print(f"seal: {turned} bits turned, {turned} seen")
    assert turned > 300


def test_a_bad_seal_and_a_bad_policy_are_told_together(policy: Path) -> None:
    text = FILES[FACTURES].replace(b"effect: deny", b"effect: denied")
    (policy / FACTURES).write_bytes(text)

    found = problems(policy)
    assert f"{FACTURES}:1:1: differs from its seal; {REMEDY}" in found
    assert any("unknown effect `denied`" in problem for problem in found)


def test_i6_a_link_and_a_folder_are_no_files_of_a_policy(policy: Path) -> None:
    (policy / "rules/lien.yaml").symlink_to(policy / PORTAIL)
    (policy / "rules/dossier.yaml").mkdir()

    assert problems(policy) == [
        "rules/dossier.yaml:1:1: not a plain file; remove it",
        "rules/lien.yaml:1:1: not a plain file; remove it",
    ]


def test_a_file_under_a_name_that_is_no_text_is_refused(policy: Path) -> None:
    (policy / "rules").joinpath("\udcff.yaml").write_bytes(FILES[PORTAIL])

    assert any("the file of `portail` is `portail.yaml`" in each for each in problems(policy))


def test_c3_a_folder_without_a_policy_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        assert problems(folder) == [f"{folder}:1:1: no policy here; give its folder"]


def test_what_is_read_is_what_decides_and_nothing_else(policy: Path) -> None:
    (policy / "README.md").write_text("x")
    (policy / "cases").mkdir()
    (policy / "cases" / "factures.yaml").write_text("x")

    assert read_files(policy) == FILES
    assert problems(policy) == []
