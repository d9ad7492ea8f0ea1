"""One mail, the same to the byte however often it is written."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Final

from habilis_companion.mail.errors import UnwritableError

__all__ = ["Mail", "message_id"]

_LONGEST: Final = 998
"""Octets of a line of a mail (RFC 5322 §2.1.1); no field of ours may be longer."""
# What ends a line, or hides in one: nothing of the kind is taken into a header.
_UNFIT: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def message_id(source: str, event: str, recipient: str, sender: str) -> str:
    """The identity of the mail that tells `recipient` of `event`: one for ever.

    `source` names whose events they are, so that two services that send in the
    name of one domain never share an identity.
    """
    said = f"{source}\0{event}\0{recipient}"
    name = hashlib.sha256(said.encode()).hexdigest()[:40]
    return f"<{source}.{name}@{sender.rpartition('@')[2]}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Raises UnwritableError for a field that no mail may have; both bodies may have any lines."""

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime

    def __post_init__(self) -> None:
        for name in ("sender", "recipient", "subject", "message_id"):
            value: str = getattr(self, name)
            if not value.strip():
                raise UnwritableError(f"the {name} is empty")
            if any(unicodedata.category(letter) in _UNFIT for letter in value):
                raise UnwritableError(f"the {name} has a character that no header may have")
            if len(value.encode()) > _LONGEST:
                raise UnwritableError(f"the {name} is longer than {_LONGEST} octets")
        for name in ("text", "html"):
            if not getattr(self, name).strip():
                raise UnwritableError(f"the {name} is empty")

    @property
    def needs_utf8(self) -> bool:
        """Whether an address has letters that only a relay with SMTPUTF8 can carry."""
        return not (self.sender + self.recipient).isascii()

    def as_bytes(self) -> bytes:
        """As it is handed to the relay, its lines ended by CRLF."""
        message = EmailMessage(policy=SMTPUTF8 if self.needs_utf8 else SMTP)
        try:
            message["From"] = _address(self.sender)
            message["To"] = _address(self.recipient)
            message["Subject"] = self.subject
            message["Date"] = self.date.astimezone(UTC)
            message["Message-ID"] = self.message_id
            message["Auto-Submitted"] = "auto-generated"
            message["Content-Language"] = "fr"
            # Seven bits: any relay passes them on as they are.
            message.set_content(self.text, cte="quoted-printable")
            message.add_alternative(self.html, subtype="html", cte="quoted-printable")
            # One of chance would make another mail of each attempt.
            message.set_boundary(f"=_{hashlib.sha256(self.message_id.encode()).hexdigest()[:32]}")
            return message.as_bytes()
        except (ValueError, UnicodeError) as error:
            raise UnwritableError(f"it cannot be written: {error}") from error


def _address(address: str) -> Address:
    name, _, domain = address.rpartition("@")
    return Address(username=name, domain=domain)
