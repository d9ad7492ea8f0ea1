"""INSEE's API: believed when it answers what was asked, and silent otherwise."""

import contextlib
import json
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from habilis.organisation import Address
from habilis_server.insee import (
    Establishment,
    RegistryUnavailableError,
    SireneApi,
    UnusableError,
)
from tests.insee.sirene import KEY, Reply, answer_for, found, headed, sirene
from tests.insee.stocks import establishment, unit

NUMBER = "73282932000074"
PATIENT = 60.0
ROW = establishment(
    NUMBER, libelleCommuneEtablissement="SETE", denominationUsuelleEtablissement="COMPTOIR"
)
COMPANY = unit("732829320", denominationUniteLegale="MAISON FILLE")
TOLD = answer_for(ROW, COMPANY)
GOOD = found(TOLD)


def without(told: dict[str, Any], *names: str, **more: Any) -> dict[str, Any]:
    return {**{name: value for name, value in told.items() if name not in names}, **more}


def asked(*replies: Reply, patience: float = PATIENT) -> tuple[Establishment | None, int]:
    """What is heard, and after how many questions."""
    with sirene(*replies) as api, SireneApi(KEY, api.url, patience=patience) as register:
        return register.find(NUMBER), len(api.asked)


def test_it_asks_for_the_number_with_the_key() -> None:
    with sirene(GOOD) as api, SireneApi(KEY, f"{api.url}/", patience=PATIENT) as register:
        heard = register.find(NUMBER)

    assert heard == Establishment(
        siret=NUMBER, name="MAISON FILLE", active=True, address=Address(city="SETE")
    )
    assert api.asked == [(f"/api-sirene/3.11/siret/{NUMBER}", KEY)]


@pytest.mark.parametrize("number", ["", "7328293200007", "../../siren/732829320", "7328293200007?"])
def test_what_is_no_siret_is_not_asked_for(number: str) -> None:
    with sirene(GOOD) as api, SireneApi(KEY, api.url, patience=PATIENT) as register:
        assert register.find(number) is None
        assert api.asked == []


def test_what_it_does_not_know_is_unknown() -> None:
    assert asked(headed(404)) == (None, 1)


def test_who_was_a_duplicate_is_closed() -> None:
    heard, _ = asked(headed(301))

    assert heard is not None
    assert not heard.active


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
    with contextlib.suppress(OSError):
        for _ in range(1000):
            handler.wfile.write(b" ")
            time.sleep(0.05)


def flood(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    with contextlib.suppress(OSError):
        for _ in range(1000):
            handler.wfile.write(b" " * 1_000_000)


def hang(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.recv(1)  # until nobody waits any more


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    with contextlib.suppress(OSError):
        handler.connection.shutdown(socket.SHUT_RDWR)


def packed(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"
    )


PERIOD = TOLD["periodesEtablissement"][0]
OTHER = "43155257900051"


@pytest.mark.parametrize(
    ("reply", "told", "questions"),
    [
        (Reply(body=b"<html>welcome</html>"), "something else than what was asked", 1),
        (Reply(), "something else", 1),
        (Reply(body=b"[" * 100_000), "something else", 1),
        (Reply(body=json.dumps(["etablissement"]).encode()), "something else", 1),
        (Reply(body=json.dumps({"etablissement": TOLD}).encode()), "something else", 1),
        (Reply(body=headed(404).body), "something else", 1),
        (headed(200), "another establishment", 1),
        (found(without(TOLD, siret=OTHER)), "another establishment", 1),
        (found(without(TOLD, siret=int(NUMBER))), "another establishment", 1),
        (found(without(TOLD, "periodesEtablissement")), "no present, or several", 1),
        (found(without(TOLD, periodesEtablissement=[PERIOD, PERIOD])), "or several", 1),
        (found(without(TOLD, "statutDiffusionEtablissement")), "is none of O, P, N", 1),
        (found(without(TOLD, "uniteLegale")), "etatAdministratifUniteLegale` is none of", 1),
        (
            found(without(TOLD, adresseEtablissement={"codePostalEtablissement": 34200})),
            "`codePostalEtablissement` is no text",
            1,
        ),
        (
            found(without(TOLD, adresseEtablissement={"libelleVoieEtablissement": "A\u202eB"})),
            "`libelleVoieEtablissement`",
            1,
        ),
        (
            found(without(TOLD, adresseEtablissement={"libelleVoieEtablissement": "A" * 257})),
            "`libelleVoieEtablissement` has 257 characters",
            1,
        ),
        (Reply(status=404, body=b"no context-path matches the request"), "has status 404", 1),
        (Reply(status=301, headers={"Location": "https://example.org"}), "sends elsewhere", 1),
        (Reply(status=302, headers={"Location": "/other"}), "sends elsewhere", 1),
        (headed(308), "sends elsewhere", 1),
        (headed(400), "has status 400", 1),
        (headed(401), "does not take the key", 1),
        (headed(403), "keeps to itself what it knows", 1),
        (headed(406), "has status 406", 1),
        (headed(500), "has status 500", 3),
        (headed(503), "has status 503", 3),
        (Reply(write=hang_up), "can't be reached", 3),
        (Reply(write=packed), "something else", 1),
        (Reply(write=flood), "says more than an answer takes", 1),
    ],
)
def test_what_is_no_answer_is_silence(reply: Reply, told: str, questions: int) -> None:
    with sirene(reply) as api, SireneApi(KEY, api.url, patience=PATIENT) as register:
        with pytest.raises(RegistryUnavailableError) as silence:
            register.find(NUMBER)

        assert told in str(silence.value)
        assert KEY not in str(silence.value)
        assert len(api.asked) == questions


@pytest.mark.parametrize("write", [drip, hang])
def test_it_is_not_waited_for_longer_than_the_patience(
    write: Callable[[BaseHTTPRequestHandler], None],
) -> None:
    start = time.monotonic()
    with pytest.raises(RegistryUnavailableError, match=r"takes too long|can't be reached"):
        asked(Reply(write=write), patience=0.6)

    assert time.monotonic() - start < PATIENT / 2


@pytest.mark.parametrize(
    "reply",
    [
        headed(503),
        Reply(write=hang_up),
        Reply(status=429, headers={"Retry-After": "0"}),
        Reply(status=503, headers={"Retry-After": "1"}),
        Reply(status=503, headers={"Retry-After": "soon"}),
        Reply(status=503, headers={"Retry-After": "Mon, 05 Jan 2026 08:00:00 GMT"}),
    ],
)
def test_it_is_asked_again_when_that_may_help(reply: Reply) -> None:
    heard, questions = asked(reply, GOOD, patience=PATIENT)

    assert heard is not None
    assert questions == 2


def in_an_hour() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize("wait", [lambda: "3600", lambda: "9" * 400, in_an_hour])
def test_it_is_left_alone_for_as_long_as_it_says(wait: Callable[[], str]) -> None:
    tired = Reply(status=429, headers={"Retry-After": wait()})
    with sirene(tired, GOOD) as api, SireneApi(KEY, api.url, patience=PATIENT) as register:
        with pytest.raises(RegistryUnavailableError, match="has status 429"):
            register.find(NUMBER)
        with pytest.raises(RegistryUnavailableError, match="wants to be left alone for"):
            register.find(NUMBER)

        assert len(api.asked) == 1


def test_who_is_not_there_is_silent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with (
            SireneApi(KEY, f"http://127.0.0.1:{port}", patience=2) as register,
            pytest.raises(RegistryUnavailableError, match="can't be reached"),
        ):
            register.find(NUMBER)


@pytest.mark.parametrize(
    ("key", "base"),
    [
        ("", "https://example.org"),
        ("two words", "https://example.org"),
        ("clé", "https://example.org"),
        ("a\r\nHost: b", "https://example.org"),
        (KEY, "http://example.org/api-sirene/3.11"),
        (KEY, "http://127.0.0.1.example.org"),
        (KEY, "https://user:secret@example.org"),
        (KEY, "https://example.org?q=1"),
        (KEY, "ftp://example.org"),
        (KEY, "https://"),
        (KEY, "https://exa mple.org:port"),
        (KEY, "api"),
    ],
)
def test_a_key_or_an_address_that_cannot_be_used_is_refused(key: str, base: str) -> None:
    with pytest.raises(UnusableError) as refusal:
        SireneApi(key, base)

    assert not key or key not in str(refusal.value)
