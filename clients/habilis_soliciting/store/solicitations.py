"""Solicitations in the database: read whole, written once a version, with what allowed it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import exists, func, insert, select, update

from habilis_companion.evidence import append_lines
from habilis_companion.paris import in_paris
from habilis_companion.store import Ground, ReadSession, WriteSession
from habilis_companion.versions import replace_version
from habilis_soliciting.model.etats import TO_PROCESS
from habilis_soliciting.model.solicitation import Solicitation, StateLine
from habilis_soliciting.store.rows import line_of, row_of, solicitation_of
from habilis_soliciting.store.schema import counter, solicitation, state_line

__all__ = ["add", "anonymous_since", "history", "keep", "load", "next_number", "waiting"]

_BATCH: Final = 500
_NUMBER: Final = "S{year}-{last:06d}"


def load(session: ReadSession, solicitation_id: str) -> Solicitation | None:
    """The solicitation; None if there is none of this id."""
    query = select(solicitation).where(solicitation.c.id == solicitation_id)
    row = session.connection.execute(query).mappings().one_or_none()
    return None if row is None else solicitation_of(row)


def history(session: ReadSession, solicitation_id: str) -> tuple[StateLine, ...]:
    """All that happened to it, the first line first; () for one that is unknown."""
    theirs = state_line.c.solicitation == solicitation_id
    query = select(state_line).where(theirs).order_by(state_line.c.position)
    return tuple(map(line_of, session.connection.execute(query).mappings()))


def add(
    session: WriteSession, new: Solicitation, lines: Sequence[StateLine], by: Ground
) -> Solicitation:
    """Keep a new solicitation, with what its history begins with."""
    session.connection.execute(insert(solicitation).values(row_of(new)))
    _append(session, new, lines, by)
    return new


def keep(
    session: WriteSession, changed: Solicitation, lines: Sequence[StateLine], by: Ground
) -> Solicitation:
    """Keep what it has become; its version counts on, the sender's with what he is told.

    `changed` has the version that was read; without `lines` it is a draft of
    the sender's own. Raises StaleVersionError where it has moved since.
    """
    told = not lines or any(line.told for line in lines)
    after = replace(
        changed, version=changed.version + 1, shown_version=changed.shown_version + told
    )
    what = f"the solicitation `{changed.number or changed.id}`"
    replace_version(session, solicitation, row_of(after), what)
    _append(session, after, lines, by)
    return after


def next_number(session: WriteSession, at: datetime) -> str:
    """The number of what is submitted now, given to nothing else; whoever comes next waits."""
    year = in_paris(at).year
    session.insert_once(counter, [{"year": year, "last": 0}])
    taken = update(counter).where(counter.c.year == year).values(last=counter.c.last + 1)
    last = session.connection.scalar(taken.returning(counter.c.last))
    return _NUMBER.format(year=year, last=last)


def anonymous_since(session: WriteSession, moment: datetime, email: str = "") -> int:
    """How many came after this moment from people not logged in; with `email`, from this one."""
    query = select(func.count()).where(
        solicitation.c.emetteur_structure.is_(None), solicitation.c.created_at > moment
    )
    if email:
        query = query.where(solicitation.c.contact_email == email)
    return session.connection.scalar(query) or 0


def waiting(session: ReadSession, *, since: datetime, after: str) -> tuple[Solicitation, ...]:
    """Some of those that await their receiver, and of which something happened after `since`.

    By their ids; () means that there are no more.
    """
    happened = exists().where(state_line.c.solicitation == solicitation.c.id)
    awaited = (
        solicitation.c.etat.in_(sorted(TO_PROCESS)),
        solicitation.c.id > after,
        happened.where(state_line.c.at > since),
    )
    query = select(solicitation).where(*awaited).order_by(solicitation.c.id).limit(_BATCH)
    return tuple(map(solicitation_of, session.connection.execute(query).mappings()))


def _append(
    session: WriteSession, of: Solicitation, lines: Sequence[StateLine], by: Ground
) -> None:
    append_lines(session, state_line, {"solicitation": of.id}, lines, by)
