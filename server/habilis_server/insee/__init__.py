"""The national register of establishments (INSEE's SIRENE): a port and its adapters."""

from habilis_server.insee.registry import Establishment, Registry, RegistryUnavailableError

__all__ = ["Establishment", "Registry", "RegistryUnavailableError"]
