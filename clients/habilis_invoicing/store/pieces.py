"""Pieces in the database: read whole, written once a version, with the decision that allowed it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, insert, select, true

from habilis import Perimeter
from habilis_companion.evidence import append_lines
from habilis_companion.store import Ground, ReadSession, WriteSession
from habilis_companion.versions import replace_version
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.piece import BillingFile, Piece, StateLine
from habilis_invoicing.store.rows import line_of, piece_of, row_of
from habilis_invoicing.store.schema import download, piece, state_line

__all__ = [
    "billing_file",
    "history",
    "insert_piece",
    "load",
    "move",
    "note_download",
    "number_taken",
    "successors",
    "waiting",
]

_BATCH: Final = 500


def load(session: ReadSession, piece_id: str) -> Piece | None:
    """The piece; None if there is none of this id."""
    query = select(piece).where(piece.c.id == piece_id)
    row = session.connection.execute(query).mappings().one_or_none()
    return None if row is None else piece_of(row)


def history(session: ReadSession, piece_id: str) -> tuple[StateLine, ...]:
    """Every state that the piece went through, the first one first; () for an unknown piece."""
    query = select(state_line).where(state_line.c.piece == piece_id).order_by(state_line.c.position)
    return tuple(map(line_of, session.connection.execute(query).mappings()))


def successors(session: ReadSession, piece_id: str) -> tuple[Piece, ...]:
    """The pieces that continue this one, drafts and refused ones included, in their order."""
    return _pieces(session, select(piece).where(piece.c.previous == piece_id))


def billing_file(session: ReadSession, dossier: str) -> BillingFile | None:
    """All the pieces of a billing file, drafts included; None if there is none of this id."""
    found = _pieces(session, select(piece).where(piece.c.dossier == dossier)) if dossier else ()
    return BillingFile(pieces=found) if found else None


def number_taken(session: ReadSession, depositor: Perimeter, number: str, year: int) -> str | None:
    """The piece that has used up this number of its depositor in this year; None if it is free."""
    return session.connection.scalar(
        select(piece.c.id).where(
            piece.c.deposant_structure == depositor.structure,
            piece.c.numbered == year,
            piece.c.number == number,
        )
    )


def waiting(
    session: ReadSession,
    etats: Iterable[Etat],
    *,
    until: datetime,
    since: datetime | None = None,
    after: str = "",
) -> tuple[Piece, ...]:
    """Some pieces in one of these states since `until` or longer, by their ids from `after` on.

    With `since`, those that came to it after that moment. () means that there are no more.
    """
    query = select(piece).where(
        piece.c.etat.in_([etat.value for etat in etats]),
        piece.c.state_at <= until,
        true() if since is None else piece.c.state_at > since,
        piece.c.id > after,
    )
    found = session.connection.execute(query.order_by(piece.c.id).limit(_BATCH))
    return tuple(map(piece_of, found.mappings()))


def insert_piece(
    session: WriteSession, new: Piece, lines: Sequence[StateLine], by: Ground
) -> Piece:
    """Keep a new piece with the states that it comes with, the last one being its own.

    Raises ConflictError where its number, or the piece that it continues, was
    taken meanwhile.
    """
    session.connection.execute(insert(piece).values(row_of(new)))
    append_lines(session, state_line, {"piece": new.id}, lines, by)
    return new


def move(session: WriteSession, changed: Piece, lines: Sequence[StateLine], by: Ground) -> Piece:
    """Keep what a piece has become, with the states that it came to; its version counts on.

    `changed` has the version that was read. Raises StaleVersionError where the
    piece has moved since, ConflictError as `insert_piece` does.
    """
    after = replace(changed, version=changed.version + 1)
    replace_version(session, piece, row_of(after), changed.title)
    append_lines(session, state_line, {"piece": changed.id}, lines, by)
    return after


def note_download(session: WriteSession, piece_id: str, subject: str, at: datetime) -> None:
    """Note that this person has downloaded the piece; the first time counts."""
    row = {"piece": piece_id, "subject": subject, "at": at}
    session.insert_once(download, [row])


def _pieces(session: ReadSession, query: Select[Any]) -> tuple[Piece, ...]:
    query = query.order_by(piece.c.created_at, piece.c.id)
    return tuple(map(piece_of, session.connection.execute(query).mappings()))
