"""`habilis-soliciting` as people and programs call it: from a form to the closing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from habilis_soliciting.cli.main import COMMANDS, app
from habilis_soliciting.cli.words import ACTS as COMMANDS_OF_ACTS
from habilis_soliciting.client import SolicitingClient
from habilis_soliciting.reference.reading import SHIPPED
from tests.cli.shell import Said, called
from tests.soliciting.service.acts import ACTS
from tests.soliciting.service.office import EMISES, Desk

pytestmark = pytest.mark.xdist_group("soliciting")

Call = Callable[..., Said]
FORM = {
    "emetteur": {"structure": "40512377900010"},
    "recepteur": {"structure": "11000201100044", "service": "FAC0000034"},
    "category": "FACTURES_EMISES",
    "subcategory": "ERREUR_DESTINATAIRE",
    "title": "Engagement inconnu",
    "description": "La facture cite un engagement qui n'existe pas.",
    "contact_email": "alice@example.org",
}
SENT = ("--through", EMISES)


def soliciting(*words: str | Path, given: str | None = None) -> Said:
    return called(app, "habilis-soliciting", *words, given=given)


@pytest.fixture
def call(desk: Desk) -> Call:
    def at_the_desk(*words: str | Path, given: str | None = None) -> Said:
        return soliciting(*words, "--server", desk.address, given=given)

    return at_the_desk


def here(call: Call, identifier: str, who: str, *through: str) -> str:
    """As this person reads it now, the way that acts take it."""
    told = call("solicitation", identifier, "--as", who, *through, "--json").json()
    return f"{identifier}@{told['version']}"


def test_one_is_written_answered_and_closed_by_commands(call: Call, tmp_path: Path) -> None:
    note, answer = tmp_path / "note.txt", tmp_path / "réponse.txt"
    note.write_text("la note", encoding="utf-8")
    answer.write_text("la réponse", encoding="utf-8")
    form = json.dumps(FORM)

    words = ("save-draft", "--as", "alice", "--form", "-", "--attach", note, "--json")
    kept = call(*words, given=form).json()
    sent = call("submit", "--as", "alice", "--saved", f"{kept['id']}@{kept['version']}")
    one = kept["id"]

    def act(who: str, command: str, *words: str | Path, through: tuple[str, ...] = ()) -> Said:
        read = here(call, one, who, *through)
        return call(command, "--as", who, "--solicitation", read, *words)

    steps = [
        act("lea", "assign", "--assignee", "hugo"),
        act("hugo", "process", "--status", "EN_COURS", "--comment", "Prête.", "--attach", answer),
        act("lea", "process", "--status", "DEMANDE_INFORMATION", "--comment", "Laquelle ?"),
        act("alice", "complete", "--comment", "La dernière.", through=SENT),
        act("lea", "process", "--status", "RESOLUE"),
        act("alice", "send-back", "--comment", "Pas encore.", through=SENT),
        act("lea", "process", "--status", "RESOLUE", "--comment", "Maintenant oui."),
        act("alice", "close", through=SENT),
    ]
    told = call("solicitation", one, "--as", "lea")
    history = call("history", one, "--as", "lea")
    own = call("history", one, "--as", "alice", *SENT, "--json").json()
    fetched = call("download", one, "--as", "alice", *SENT, "--to", tmp_path / "kept")

    assert (kept["done"], kept["etat"], kept["number"]) == (True, "BROUILLON", "")
    assert sent.out.startswith("done: S20")
    assert "« Affectée »" in sent.out
    assert [said.code for said in steps] == [0] * len(steps), [said.err for said in steps]
    assert "Clôturée" in told.out
    assert "En cours (sender: Affectée)" in history.out
    assert [line["etat"] for line in own["lines"]] == [
        *("BROUILLON", "ENREGISTREE", "AFFECTEE", "DEMANDE_INFORMATION", "AFFECTEE"),
        *("RESOLUE", "AFFECTEE", "RESOLUE", "CLOTUREE"),
    ]
    assert fetched.code == 0, fetched.err
    assert (tmp_path / "kept" / "réponse.txt").read_text(encoding="utf-8") == "la réponse"


def test_one_goes_to_the_support_and_on_to_a_service(call: Call, tmp_path: Path) -> None:
    form = tmp_path / "form.json"
    form.write_text(json.dumps(FORM), encoding="utf-8")
    sent = call("submit", "--as", "alice", "--form", form, "--json").json()
    one = sent["id"]

    misrouted = call(
        *("process", "--as", "lea", "--solicitation", here(call, one, "lea")),
        *("--status", "MAUVAISE_AFFECTATION", "--comment", "Au CSP.", "--json"),
    )
    lost = call("solicitation", one, "--as", "lea", "--json")
    routed = call(
        *("reroute", "--as", "samir", "--solicitation", here(call, one, "samir")),
        *("--recepteur", "11000201100044/RECCHOR034"),
    )
    waiting = call("to-process", "--as", "karim", "--json").json()

    assert misrouted.json()["etat"] == "A_TRAITER"
    assert (lost.code, lost.json()["decision"]["reason"]) == (3, "SUPPORT_ONLY")
    assert routed.code == 0, routed.err
    assert one in {each["id"] for each in waiting["solicitations"]}


def test_without_a_status_the_portal_s_own_words_are_told(call: Call, desk: Desk) -> None:
    received = desk.received()
    words = ("process", "--as", "lea", "--solicitation", f"{received.id}@{received.version}")
    said, told = call(*words), call(*words, "--json")

    assert said.code == told.code == 6
    assert said.err == (
        "refused: status: champ statut obligatoirement renseigné (STATUS_REQUIRED)\n"
    )
    assert told.json() == {
        "done": False,
        "problems": [
            {
                "code": "STATUS_REQUIRED",
                "field": "status",
                "message": "champ statut obligatoirement renseigné",
            }
        ],
    }
    stale = call("process", "--as", "lea", "--solicitation", f"{received.id}@9", *_TAKE, "--json")
    assert (stale.code, stale.json()) == (6, {"done": False, "stale": True})


_TAKE = ("--status", "EN_COURS")


def test_lists_and_counts_are_printed_told_and_written(
    call: Call, desk: Desk, tmp_path: Path
) -> None:
    received = desk.received()
    number = desk.seen(received, {"subject": "lea", "application": "sollicitations_recues"}).number
    every = (
        *("--emetteur", "40512377900010", "--recepteur", "11000201100044"),
        *("--category", "FACTURES_EMISES", "--subcategory", "ERREUR_DESTINATAIRE"),
        *("--etat", "A_TRAITER", "--etat", "EN_COURS", "--number", number),
        *("--from", "2026-01-01T00:00:00Z", "--to", "2999-01-01T00:00:00+01:00"),
    )
    files = [tmp_path / "list.csv", tmp_path / "list.xlsx"]

    found = call("search", "--as", "lea", *every, "--json").json()["solicitations"]
    shown = call("search", "--as", "lea", *every)
    written = call("search", "--as", "lea", *every, "--csv", files[0], "--xlsx", files[1])
    nothing = call("search", "--as", "lea", "--about", "NOWHERE", "--assignee", "karim")
    counted = call("dashboard", "--as", "lea", *every, "--json").json()
    waited = call("statistics", "--as", "lea", *every, "--json").json()

    assert [each["id"] for each in found] == [received.id]
    assert f"{received.id}@{received.version}" in shown.out
    assert "1 solicitations written to" in written.out
    assert all(path.stat().st_size for path in files)
    assert received.id not in nothing.out
    assert counted == {"etats": {"A_TRAITER": {"TWO_DAYS": 1}}}
    [row] = waited["subcategories"]
    assert (row["solicitations"], row["subcategory"]) == ("1", "ERREUR_DESTINATAIRE")
    for command in ("dashboard", "statistics", "to-process"):
        said = call(command, "--as", "alice", *SENT)
        assert (said.code, said.err) == (0, ""), command
        assert max(map(len, said.out.splitlines())) <= 100


def test_the_categories_are_told_and_a_file_of_them_is_checked(call: Call, tmp_path: Path) -> None:
    shown = call("categories")
    told = call("categories", "--json").json()["categories"]
    well = soliciting("categories", "--check", SHIPPED, "--json").json()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        "categories:\n  A: {label: A, application: factures_emises, subcategories:"
        " {B: {label: '', routing: NOBODY, basis: [R84]}}}\n",
        encoding="utf-8",
    )
    refused = soliciting("categories", "--check", wrong)
    as_json = soliciting("categories", "--check", wrong, "--json").json()
    served = soliciting(
        *("serve", "--categories", wrong, "--data", tmp_path, "--habilis", "127.0.0.1:1"),
        *("--listen", "127.0.0.1:0"),
    )

    assert "ERREUR_DESTINATAIRE" in shown.out
    assert (well["categories"], well["problems"]) == (len(told), [])
    assert refused.code == served.code == 1
    assert f"{wrong}:2:" in refused.out
    assert f"{wrong}:2:" in served.err
    assert len(as_json["problems"]) == refused.out.count(f"{wrong}:2:") >= 2
    assert soliciting("categories").code == 2


def test_somebody_without_an_account_writes_by_a_command(call: Call) -> None:
    words = (
        *("submit-anonymously", "--category", "GESTION_COMPTE", "--subcategory", "CONNEXION"),
        *("--email", "cli@example.org", "--title", "Accès", "--description", "Impossible."),
    )
    first = call(*words, "--request-id", "by-command", "--json").json()
    again = call(*words, "--request-id", "by-command", "--json").json()
    refused = call("submit-anonymously")

    assert first["done"]
    assert first == again
    assert call(*words).out.startswith("received ")
    assert refused.code == 6
    assert "CATEGORY_REQUIRED" in refused.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("submit", "--as", "alice"), "`--form FILE` or `--saved ID@VERSION`"),
        (("save-draft", "--as", "alice"), "`--form FILE` is missing"),
        (("close", "--as", "alice", "--solicitation", "x"), "write ID@VERSION"),
        (
            ("reroute", "--as", "samir", "--solicitation", "a@1", "--recepteur", "/x"),
            "`--recepteur /x`: write STRUCTURE or STRUCTURE/SERVICE",
        ),
        (("search", "--as", "lea", "--from", "yesterday"), "`--from yesterday`"),
        (("search", "--as", "lea", "--to", "2026-01-01T00:00"), "no time zone"),
        (("proces", "--as", "lea"), "did you mean `process`?"),
    ],
)
def test_a_command_that_cannot_be_understood(call: Call, words: tuple[str, ...], told: str) -> None:
    said = call(*words)

    assert said.code == 2
    assert told in said.err


def test_a_form_that_is_none_is_told_with_its_field(call: Call) -> None:
    for form in ("{", '{"emeteur": {}}', '{"title": 4}', "[]", "{}"):
        said = call("save-draft", "--as", "alice", "--form", "-", given=form)
        assert said.code == 2, form
        assert "`-`" in said.err


def test_every_act_and_every_method_of_the_client_has_its_command() -> None:
    elsewhere = {
        "get_solicitation": "solicitation",
        "get_solicitation_history": "history",
        "get_solicitation_dashboard": "dashboard",
        "get_solicitation_statistics": "statistics",
        "save_solicitation_draft": "save-draft",
        "list_categories": "categories",
        "list_solicitations_to_process": "to-process",
        "search_solicitations": "search",
        "export_solicitations": "search",
        "download_attachment": "download",
        "upload_attachment": "submit",
    }
    methods = {name for name in vars(SolicitingClient) if not name.startswith("_")}
    names = {name: name.removesuffix("_solicitation").replace("_", "-") for name in methods}
    acts = {act for acts in COMMANDS_OF_ACTS.values() for act in acts}

    assert {elsewhere.get(name, names[name]) for name in methods} <= set(COMMANDS)
    assert {names[act.name] for act in ACTS} == acts


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does(command: str) -> None:
    said: Any = soliciting(command, "--help")

    assert said.code == 0
    assert "Usage: habilis-soliciting" in said.out
