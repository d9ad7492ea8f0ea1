"""A companion as small as one can be: a shelf of things, each in a state, moved by who may."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Row, Table, insert, select, update

from habilis import Resource
from habilis_companion.columns import TEXT
from habilis_companion.evidence import append_lines, evidence_columns
from habilis_companion.forms import Form
from habilis_companion.guard import Guard, asks
from habilis_companion.outbox import notice_table
from habilis_companion.requests import Request, request_table
from habilis_companion.store import ClockEvent, PublicEvent, ReadSession, Store, WriteSession
from habilis_companion.uploads import Uploads, upload_table
from habilis_companion.versions import replace_version

__all__ = [
    "FORM",
    "NOON",
    "UPLOADS",
    "Line",
    "Shelf",
    "line",
    "lines_of",
    "put",
    "thing",
    "things_of",
]

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

metadata = MetaData()
thing = Table(
    "thing",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("state", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
)
line = Table(
    "line",
    metadata,
    Column("thing", TEXT, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("state", TEXT, nullable=False),
    *evidence_columns(),
)
UPLOADS = Uploads(upload_table(metadata))
request_table(metadata)
notice_table(metadata)

FORM = Form(
    name="shelf",
    metadata=metadata,
    migrations=str(Path(__file__).with_name("shelf_versions")),
    revisions=("0001",),
    upgrade="shelf db upgrade",
)


def resource_of(row: Row[Any]) -> Resource:
    return Resource(type="facture", id=row.name, properties={"etat": row.state})


@dataclass(frozen=True)
class Line:
    """A state that a thing came to."""

    state: str
    actor: str = "forged"


class Shelf:
    """Three methods and the clock's; `between` is called where a write waits to be committed."""

    def __init__(self, store: Store, guard: Guard) -> None:
        self.store = store
        self.guard = guard
        self.between: Callable[[], None] = lambda: None

    @asks("factures_emises.consulter")
    def show(self, subject: str, name: str) -> str:
        with self.store.asking() as session:
            row = _load(session, name)
        permit = self.guard.ask(subject, "factures_emises.consulter", resource_of(row))
        with self.store.reading(permit) as session:
            return str(_load(session, name).state)

    @asks("factures_emises.deposer")
    def move(
        self, subject: str, name: str, state: str, *, version: int, request_id: str
    ) -> Mapping[str, Any]:
        said = {"name": name, "state": state, "version": version}
        request = Request.of(request_id, subject, "move", said)
        done = self.store.outcome(self.guard, request)
        if done is not None:
            return done
        with self.store.asking(request) as session:
            row = _load(session, name)
        permit = self.guard.ask(subject, "factures_emises.deposer", resource_of(row))
        self.between()
        with self.store.writing(self.guard, permit, request=request) as session:
            changed = {"name": name, "state": state, "version": version + 1}
            replace_version(session, thing, changed, f"`{name}`")
            result = {"name": name, "version": version + 1}
            self.store.remember(session, request, result, NOON)
            self.between()
        return result

    def grow_old(self) -> None:
        """What the clock does to the shelf."""
        with self.store.ticking(ClockEvent(name="VIEUX", at=NOON)) as session:
            session.connection.execute(update(thing).values(state="VIEUX"))

    def leave(self, name: str, *, request_id: str) -> Mapping[str, Any]:
        """What somebody without an account may do: leave a thing there, and go."""
        request = Request.of(request_id, "", "leave", {"name": name})
        event = PublicEvent(name="LAISSE", at=NOON)
        with self.store.welcoming(event) as session:
            done = self.store.welcomed(session, request)
            if done is not None:
                return done
            row = {"name": name, "state": "LAISSE", "version": 1}
            session.connection.execute(insert(thing), row)
            append_lines(session, line, {"thing": name}, [Line("LAISSE")], event)
            result = {"name": name}
            self.store.remember(session, request, result, NOON)
        return result


def put(store: Store, *names: str) -> None:
    """Things on the shelf, brought there by nobody."""
    with store.ticking(ClockEvent(name="POSE", at=NOON)) as session:
        rows = [{"name": name, "state": "BROUILLON", "version": 1} for name in names]
        session.connection.execute(insert(thing), rows)


def lines_of(store: Store) -> list[tuple[Any, ...]]:
    """Every line: of which thing, its place, its state, and its evidence."""
    with store._database.reading.connect() as connection:
        query = select(line).order_by(line.c.thing, line.c.position)
        return [tuple(row) for row in connection.execute(query)]


def things_of(store: Store) -> list[tuple[str, str, int]]:
    """All that stands there, seen past the store."""
    with store._database.reading.connect() as connection:
        rows = connection.execute(select(thing).order_by(thing.c.name))
        return [(row.name, row.state, row.version) for row in rows]


def _load(session: ReadSession | WriteSession, name: str) -> Row[Any]:
    return session.connection.execute(select(thing).where(thing.c.name == name)).one()
