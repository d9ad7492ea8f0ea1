"""The stage of a demonstration: a companion of its own, where it is what time the story says."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Generic, TypeVar

import typer
from pypdf import PdfWriter

from habilis import AccessDenied, HabilisError
from habilis.connection import Connection
from habilis_companion.assembly import Companion, assembled
from habilis_companion.command_line.beside import habilis_beside
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.reaching import failure_of
from habilis_companion.refusals import RefusedError
from habilis_companion.serving import Serving, Settings
from habilis_companion.store import Store

__all__ = ["Clock", "HabilisOption", "Stage", "document", "open_stage", "replay"]

_Client = TypeVar("_Client", bound=Connection)

HabilisOption = Annotated[
    str | None,
    typer.Option(
        "--habilis",
        metavar="HOST:PORT",
        help="A Habilis server that knows the story's people. Without it: one of its own.",
    ),
]


class Clock:
    """Tells the moment that it was given last."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Generic[_Client]):
    """Who plays a story has a client, the store for what time brings about, and the clock."""

    client: _Client
    store: Store
    clock: Clock


@contextmanager
def open_stage(
    companion: Companion, client: Callable[[str], _Client], habilis: str
) -> Generator[Stage[_Client]]:
    """The companion on a port of this machine that asks this Habilis, until the block ends.

    `client` opens one to an address.
    """
    settings = Settings(listen="127.0.0.1:0", notice=0, grace=1, workers=4)
    with TemporaryDirectory(prefix=f"{companion.command}-demo-") as folder:
        data, clock = Path(folder), Clock()
        with (
            Store.open(data, companion.form) as store,
            assembled(store, data / "files", habilis, clock=clock) as parts,
        ):
            serving = Serving(companion.behaviours(parts), companion.service, settings)
            with client(str(serving.start())) as opened:
                try:
                    yield Stage(client=opened, store=store, clock=clock)
                finally:
                    serving.drain()


def replay(habilis: str | None, facts: Path, play: Callable[[str], bool]) -> None:
    """Play against the Habilis at this address, or one of its own on these facts, and leave.

    The command ends with 0 if all came to what is told, with 1 if it did not
    or a step was refused.
    """
    with ExitStack() as beside:
        address = beside.enter_context(habilis_beside(facts)) if habilis is None else habilis
        try:
            well = play(address)
        except (AccessDenied, RefusedError) as refused:
            raise Failure(ExitCode.PROBLEMS, f"a step was refused: {refused}") from refused
        except HabilisError as error:
            raise failure_of(error, address) from error
    raise typer.Exit(ExitCode.OK if well else ExitCode.PROBLEMS)


def document(title: str) -> bytes:
    """A PDF of one blank page, unlike that of another title."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": title})
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
