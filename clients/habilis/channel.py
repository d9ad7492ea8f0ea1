"""How a client reaches its server: TLS, connections, failures, and the patience between tries."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import grpc
from grpc import aio

from habilis.errors import (
    CallerRefusedError,
    DeadlineExceededError,
    HabilisError,
    InvalidQuestionError,
    OverloadedError,
    ServerFailureError,
    UnavailableError,
)

__all__ = ["Tls", "failure", "open_async_channel", "open_channel", "pauses"]

_FIRST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 1.0

# gRPC waits a second before it tries a lost server again: longer than a question lives.
_OPTIONS: Final[tuple[tuple[str, int | str], ...]] = (
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    # Several addresses behind one name share the load, and stand in for each other.
    ("grpc.lb_policy_name", "round_robin"),
    # One connection for each client: a closed or broken one never is another's.
    ("grpc.use_local_subchannel_pool", 1),
)

_FAILURES: Final[dict[grpc.StatusCode, type[HabilisError]]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidQuestionError,
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    # A server that stops drops the calls that reach it as it does.
    grpc.StatusCode.CANCELLED: UnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceededError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: OverloadedError,
    grpc.StatusCode.UNAUTHENTICATED: CallerRefusedError,
    grpc.StatusCode.PERMISSION_DENIED: CallerRefusedError,
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Tls:
    """Certificates, PEM-encoded: `ca` vouches for the server; the pair presents the client.

    `ca` None: the authorities that gRPC trusts. `certificate` and `key` None:
    the client presents nothing. It never prints itself: it holds a key.
    """

    ca: bytes | None = None
    certificate: bytes | None = None
    key: bytes | None = None

    @classmethod
    def read(
        cls, *, ca: Path | None = None, certificate: Path | None = None, key: Path | None = None
    ) -> Self:
        """The same from files; raises OSError for one that cannot be read."""
        return cls(
            ca=None if ca is None else ca.read_bytes(),
            certificate=None if certificate is None else certificate.read_bytes(),
            key=None if key is None else key.read_bytes(),
        )

    def credentials(self) -> grpc.ChannelCredentials:
        return grpc.ssl_channel_credentials(
            root_certificates=self.ca, private_key=self.key, certificate_chain=self.certificate
        )


def open_channel(target: str, tls: Tls | None) -> grpc.Channel:
    if tls is None:
        return grpc.insecure_channel(target, options=_OPTIONS)
    return grpc.secure_channel(target, tls.credentials(), options=_OPTIONS)


def open_async_channel(target: str, tls: Tls | None) -> aio.Channel:
    if tls is None:
        return aio.insecure_channel(target, options=_OPTIONS)
    return aio.secure_channel(target, tls.credentials(), options=_OPTIONS)


def failure(error: grpc.RpcError) -> HabilisError:
    """What a failed call means to the caller; an unknown failure is the server's."""
    if not isinstance(error, grpc.Call | aio.AioRpcError):
        return ServerFailureError(str(error))
    code = error.code()
    kind = _FAILURES.get(code, ServerFailureError)
    return kind(f"{error.details() or 'no detail'} ({code.name})")


def pauses() -> Iterator[float]:
    """Seconds to wait before each next try: up to twice as long each time, and never in step."""
    longest = _FIRST_PAUSE
    while True:
        yield random.uniform(longest / 2, longest)  # noqa: S311  # spreads load, hides nothing
        longest = min(longest * 2, _LONGEST_PAUSE)
