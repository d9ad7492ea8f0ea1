"""Where the server listens: plain connections on this machine only, others with TLS."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final

from habilis_companion.errors import AddressError

__all__ = ["Address", "read_address", "refuse_open_doors"]

_MAX_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Address:
    """A host, by name or number, and a port; port 0: any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address(text: str) -> Address:
    """The address written HOST:PORT or [HOST]:PORT; raises AddressError."""
    host, colon, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise AddressError(f"`{text}` has too many colons; write an IPv6 address as [HOST]:PORT")
    if not colon or not host:
        raise AddressError(f"`{text}` is no address; write HOST:PORT, such as 127.0.0.1:50051")
    if not (port.isascii() and port.isdecimal()) or int(port) > _MAX_PORT:
        raise AddressError(f"`{text}` has no port from 0 to {_MAX_PORT}")
    return Address(host, int(port))


def refuse_open_doors(address: Address) -> None:
    """Raise AddressError unless the address can be reached from this machine alone.

    A name is looked up: it is what it stands for that counts.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise AddressError(f"`{address.host}` cannot be looked up: {error.strerror}") from error
    numbers = {str(place[0]) for *_, place in found}
    if not all(_is_loopback(number) for number in numbers):
        raise AddressError(
            f"`{address}` can be reached from other machines: without TLS only an address of this"
            " machine alone is served, such as 127.0.0.1; give `--tls-cert` and `--tls-key`"
        )


def _is_loopback(number: str) -> bool:
    return ipaddress.ip_address(number.partition("%")[0]).is_loopback
