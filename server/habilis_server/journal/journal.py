"""The journal: every change of the facts, in one order, for ever."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection, bindparam, func, select

from habilis.texts import shown
from habilis_companion.outbox import Outbox
from habilis_server.journal.batch import Batch
from habilis_server.journal.changes import FIRST_HASH, Change, Row, change_of, checked_payloads
from habilis_server.journal.database import Database
from habilis_server.journal.errors import JournalBrokenError, JournalMissingError
from habilis_server.journal.history import History
from habilis_server.journal.schema import FORM, change, kept, notice, request
from habilis_server.journal.session import WriteSession
from habilis_server.journal.sqlite import Sqlite
from habilis_server.journal.store import PAGE, Store
from habilis_server.journal.verification import Ending, Seal, broken_rows, first_problems
from habilis_server.world.facts import Record

__all__ = ["FILE_NAME", "IMPORT", "Journal", "upgrade"]

FILE_NAME: Final = "habilis.sqlite3"

IMPORT: Final = "import"
"""The command of what was imported, beside those of the organisation."""

_HEAD: Final = select(func.max(change.c.revision))
_LAST: Final = select(change.c.revision, change.c.hash).order_by(change.c.revision.desc()).limit(1)
_HASH_AT: Final = select(change.c.hash).where(change.c.revision == bindparam("revision"))
_ROWS: Final = (
    select(*kept)
    .where(change.c.revision > bindparam("after"), change.c.revision <= bindparam("until"))
    .order_by(change.c.revision)
    .limit(PAGE)
)
_ENDINGS: Final = (
    select(request.c.revision, request.c.request_id, request.c.actor)
    .where(request.c.revision > bindparam("after"), request.c.revision <= bindparam("until"))
    .order_by(request.c.revision)
    .limit(PAGE)
)
_NO_END: Final = 2**63 - 1


class Journal:
    """The append-only list of changes in one database, shared by any number of processes.

    Revisions count from 1 without a gap. One writer at a time holds it;
    readers see what was committed. A method that fails raises a JournalError
    and has recorded nothing.
    """

    def __init__(self, store: Store) -> None:
        """For `create` and `open`, which know where the store is."""
        self.store: Final = store
        self.outbox: Final = Outbox(store.reading, store.writing, notice)
        self.history: Final = History(store)

    @classmethod
    def create(cls, target: Path | str) -> Self:
        """The journal at `target`, made there if there is none yet.

        A folder, itself made if it is missing, or the URL of a database,
        `postgresql://user@host/name`.
        """
        if isinstance(target, Path):
            target.mkdir(parents=True, exist_ok=True)
        return cls(Store(_database(target), create=True))

    @classmethod
    def open(cls, target: Path | str) -> Self:
        """The journal at `target`; raises JournalMissingError if there is none."""
        if isinstance(target, Path) and not (target / FILE_NAME).is_file():
            raise JournalMissingError(f"no journal in {shown(str(target))}; import facts first")
        return cls(Store(_database(target), create=False))

    def close(self) -> None:
        """Let go of the database. The journal may not be used afterwards."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def head(self) -> int:
        """The revision of the last change; 0 if there is none."""
        return self.store.last_revision()

    def need_end(self) -> None:
        """Returns if the last change that was recorded is there; raises JournalBrokenError."""
        with self.store.reading() as connection:
            end = connection.scalar(_HEAD) or 0
            last_given = self.store.database.last_given(connection)
        if end != last_given:
            raise JournalBrokenError(
                f"the journal ends at revision {end}, and {last_given} was the last one recorded;"
                " `verify` tells more"
            )

    def seal(self) -> Seal:
        """The head and its hash: noted elsewhere, it lets `verify` notice any later forgery."""
        with self.store.reading() as connection:
            return _seal(connection)

    def hash_at(self, revision: int) -> str:
        """The hash of the change of this revision; "" if there is no such change."""
        with self.store.reading() as connection:
            return connection.scalar(_HASH_AT, {"revision": revision}) or ""

    @contextmanager
    def write(self) -> Generator[WriteSession]:
        """The journal to oneself, until the block ends.

        What was recorded in it is on the disk when it ends well, and has never
        been when it ends by an exception. Raises JournalBusyError.
        """
        with self.store.writing() as connection:
            yield WriteSession(connection)

    def append(
        self,
        records: Sequence[Record],
        *,
        actor: str,
        request_id: str,
        recorded_at: datetime,
        effective_at: datetime | None = None,
    ) -> int:
        """Record `records` as one request, all or none, and return the revision of the last.

        They count from `effective_at` on (None: from `recorded_at`), which is
        not before `recorded_at`; both are in UTC. The journal's time never goes
        back: what a clock that lags says is earlier than the change before is
        recorded at the time of that one. On return they are on the disk.

        The same request offered again records nothing and returns the revision
        it returned at first, whatever the times: a caller who heard no answer
        asks again. It is the same if actor and records are.

        Raises ChangeRefusedError, RequestIdReusedError, JournalBusyError.
        """
        with Batch(checked_payloads(records)) as batch:
            return self.take_in(
                batch,
                actor=actor,
                request_id=request_id,
                recorded_at=recorded_at,
                effective_at=effective_at,
            )

    def take_in(
        self,
        batch: Batch,
        *,
        actor: str,
        request_id: str,
        recorded_at: datetime,
        effective_at: datetime | None = None,
    ) -> int:
        """As `append`, of records that were examined and encoded."""
        with self.write() as session:
            former = session.outcome(request_id, actor=actor, digest=batch.digest)
            if former is not None:
                return former.revision
            recorded = session.record_encoded(
                ((payload, effective_at, "") for payload in batch),
                actor=actor,
                request_id=request_id,
                recorded_at=recorded_at,
                command=IMPORT,
                digest=batch.digest,
            )
        return recorded.revision

    def changes(self, after: int = 0, until: int | None = None) -> Iterator[Change]:
        """The changes after the revision `after`, up to and with `until` (None: all there are).

        Raises JournalBrokenError where one cannot be read.
        """
        return map(change_of, self.rows(after, until))

    def verify(self, *, seal: Seal | None = None) -> list[str]:
        """What is wrong with the journal, the first bad revision first; nothing if it is whole.

        `seal` is one that was taken earlier and kept elsewhere (None: none
        was): without it, a journal rewritten from some revision to its end, or
        cut off by someone who knows how the database remembers it, can't be
        told from a true one.
        """
        try:
            with self.store.reading() as connection:
                problems = list(self.store.database.flaws(connection))
                end = connection.scalar(_HEAD) or 0
                last_given = self.store.database.last_given(connection)
            bounds = {"after": 0, "until": end}
            endings = (Ending(*cells) for cells in self.store.pages(_ENDINGS, bounds))
            rows = broken_rows(self.rows(until=end), endings, last_given=last_given, seal=seal)
            return first_problems(rows) + problems
        except JournalBrokenError as error:
            return [str(error)]

    def rows(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """As `changes`, each as the table holds it."""
        bounds = {"after": after, "until": _NO_END if until is None else until}
        return (Row(*cells) for cells in self.store.pages(_ROWS, bounds))


def _database(target: Path | str) -> Database:
    if isinstance(target, Path):
        return Sqlite(target / FILE_NAME)
    # Loaded here: psycopg takes its time to load, which a folder must not cost.
    from habilis_server.journal.postgresql import Postgresql  # noqa: PLC0415  # said above

    return Postgresql(target)


def upgrade(target: Path | str) -> tuple[str, str]:
    """Bring the database at `target` into the present form, an empty one too; all or nothing.

    Returns the form that it had ("" of an empty one) and the one it has.
    Raises JournalError.
    """
    database = _database(target)
    try:
        with database.told(), database.writing.begin() as connection:
            database.hold(connection)
            former = FORM.of(connection)
            FORM.bring_up(connection)
            return former, FORM.of(connection)
    finally:
        database.close()


def _seal(connection: Connection) -> Seal:
    row = connection.execute(_LAST).one_or_none()
    return Seal(0, FIRST_HASH) if row is None else Seal(*row)
