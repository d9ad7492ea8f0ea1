"""`habilis-invoicing` as people and programs call it: a dossier from its form to its file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from habilis_invoicing.cli.main import COMMANDS, app
from habilis_invoicing.cli.words import ACTS as COMMANDS_OF_ACTS
from habilis_invoicing.client import InvoicingClient
from tests.cli.shell import Said, called
from tests.companion.documents import a_pdf
from tests.invoicing.service.acts import ACTS
from tests.invoicing.service.office import Office

pytestmark = pytest.mark.xdist_group("invoicing")

Call = Callable[..., Said]
FORM = {
    "cadre": "A4",
    "number": "",
    "fournisseur": {"structure": "40512377900010"},
    "deposant": {"structure": "40512377900010"},
    "moe": {"structure": "43155257900051"},
    "moa": {"structure": "17340430200015"},
    "destinataire": {"structure": "17340430200015"},
    "amounts": {
        "excluding_tax": "100.00",
        "vat": "20.00",
        "including_tax": "120.00",
        "to_pay": "120.00",
    },
}


def invoicing(*words: str | Path, given: str | None = None) -> Said:
    return called(app, "habilis-invoicing", *words, given=given)


@pytest.fixture
def call(desk: Office) -> Call:
    def at_the_desk(*words: str | Path, given: str | None = None) -> Said:
        return invoicing(*words, "--server", desk.address, given=given)

    return at_the_desk


@pytest.fixture
def document(tmp_path: Path, desk: Office) -> Path:
    path = tmp_path / "décompte.pdf"
    path.write_bytes(a_pdf(note=f"document {next(desk.numbers)}"))
    return path


def deposited(call: Call, document: Path, form: dict[str, Any], who: str) -> dict[str, Any]:
    words = ("deposit", "--as", who, "--form", "-", "--file", document, "--json")
    said = call(*words, given=json.dumps(form))
    assert said.code == 0, said.err
    told: dict[str, Any] = said.json()
    return told


def test_a_dossier_is_deposited_followed_listed_and_printed(
    call: Call, desk: Office, document: Path, tmp_path: Path
) -> None:
    number = f"CLI{next(desk.numbers)}"
    first = deposited(call, document, {**FORM, "number": number}, "alice")
    form = call("prefill-next", "--as", "julie", "--piece", first["id"], "--cadre", "A15")
    next_form = {**json.loads(form.out), "number": f"EA+{number}"}
    second = deposited(call, document, next_form, "julie")
    dossier = call("dossier", number, "--as", "claire")
    found = call("search", "--as", "claire", "--dossier", number, "--json").json()
    files = [tmp_path / "list.csv", tmp_path / "list.xlsx"]
    written = call("to-process", "--as", "claire", "--csv", files[0], "--xlsx", files[1])
    history = call("history", second["id"], "--as", "claire")
    piece = call("piece", second["id"], "--as", "claire")
    kept = call("download", second["id"], "--as", "claire", "--to", tmp_path / "kept")

    assert (first["etat"], second["etat"]) == ("MISE_A_DISPOSITION_MOE", "MISE_A_DISPOSITION_MOA")
    assert dossier.out.splitlines()[:2] == [
        f"Dossier de facturation n° {number}",
        f"A4 n° {number}",
    ]
    assert [line.split("  ")[2] for line in dossier.out.splitlines() if line[:2] == "  "] == [
        *("Mise à disposition de la MOE", "Associée", "Brouillon"),
        "Mise à disposition de la MOA",
    ]
    assert {each["number"] for each in found["pieces"]} == {number, f"EA+{number}"}
    assert written.code == 0
    assert all(path.stat().st_size for path in files)
    assert "« " not in history.out
    assert "Mise à disposition de la MOA" in history.out
    assert f"{second['id']}@{second['version']}" in piece.out
    assert kept.code == 0, kept.err
    assert (tmp_path / "kept" / "décompte.pdf").read_bytes() == document.read_bytes()


def test_a_draft_is_saved_changed_sent_and_another_deleted(
    call: Call, desk: Office, document: Path
) -> None:
    form = json.dumps({**FORM, "number": f"CLI{next(desk.numbers)}"})
    unnumbered = json.dumps(FORM)
    saved = call("save-draft", "--as", "alice", "--form", "-", "--json", given=unnumbered).json()
    here = f"{saved['id']}@{saved['version']}"
    words = ("save-draft", "--as", "alice", "--form", "-", "--file", document)
    changed = call(*words, "--replaces", here, "--json", given=form).json()
    stale = call("delete-draft", "--as", "alice", "--piece", here)
    sent = call("deposit", "--as", "alice", "--saved", f"{changed['id']}@{changed['version']}")

    assert saved["number"] == ""
    assert changed["version"] == saved["version"] + 1
    assert stale.code == 6
    assert "moved" in stale.err
    assert sent.code == 0, sent.err
    assert "Mise à disposition de la MOE" in sent.out


def test_a_refusal_tells_which_and_a_denial_by_which_rule(call: Call, document: Path) -> None:
    said = call("deposit", "--as", "alice", "--form", "-", given=json.dumps(FORM))
    told = call("deposit", "--as", "alice", "--form", "-", "--json", given=json.dumps(FORM))
    denied = call(
        *("deposit", "--as", "zoe", "--form", "-", "--json"),
        given=json.dumps({**FORM, "number": "Z1"}),
    )

    assert said.code == told.code == 6
    assert "NUMBER_REQUIRED" in said.err
    assert {each["code"] for each in told.json()["problems"]} >= {
        *("NUMBER_REQUIRED", "FILE_REQUIRED"),
    }
    assert denied.code == 3
    assert denied.json()["decision"]["reason"] == "NOT_ATTACHED"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("deposit", "--as", "alice"), "`--form FILE` or `--saved ID@VERSION`"),
        (("delete-draft", "--as", "alice", "--piece", "no-version"), "write ID@VERSION"),
        (("delete-draft", "--as", "alice", "--piece", "@1"), "write ID@VERSION"),
        (
            ("recycle", "--as", "alice", "--piece", "a@1", "--destinataire", "/x"),
            "write STRUCTURE or STRUCTURE/SERVICE",
        ),
        (("dossier", "nobody-s", "--as", "claire"), "none that you may see"),
        (("refuse-peice", "--as", "claire"), "did you mean `refuse-piece`?"),
        (("search", "--as", "claire", "--etat", "PERDUE"), "PERDUE"),
    ],
)
def test_a_command_that_cannot_be_understood(call: Call, words: tuple[str, ...], told: str) -> None:
    said = call(*words)

    assert said.code == 2
    assert told in said.err


def test_a_form_that_is_none_is_told_with_its_field(call: Call) -> None:
    for form in ("{", '{"cadre": "A99"}', '{"cader": "A4"}', '{"cadre": 4}', "[]"):
        said = call("save-draft", "--as", "alice", "--form", "-", given=form)
        assert said.code == 2, form
        assert "`-`" in said.err


def test_without_a_companion_there_is_no_answer() -> None:
    said = invoicing("to-process", "--as", "claire", "--server", "127.0.0.1:1", "--deadline", "0.2")

    assert said.code == 4
    assert "127.0.0.1:1" in said.err


def test_every_act_has_its_command() -> None:
    acts = {act for _, acts in COMMANDS_OF_ACTS.items() for act in acts} | {"complete"}

    assert {act.name.replace("_", "-") for act in ACTS} == acts


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does(command: str) -> None:
    said = invoicing(command, "--help")

    assert said.code == 0
    assert "Usage: habilis-invoicing" in said.out


def test_every_method_of_the_client_has_its_command() -> None:
    elsewhere = {
        "get_piece": "piece",
        "get_history": "history",
        "get_billing_file": "dossier",
        "list_to_process": "to-process",
        "get_dashboard": "dashboard",
        "download_file": "download",
        "upload_file": "deposit",
        "export": "search",
    }
    methods = {name for name in vars(InvoicingClient) if not name.startswith("_")}

    assert {elsewhere.get(name, name.replace("_", "-")) for name in methods} <= set(COMMANDS)
