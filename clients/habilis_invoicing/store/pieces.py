"""Pieces in the database: read whole, written once a version, with the decision that allowed it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, select, true, update

from habilis import Perimeter
from habilis_companion.databases import insert_once
from habilis_companion.errors import StaleVersionError
from habilis_companion.guard import Permit
from habilis_companion.store import ClockEvent, ReadSession, WriteSession
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.piece import BillingFile, FileRef, Piece, StateLine
from habilis_invoicing.store.rows import line_of, piece_of, row_of
from habilis_invoicing.store.schema import download, piece, state_line, upload

__all__ = [
    "Upload",
    "billing_file",
    "history",
    "insert_piece",
    "keep_upload",
    "load",
    "move",
    "note_download",
    "number_taken",
    "successors",
    "uploaded",
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
    session: WriteSession, new: Piece, lines: Sequence[StateLine], by: Permit | ClockEvent
) -> Piece:
    """Keep a new piece with the states that it comes with, the last one being its own.

    Raises ConflictError where its number, or the piece that it continues, was
    taken meanwhile.
    """
    session.connection.execute(insert(piece).values(row_of(new)))
    _append(session, new, lines, 0, by)
    return new


def move(
    session: WriteSession, changed: Piece, lines: Sequence[StateLine], by: Permit | ClockEvent
) -> Piece:
    """Keep what a piece has become, with the states that it came to; its version counts on.

    `changed` has the version that was read. Raises StaleVersionError where the
    piece has moved since, ConflictError as `insert_piece` does.
    """
    after = replace(changed, version=changed.version + 1)
    this = piece.c.id == changed.id
    done = session.connection.execute(
        update(piece).where(this, piece.c.version == changed.version).values(row_of(after))
    )
    if done.rowcount != 1:
        raise StaleVersionError(
            f"the piece `{changed.number or changed.id}` has changed since version"
            f" {changed.version}; read it again"
        )
    count = select(func.count()).where(state_line.c.piece == changed.id)
    _append(session, after, lines, session.connection.scalar(count) or 0, by)
    return after


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person has handed in; `signed`: it is a PDF that somebody has signed."""

    file: FileRef
    signed: bool


def keep_upload(session: WriteSession, subject: str, handed_in: Upload, at: datetime) -> None:
    """Note that this person has handed this file in; handed in twice it is noted once."""
    row = {**asdict(handed_in.file), "subject": subject, "signed": handed_in.signed, "at": at}
    insert_once(session.connection, upload, [row])


def uploaded(session: ReadSession, subject: str, file: FileRef) -> Upload | None:
    """The file as this person has handed it in under this name; None if he has not.

    A size of 0 is not compared.
    """
    theirs = select(upload.c.size, upload.c.signed).where(
        upload.c.sha256 == file.sha256,
        upload.c.subject == subject,
        upload.c.name == file.name,
        upload.c.size == file.size if file.size else true(),
    )
    row = session.connection.execute(theirs).one_or_none()
    return None if row is None else Upload(replace(file, size=row.size), row.signed)


def note_download(session: WriteSession, piece_id: str, subject: str, at: datetime) -> None:
    """Note that this person has downloaded the piece; the first time counts."""
    row = {"piece": piece_id, "subject": subject, "at": at}
    insert_once(session.connection, download, [row])


def _append(
    session: WriteSession,
    of: Piece,
    lines: Sequence[StateLine],
    position: int,
    by: Permit | ClockEvent,
) -> None:
    session.need(by)
    rows = [
        {**asdict(line), **_signed(by), "piece": of.id, "position": place}
        for place, line in enumerate(lines, start=position + 1)
    ]
    if rows:
        session.connection.execute(insert(state_line), rows)


def _signed(by: Permit | ClockEvent) -> dict[str, object]:
    """Who did it, by which decision: it is not for the caller to say."""
    if isinstance(by, ClockEvent):
        told = {"actor": "", "action": by.name, "acting_as": "", "decision_id": "", "rule_id": ""}
        return {**told, "policy_digest": "", "revision": 0}
    question, decision = by.question, by.decision
    return {
        "actor": question.subject,
        "action": question.action,
        "acting_as": decision.acting_as,
        "decision_id": decision.decision_id,
        "rule_id": decision.rule_id,
        "policy_digest": decision.token.policy_digest,
        "revision": decision.token.revision,
    }


def _pieces(session: ReadSession, query: Select[Any]) -> tuple[Piece, ...]:
    query = query.order_by(piece.c.created_at, piece.c.id)
    return tuple(map(piece_of, session.connection.execute(query).mappings()))
