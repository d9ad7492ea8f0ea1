"""`habilis-soliciting serve`: answer over gRPC until told to stop, asking Habilis first."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from habilis_companion.assembly import Companion
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.reaching import TlsOptions, tls_of
from habilis_companion.command_line.serve import Making, serve_app
from habilis_companion.reviewed.problems import ReviewedError
from habilis_invoicing.client import InvoicingClient
from habilis_soliciting.cli.place import Kept
from habilis_soliciting.flows.objects import InvoicingObjects
from habilis_soliciting.model.categories import Categories
from habilis_soliciting.reference.reading import SHIPPED, read_categories
from habilis_soliciting.service.assembly import companion_with

__all__ = ["app"]

_HEADING: Final = "The invoices that are written about"
_ABOUT: Final = """
Serve solicitations, until SIGTERM or Ctrl-C.

The certificates of --tls-… are for asking Habilis.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made(Making):
    """What one may write about: the categories, and the invoices companion to look it up in."""

    categories: Annotated[
        Path,
        typer.Option(
            "--categories",
            metavar="FILE",
            help="The reviewed categories. Without it: those shipped.",
            show_default=False,
        ),
    ] = SHIPPED
    invoicing: Annotated[
        str | None,
        typer.Option(
            "--invoicing",
            metavar="HOST:PORT",
            help="The invoices companion. Without it nothing can be linked to a solicitation.",
            rich_help_panel=_HEADING,
        ),
    ] = None
    invoicing_ca: Annotated[
        Path | None,
        typer.Option(
            "--invoicing-ca",
            metavar="FILE",
            help="The authority that vouches for it (PEM).",
            rich_help_panel=_HEADING,
        ),
    ] = None
    invoicing_cert: Annotated[
        Path | None,
        typer.Option(
            "--invoicing-cert",
            metavar="FILE",
            help="The certificate to present to it (PEM).",
            rich_help_panel=_HEADING,
        ),
    ] = None
    invoicing_key: Annotated[
        Path | None,
        typer.Option(
            "--invoicing-key",
            metavar="FILE",
            help="The key of that certificate (PEM).",
            rich_help_panel=_HEADING,
        ),
    ] = None

    @contextmanager
    def companion(self) -> Generator[Companion]:
        categories = self._read()
        files = (self.invoicing_ca, self.invoicing_cert, self.invoicing_key)
        if self.invoicing is None:
            if any(files):
                raise Failure(ExitCode.USAGE, "give `--invoicing HOST:PORT` with its certificates")
            yield companion_with(categories)
            return
        ca, certificate, key = files
        tls = tls_of(TlsOptions(tls_ca=ca, tls_cert=certificate, tls_key=key))
        with InvoicingClient(self.invoicing, tls=tls) as client:
            yield companion_with(categories, InvoicingObjects(client))

    def _read(self) -> Categories:
        try:
            return read_categories(self.categories)
        except ReviewedError as error:
            raise Failure(ExitCode.PROBLEMS, str(error)) from error


app: Final = serve_app(_Made, Kept, about=_ABOUT)
