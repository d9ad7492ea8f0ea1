"""`habilis import`: portable facts into the journal, all of them or none."""

import getpass
import hashlib
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer

from habilis import Token
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.options import Json
from habilis_companion.command_line.output import as_json, say
from habilis_companion.command_line.shapes import token_shape
from habilis_server.cli.policy import read_policy
from habilis_server.cli.question import token_text
from habilis_server.cli.storage import (
    DatabaseUrl,
    DataFolder,
    Storage,
    open_journal,
    storage_of,
)
from habilis_server.cli.where import PolicyFolder
from habilis_server.journal import Batch, RequestIdReusedError, Timeline
from habilis_server.rulebook import Rulebook
from habilis_server.world import FactsError, World, stream_portable
from habilis_server.world.codec import encode

__all__ = ["Imported", "app", "import_", "take_in"]

_STDIN: Final = Path("-")

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to; `again`: the same content was there already, nothing was recorded."""

    records: dict[str, int]
    token: Token
    again: bool


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Portable facts, as JSON lines; - reads stdin.")
    ],
    data: DataFolder = None,
    database: DatabaseUrl = None,
    policy: PolicyFolder = None,
    actor: Annotated[
        str | None,
        typer.Option(
            "--actor",
            metavar="NAME",
            help="Who imports, for the record. Without it: the name of the session.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Record the facts of a file: all, or none with every bad line told.

    The same content imported again records nothing. What keeps the facts is made if it is missing.
    """
    storage = storage_of(data, database)
    with _opened(file) as opened:
        imported = take_in(opened, storage, read_policy(policy), actor or _session(), str(file))
    if json:
        as_json(
            {
                "records": imported.records,
                "token": token_shape(imported.token),
                "already_imported": imported.again,
            }
        )
        return
    for kind, count in imported.records.items():
        say(f"{count:>7} {kind}{'' if count == 1 else 's'}")
    if imported.again:
        say("this very content was imported before; nothing was recorded")
    say(f"token   {token_text(imported.token)}")


def take_in(
    file: BinaryIO, storage: Storage, rulebook: Rulebook, actor: str, name: str
) -> Imported:
    """Record the facts of `file`; raises Failure, and then records none.

    `name` is the file's, for its reader. The request is named by the content,
    so that whoever heard no answer imports again.
    """
    content = _Content(file)
    kinds = Counter[str]()
    with open_journal(storage, create=True) as journal:
        world = Timeline(journal, snapshots=storage.snapshots).current(datetime.now(UTC))
        try:
            batch = Batch(_encoded(content, kinds, rulebook, world))
        except FactsError as error:
            raise Failure(ExitCode.PROBLEMS, f"`{name}`:\n{error}") from error
        except OSError as error:
            raise Failure(ExitCode.USAGE, f"`{name}` cannot be read: {error.strerror}") from error
        head = journal.head()
        try:
            with batch:
                revision = journal.take_in(
                    batch,
                    actor=actor,
                    request_id=f"import-{content.digest.hexdigest()}",
                    recorded_at=datetime.now(UTC),
                )
        except RequestIdReusedError as error:
            told = f"`{name}` was imported before by another actor than `{actor}`"
            raise Failure(ExitCode.PROBLEMS, f"{told}; nothing was recorded") from error
    return Imported(
        records=dict(sorted(kinds.items())),
        token=Token(rulebook.digest, revision),
        again=revision <= head,
    )


class _Content:
    """The lines of a file; once the last was read, `digest` is that of the whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.digest.update(line)
            yield line.decode("utf-8", "surrogateescape")


def _encoded(
    content: _Content, kinds: Counter[str], rulebook: Rulebook, world: World
) -> Iterator[str]:
    grantable = [profile.id for profile in rulebook.profiles.values() if profile.granted_by]
    facts = stream_portable(
        content, known_profiles=rulebook.profiles, grantable_profiles=grantable, world=world
    )
    for fact in facts:
        kinds[type(fact).__name__.lower()] += 1
        yield encode(fact)


@contextmanager
def _opened(path: Path) -> Generator[BinaryIO]:
    if path == _STDIN:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise Failure(ExitCode.USAGE, f"`{path}` cannot be read: {error.strerror}") from error
    with file:
        yield file


def _session() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "import"
