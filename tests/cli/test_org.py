"""`habilis org`: every command of the contract, through a server and on a folder alike."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.main import get_command

from habilis.organisation import OrganisationClient
from habilis.organisation.calls import WRITE_DEADLINE
from habilis.v1 import organisation_pb2
from habilis_companion.command_line.exits import ExitCode
from habilis_server.cli.org.app import app
from habilis_server.cli.org.parts import option_of
from habilis_server.cli.org.words import GROUPS
from habilis_server.insee.sample import ESTABLISHMENTS
from tests.cli.org_history import MOA, NICOLAS, rows
from tests.cli.shell import Said, habilis, serving
from tests.conftest import Figure

SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
NAMES: Final = [name for names in GROUPS.values() for name in names]
KEYS: Final = {
    *("command", "subject", "request_id", "outcome", "made", "token"),
    *("decision", "refusal", "refused", "refusals"),
}

Act = Callable[..., Said]


@pytest.fixture
def folder(policy: Path, tmp_path: Path) -> Path:
    target = tmp_path / "facts"
    facts = policy / "cases" / "facts.jsonl"
    assert habilis("import", facts, "--data", target, "--policy", policy).code == 0
    return target


@pytest.fixture
def act(folder: Path, policy: Path) -> Act:
    """`habilis org` on a folder."""
    where = ("--data", folder, "--policy", policy, "--insee", ESTABLISHMENTS)

    def on_the_folder(*words: str, given: str | bytes | None = None) -> Said:
        return habilis("org", *words, *where, given=given)

    return on_the_folder


def test_every_command_does_on_a_folder_what_its_method_does(act: Act, figure: Figure) -> None:
    outcomes = told_by(act)

    figure(f"{len(NAMES)} commands of `habilis org` on a folder: {outcomes}")


def test_every_command_does_at_a_server_what_its_method_does(
    folder: Path, policy: Path, figure: Figure
) -> None:
    with serving("--data", folder, "--policy", policy, "--insee", ESTABLISHMENTS) as address:
        there = ("--server", address, "--deadline", "60")
        outcomes = told_by(lambda *words: habilis("org", *words, *there))

    figure(f"{len(NAMES)} commands of `habilis org` at a server: {outcomes}")


def told_by(act: Act) -> dict[str, int]:
    """The whole history, each row held against what it came to; how many came to what."""
    made: dict[str, str] = {}
    done: set[str] = set()
    outcomes: dict[str, int] = {}
    for actor, line, expected, name in rows():
        who, *words = (
            re.sub(r"\[(\w+)\]", lambda known: made[known[1]], word)
            for word in (actor, *shlex.split(line))
        )
        said = act(*words, "--as", who, "--json")
        told: dict[str, Any] = said.json() if said.out else {}
        heard = _heard(told)

        assert (said.err, heard) == ("", expected), (line, said)
        assert told.keys() == KEYS
        assert (
            said.code
            == {
                "done": ExitCode.OK,
                "denied": ExitCode.DENIED,
                "refused": ExitCode.REFUSED,
            }[told["outcome"]]
        )
        assert bool(told["token"]) is (told["outcome"] == "done")
        if name:
            made[name] = told["made"]
        if told["outcome"] == "done":
            done.add(words[0])
        outcomes[told["outcome"]] = outcomes.get(told["outcome"], 0) + 1

    assert done == set(NAMES)
    return outcomes


def _heard(told: dict[str, Any]) -> str:
    """What it came to, as a row of the history has it."""
    if not told:
        return "no JSON"
    if told["refusals"]:
        return "many"
    if told["decision"]:
        return str(told["decision"]["reason"]).lower()
    return str(told["refusal"]["code"]) if told["refusal"] else ""


def test_every_command_of_the_contract_has_its_command_line() -> None:
    said = habilis("org", "--help")
    commands = [m.name for m in SERVICE.methods if "request_id" in m.input_type.fields_by_name]

    assert sorted(NAMES) == sorted(map(kebab, commands))
    assert all(re.search(rf"│ {name} +[A-Z]", said.out) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_the_contract_has_its_option(name: str) -> None:
    group: Any = get_command(app)
    method = next(each for each in SERVICE.methods if kebab(each.name) == name)
    options = {option for each in group.commands[name].params for option in each.opts}
    common = {"--as", "--request-id", "--server", "--data", "--database", "--policy", "--json"}

    assert options >= common | set(fields_of(method.input_type))


def kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def fields_of(message: Any, within: str = "") -> Iterator[str]:
    """The option of each field, of a record each of its own."""
    for field in message.fields:
        inner = field.message_type
        if field.name in {"subject", "request_id"}:
            continue
        if inner is not None and inner.name != "Perimeter":
            yield from fields_of(inner, "wanted_" if field.name == "wanted" else "")
        elif message.name == "CreateStructureRequest" and field.name == "type":
            yield "--structure-type"  # as the SDK has it
        else:
            yield option_of(f"{within}{field.name}")


DETACH: Final = ("detach-user", "--account", "claire", "--perimeter", MOA)


def test_a_request_offered_again_is_carried_out_once(act: Act) -> None:
    words = ("request-attachment", "--perimeter", MOA, "--comment", "Oui", "--as", "serge")
    first = act(*words, "--json").json()
    again = act(*words, "--json", "--request-id", first["request_id"])
    other = act(*DETACH, "--as", "serge", "--json", "--request-id", first["request_id"])

    assert again.json() == first
    assert (other.code, other.out) == (ExitCode.USAGE, "")
    assert "stands for another request" in other.err


def test_a_person_reads_what_became_of_it(act: Act) -> None:
    done = act("request-attachment", "--perimeter", MOA, "--comment", "Oui", "--as", "serge")
    denied = act(*DETACH, "--as", "marc")
    refused = act("leave-structure", "--perimeter", MOA, "--as", "claire", "--request-id", "mine")
    gone = act("leave-structure", "--perimeter", MOA, "--as", "claire")
    silent = act("request-attachment", "--perimeter", MOA, "--comment", "", "--as", "zoe")
    many = act("approve-many", "--approval", "no-one", "--approval", "no-two", "--as", "delphine")

    assert (done.code, denied.code, refused.code, gone.code) == (0, 3, 0, 3)
    assert re.fullmatch(
        r"done: request-attachment, as serge\nmade    approval-\S+\n"
        r"token   [0-9a-f]{64}:\d+\nrequest [0-9a-f]{32}\n",
        done.out,
    )
    assert denied.out.startswith("denied: the account is not attached")
    assert "rule    organisation-detacher-utilisateur, acting as structure\n" in denied.out
    assert refused.out.endswith("request mine\n")
    assert silent.code == ExitCode.REFUSED
    assert silent.out.startswith(
        "refused: say why you ask to be attached\ncode    COMMENT_REQUIRED\nfield   comment\n"
    )
    assert many.code == ExitCode.DENIED
    assert "nothing was done, for 2 of the requests" in many.out
    assert re.search(r"no-one +UNKNOWN_RESOURCE", many.out)


def test_several_requests_are_read_from_stdin(act: Act) -> None:
    asked = [
        act("request-attachment", "--perimeter", MOA, "--comment", "Oui", "--as", who, "--json")
        for who in ("serge", "lea")
    ]
    lines = "\n".join(["", *(each.json()["made"] for each in asked), ""])
    said = act("approve-many", "--approval", "-", "--as", "delphine", given=lines)
    wrong = act("approve-many", "--approval", "-", "--as", "delphine", given=b"\xff\n")

    assert (said.code, said.err) == (0, "")
    assert (wrong.code, wrong.err) == (2, "stdin is no UTF-8: invalid start byte\n")


AS: Final = ("--as", "delphine")
MISTAKES: Final = [
    (["chek"], "no such command"),
    ([*DETACH], "missing option `--as`"),
    (["detach-user", *AS, "--perimeter", MOA], "missing option `--account`"),
    ([*DETACH, *AS], "give `--server HOST:PORT`, `--data DIR` or `--database URL`"),
    ([*DETACH, "--as", "", "HERE"], "the command is malformed: `subject.id`"),
    ([*DETACH, *AS, "--request-id", "", "HERE"], "the command is malformed: `request_id`"),
    ([*DETACH, *AS, "--request-id", "r" * 129, "HERE"], "at most 128"),
    ([*DETACH, "--as", "del\x1b[2Jphine", "HERE"], "the command is malformed: `subject.id`"),
    ([*DETACH, "--as", "del\udcffphine", "HERE"], "the command is malformed"),
    (["detach-user", *AS, "--account", "a\nb", "--perimeter", MOA, "HERE"], "`account`"),
    (["detach-user", *AS, "--account", "", "--perimeter", MOA, "HERE"], "`account`"),
    (["detach-user", *AS, "--account", "x", "--perimeter", "/S", "HERE"], "STRUCTURE/SERVICE"),
    (["detach-user", *AS, "--account", "x", "--perimeter", "", "HERE"], "STRUCTURE/SERVICE"),
    (["approve-many", *AS, "HERE"], "missing option `--approval`"),
    (["approve-many", *AS, "--approval", "-", "HERE"], "found no line on stdin"),
    (
        [
            "replace-entitlements",
            *AS,
            "--account",
            "x",
            "--perimeter",
            MOA,
            "--profile",
            "-",
            "HERE",
        ],
        "`--profile -` found no line on stdin",
    ),
    (["approve-many", *AS, *["--approval", "x"] * 101, "HERE"], "at most 100 are taken"),
    (["approve-many", *AS, "--approval", "-", "--approval", "x", "HERE"], "stands alone"),
    (
        ["request-account", *AS, "--email", "e@example.org", "--wanted-name", "X", "HERE"],
        "`--wanted-identifier-type` is missing; a structure that is wanted needs",
    ),
    (
        ["create-structure", *AS, "--identifier-type", "S", "--identifier", "1", "HERE"],
        "missing option `--structure-type`",
    ),
    (["modify-structure", *AS, "--structure", MOA, "--moa", "all", "HERE"], "`--moa`"),
    ([*DETACH, *AS, "--server", "127.0.0.1:1", "--insee", "x"], "leave `--insee`"),
    ([*DETACH, *AS, "--server", "127.0.0.1:1", "--policy", "x"], "leave `--policy` out"),
    ([*DETACH, *AS, "HERE", "--effect-delay", "1801"], "`--effect-delay`"),
    ([*DETACH, *AS, "HERE", "--insee", "/none"], "`/none` cannot be read"),
    ([*DETACH, *AS, "--data", "/none"], "no folder `/none`"),
]


@pytest.mark.parametrize(
    ("words", "told"), MISTAKES, ids=[f"{at}-{words[0]}" for at, (words, _) in enumerate(MISTAKES)]
)
def test_a_command_that_is_not_understood_changes_nothing(
    words: list[str], told: str, data: Path, policy: Path
) -> None:
    here = f"--data {data} --policy {policy}".split()
    journal = data / "habilis.sqlite3"
    before = journal.read_bytes()
    given = [word for each in words for word in (here if each == "HERE" else [each])]
    said = habilis("org", *given)

    assert (said.code, said.out) == (ExitCode.USAGE, "")
    assert told in said.err
    assert "Traceback" not in said.err
    assert "\x1b" not in said.err
    assert journal.read_bytes() == before


def test_without_an_answer_it_says_how_to_offer_the_request_again() -> None:
    words = (*DETACH, *AS, "--server", "127.0.0.1:1", "--deadline", "0.2", "--request-id", "mine")
    said, told = habilis("org", *words), habilis("org", *words, "--json")

    assert (said.code, said.out) == (ExitCode.UNAVAILABLE, "")
    assert "no answer from `127.0.0.1:1`" in said.err
    assert "offer it again with `--request-id mine`, and it is carried out once" in said.err
    assert told.json()["outcome"] == "unsure"
    assert told.json().keys() == KEYS
    assert told.code == ExitCode.UNAVAILABLE


def test_who_interrupts_a_command_is_told_how_to_offer_it_again(
    data: Path, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(OrganisationClient, "detach_user", interrupted)
    words = (*DETACH, *AS, "--request-id", "mine", "--data", data, "--policy", policy)
    said = habilis("org", *words)

    assert (said.code, said.out) == (ExitCode.INTERRUPTED, "")
    assert "offer it again with `--request-id mine`" in said.err


def test_a_late_change_counts_when_the_operator_has_said(folder: Path, policy: Path) -> None:
    here = ("--data", folder, "--policy", policy)
    words = ("deactivate-structure", "--structure", NICOLAS, "--as", "paul")
    said = habilis("org", *words, *here, "--effect-delay", "1800")
    asked = habilis(
        *("check", "--subject", "paul", "--action", "organisation.desactiver_structure"),
        *("--resource", f"structure:{NICOLAS}", *here),
    )

    assert (said.code, asked.code) == (0, 0)
    assert "ALREADY_INACTIVE" in habilis("org", *words, *here).out


def test_what_a_structure_is_given_may_be_emptied_or_left_as_it_is(
    folder: Path, policy: Path
) -> None:
    here = ("--data", folder, "--policy", policy)
    words = ("modify-structure", "--structure", NICOLAS, "--as", "paul", *here)
    first = habilis("org", *words, "--label", "NIC", "--phone", "0467000000")
    second = habilis("org", *words, "--label", "")
    lines = map(json.loads, habilis("export", "--data", folder).out.splitlines())
    [kept] = [each for each in lines if each.get("id") == NICOLAS]

    assert (first.code, second.code) == (0, 0)
    assert "0467000000" in json.dumps(kept)
    assert 'NIC"' not in json.dumps(kept)


def test_it_waits_as_long_as_the_client_does() -> None:
    assert f"[default: {WRITE_DEADLINE}]" in habilis("org", "approve", "--help").out
