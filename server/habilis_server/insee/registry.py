"""The port of the national register: what the organisation needs to know of an establishment."""

from dataclasses import dataclass
from typing import Protocol

from habilis.organisation import Address

__all__ = ["Establishment", "Registry", "RegistryUnavailableError"]


class RegistryUnavailableError(Exception):
    """The register gave no answer: whether the establishment exists is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    """One SIRET of the register. `active` False: closed. `undisclosed`: its holder objected."""

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
