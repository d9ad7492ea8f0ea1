"""The national register of establishments (INSEE's SIRENE): a port and its adapters."""

from habilis_server.insee.absent import NoRegistry
from habilis_server.insee.api import OFFICIAL, SireneApi, UnusableError
from habilis_server.insee.files import StockFileError
from habilis_server.insee.registry import Establishment, Registry, RegistryUnavailableError
from habilis_server.insee.staging import Source
from habilis_server.insee.stock import Stock, build_index

__all__ = [
    "OFFICIAL",
    "Establishment",
    "NoRegistry",
    "Registry",
    "RegistryUnavailableError",
    "SireneApi",
    "Source",
    "Stock",
    "StockFileError",
    "UnusableError",
    "build_index",
]
