"""The life of the server: it starts, says so, serves, and drains when it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from grpc import aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from habilis.v1 import access_pb2, facts_pb2, organisation_pb2, policy_pb2
from habilis_companion.address import Address, read_address, refuse_open_doors
from habilis_companion.errors import AddressError
from habilis_companion.tls import TlsFiles, credentials_of
from habilis_companion.transport import MAX_CONCURRENT_CALLS, SERVER_OPTIONS
from habilis_server.organisation import Organisation
from habilis_server.service.access import AccessServicer
from habilis_server.service.door import handlers_of
from habilis_server.service.facts import FactsServicer
from habilis_server.service.organisation import OrganisationServicer
from habilis_server.service.policy import PolicyServicer
from habilis_server.service.state import State

__all__ = ["Serving", "Settings", "serve"]

_LOG: Final = logging.getLogger(__name__)
_SERVICES: Final = tuple(
    file.DESCRIPTOR.services_by_name[name]
    for file, name in (
        (access_pb2, "AccessService"),
        (policy_pb2, "PolicyService"),
        (facts_pb2, "FactsService"),
        (organisation_pb2, "OrganisationService"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to serve. `listen` is HOST:PORT; `tls` None: plain, on this machine alone.

    Told to stop, the server first says for `notice` seconds that it no longer
    serves, then refuses new calls, and ends those under way within `grace` seconds.
    """

    listen: str
    tls: TlsFiles | None = None
    notice: float = 0.5
    grace: float = 5.0


class Serving:
    """One server on one port, from `start` to `drain`."""

    def __init__(self, state: State, organisation: Organisation, settings: Settings) -> None:
        """Raises AddressError or CertificateError for settings that cannot be served."""
        self._state = state
        self._organisation = OrganisationServicer(organisation, state)
        self._settings = settings
        self._address = read_address(settings.listen)
        self._credentials = None if settings.tls is None else credentials_of(settings.tls)
        if self._credentials is None:
            refuse_open_doors(self._address)
        self._health = health.aio.HealthServicer()
        self._server: aio.Server | None = None
        self._freshness: asyncio.Task[None] | None = None

    async def start(self) -> Address:
        """Serve from now on; the address listened on, its port known even where any would do."""
        server = aio.server(options=SERVER_OPTIONS, maximum_concurrent_rpcs=MAX_CONCURRENT_CALLS)
        servicers = (
            AccessServicer(self._state),
            PolicyServicer(self._state),
            FactsServicer(self._state),
            self._organisation,
        )
        server.add_generic_rpc_handlers(tuple(map(handlers_of, servicers, _SERVICES)))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        names = [service.full_name for service in _SERVICES]
        reflection.enable_server_reflection(
            (*names, health.SERVICE_NAME, reflection.SERVICE_NAME), server
        )
        address = Address(self._address.host, self._listen(server))
        await server.start()
        self._server = server
        # Kept, or the loop could forget it: asyncio holds its tasks by weak references.
        self._freshness = asyncio.create_task(self._state.keep_fresh())
        for name in names:
            await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)
        return address

    async def drain(self) -> None:
        """Say that it no longer serves, let the calls under way end, and stop."""
        await self._health.enter_graceful_shutdown()
        await asyncio.sleep(self._settings.notice)
        if self._server is not None:
            await self._server.stop(self._settings.grace)
        await asyncio.to_thread(self._organisation.close)
        if self._freshness is not None:
            self._freshness.cancel()
            with suppress(asyncio.CancelledError):
                await self._freshness

    def _listen(self, server: aio.Server) -> int:
        address = str(self._address)
        try:
            if self._credentials is None:
                return server.add_insecure_port(address)
            return server.add_secure_port(address, self._credentials)
        except RuntimeError as error:
            raise AddressError(f"`{address}` cannot be listened on: is it taken?") from error


def serve(
    state: State,
    organisation: Organisation,
    settings: Settings,
    announce: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return.

    `announce` is given `HOST:PORT` once calls are answered. Raises StartError
    for settings that cannot be served.
    """
    asyncio.run(_serve(Serving(state, organisation, settings), announce))


async def _serve(serving: Serving, announce: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    address = await serving.start()
    announce(str(address))
    await stop.wait()
    _LOG.info("draining")
    await serving.drain()
