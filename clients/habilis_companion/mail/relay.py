"""The way to the relay: SMTP, told so that every answer has one meaning.

What is sent before the final dot counts for nothing if the dot never follows
(RFC 5321 §3.3): only between the dot and its answer can it be unknown whether
the relay has the mail.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from habilis_companion.mail.errors import (
    ClaimLostError,
    DeferredError,
    InDoubtError,
    MailError,
    RefusedError,
    RelayError,
    SettingsError,
)
from habilis_companion.mail.message import Mail
from habilis_companion.mail.settings import RelaySettings, Tls

__all__ = ["Relay", "Session"]

_CLOSING: Final = 421
_GO_AHEAD: Final = 354
_LINE_WITH_DOT: Final = re.compile(rb"(?m)^\.")
_DOT: Final = b".\r\n"
# Beyond its own errors, smtplib lets through what a socket that was shut meanwhile comes to.
_CUT_OFF: Final = (OSError, smtplib.SMTPException, ValueError, AttributeError)


class _Reply(NamedTuple):
    """What the relay answered."""

    code: int
    text: bytes

    def __str__(self) -> str:
        words = self.text.decode("utf-8", "replace")
        shown = "".join(letter if letter.isprintable() else " " for letter in words)
        return f"{self.code} {' '.join(shown.split())}".strip()

    @property
    def kind(self) -> Literal["yes", "later", "no"]:
        match self.code // 100:
            case 2 | 3:
                return "yes"
            case 5:
                return "no"
            case _:
                return "later"


class Relay:
    """The relay of the settings."""

    def __init__(self, settings: RelaySettings) -> None:
        """Raises SettingsError; nobody is connected to yet."""
        self._settings = settings
        self._context = None if settings.tls is Tls.NONE else _verifying(settings.ca)

    @contextmanager
    def session(self) -> Generator["Session"]:
        """A connection on which mails are handed over. Raises RelayError."""
        line = _Line(self._settings, self._context)
        session = Session(line, self._settings.timeout)
        try:
            with session.told(), session.watched():
                self._begin(line)
            yield session
            with suppress(MailError), session.told(), session.watched():
                line.quit()
        finally:
            line.close()

    def _begin(self, line: "_Line") -> None:
        settings = self._settings
        _need(_Reply(*line.connect(settings.host, settings.port)))
        line.ehlo_or_helo_if_needed()
        if settings.tls is Tls.STARTTLS:
            if not line.has_extn("starttls"):
                raise RelayError("the relay offers no STARTTLS; nothing is sent in the clear")
            _need(_Reply(*line.starttls(context=self._context)))
            line.ehlo_or_helo_if_needed()
        if settings.user:
            line.login(settings.user, settings.password)


class Session:
    """One connection, on which one mail follows the other."""

    def __init__(self, line: "_Line", timeout: float) -> None:
        self._line = line
        self._timeout = timeout

    def send(self, mail: Mail, hand_over: Callable[[], bool]) -> None:
        """Returns once the relay has taken the mail.

        `hand_over` is called when all but the final dot is sent: if it gives
        False, or raises, the dot never follows, and the relay has nothing.

        Raises UnwritableError, DeferredError, RefusedError: the session goes on.
        Raises RelayError, InDoubtError, ClaimLostError: it is over.
        """
        octets = _LINE_WITH_DOT.sub(b"..", mail.as_bytes())
        with self.told(), self.watched():
            self._address(mail)
            self._line.send(octets)
        mine = False
        try:
            mine = hand_over()
        finally:
            if not mine:
                self._line.close()
        if not mine:
            raise ClaimLostError("the notice is another sender's by now")
        try:
            with self.told(), self.watched():
                self._line.send(_DOT)
                reply = _Reply(*self._line.getreply())
        except RelayError as error:
            raise InDoubtError(f"the relay was given the mail, and then: {error}") from error
        self._judge(reply)

    def _address(self, mail: Mail) -> None:
        options: list[str] = []
        if mail.needs_utf8:
            if not self._line.has_extn("smtputf8"):
                raise RefusedError("the relay takes no address with letters beyond ASCII")
            options = ["SMTPUTF8"]
            # smtplib writes its commands in ASCII unless told otherwise.
            self._line.command_encoding = "utf-8"
        _need(_Reply(*self._line.mail(mail.sender, options)))
        self._judge(_Reply(*self._line.rcpt(mail.recipient)))
        reply = _Reply(*self._line.docmd("DATA"))
        if reply.code != _GO_AHEAD:
            self._judge(reply)
            raise RelayError(f"the relay answers DATA with {reply}")

    def _judge(self, reply: _Reply) -> None:
        if reply.kind == "yes":
            return
        if reply.code == _CLOSING:
            raise RelayError(str(reply))
        # Its answer is that, whatever becomes of the connection.
        with suppress(RelayError), self.told(), self.watched():
            self._line.rset()
        raise (RefusedError if reply.kind == "no" else DeferredError)(str(reply))

    @contextmanager
    def told(self) -> Generator[None]:
        """Whatever cuts the connection is told as RelayError."""
        try:
            yield
        except MailError:
            raise
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error
            text = said if isinstance(said, bytes) else said.encode()
            raise RelayError(str(_Reply(error.smtp_code, text))) from error
        except _CUT_OFF as error:
            told = str(error) or type(error).__name__
            raise RelayError(f"no answer of the relay: {told}") from error

    @contextmanager
    def watched(self) -> Generator[None]:
        """Cut off after the timeout, even a relay that says a letter now and then."""
        timer = threading.Timer(self._timeout, self._line.cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class _Line(smtplib.SMTP):
    """smtplib's own, which knows its host before it is connected, and can be cut off meanwhile."""

    def __init__(self, settings: RelaySettings, context: ssl.SSLContext | None) -> None:
        # Not the full name: who looks it up may wait for a name server.
        super().__init__(local_hostname=socket.gethostname(), timeout=settings.timeout)
        self._host = settings.host
        self._implicit = context if settings.tls is Tls.TLS else None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        if self._implicit is None:
            return plain
        try:
            return self._implicit.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def cut_off(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def _verifying(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"`{ca}` holds no certificate: {error}") from error


def _need(reply: _Reply) -> None:
    """Returns if the relay said yes to what concerns no mail of ours; raises RelayError."""
    if reply.kind != "yes":
        raise RelayError(str(reply))
