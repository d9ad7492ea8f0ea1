"""What can go wrong, the exit code it gives, and the words that tell how to mend it."""

import re
from pathlib import Path

import pytest

from habilis_companion.command_line.exits import ExitCode
from tests.cli.shell import SHIPPED, Said, habilis

ASK = ["--subject", "claire", "--action", "annuaire.consulter"]
ON = ["--resource", "structure:17340430200015"]
NOWHERE = ["--server", "127.0.0.1:1"]
SERVE = ["serve", "--listen"]


def clean(said: Said) -> bool:
    """Only stderr, without a traceback, opening with a lower-case letter or a name."""
    return (
        said.out == ""
        and "Traceback" not in said.err
        and re.match(r"[a-z`/]", said.err) is not None
        and said.err.endswith("\n")
    )


MISTAKES = [
    (["chek"], "no command `chek` (did you mean `check`?)"),
    (["--wrong"], "no such option"),
    (["check"], "missing option `--subject`"),
    (["check", "--wrong"], "no such option"),
    (["check", *ASK, *ON], "give `--server HOST:PORT`, `--data DIR` or"),
    (["check", *ASK, *ON, *NOWHERE, "--data", "."], "one of them"),
    (["check", *ASK, *ON, *NOWHERE, "--policy", "."], "leave `--policy` out"),
    (["check", *ASK, *ON, "--data", ".", "--tls-ca", "x"], "`--tls-…`"),
    (["check", *ASK, *ON, *NOWHERE, "--tls-ca", "/none"], "`/none` cannot be read"),
    (["check", *ASK, *ON, *NOWHERE, "--deadline", "soon"], "`--deadline`"),
    (["check", *ASK, *ON, *NOWHERE, "--deadline", "0"], "`--deadline`"),
    (["check", *ASK, "--resource", "structure", *NOWHERE], "write TYPE:ID"),
    (["check", *ASK, "--resource", ":x", *NOWHERE], "write TYPE:ID"),
    (["check", *ASK, "--resource", "structure:", *NOWHERE], "write TYPE:ID"),
    (["check", *ASK, *ON, *NOWHERE, "--party", "moa"], "write NAME=VALUE"),
    (["check", *ASK, *ON, *NOWHERE, "--party", "moa="], "write NAME=VALUE"),
    (["check", *ASK, *ON, *NOWHERE, "--party", "moa=1/"], "STRUCTURE/SERVICE"),
    (["check", *ASK, *ON, *NOWHERE, "--party", "moa=/S"], "STRUCTURE/SERVICE"),
    (["check", *ASK, *ON, *NOWHERE, "--party", "moa=1", "--party", "moa=2"], "give it once"),
    (["check", *ASK, *ON, *NOWHERE, "--property", "etat"], "write NAME=VALUE"),
    (["check", *ASK, *ON, *NOWHERE, "--property", "etat="], "write NAME=VALUE"),
    (["check", *ASK, *ON, *NOWHERE, "--property", "a=1", "--property", "a=1"], "give it once"),
    (["check", *ASK, *ON, *NOWHERE, "--at", "yesterday"], "write a date and time"),
    (["check", *ASK, *ON, *NOWHERE, "--at", "2026-03-03T10:00:00"], "no time zone"),
    (["check", *ASK, *ON, *NOWHERE, "--at-least", "5"], "write DIGEST:REVISION"),
    (["check", *ASK, *ON, *NOWHERE, "--at-least", "abc:-5"], "write DIGEST:REVISION"),
    (["check", "--subject", " ", "--action", "a", *ON, *NOWHERE], "`--subject` is empty"),
    (["check", "--subject", "a", "--action", "", *ON, *NOWHERE], "`--action` is empty"),
    (["check", *ASK, *ON, "--data", "/none"], "no folder `/none`"),
    (["enumerate", *NOWHERE, "--perimeter", "/S"], "STRUCTURE/SERVICE"),
    (["enumerate", *NOWHERE, "--format", "xml"], "`--format`"),
    (["import"], "missing argument"),
    (["import", "facts.jsonl"], "give `--data DIR` or `--database URL`, one of them"),
    (["import", "facts.jsonl", "--data", ".", "--database", "postgresql://h/x"], "one of them"),
    (["import", "/none", "--data", "."], "`/none` cannot be read"),
    (["import", "/", "--data", "."], "`/` cannot be read"),
    (["export", "--data", "/none"], "no folder `/none`"),
    (["export", "--data", str(SHIPPED / "README.md")], "is no folder"),
    (["lint", "/none"], "no folder `/none`"),
    (["test", "/none"], "no folder `/none`"),
    (["matrix", "/none"], "no folder `/none`"),
    (["matrix", "--check", "--write"], "one of them"),
    (["demo", "--policy", "/none"], "no folder `/none`"),
    ([*SERVE, "127.0.0.1:0"], "give `--data DIR` or `--database URL`, one of them"),
    ([*SERVE, "127.0.0.1:0", "--data", "/none"], "no folder `/none`; make it"),
    (["verify"], "one of them"),
    (["verify", "--data", ".", "--seal", "12"], "`--seal` reads `REVISION:HASH`"),
    (["snapshot", "--database", "postgresql://h/x"], "give `--snapshots DIR`"),
    (["backup", "--data", "."], "missing option `--to`"),
    (["restore", "--data", "."], "missing option `--from`"),
    (["db", "upgrade"], "one of them"),
    (["db", "upgrade", "--data", "/none"], "no folder `/none`"),
    (["db", "downgrade"], "no such command"),
    ([*SERVE, "127.0.0.1:0", "--data", ".", "--tls-cert", "x"], "go together"),
    ([*SERVE, "127.0.0.1:0", "--data", ".", "--tls-client-ca", "x"], "go together"),
]


@pytest.mark.parametrize(
    ("words", "told"), MISTAKES, ids=[" ".join(words) or "none" for words, _ in MISTAKES]
)
def test_a_mistake_is_told_and_exits_with_2(words: list[str], told: str) -> None:
    said = habilis(*words)

    assert said.code == ExitCode.USAGE
    assert told in said.err
    assert clean(said), said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--listen", "0.0.0.0:0"], "without TLS only an address of this machine alone"),
        (["--listen", "nowhere"], "write HOST:PORT"),
        (["--listen", "127.0.0.1:high"], "no port from 0 to 65535"),
        (
            ["--listen", "127.0.0.1:0", "--tls-cert", "/none", "--tls-key", "/none"],
            "cannot be read",
        ),
    ],
)
def test_a_server_that_cannot_start_so_exits_with_2(
    words: list[str], told: str, policy: Path, tmp_path: Path
) -> None:
    said = habilis("serve", *words, "--data", tmp_path, "--policy", policy)

    assert said.code == ExitCode.USAGE
    assert told in said.err
    assert clean(said)


@pytest.mark.parametrize("command", ["check", "explain"])
def test_no_server_is_no_answer(command: str) -> None:
    said = habilis(command, *ASK, *ON, *NOWHERE, "--deadline", "0.2")

    assert said.code == ExitCode.UNAVAILABLE
    assert "no answer from `127.0.0.1:1`" in said.err
    assert clean(said)


@pytest.mark.parametrize(
    "words",
    [
        ["actions", "--subject", "claire", *ON],
        ["perimeters", *ASK],
        ["enumerate"],
    ],
)
def test_no_server_is_no_list(words: list[str]) -> None:
    said = habilis(*words, *NOWHERE, "--deadline", "0.2")

    assert said.code == ExitCode.UNAVAILABLE
    assert "no answer from" in said.err
    assert "the list is whole" not in said.err


@pytest.mark.parametrize("words", [["check", *ASK, *ON], ["export"], ["enumerate"]])
def test_an_empty_folder_holds_no_answer(words: list[str], policy: Path, tmp_path: Path) -> None:
    under = [] if words[0] == "export" else ["--policy", str(policy)]
    said = habilis(*words, "--data", tmp_path, *under)

    assert said.code == ExitCode.UNAVAILABLE
    assert "no journal" in said.err
    assert "import facts first" in said.err
    assert clean(said)
    assert list(tmp_path.iterdir()) == [], "reading makes nothing"


@pytest.mark.parametrize("words", [["check", *ASK, *ON], ["serve", "--listen", "127.0.0.1:0"]])
def test_a_bad_policy_is_told_and_nothing_is_answered(
    words: list[str], data: Path, tmp_path: Path
) -> None:
    said = habilis(*words, "--data", data, "--policy", tmp_path)

    assert said.code == ExitCode.PROBLEMS
    assert "no policy here; give its folder" in said.err
    assert "nothing was loaded" in said.err
    assert clean(said)


@pytest.mark.parametrize("subject", ["a\u200bb", "a\x1b[2Jb", "a\nb"])
def test_a_subject_that_hides_something_is_no_question(
    subject: str, server: str, data: Path, policy: Path
) -> None:
    asked = ["check", "--subject", subject, "--action", "annuaire.consulter", *ON]
    remote = habilis(*asked, "--server", server)
    local = habilis(*asked, "--data", data, "--policy", policy)

    for said in (remote, local):
        assert said.code == ExitCode.USAGE
        assert "the question is malformed" in said.err
        assert "question.subject" in said.err
        assert "\x1b" not in said.err


def test_a_fault_of_habilis_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, policy: Path
) -> None:
    def fail(_: object) -> str:
        raise KeyError("x")

    monkeypatch.setattr("habilis_server.cli.matrix.render", fail)
    said = habilis("matrix", policy)

    assert said.code == ExitCode.INTERNAL
    assert "a fault of Habilis, please report it: KeyError" in said.err
    assert "Traceback" not in said.err

    monkeypatch.setenv("HABILIS_DEBUG", "1")

    assert "Traceback" in habilis("matrix", policy).err
