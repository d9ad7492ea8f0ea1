"""The way to the relay: protected, or not gone; each answer told for what it means."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from habilis_companion.mail import (
    ClaimLostError,
    DeferredError,
    InDoubtError,
    Mail,
    MailError,
    RefusedError,
    Relay,
    RelayError,
    RelaySettings,
    SettingsError,
    Tls,
)
from tests.mail.post_office import (
    CUT,
    CUT_ONCE_TAKEN,
    HANG,
    OK,
    PORTAL,
    PostOffice,
    open_office,
)
from tests.service.certificates import Authority

pytestmark = pytest.mark.alone

RIGHT = "the right one"


def mail(recipient: str = "zoe@example.org", text: str = "Bonjour\n.\n..fin\n") -> Mail:
    return Mail(
        sender=PORTAL,
        recipient=recipient,
        subject="Objet",
        text=text,
        html="<p>Bonjour</p>",
        message_id="<m@example.org>",
        date=datetime(2026, 3, 3, 12, tzinfo=UTC),
    )


def send(settings: RelaySettings, *mails: Mail, hand_over: Callable[[], bool] = bool) -> None:
    with Relay(settings).session() as session:
        for each in mails or (mail(),):
            session.send(each, (lambda: True) if hand_over is bool else hand_over)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as office:
        yield office


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.named("authority")


@pytest.fixture
def ca(authority: Authority, tmp_path: Path) -> Path:
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    return tmp_path / "ca.pem"


def context(authority: Authority, folder: Path, host: str = "127.0.0.1") -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(*authority.vouch(host).write(folder, "office"))
    return made


def test_what_is_taken_is_what_was_written(office: PostOffice) -> None:
    sent = [mail(), mail("a..b@example.org"), mail("élise@example.org")]
    send(office.settings(), *sent)

    assert [each.octets for each in office.taken] == [each.as_bytes() for each in sent]
    assert office.taken[2].recipient == "élise@example.org"


@pytest.mark.parametrize(
    ("rcpt", "data", "error", "told"),
    [
        ("450 later", OK, DeferredError, "450 later"),
        ("550 nobody\x00here", OK, RefusedError, "550 nobody here"),
        ("421 closing", OK, RelayError, "421 closing"),
        (CUT, OK, RelayError, "no answer of the relay"),
        (OK, "451 disk full", DeferredError, "451 disk full"),
        (OK, "554 no such thing", RefusedError, "554 no such thing"),
        (OK, "421 closing", RelayError, "421 closing"),
        (OK, CUT, InDoubtError, "was given the mail"),
        (OK, CUT_ONCE_TAKEN, InDoubtError, "was given the mail"),
    ],
)
def test_each_answer_has_one_meaning(
    office: PostOffice, rcpt: str, data: str, error: type[MailError], told: str
) -> None:
    office.rcpt, office.data = (lambda _: rcpt), (lambda _: data)

    with pytest.raises(error, match=told):
        send(office.settings())
    assert len(office.taken) == (data == CUT_ONCE_TAKEN)


def test_after_a_no_the_same_connection_goes_on(office: PostOffice) -> None:
    office.rcpt = lambda address: "550 nobody" if address.startswith("no") else OK
    office.data = lambda address: "451 later" if address.startswith("later") else OK
    with Relay(office.settings()).session() as session:
        for address, error in (("no@e.org", RefusedError), ("later@e.org", DeferredError)):
            with pytest.raises(error):
                session.send(mail(address), lambda: True)
            session.send(mail(), lambda: True)

    assert len(office.taken) == 2


@pytest.mark.parametrize(
    ("rcpt", "data", "error"), [(HANG, OK, RelayError), (OK, HANG, InDoubtError)]
)
def test_a_relay_that_says_nothing_is_cut_off(
    office: PostOffice, rcpt: str, data: str, error: type[MailError]
) -> None:
    office.rcpt, office.data = (lambda _: rcpt), (lambda _: data)
    with pytest.raises(error):
        send(office.settings(timeout=0.3))


def test_a_relay_that_says_a_letter_now_and_then_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                while not stop.wait(0.05):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        port = listening.getsockname()[1]
        settings = RelaySettings(
            host="127.0.0.1", port=port, sender=PORTAL, tls=Tls.NONE, timeout=0.5
        )
        try:
            with pytest.raises(RelayError):
                send(settings)
        finally:
            stop.set()
            thread.join()


def test_an_absent_relay_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    settings = RelaySettings(host="127.0.0.1", port=port, sender=PORTAL, tls=Tls.NONE)
    with pytest.raises(RelayError, match="no answer of the relay"):
        send(settings)


def test_without_the_mark_the_dot_never_follows(office: PostOffice) -> None:
    def fail() -> bool:
        raise OSError("the disk is full")

    with pytest.raises(ClaimLostError):
        send(office.settings(), hand_over=lambda: False)
    with pytest.raises(OSError, match="the disk is full"):
        send(office.settings(), hand_over=fail)
    send(office.settings(), mail("next@example.org"))

    assert [each.recipient for each in office.taken] == ["next@example.org"]


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
def test_the_certificate_is_verified(
    authority: Authority, ca: Path, tmp_path: Path, tls: Tls
) -> None:
    implicit = tls is Tls.TLS
    with open_office(tls=context(authority, tmp_path), implicit=implicit) as office:
        send(office.settings(tls=tls, ca=ca))
        with pytest.raises(RelayError, match=r"(?i)certificate"):
            send(office.settings(tls=tls))
    with (
        open_office(
            tls=context(authority, tmp_path, "elsewhere.example.org"), implicit=implicit
        ) as stranger,
        pytest.raises(RelayError, match=r"(?i)certificate"),
    ):
        send(stranger.settings(tls=tls, ca=ca))

    assert (len(office.taken), stranger.taken) == (1, [])


def test_a_relay_without_starttls_is_given_nothing(office: PostOffice) -> None:
    with pytest.raises(RelayError, match="offers no STARTTLS"):
        send(office.settings(tls=Tls.STARTTLS))
    assert office.taken == []


def test_who_we_are_is_shown_and_a_wrong_password_refuses_no_mail(
    authority: Authority, ca: Path, tmp_path: Path
) -> None:
    with open_office(tls=context(authority, tmp_path), password=RIGHT) as office:
        words = {"tls": Tls.STARTTLS, "ca": ca, "user": "portail"}
        send(office.settings(**words, password=RIGHT))
        with pytest.raises(RelayError, match="535"):
            send(office.settings(**words, password=RIGHT[:-1]))

    assert len(office.taken) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"host": ""}, "has no name"),
        ({"host": "a\nb"}, "has no name"),
        ({"port": 0}, "a port from 1"),
        ({"port": 65536}, "a port from 1"),
        ({"sender": "portal"}, "no address to send from"),
        ({"sender": "a@b.org\nBcc: c@d.org"}, "no address to send from"),
        ({"timeout": 0}, "between 0 and 600"),
        ({"timeout": float("nan")}, "between 0 and 600"),
        ({"user": "u"}, "go together"),
        ({"password": "p"}, "go together"),
        ({"user": "u", "password": "p\n"}, "can't be seen"),
        ({"user": "u", "password": "p", "tls": Tls.NONE}, "never sent in the clear"),
        ({"ca": Path("/nowhere.pem")}, "no file"),
    ],
)
def test_a_relay_that_cannot_be_used_safely_is_refused(words: dict[str, Any], told: str) -> None:
    given: dict[str, Any] = {"host": "relay.example.org", "port": 587, "sender": PORTAL}
    with pytest.raises(SettingsError, match=told):
        RelaySettings(**{**given, **words})


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_on_this_machine_a_password_may_go_in_the_clear(host: str) -> None:
    settings = RelaySettings(
        host=host,
        port=25,
        sender=PORTAL,
        tls=Tls.NONE,
        user="u",
        password="p",  # noqa: S106  # a test's own
    )

    assert "'p'" not in repr(settings)
