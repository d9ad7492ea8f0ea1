"""The register in which a SIRET is verified, as the command line names it."""

from pathlib import Path
from typing import Annotated

import typer

from habilis_server.cli.exits import ExitCode, Failure
from habilis_server.insee import NoRegistry, Registry, StockFile, StockFileError

__all__ = ["Insee", "registry_of"]

Insee = Annotated[
    Path | None,
    typer.Option(
        "--insee",
        metavar="FILE",
        help="Establishments, as lines of SIRENE's stock (CSV). Without it: no SIRET is taken.",
    ),
]


def registry_of(stock: Path | None) -> Registry:
    """The register in this file; without one, that which verifies nothing. Raises Failure."""
    if stock is None:
        return NoRegistry()
    try:
        return StockFile.read(stock)
    except OSError as error:
        raise Failure(
            ExitCode.USAGE, f"`{stock}` cannot be read: {error.strerror or error}"
        ) from error
    except StockFileError as error:
        raise Failure(ExitCode.USAGE, str(error)) from error
