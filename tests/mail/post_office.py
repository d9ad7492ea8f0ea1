"""A real mail server on this machine, which takes mails, refuses them, or breaks off as told."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from habilis_companion.mail import RelaySettings, Tls

__all__ = ["CUT", "CUT_ONCE_TAKEN", "HANG", "OK", "PORTAL", "PostOffice", "Taken", "open_office"]

PORTAL: Final = "portail@facturation.example.org"
OK: Final = "250 taken"
CUT, CUT_ONCE_TAKEN, HANG = "CUT", "CUT ONCE TAKEN", "HANG"


@dataclass(frozen=True)
class Taken:
    """A mail that the server has acknowledged, or was about to."""

    recipient: str
    octets: bytes


@dataclass
class PostOffice:
    """`rcpt` and `data` say what is answered: a reply, or one of CUT, CUT_ONCE_TAKEN, HANG."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list[Taken])
    rcpt: Callable[[str], str] = field(default=lambda _: OK)
    data: Callable[[str], str] = field(default=lambda _: OK)

    def settings(self, **words: Any) -> RelaySettings:
        given: dict[str, Any] = {"tls": Tls.NONE, "timeout": 20.0, "sender": PORTAL, **words}
        return RelaySettings(host="127.0.0.1", port=self.port, **given)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        # In a thread, as it may speak to this very server meanwhile.
        reply = await asyncio.to_thread(self.rcpt, address)
        if reply == OK:
            envelope.rcpt_tos.append(address)
        return await self._done(server, reply)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802  # same reason
        recipient = envelope.rcpt_tos[0]
        given = Taken(recipient, bytes(envelope.original_content))
        return await self._done(server, await asyncio.to_thread(self._judged, given))

    def _judged(self, given: Taken) -> str:
        """In a thread, so that what is taken is taken even if the sender is gone meanwhile."""
        reply = self.data(given.recipient)
        if reply in {OK, CUT_ONCE_TAKEN}:
            self.taken.append(given)
        return reply

    async def _done(self, server: Any, reply: str) -> str:
        if reply in {CUT, CUT_ONCE_TAKEN}:
            server.transport.abort()
        if reply == HANG:
            await asyncio.sleep(60)
        return reply


@contextmanager
def open_office(
    *, tls: ssl.SSLContext | None = None, implicit: bool = False, password: str = ""
) -> Generator[PostOffice]:
    """One that listens, until the block ends. With `password`: for those alone who know it."""
    office = PostOffice()

    def knows(_: Any, __: Any, ___: Any, ____: Any, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == password.encode()
        return AuthResult(success=right, handled=False)

    def serve() -> SMTP:
        return SMTP(
            office,
            hostname="office.example.org",
            enable_SMTPUTF8=True,
            tls_context=None if implicit else tls,
            require_starttls=tls is not None and not implicit,
            authenticator=knows if password else None,
            auth_required=bool(password),
            auth_require_tls=tls is not None and not implicit,
            loop=loop,
        )

    loop = asyncio.new_event_loop()
    listening = loop.create_server(serve, "127.0.0.1", 0, ssl=tls if implicit else None)
    server = loop.run_until_complete(listening)
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="post office")
    thread.start()
    try:
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
