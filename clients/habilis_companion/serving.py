"""The life of a companion's server: it starts, says so, serves, and drains when told to stop."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import FrameType
from typing import Final

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from habilis_companion.address import Address, read_address, refuse_open_doors
from habilis_companion.door import Behaviour, handlers_of
from habilis_companion.errors import AddressError
from habilis_companion.tls import TlsFiles, credentials_of
from habilis_companion.transport import MAX_CONCURRENT_CALLS, SERVER_OPTIONS

__all__ = ["Serving", "Settings", "serve"]

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to serve. `listen` is HOST:PORT; `tls` None: plain, on this machine alone.

    Told to stop, the server first says for `notice` seconds that it no longer
    serves, then refuses new calls, and ends those under way within `grace`
    seconds. `workers` calls are under way at once; the others wait.
    """

    listen: str
    tls: TlsFiles | None = None
    notice: float = 0.5
    grace: float = 10.0
    workers: int = 32


class Serving:
    """One service on one port, from `start` to `drain`."""

    def __init__(
        self, behaviours: Mapping[str, Behaviour], service: ServiceDescriptor, settings: Settings
    ) -> None:
        """Raises AddressError or CertificateError for settings that cannot be served."""
        self._handlers = handlers_of(behaviours, service)
        self._name = service.full_name
        self._settings = settings
        self._address = read_address(settings.listen)
        self._credentials = None if settings.tls is None else credentials_of(settings.tls)
        if self._credentials is None:
            refuse_open_doors(self._address)
        self._health = health.HealthServicer()
        self._server: grpc.Server | None = None

    def start(self) -> Address:
        """Serve from now on; the address listened on, its port known even where any would do."""
        workers = ThreadPoolExecutor(self._settings.workers, thread_name_prefix="call")
        server = grpc.server(
            workers, options=SERVER_OPTIONS, maximum_concurrent_rpcs=MAX_CONCURRENT_CALLS
        )
        server.add_generic_rpc_handlers((self._handlers,))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        reflection.enable_server_reflection(
            (self._name, health.SERVICE_NAME, reflection.SERVICE_NAME), server
        )
        address = Address(self._address.host, self._listen(server))
        server.start()
        self._server = server
        self._health.set(self._name, health_pb2.HealthCheckResponse.SERVING)
        return address

    def drain(self) -> None:
        """Say that it no longer serves, let the calls under way end, and stop."""
        self._health.enter_graceful_shutdown()
        threading.Event().wait(self._settings.notice)
        if self._server is not None:
            self._server.stop(self._settings.grace).wait()

    def _listen(self, server: grpc.Server) -> int:
        address = str(self._address)
        try:
            if self._credentials is None:
                return server.add_insecure_port(address)
            return server.add_secure_port(address, self._credentials)
        except RuntimeError as error:
            raise AddressError(f"`{address}` cannot be listened on: is it taken?") from error


def serve(
    behaviours: Mapping[str, Behaviour],
    service: ServiceDescriptor,
    settings: Settings,
    announce: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return; in the main thread.

    `announce` is given `HOST:PORT` once calls are answered. Raises StartError
    for settings that cannot be served.
    """
    serving = Serving(behaviours, service, settings)
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    address = serving.start()
    announce(str(address))
    stop.wait()
    _LOG.info("draining")
    serving.drain()
