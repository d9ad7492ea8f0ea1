"""The national register of establishments (INSEE's SIRENE): a port and its adapters."""

from habilis_server.insee.absent import NoRegistry
from habilis_server.insee.registry import Establishment, Registry, RegistryUnavailableError
from habilis_server.insee.stock import StockFile, StockFileError

__all__ = [
    "Establishment",
    "NoRegistry",
    "Registry",
    "RegistryUnavailableError",
    "StockFile",
    "StockFileError",
]
