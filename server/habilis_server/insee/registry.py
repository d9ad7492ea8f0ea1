"""The port of the national register: what the organisation needs to know of an establishment."""

from dataclasses import dataclass
from typing import Final, Protocol

from habilis.organisation import Address

__all__ = ["Establishment", "Registry", "RegistryUnavailableError", "is_siret"]

_DIGITS: Final = 14


class RegistryUnavailableError(Exception):
    """The register gave no answer: whether the establishment exists is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    """One SIRET of the register. `active` False: closed, or its company has ended.

    `undisclosed`: its holder objected; INSEE then keeps to itself its name, its
    address or both, and what it keeps is "".
    """

    siret: str
    name: str
    active: bool
    address: Address
    undisclosed: bool = False


class Registry(Protocol):
    """Where establishments are looked up, by SIRET."""

    def find(self, siret: str) -> Establishment | None:
        """The establishment, closed ones included; None if the register has none.

        Raises RegistryUnavailableError when it can't be told.
        """
        ...


def is_siret(number: str) -> bool:
    """Whether it has the digits of a SIRET; what has not, no register is asked for."""
    return len(number) == _DIGITS and number.isascii() and number.isdigit()
