"""A mail says what it was given, in fields that nothing slips through, and always alike."""

import random
from datetime import UTC, datetime
from email import message_from_string, policy
from typing import Any

import pytest

from habilis_companion.mail import Mail, UnwritableError, message_id

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
FRENCH = "Vœux d’été : « l’œuvre » à 12 €, naïveté, çà et là –"
PLAIN = {
    "sender": "portail@example.org",
    "recipient": "zoé.o'hara@exemple.fr".replace("é", "e"),
    "subject": FRENCH,
    "text": f"{FRENCH}\n.\n..\n.début\n" + "long " * 400,
    "html": f"<p>{FRENCH}</p>",
    "message_id": message_id("habilis", "r1:0", "z@exemple.fr", "portail@example.org"),
}


def mail(**words: str) -> Mail:
    return Mail(**{**PLAIN, **words}, date=NOON)


def read(octets: bytes) -> Any:
    return message_from_string(octets.decode().replace("\r\n", "\n"), policy=policy.default)


def test_what_is_written_is_read_back() -> None:
    octets = mail().as_bytes()
    found = read(octets)

    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert found["Subject"] == FRENCH
    assert (found["To"], found["From"]) == (PLAIN["recipient"], "portail@example.org")
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Message-ID"] == PLAIN["message_id"]
    assert found["Date"].datetime == NOON
    assert found.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        body = found.get_body(preferencelist=(kind,))
        assert body.get_content_charset() == "utf-8"
        assert body.get_content().rstrip("\n") == PLAIN["text" if kind == "plain" else kind].rstrip(
            "\n"
        )


def test_one_event_is_one_mail_to_the_byte() -> None:
    assert mail().as_bytes() == mail().as_bytes()
    assert mail().as_bytes() != mail(text="other").as_bytes()


def test_the_identity_is_that_of_the_event_for_one_person_of_one_service() -> None:
    given = ("habilis", "r1:0", "a@example.org", "portail@example.org")
    others = [
        ("sollicitations", *given[1:]),
        ("habilis", "r1:1", *given[2:]),
        ("habilis", "r1:0", "b@example.org", given[3]),
        (*given[:3], "portail@example.com"),
        ("habilis", "r1:0a", "@example.org", given[3]),
    ]

    assert message_id(*given) == message_id(*given)
    assert len({message_id(*each) for each in [given, *others]}) == len(others) + 1
    assert message_id(*given).endswith("@example.org>")


HIDDEN = ["\r", "\n", "\r\n", "\0", "\x0b", "\x85", "\u2028", "\u2029", "\u202e", "\ud800"]


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
@pytest.mark.parametrize("field", ["sender", "recipient", "subject", "message_id"])
def test_no_field_breaks_out_of_its_line(field: str, hidden: str) -> None:
    with pytest.raises(UnwritableError, match=f"the {field} has a character"):
        mail(**{field: f"{PLAIN[field]}{hidden}Bcc: everybody@example.org"})


@pytest.mark.parametrize("field", ["sender", "recipient", "subject", "text", "html"])
@pytest.mark.parametrize("empty", ["", "   "])
def test_no_half_of_a_mail(field: str, empty: str) -> None:
    with pytest.raises(UnwritableError, match=f"the {field} is empty"):
        mail(**{field: empty})


def test_a_field_without_end_is_refused() -> None:
    with pytest.raises(UnwritableError, match="longer than 998"):
        mail(subject="é" * 500)


@pytest.mark.parametrize(
    "address", ["a..b@example.org", ".a@example.org", "a'b&c@example.org", "élise@exämple.fr"]
)
def test_any_address_that_the_portal_takes_is_written_as_one(address: str) -> None:
    octets = mail(recipient=address).as_bytes()
    [found] = read(octets)["To"].addresses

    assert (found.username, found.domain) == tuple(address.split("@"))
    assert octets.isascii() == address.isascii()


def test_texts_of_any_letters_are_either_written_whole_or_refused() -> None:
    chance = random.Random(8)
    for _ in range(300):
        letters = [chr(chance.choice([chance.randrange(1, 256), chance.randrange(1, 0x3000)]))]
        text = "x" + "".join(letters * 3 + ["é", "."])
        found = read(mail(subject="s", text=text).as_bytes())
        said = found.get_body(preferencelist=("plain",)).get_content()
        assert said.split() == text.split()
