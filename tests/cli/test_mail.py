"""`habilis mail`, and a server that sends: what people are told leaves the house."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from habilis import Perimeter
from habilis.organisation import OrganisationClient
from tests.cli.shell import habilis, serving
from tests.mail.post_office import OK, PORTAL, PostOffice, open_office

HALL = "17340430200015"
WHO = ("--smtp", "r:25", "--mail-from", "a@b.org", "--smtp-user", "u")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as office:
        yield office


def relay(office: PostOffice) -> list[str]:
    return ["--smtp", f"127.0.0.1:{office.port}", "--smtp-tls", "none", "--mail-from", PORTAL]


def ask_for_account(address: str) -> None:
    """On the academy, of which delphine decides."""
    with OrganisationClient(address) as organisation:
        organisation.request_account(
            subject="x", email="nouveau@example.org", perimeter=Perimeter(HALL)
        )


def wait_for(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def listed(data: Path) -> Any:
    return habilis("mail", "list", "--data", data, "--json").json()


@pytest.fixture(scope="module")
def asked(policy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with two notices, whose server sends nothing."""
    folder = tmp_path_factory.mktemp("asked") / "d"
    said = habilis("import", policy / "cases" / "facts.jsonl", "--data", folder)
    assert said.code == 0, said.err
    with serving("--data", folder, "--policy", policy) as address:
        ask_for_account(address)
    return folder


@pytest.fixture
def folder(asked: Path, tmp_path: Path) -> Path:
    """The same, which a test may change."""
    return shutil.copytree(asked, tmp_path / "d")


def test_a_server_sends_what_its_commands_tell(
    folder: Path, policy: Path, office: PostOffice
) -> None:
    with serving("--data", folder, "--policy", policy, *relay(office)):
        wait_for(lambda: not listed(folder)["notices"])

    to = [each.recipient for each in office.taken]
    assert sorted(to) == ["delphine@example.org", "nouveau@example.org"]
    assert habilis("mail", "list", "--data", folder).out == "every notice is sent\n"


def test_what_waits_is_listed_sent_set_aside_and_put_back_by_hand(
    folder: Path, office: PostOffice
) -> None:
    first, second = listed(folder)["notices"]
    assert (first["notice"], first["attempts"], first["because"]) == ("account-requested", 0, None)
    assert set(first) == {
        *("number", "event", "notice", "recipient", "created_at", "attempts"),
        *("again_at", "set_aside_at", "in_doubt_since", "because"),
    }

    office.rcpt = lambda address: "550 nobody" if address.startswith("nouveau") else OK
    said = habilis("mail", "send", "--data", folder, "--json", *relay(office))
    counts = {"sent": 1, "put_off": 0, "set_aside": 1, "waiting": 0, "relay": None}
    assert (said.code, said.json()) == (1, counts)
    table = habilis("mail", "list", "--data", folder).out
    assert "set aside" in table
    assert "550 nobody" in table

    office.rcpt = lambda _: OK
    number, other = first["number"], second["number"]
    said = habilis("mail", "retry", str(number), str(other), "--data", folder, "--json")
    assert (said.code, said.json()) == (1, {"put_back": [number], "not_set_aside": [other]})
    assert habilis("mail", "retry", "--data", folder).out == "0 put back\n"
    said = habilis("mail", "send", "--data", folder, *relay(office))
    assert (said.code, said.out.splitlines()[0]) == (0, "1 sent, 0 put off, 0 set aside")
    assert len(office.taken) == 2


def test_a_relay_that_cannot_be_used_is_told_and_loses_nothing(folder: Path) -> None:
    said = habilis("mail", "send", "--data", folder, *relay(PostOffice(port=1)))

    assert said.code == 4
    assert "the relay cannot be used" in said.err
    assert len(listed(folder)["notices"]) == 2


@pytest.mark.parametrize("command", [("mail", "send"), ("serve", "--listen", "127.0.0.1:0")])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--smtp", "relay"), "reads `HOST:PORT`"),
        (("--smtp", "relay:²"), "reads `HOST:PORT`"),
        (("--smtp", "relay:25"), "give `--mail-from ADDRESS`"),
        (("--mail-from", "a@example.org"), "give `--smtp HOST:PORT`"),
        (("--smtp", "relay:99999", "--mail-from", "a"), "`a` is no address to send from"),
        (WHO, "go together"),
        (
            (*WHO, "--smtp-tls", "none"),
            "go together",
        ),
        (
            (*WHO, "--smtp-password-file", "/nowhere"),
            "`/nowhere` cannot be read",
        ),
        (("--smtp", "r:25", "--mail-from", "a@b.org", "--smtp-ca", __file__), "no certificate"),
        (("--smtp", "r:25", "--mail-from", "a@b.org", "--smtp-tls", "maybe"), "maybe"),
        (("--smtp", "r:25", "--mail-from", "a@b.org", "--smtp-timeout", "0"), "waited for"),
    ],
)
def test_a_relay_that_is_not_described_well_is_refused(
    folder: Path, command: tuple[str, ...], words: tuple[str, ...], told: str
) -> None:
    said = habilis(*command, "--data", folder, *words)

    assert said.code == 2
    assert told in said.err


def test_a_password_comes_from_the_environment_or_a_file_and_never_in_the_clear(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("secret\n")
    words = ["--smtp", "relay.example.org:25", "--mail-from", "a@example.org", "--smtp-user", "u"]
    file = ["--smtp-password-file", str(tmp_path / "password")]
    for given in (file, []):
        if not given:
            monkeypatch.setenv("HABILIS_SMTP_PASSWORD", "secret")
        said = habilis("mail", "send", "--data", folder, *words, *given, "--smtp-tls", "none")
        assert said.code == 2
        assert "never sent in the clear" in said.err
        assert "secret" not in said.err + said.out


def test_the_variables_say_the_same_as_the_options(
    folder: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HABILIS_SMTP", f"127.0.0.1:{office.port}")
    monkeypatch.setenv("HABILIS_SMTP_TLS", "none")
    monkeypatch.setenv("HABILIS_MAIL_FROM", PORTAL)

    assert habilis("mail", "send", "--data", folder).code == 0
    assert len(office.taken) == 2
