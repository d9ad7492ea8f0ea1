"""A small stock of our own, under the published names: for tests and the demonstration.

Public institutions, and companies that do not exist. The Parquet files hold the
rows of the CSV ones.
"""

from pathlib import Path
from typing import Final

from habilis_server.insee.stock import Stock

__all__ = ["ESTABLISHMENTS", "UNITS", "sample"]

_HERE: Final = Path(__file__).parent

ESTABLISHMENTS: Final = _HERE / "StockEtablissement_utf8.csv"
UNITS: Final = _HERE / "StockUniteLegale_utf8.csv"


def sample() -> Stock:
    """The register that knows these few establishments, and their companies."""
    return Stock.read(ESTABLISHMENTS, UNITS)
