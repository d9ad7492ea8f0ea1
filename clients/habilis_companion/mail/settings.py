"""Which relay takes our mails, and what we show it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from habilis_companion.mail.errors import SettingsError

__all__ = ["RelaySettings", "Tls"]

_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LONGEST: Final = 600.0
_LAST_PORT: Final = 65_535


class Tls(StrEnum):
    """How the way to the relay is protected."""

    STARTTLS = "starttls"
    """From the command STARTTLS on; a relay that does not offer it is not used."""

    TLS = "tls"
    """From the first octet on."""

    NONE = "none"
    """Not at all: for a relay on this machine, or in a network that is trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """One SMTP relay. The certificate of a relay is always verified.

    `user` "": the relay asks nobody who he is. `ca`: the authority that vouches
    for it (PEM; None: those of the machine). `timeout` is in seconds, for
    reaching the relay and for each mail as a whole. Raises SettingsError.
    """

    host: str
    port: int
    sender: str
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None
    timeout: float = 30.0

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise SettingsError("\n".join(problems))

    def _problems(self) -> Iterator[str]:
        if not self.host or not self.host.isprintable() or " " in self.host:
            yield "the relay has no name; give it as HOST:PORT"
        if not 0 < self.port <= _LAST_PORT:
            yield f"a relay listens on a port from 1 to {_LAST_PORT}, not on {self.port}"
        if not _ADDRESS.fullmatch(self.sender):
            yield f"`{self.sender}` is no address to send from; it reads portal@example.org"
        if not 0 < self.timeout <= _LONGEST:
            yield f"the relay is waited for between 0 and {_LONGEST:g} seconds"
        if bool(self.user) != bool(self.password):
            yield "a user and a password go together"
        if not (self.user + self.password).isprintable():
            yield "the user or the password has a character that can't be seen"
        if self.user and self.tls is Tls.NONE and not self._here():
            yield "a password is never sent in the clear; use TLS, or a relay on this machine"
        if self.ca is not None and not self.ca.is_file():
            yield f"no file `{self.ca}`"

    def _here(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
