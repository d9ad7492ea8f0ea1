"""`habilis insee`: the national register of establishments, for whoever looks after a server."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_server.cli.register import Insee, InseeKeyFile, opened_register, told_of_files
from habilis_server.insee import Establishment, RegistryUnavailableError, Source, build_index
from habilis_server.insee.registry import is_siret

__all__ = ["app", "load", "show"]

app = typer.Typer(add_completion=False)


@app.callback()
def _insee() -> None:
    """Look after the national register of establishments."""


@app.command()
def load(
    stock: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="StockEtablissement as INSEE publishes it: CSV or Parquet."
        ),
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="INDEX", help="The index to make, or to replace.")
    ],
    units: Annotated[
        Path | None,
        typer.Option(
            "--units",
            metavar="FILE",
            help="StockUniteLegale, of the same day: the names of the companies.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Make an index of INSEE's stock files, of the whole nation if need be.

    All or nothing: until it is done, the former index stays and is read.
    """
    with told_of_files(ExitCode.PROBLEMS):
        sources = build_index(stock, units, to)
    if json:
        as_json({"sources": [asdict(source) for source in sources]})
        return
    for source in sources:
        say(_told_of(source))


@app.command()
def show(
    siret: Annotated[str, typer.Argument(metavar="SIRET", help="Its 14 digits.")],
    insee: Insee = None,
    insee_key_file: InseeKeyFile = None,
    json: Json = False,
) -> None:
    """Say what the register knows of an establishment, as a server would be told."""
    if not is_siret(siret):
        raise Failure(ExitCode.USAGE, f"`{siret}` is no SIRET; it has 14 digits")
    with opened_register(insee, insee_key_file) as register:
        try:
            found = register.find(siret)
        except RegistryUnavailableError as error:
            raise Failure(ExitCode.UNAVAILABLE, str(error)) from error
    if found is None:
        raise Failure(ExitCode.PROBLEMS, f"the register has no `{siret}`")
    if json:
        as_json(asdict(found))
    else:
        _tell(found)


def _tell(found: Establishment) -> None:
    say(f"{found.siret}  {'active' if found.active else 'closed'}")
    say(found.name or ("name not disclosed" if found.undisclosed else "no name"))
    town = f"{found.address.postal_code} {found.address.city}".strip()
    where = found.address
    lines = (where.street, where.complement_1, where.complement_2, town, where.country)
    for line in filter(None, lines):
        say(line)
    if found.undisclosed:
        say("not open to the public: INSEE keeps its name, its address or both to itself")


def _told_of(source: Source) -> str:
    until = f", treated until {source.updated}" if source.updated else ""
    return f"{source.rows} {source.kind} of `{source.name}`{until} (SHA-256 {source.sha256})"
